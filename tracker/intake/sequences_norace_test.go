//go:build !race

package intake

// sequences is how many TestSequences plays.
const sequences = 100_000
