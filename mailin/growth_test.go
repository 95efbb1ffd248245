//go:build !race

package mailin

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestGrowth: twice the mail costs less than two and a half times the work, for
// the mail that is worst for each parser, below the limits (256 KiB of header or
// text) and beyond them. Work is measured as the least of some runs, and a busy
// machine gets new tries: a square would show a ratio of four in each of them.
func TestGrowth(t *testing.T) {
	for name, mail := range hostile {
		for _, size := range []int{100 << 10, 500 << 10} {
			t.Run(fmt.Sprintf("%s of %d KiB", name, size>>10), func(t *testing.T) {
				small, big := []byte(mail(size)), []byte(mail(2*size))
				ratio := 9.0
				for try := 0; try < 12 && ratio >= 2.5; try++ {
					ratio = min(ratio, float64(least(big))/float64(least(small)))
				}
				require.Less(t, ratio, 2.5)
			})
		}
	}
}

func least(raw []byte) time.Duration {
	best := time.Hour
	for range 5 {
		start := time.Now()
		Parse(raw, Options{})
		best = min(best, time.Since(start))
	}
	return best
}
