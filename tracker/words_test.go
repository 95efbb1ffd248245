package tracker

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCapital(t *testing.T) {
	for s, want := range map[string]string{"": "", "it waits": "It waits", "élan": "Élan", "आशा approved it": "आशा approved it", "\xff": "\xff", "3 days": "3 days"} {
		assert.Equal(t, want, Capital(s))
	}
}
