package config

// Given is a secret that the program sets itself, for a server of its own.
func Given(value string) Secret {
	return Secret{read: func() (string, error) { return value, nil }}
}
