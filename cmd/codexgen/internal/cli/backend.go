package cli

import (
	"context"
	"crypto/x509"
	"fmt"
	"io"
	"net/url"
	"os"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/memory"
	"github.com/codexgen/codexgen/pkg/codex"
	"github.com/codexgen/codexgen/pkg/credstore"
	"github.com/codexgen/codexgen/pkg/sandbox"
)

// sandboxPace is the pause between the sandbox's drawing phases: long enough
// to see the drafts come, short enough for a first try.
const sandboxPace = 250 * time.Millisecond

// backendOptions say which backend a command speaks to, and how.
type backendOptions struct {
	global       globalOptions
	login        loginOptions
	baseURL      string
	caCert       string
	timeout      time.Duration
	stallTimeout time.Duration
	maxBytes     byteSize
	retries      int
	pace         time.Duration // of the sandbox's drawing; 0 is sandboxPace
}

// addAddressFlags are those of commands that only ask and change nothing: the
// time for such a question is fixed.
func (o *backendOptions) addAddressFlags(flags *pflag.FlagSet) {
	under(headLogin, flags, o.login.addFlags)
	under(headBackend, flags, func(flags *pflag.FlagSet) {
		flags.StringVar(&o.baseURL, "base-url", "", "`URL` of the backend that the login is for, if it is another")
		flags.StringVar(&o.caCert, "ca-cert", "", "trust the certificate authority in `FILE` (PEM) too")
		_ = cobra.MarkFlagFilename(flags, "ca-cert", "pem", "crt")
	})
	o.timeout, o.stallTimeout, o.maxBytes = codex.DefaultTimeout, codex.DefaultStallTimeout, codex.DefaultMaxBytes
}

func (o *backendOptions) addFlags(flags *pflag.FlagSet) {
	o.addAddressFlags(flags)
	under(headBackend, flags, func(flags *pflag.FlagSet) {
		flags.DurationVar(&o.timeout, "timeout", codex.DefaultTimeout, "give up after `TIME`")
		flags.DurationVar(&o.stallTimeout, "stall-timeout", codex.DefaultStallTimeout, "give up after `TIME` without a byte of the answer")
		flags.Var(&o.maxBytes, "max-bytes", "give up when image and drafts take more than `SIZE`")
		flags.IntVar(&o.retries, "retries", 0, "repeat a failed request that may have been charged, up to `N` times")
	})
}

func (o backendOptions) check() error {
	switch {
	case o.timeout <= 0 || o.stallTimeout <= 0:
		return usageError{"--timeout and --stall-timeout must be longer than nothing", "for example --timeout 10m"}
	case o.retries < 0 || o.retries > 5:
		return usageError{fmt.Sprintf("--retries %d: 0 to 5 repetitions", o.retries), "each may cost an image"}
	}
	return nil
}

// A connection is a client with what has to be closed after it.
type connection struct {
	client  *codex.Client
	tokens  codex.TokenSource
	base    string // "" is the default
	memory  codex.Memory
	server  *sandbox.Server // nil but for --sandbox
	account string          // the account's id, if known
	plan    string          // the account's plan, if the token says
	note    string          // a line for people about where the login came from
	found   found           // the login in use
	say     func(string)    // shows people a line; a command may set another
}

func (c *connection) Close() error {
	if c.server == nil {
		return nil
	}
	return c.server.Close()
}

// connect finds the credential and makes the client; nothing is sent yet.
func connect(ctx context.Context, env Env, o backendOptions) (*connection, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	conn := &connection{say: func(line string) { fmt.Fprintln(env.Stderr, line) }}
	var err error
	if conn.base, conn.tokens, err = conn.login(ctx, env, o); err != nil {
		return nil, err
	}
	conn.memory = conn.remember(env, conn.base)
	conn.client, err = newClient(env, o, conn.base, conn.tokens, conn.memory)
	if err != nil {
		_ = conn.Close()
	}
	return conn, err
}

// remember opens the memory of this account at this backend. What the sandbox
// answers is true of the sandbox only.
func (c *connection) remember(env Env, base string) codex.Memory {
	address, err := url.Parse(orDefault(base, codex.DefaultBaseURL))
	if c.server != nil || err != nil {
		return memory.New(env.Now)
	}
	return memory.Open(env.StateDir, address.Host, c.account, env.Now)
}

func newClient(env Env, o backendOptions, base string, tokens codex.TokenSource, known codex.Memory) (*codex.Client, error) {
	roots, err := authorities(o.caCert)
	if err != nil {
		return nil, err
	}
	options := codex.Options{
		BaseURL: base, Tokens: tokens, Transport: codex.NewTransport(roots), Version: env.Version,
		Timeout: o.timeout, StallTimeout: o.stallTimeout, MaxBytes: int64(o.maxBytes), Retries: o.retries, Now: env.Now, Memory: known,
	}
	if o.global.Debug != "" {
		options.Log = debugLog(env)
		options.LogBodies = o.global.Debug == "full"
	}
	return codex.New(options)
}

// maxAuthorities bounds a file of certificates; all that systems trust have
// about 220 kB (Debian 12, /etc/ssl/certs/ca-certificates.crt).
const maxAuthorities = 4 << 20

// authorities are the system's and one more.
func authorities(path string) (*x509.CertPool, error) {
	if path == "" {
		return nil, nil
	}
	pem, err := readAtMost(path, maxAuthorities)
	if err != nil {
		return nil, usageError{fmt.Sprintf("--ca-cert %s: %v", path, rootCause(err)), "name a PEM file that can be read"}
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	if !roots.AppendCertsFromPEM(pem) {
		return nil, usageError{fmt.Sprintf("--ca-cert %s: there is no certificate in it", path), "name a PEM file"}
	}
	return roots, nil
}

// readAtMost reads a file that a user has named, which may be a device.
func readAtMost(path string, most int64) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, most+1))
	if err == nil && int64(len(content)) > most {
		err = fmt.Errorf("it is larger than %d bytes", most)
	}
	return content, err
}

func (c *connection) startSandbox(scenario string, pace time.Duration) (string, codex.TokenSource, error) {
	server, err := sandbox.New(sandbox.Config{Scenario: scenario, Pace: pace})
	if err != nil {
		return "", nil, noScenario("--sandbox="+scenario, scenario)
	}
	base, err := server.Start("127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	c.server = server
	credential := credstore.FromToken(server.AccessToken(), server.AccountID(), "the sandbox")
	c.found = found{source: "sandbox", where: "memory", credential: credential}
	return base, fixedToken{credential}, nil
}
