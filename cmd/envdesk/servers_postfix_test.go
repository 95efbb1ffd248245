//go:build servers

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// vouchedBy is the authserv-id of the Postfix of these tests (RFC 8601 §2.5).
const vouchedBy = "mx.desk.test"

// postfix is a running Postfix that takes mail for desk.test, egov.test and
// optit.test, hands all of it to Dovecot, and lets none leave the machine.
type postfix struct {
	dir string
	// border is a port at which every mail gets dmarc=pass for the domain of its
	// sender, above Postfix's own Received field, where a milter writes it too;
	// failing is one at which it gets dmarc=fail, plain one at which it gets no
	// verdict.
	border, failing, plain int
	submission             int // for who logs in, after STARTTLS
	keeper                 keeper
}

// needRoot skips the test for whoever is not root.
func needRoot(t *testing.T) {
	t.Helper()
	needServers(t)
	if os.Getuid() != 0 {
		t.Skip("Postfix's master process refuses to run without root: the road through Postfix was NOT tested")
	}
}

func startPostfix(t *testing.T, d *dovecot) *postfix {
	t.Helper()
	p := &postfix{dir: serverDir(t), border: freePort(t), failing: freePort(t), plain: freePort(t), submission: freePort(t)}
	write(t, filepath.Join(p.dir, "etc", "main.cf"), p.main(d))
	write(t, filepath.Join(p.dir, "etc", "master.cf"), p.master())
	for _, verdict := range []string{"pass", "fail"} {
		write(t, filepath.Join(p.dir, "etc", verdict), "/@([a-z.]+)$/ PREPEND Authentication-Results: "+vouchedBy+"; dmarc="+verdict+" header.from=$1\n")
	}
	require.NoError(t, os.Mkdir(filepath.Join(p.dir, "queue"), 0o755))
	require.NoError(t, os.Mkdir(filepath.Join(p.dir, "data"), 0o755))
	giveTo(t, "postfix", filepath.Join(p.dir, "data"))
	t.Cleanup(func() { p.tell(t) })
	p.check(t)
	p.keeper = keepRunning(t, "", p.program(t, "master"), "-c", filepath.Join(p.dir, "etc"), "-d")
	for _, port := range []int{p.border, p.failing, p.plain, p.submission} {
		awaitPort(t, port, p.keeper.log)
	}
	return p
}

// check lets Postfix make its queue's folders.
func (p *postfix) check(t *testing.T) {
	t.Helper()
	out, err := exec.Command(program(t, "postfix"), "-c", filepath.Join(p.dir, "etc"), "check").CombinedOutput()
	require.NoError(t, err, "%s", out)
}

// program finds a program that is for Postfix alone.
func (p *postfix) program(t *testing.T, name string) string {
	t.Helper()
	dir, err := exec.Command(program(t, "postconf"), "-d", "-h", "daemon_directory").Output()
	require.NoError(t, err)
	return filepath.Join(strings.TrimSpace(string(dir)), name)
}

// tell shows what Postfix logged when the test has failed.
func (p *postfix) tell(t *testing.T) {
	if !t.Failed() {
		return
	}
	log, _ := os.ReadFile(filepath.Join(p.dir, "log"))
	t.Logf("postfix said:\n%s\n%s", log, p.keeper.log)
}

func (p *postfix) main(d *dovecot) string {
	return fmt.Sprintf(`compatibility_level = 3.6
queue_directory = %[1]s/queue
data_directory = %[1]s/data
maillog_file = %[1]s/log
maillog_file_prefixes = %[1]s
myhostname = %[2]s
mydestination =
alias_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject
virtual_mailbox_domains = desk.test egov.test optit.test
virtual_transport = lmtp:inet:127.0.0.1:%[3]d
default_transport = error:5.1.1 no mail leaves this machine
recipient_delimiter = +
disable_dns_lookups = yes
lmtp_host_lookup = native
smtpd_tls_security_level = may
smtpd_tls_cert_file = %[4]s
smtpd_tls_key_file = %[5]s
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:%[6]d
in_flow_delay = 0
queue_run_delay = 3s
minimal_backoff_time = 3s
maximal_backoff_time = 3s
`, p.dir, vouchedBy, d.lmtp, d.cert, d.key, d.sasl)
}

func (p *postfix) master() string {
	return fmt.Sprintf(`127.0.0.1:%[2]d inet n - n - - smtpd
  -o smtpd_sender_restrictions=check_sender_access,regexp:%[1]s/etc/pass
127.0.0.1:%[5]d inet n - n - - smtpd
  -o smtpd_sender_restrictions=check_sender_access,regexp:%[1]s/etc/fail
127.0.0.1:%[3]d inet n - n - - smtpd
127.0.0.1:%[4]d inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt
  -o smtpd_tls_auth_only=yes
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
`, p.dir, p.border, p.plain, p.submission, p.failing)
}

// swaks sends a mail with swaks, to the address in the mail.
func (p *postfix) swaks(t *testing.T, port int, m rigMail) {
	t.Helper()
	send(t, m, program(t, "swaks"), "--server", localhost(port), "--from", m.sender(), "--to", m.to, "--data", "-")
}

// curl sends a mail with curl.
func (p *postfix) curl(t *testing.T, port int, m rigMail) {
	t.Helper()
	send(t, m, program(t, "curl"), "--silent", "--show-error", "--url", "smtp://"+localhost(port), "--mail-from", m.sender(), "--mail-rcpt", m.to, "--upload-file", "-")
}

func send(t *testing.T, m rigMail, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Stdin = bytes.NewReader(m.bytes())
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
}
