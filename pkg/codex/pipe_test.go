package codex_test

import (
	"context"
	"net"
	"net/http"
	"os"
	"sync"
	"syscall"
	"testing"

	"github.com/codexgen/codexgen/pkg/codex"
	"github.com/codexgen/codexgen/pkg/sandbox"
)

// pipes is a network without sockets: a real http.Server and http.Transport
// speak over it, and in a bubble of testing/synctest their time is fake.
type pipes struct {
	accepted chan net.Conn
	closed   chan struct{}
	once     sync.Once
}

// overPipes serves handler to whoever uses the options' transport, until the
// test or bubble ends. A nil handler turns every connection away.
func overPipes(t *testing.T, handler http.Handler) codex.Options {
	t.Helper()
	p := &pipes{accepted: make(chan net.Conn), closed: make(chan struct{})}
	transport := codex.NewTransport(nil)
	transport.DialContext = p.dial
	if handler == nil {
		_ = p.Close()
		return codex.Options{BaseURL: "http://127.0.0.1", Transport: transport, Tokens: fixed("token")}
	}
	server := &http.Server{Handler: handler}
	var running sync.WaitGroup
	running.Go(func() { _ = server.Serve(p) })
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		_ = server.Close()
		running.Wait()
	})
	return codex.Options{BaseURL: "http://127.0.0.1", Transport: transport, Tokens: fixed("token-of-the-test")}
}

// sandboxOverPipes is startSandbox without a socket.
func sandboxOverPipes(t *testing.T, scenario string, faults ...string) codex.Options {
	t.Helper()
	server, err := sandbox.New(sandbox.Config{Scenario: scenario, Faults: faults})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	options := overPipes(t, server)
	options.BaseURL += "/backend-api/codex"
	options.Tokens = noAccount{fixed(server.AccessToken())}
	return options
}

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case p.accepted <- far:
		return near, nil
	case <-p.closed:
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.accepted:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }
