package mailbox

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// fake is an IMAP server of a few lines whose every answer a test can replace,
// to behave in the ways that real servers were seen to behave.
type fake struct {
	greeting string
	caps     string
	validity uint32
	flags    string // PERMANENTFLAGS
	mails    []fakeMail
	// on replaces the answer to a command; false leaves it to the default.
	on map[string]func(c *fakeConn, tag, args string) bool

	mu    sync.Mutex
	log   []string
	conns []*fakeConn
}

type fakeMail struct {
	uid uint32
	raw string
	at  string // INTERNALDATE
}

type fakeConn struct {
	f    *fake
	conn net.Conn
	in   *bufio.Reader
	push chan string // lines that are sent in IDLE
}

func newFake(uids ...uint32) *fake {
	f := &fake{greeting: "* OK [CAPABILITY IMAP4rev1] ready", caps: "IMAP4rev1 IDLE", validity: 7, flags: `\Seen \Deleted \*`,
		on: map[string]func(*fakeConn, string, string) bool{}}
	for _, uid := range uids {
		f.add(uid, fmt.Sprintf("Subject: mail %d\r\n\r\nbody\r\n", uid))
	}
	return f
}

func (f *fake) add(uid uint32, raw string) {
	f.mu.Lock()
	f.mails = append(f.mails, fakeMail{uid: uid, raw: raw, at: "22-Nov-2026 12:00:00 +0000"})
	n := len(f.mails)
	conns := f.conns
	f.mu.Unlock()
	for _, c := range conns {
		select {
		case c.push <- fmt.Sprintf("* %d EXISTS", n):
		default:
		}
	}
}

func (f *fake) remove(uid uint32) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, m := range f.mails {
		if m.uid == uid {
			f.mails = append(f.mails[:i:i], f.mails[i+1:]...)
			return
		}
	}
}

func (f *fake) dial(context.Context) (net.Conn, error) {
	client, server := net.Pipe()
	c := &fakeConn{f: f, conn: server, in: bufio.NewReader(server), push: make(chan string, 100)}
	f.mu.Lock()
	f.conns = append(f.conns, c)
	f.mu.Unlock()
	go c.serve()
	return client, nil
}

// commands lists what clients sent that begins with one of the names.
func (f *fake) commands(names ...string) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []string
	for _, line := range f.log {
		for _, name := range names {
			if strings.HasPrefix(line, name) {
				out = append(out, line)
				break
			}
		}
	}
	return out
}

func (f *fake) connections() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.conns)
}

func (c *fakeConn) serve() {
	defer c.conn.Close()
	if c.f.greeting == "" {
		_, _ = c.in.ReadString('\n') // says nothing at all
		return
	}
	c.send(c.f.greeting)
	for {
		line, err := c.in.ReadString('\n')
		if err != nil {
			return
		}
		tag, rest, _ := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
		c.f.mu.Lock()
		c.f.log = append(c.f.log, rest)
		c.f.mu.Unlock()
		name, args, _ := strings.Cut(rest, " ")
		if name == "UID" {
			sub, more, _ := strings.Cut(args, " ")
			name, args = "UID "+sub, more
		}
		if on := c.f.on[name]; on != nil && on(c, tag, args) {
			continue
		}
		c.answer(tag, name, args)
	}
}

func (c *fakeConn) send(format string, args ...any) {
	_, _ = fmt.Fprintf(c.conn, format+"\r\n", args...)
}

func (c *fakeConn) ok(tag string) { c.send("%s OK done", tag) }

func (c *fakeConn) answer(tag, name, args string) {
	switch name {
	case "CAPABILITY":
		c.send("* CAPABILITY %s", c.f.caps)
	case "LOGIN":
		c.send("%s OK [CAPABILITY %s] welcome", tag, c.f.caps)
		return
	case "SELECT", "EXAMINE":
		c.f.mu.Lock()
		n := len(c.f.mails)
		c.f.mu.Unlock()
		c.send("* %d EXISTS", n)
		c.send("* OK [UIDVALIDITY %d] valid", c.f.validity)
		c.send("* OK [PERMANENTFLAGS (%s)] kept", c.f.flags)
	case "UID SEARCH", "SEARCH":
		c.search(name == "UID SEARCH", args)
	case "UID FETCH", "FETCH":
		set, items, _ := strings.Cut(args, " ")
		c.each(name == "UID FETCH", set, func(seq int, m fakeMail) { c.fetch(seq, m, items) })
	case "IDLE":
		c.idle()
	case "LOGOUT":
		c.send("* BYE see you")
	}
	c.ok(tag)
}

func (c *fakeConn) idle() {
	c.send("+ idling")
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = c.in.ReadString('\n')
	}()
	for {
		select {
		case line := <-c.push:
			c.send("%s", line)
		case <-done:
			return
		}
	}
}

func (c *fakeConn) search(byUID bool, args string) {
	_, set, _ := strings.Cut(args, "UID ")
	if set == "" {
		set = "1:*"
	}
	line := "* SEARCH"
	c.each(true, set, func(seq int, m fakeMail) {
		if byUID {
			seq = int(m.uid)
		}
		line += " " + strconv.Itoa(seq)
	})
	c.send("%s", line)
}

func (c *fakeConn) fetch(seq int, m fakeMail, items string) {
	out := fmt.Sprintf("* %d FETCH (UID %d INTERNALDATE %q RFC822.SIZE %d", seq, m.uid, m.at, len(m.raw))
	switch {
	case strings.Contains(items, "BODY.PEEK[HEADER]"):
		header, _, _ := strings.Cut(m.raw, "\r\n\r\n")
		header += "\r\n\r\n"
		out += fmt.Sprintf(" BODY[HEADER]<0> {%d}\r\n%s", len(header), header)
	case strings.Contains(items, "BODY.PEEK[]"):
		out += fmt.Sprintf(" BODY[] {%d}\r\n%s", len(m.raw), m.raw)
	}
	c.send("%s)", out)
}

// each calls f for the mails of a set. The highest one stands for *, even when
// that is below the start of the range.
func (c *fakeConn) each(byUID bool, set string, f func(seq int, m fakeMail)) {
	c.f.mu.Lock()
	mails := append([]fakeMail(nil), c.f.mails...)
	c.f.mu.Unlock()
	top := uint32(len(mails))
	if byUID && top > 0 {
		top = mails[top-1].uid
	}
	for i, m := range mails {
		num := uint32(i + 1)
		if byUID {
			num = m.uid
		}
		if inSet(set, num, top) {
			f(i+1, m)
		}
	}
}

func inSet(set string, num, top uint32) bool {
	for part := range strings.SplitSeq(set, ",") {
		from, to, ranged := strings.Cut(part, ":")
		a, b := bound32(from, top), bound32(to, top)
		if !ranged {
			b = a
		}
		if num >= min(a, b) && num <= max(a, b) {
			return true
		}
	}
	return false
}

func bound32(s string, top uint32) uint32 {
	if s == "*" {
		return top
	}
	n, _ := strconv.ParseUint(s, 10, 32)
	return uint32(n)
}

// listener reads the fake with what a test sets.
func (f *fake) listener(t *testing.T, sink Sink, set func(*Config)) *Listener {
	t.Helper()
	cfg := Config{
		Name: "box", Addr: "127.0.0.1:143", Security: SecurityPlain, User: "desk",
		Password: func() (string, error) { return "secret", nil }, FirstDays: 36500, SpoolDir: t.TempDir(),
	}
	if set != nil {
		set(&cfg)
	}
	l, err := New(cfg, sink)
	if err != nil {
		t.Fatal(err)
	}
	l.dial = f.dial
	return l
}
