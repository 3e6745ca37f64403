package auth

import (
	"errors"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// silent is a listener that nobody connects to.
type silent struct {
	closed chan struct{}
	once   sync.Once
}

func (s *silent) Accept() (net.Conn, error) { <-s.closed; return nil, net.ErrClosed }
func (s *silent) Addr() net.Addr            { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1455} }
func (s *silent) Close() error              { s.once.Do(func() { close(s.closed) }); return nil }

func TestOA02_NoCallback(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, err := New(Options{})
		if err != nil {
			t.Fatal(err)
		}
		listener := &silent{closed: make(chan struct{})}
		var asked string
		client.listen = func(address string) (net.Listener, error) { asked = address; return listener, nil }
		login, err := client.StartBrowser()
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		_, err = login.Wait(t.Context())
		fault, ok := errors.AsType[*Error](err)
		if !ok || fault.Kind != KindTimeout || fault.ExitCode() != 3 || time.Since(start) != LoginTimeout {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		select {
		case <-listener.closed:
		default:
			t.Error("the port is still open")
		}
		if asked != "127.0.0.1:1455" {
			t.Errorf("listened on %s", asked)
		}
	})
}
