package main

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"
)

// Bounds for the look-up of DKIM keys, the only thing ever asked for because of
// a mail: intake must not wait for a name server that is silent.
const (
	keyTimeout = 2 * time.Second
	keySilence = time.Minute      // how long nobody is asked after a time-out
	keyLife    = 10 * time.Minute // how long an answer is kept
	maxKeys    = 1000
	maxFailed  = 3
)

var errNameServerSilent = errors.New("the name server did not answer lately")

// keyFinder looks DKIM keys up (RFC 6376 §3.6.2) and remembers the answers.
type keyFinder struct {
	lookup func(ctx context.Context, name string) ([]string, error)
	now    func() time.Time

	mu     sync.Mutex
	silent time.Time // until then nobody is asked
	failed int       // look-ups in a row that got no answer
	known  map[string]foundKey
}

type foundKey struct {
	records []string
	err     error
	until   time.Time
}

func newKeyFinder() *keyFinder {
	return &keyFinder{lookup: net.DefaultResolver.LookupTXT, now: time.Now, known: map[string]foundKey{}}
}

// find gives the TXT records of a name within keyTimeout.
func (k *keyFinder) find(name string) ([]string, error) {
	if found, ok := k.recall(name); ok {
		return found.records, found.err
	}
	ctx, cancel := context.WithTimeout(context.Background(), keyTimeout)
	defer cancel()
	records, err := k.lookup(ctx, name)
	k.mu.Lock()
	defer k.mu.Unlock()
	var dns *net.DNSError
	if len(k.known) >= maxKeys {
		clear(k.known)
	}
	if err != nil && (!errors.As(err, &dns) || !dns.IsNotFound) {
		// One name may be broken by its owner; several in a row are our own server.
		if k.failed++; k.failed >= maxFailed {
			k.silent = k.now().Add(keySilence)
		}
		k.known[name] = foundKey{nil, err, k.now().Add(keySilence)}
		return nil, err
	}
	k.failed = 0
	k.known[name] = foundKey{records, err, k.now().Add(keyLife)}
	return records, err
}

func (k *keyFinder) recall(name string) (foundKey, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if found, ok := k.known[name]; ok && k.now().Before(found.until) {
		return found, true
	}
	return foundKey{err: errNameServerSilent}, k.now().Before(k.silent)
}
