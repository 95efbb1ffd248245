//go:build race

package intake

// sequences is how many TestSequences plays: fewer where each costs ten times as
// much.
const sequences = 2_000
