package mailin

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestStandardDate: the short way reads what the long way reads, and leaves the
// rest to it.
func TestStandardDate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(-6e10, 2.5e11).Draw(t, "time"), 0).In(time.FixedZone("", 60*rapid.IntRange(-14*60, 14*60).Draw(t, "offset")))
		layout := rapid.SampledFrom([]string{"Mon, 02 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04:05 -0700", "2 Jan 2006 15:04:05 -0700"}).Draw(t, "layout")
		short, ok := standardDate(at.Format(layout))
		require.True(t, ok)
		long, ok := looseDate(at.Format(layout))
		require.True(t, ok)
		require.Equal(t, long, short)
		require.True(t, at.Equal(short))
	})
	for _, v := range []string{"", "Mon, 30 Feb 2026 10:00:00 +0000", "Mon, 23 Nov 2026 24:00:00 +0000", "Mon, 23 Nov 2026 10:00:00 +1600", "Mon, 23 Nov 2026 10:00:00 +0060", "Mon, 23 Xyz 2026 10:00:00 +0000", "23.11.2026 10:00:00"} {
		_, ok := standardDate(v)
		require.False(t, ok, "%q", v)
	}
}
