package auth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/oauth2"
)

// LoginTimeout is how long a sign-in waits for a person.
const LoginTimeout = 15 * time.Minute

// pathCallback is registered for DefaultClientID (codex-rs/login/src/server.rs,
// 2026-08-22).
const pathCallback = "/auth/callback"

// Bounds of the listener. Cookies of anything else that serves on this machine
// come with the redirect, hence the large header.
const (
	callbackHeader = 64 << 10
	callbackRead   = 5 * time.Second
	callbackWrite  = requestTimeout + 30*time.Second // the page waits for the exchange
	pageGrace      = 2 * time.Second                 // for a page to leave before the listener closes
)

// A BrowserLogin is a sign-in that waits for a browser to come back to this
// machine, or for the address that a browser elsewhere ended at. It ends once:
// by a redirect with its state, after LoginTimeout, or by Close.
type BrowserLogin struct {
	client          *Client
	oauth           *oauth2.Config
	state, verifier string
	address         string // host and port of the listener
	server          *http.Server
	serving         sync.WaitGroup

	used    atomic.Bool
	arrived chan arrival  // the one redirect
	settled chan struct{} // closed once outcome is known
	outcome error
}

// arrival is a redirect with the right state.
type arrival struct {
	code  string
	err   *Error
	shown chan struct{} // closed once the browser has its page; nil when it was pasted
}

// Format keeps state and verifier out of whatever prints a sign-in.
func (*BrowserLogin) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "browser sign-in") }

// StartBrowser listens on 127.0.0.1. A port that is taken is left to whom it
// belongs, and the next one is tried. The caller must Close what it returns.
func (c *Client) StartBrowser() (*BrowserLogin, error) {
	listener, err := c.listenLoopback()
	if err != nil {
		return nil, err
	}
	address := fmt.Sprintf("127.0.0.1:%d", port(listener))
	b := &BrowserLogin{
		client: c, address: address, oauth: c.oauth("http://" + address + pathCallback),
		state: random(stateBytes), verifier: random(verifierBytes),
		arrived: make(chan arrival, 1), settled: make(chan struct{}),
	}
	b.server = &http.Server{
		Handler: b, MaxHeaderBytes: callbackHeader, ErrorLog: log.New(io.Discard, "", 0), // it would quote requests
		ReadTimeout: callbackRead, WriteTimeout: callbackWrite, IdleTimeout: callbackRead,
	}
	b.serving.Go(func() { _ = b.server.Serve(listener) }) // ends with Close
	return b, nil
}

func port(l net.Listener) int {
	if address, ok := l.Addr().(*net.TCPAddr); ok {
		return address.Port
	}
	return 0
}

// listenLoopback takes the first free port.
func (c *Client) listenLoopback() (net.Listener, error) {
	var busy []string
	var last error
	for _, port := range c.ports {
		listener, err := c.listen(fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			return listener, nil
		}
		busy, last = append(busy, fmt.Sprint(port)), err
	}
	why := "cannot be opened"
	if errors.Is(last, syscall.EADDRINUSE) {
		why = "is in use, perhaps by another sign-in"
	}
	return nil, &Error{Kind: KindFailed, Reason: fmt.Sprintf("the browser has no way back: each of the ports %s on 127.0.0.1 %s", strings.Join(busy, ", "), why),
		Advice: "end the other sign-in, or " + adviceDevice, Cause: last}
}

// URL is the page to open in a browser. It holds the challenge and the state,
// not the verifier.
func (b *BrowserLogin) URL() string {
	// The parameters of codex-rs/login/src/server.rs, 2026-08-22, and of
	// 0.169.0 as observed in 2026-11; the originator is ours.
	return b.oauth.AuthCodeURL(b.state, oauth2.S256ChallengeOption(b.verifier),
		oauth2.SetAuthURLParam("id_token_add_organizations", "true"),
		oauth2.SetAuthURLParam("codex_cli_simplified_flow", "true"),
		oauth2.SetAuthURLParam("originator", originator))
}

// Wait returns the login, or why there is none. It closes the listener.
func (b *BrowserLogin) Wait(ctx context.Context) (Login, error) {
	defer b.Close()
	late := &Error{Kind: KindTimeout, Reason: fmt.Sprintf("nobody signed in within %d minutes", int(LoginTimeout.Minutes())), Advice: adviceLogin}
	waiting, stop := context.WithTimeoutCause(ctx, LoginTimeout, late)
	defer stop()
	select {
	case <-waiting.Done():
		return Login{}, context.Cause(waiting)
	case <-b.settled:
		return Login{}, &Error{Kind: KindFailed, Reason: "the sign-in was closed", Advice: adviceLogin}
	case came := <-b.arrived:
		return b.finish(ctx, came)
	}
}

// finish gets the login, and lets the browser's page say how that went.
func (b *BrowserLogin) finish(ctx context.Context, came arrival) (login Login, err error) {
	if came.err != nil {
		err = came.err
	} else {
		login, err = b.client.exchange(ctx, b.oauth.RedirectURL, came.code, b.verifier)
	}
	b.outcome = err
	close(b.settled)
	if came.shown != nil {
		timer := time.NewTimer(pageGrace)
		defer timer.Stop()
		select {
		case <-came.shown:
		case <-timer.C:
		}
	}
	return login, err
}

// Close stops listening. It may be called more than once, and must not be
// called while Wait runs: end Wait's context instead.
func (b *BrowserLogin) Close() {
	if b.used.CompareAndSwap(false, true) {
		b.outcome = errors.New("the sign-in was given up")
		close(b.settled)
	}
	_ = b.server.Close()
	b.serving.Wait()
}
