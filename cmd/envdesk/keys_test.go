package main

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestKeyFinder(t *testing.T) {
	now := time.Date(2026, 11, 23, 6, 30, 0, 0, time.UTC)
	asked := 0
	answer, fault := []string{"v=DKIM1; p=x"}, error(nil)
	k := newKeyFinder()
	k.now = func() time.Time { return now }
	k.lookup = func(ctx context.Context, _ string) ([]string, error) {
		_, bounded := ctx.Deadline()
		assert.True(t, bounded)
		asked++
		return answer, fault
	}
	find := func(name string) error { _, err := k.find(name); return err }

	assert.NoError(t, find("a"))
	assert.NoError(t, find("a"))
	assert.Equal(t, 1, asked, "an answer is kept")
	now = now.Add(keyLife)
	assert.NoError(t, find("a"))
	assert.Equal(t, 2, asked, "but not for ever")

	answer, fault = nil, &net.DNSError{IsNotFound: true}
	assert.Error(t, find("b"))
	assert.Error(t, find("b"))
	assert.Equal(t, 3, asked, "no key is an answer too")

	fault = errors.New("i/o timeout")
	assert.Error(t, find("c"))
	assert.Error(t, find("c"))
	assert.Equal(t, 4, asked, "a broken name is left alone")
	assert.Error(t, find("d"))
	assert.Error(t, find("e"))
	assert.ErrorIs(t, find("f"), errNameServerSilent)
	assert.NoError(t, find("a"), "what is known is known")
	assert.Equal(t, 6, asked, "a silent server is left alone")
	now = now.Add(keySilence)
	fault = nil
	assert.NoError(t, find("f"))
}
