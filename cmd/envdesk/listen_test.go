package main

import (
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/cmd/envdesk/config"
	"envdesk/tracker"
)

func TestReasonsInTheLogNameNoAddress(t *testing.T) {
	for reason, want := range map[string]string{
		"":               "",
		"a mass mail":    "a mass mail",
		"REQ-7: /ack /p": "REQ-7: /ack /p",
		"board@egov.test gets no more weekly reports":            "(an address) gets no more weekly reports",
		"from <a+x@b.test>, then “c@d.test”; (e@f)":              "from <(an address)>, then “(an address)”; ((an address))",
		"सर्वर@egov.test writes":                                 "(an address) writes",
		"a request of x@y.test, whom the desk does not know: it": "a request of (an address), whom the desk does not know: it",
	} {
		assert.Equal(t, want, withoutAddresses(reason))
	}
}

// What the desk decides on a mail is logged without who wrote it.
func TestTheLogOfAMailNamesNobody(t *testing.T) {
	_, d := sandboxDesk(t)
	c, err := config.Load(d.config, config.AllSections()...)
	require.NoError(t, err)
	store, err := openStore(t.Context(), c)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, store.Close()) })
	var out strings.Builder
	log := slog.New(slog.NewTextHandler(&out, nil))
	s, err := newService(c, store, time.Now, log)
	require.NoError(t, err)
	raw := "From: eve@evil.test\r\nTo: " + rigAddress + "\r\nMessage-ID: <1@evil.test>\r\nSubject: hello\r\n\r\nPlease.\r\n"
	batch := []tracker.Delivery{{
		Position: tracker.Position{Mailbox: "m", UIDValidity: 1, UID: 1}, Received: time.Now(), Size: int64(len(raw)),
		Raw: io.NewSectionReader(strings.NewReader(raw), 0, int64(len(raw))),
	}}
	require.NoError(t, sink{s.desk, log}.Receive(t.Context(), batch))
	assert.Contains(t, out.String(), "mail taken in")
	assert.Contains(t, out.String(), "whom the desk does not know")
	assert.NotContains(t, out.String(), "evil.test")
}
