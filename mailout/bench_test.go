package mailout

import "testing"

func BenchmarkComposeReceipt(b *testing.B) {
	c, s := desk(b), Samples(noon)[0]
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := c.Compose(s.Notice, s.Ticket); err != nil {
			b.Fatal(err)
		}
	}
}
