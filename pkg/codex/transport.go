package codex

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/codexgen/codexgen/pkg/internal/retry"
)

const (
	// maxResponseHeader bounds the header of any answer.
	maxResponseHeader = 256 << 10
	// readBuffer takes an image in large reads; net/http's own 4 KiB costs
	// several system calls for each chunk of it.
	readBuffer = 64 << 10
)

// NewTransport is the connection below everything else: the environment's
// proxy settings (never for loopback), HTTP/2, no compression that was not
// asked for. roots adds authorities to the system's; nil is the system's.
func NewTransport(roots *x509.CertPool) *http.Transport {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DisableCompression = true
	transport.MaxResponseHeaderBytes = maxResponseHeader
	transport.ReadBufferSize = readBuffer
	transport.OnProxyConnectResponse = proxyAnswered
	if roots != nil {
		transport.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	}
	return transport
}

// proxyAnswered names the proxy that does not let a request through, without
// its password. Nothing has been sent to the backend then.
func proxyAnswered(_ context.Context, proxy *url.URL, _ *http.Request, answer *http.Response) error {
	if answer.StatusCode == http.StatusOK {
		return nil
	}
	failure := newError(KindConnect, nil)
	failure.Message = safe("the proxy " + proxy.Host + " answers " + answer.Status)
	return failure
}

// Notices reach the generation that waits through its context.
type noticeKey struct{}

func withNotices(ctx context.Context, notice func(Event)) context.Context {
	return context.WithValue(ctx, noticeKey{}, notice)
}

func notify(ctx context.Context, event Event) {
	if notice, ok := ctx.Value(noticeKey{}).(func(Event)); ok {
		notice(event)
	}
}

// authTransport fills in the credential and does the steps of a 401: read the
// store again and resend if the token there is another; then refresh and
// resend; then give the 401 back.
type authTransport struct {
	next   http.RoundTripper
	tokens TokenSource
}

func (t *authTransport) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.Header.Get("Authorization") != tokenPlaceholder {
		return t.next.RoundTrip(request)
	}
	token, err := t.tokens.Token(request.Context())
	if err != nil {
		return nil, err
	}
	reread, refreshed := false, false
	for {
		filled := fill(request, token)
		response, err := t.next.RoundTrip(filled)
		if err != nil {
			return nil, unquoted(err, filled)
		}
		if response.StatusCode != http.StatusUnauthorized || traceOf(request.Context()).Once {
			return response, err
		}
		other, why, ok := t.another(request.Context(), token, &reread, &refreshed)
		if !ok {
			return response, nil
		}
		if err := rewind(request); err != nil {
			return response, nil
		}
		drain(response.Body)
		notify(request.Context(), Resending{Why: why})
		token = other
	}
}

// unquoted is an error without the token: net/http quotes a header that it
// cannot read, where a server may repeat what it was sent.
func unquoted(err error, request *http.Request) error {
	text := []byte(err.Error())
	if clean := withoutToken(text, request); !bytes.Equal(clean, text) {
		return errors.New(string(clean))
	}
	return err
}

func (t *authTransport) another(ctx context.Context, refused Token, reread, refreshed *bool) (Token, string, bool) {
	if !*reread {
		*reread = true
		if token, err := t.tokens.Token(ctx); err == nil && token.Access != refused.Access {
			return token, "the login was refused (401), but the store has a newer one", true
		}
	}
	if *refreshed {
		return Token{}, "", false
	}
	*refreshed = true
	token, err := t.tokens.Refresh(ctx, refused)
	return token, "the login was refused (401) and has been refreshed", err == nil
}

// fill puts a token in the places that the plan keeps for it.
func fill(request *http.Request, token Token) *http.Request {
	filled := request.Clone(request.Context())
	filled.Header.Set("Authorization", "Bearer "+token.Access.Reveal())
	if filled.Header.Get("ChatGPT-Account-ID") == accountPlaceholder {
		filled.Header.Del("ChatGPT-Account-ID")
		if token.AccountID != "" {
			filled.Header.Set("ChatGPT-Account-ID", token.AccountID)
		}
	}
	if token.FedRAMP {
		filled.Header.Set("X-OpenAI-Fedramp", "true")
	}
	if token.bound() {
		filled.Header.Set("x-openai-internal-codex-residency", token.Residency)
	}
	return filled
}

func rewind(request *http.Request) error {
	if request.Body == nil {
		return nil // a question
	}
	if request.GetBody == nil {
		return errors.New("the request body cannot be sent twice")
	}
	body, err := request.GetBody()
	request.Body = body
	return err
}

// drain reads a little, so that the connection can be used again.
func drain(body io.ReadCloser) {
	_, _ = io.CopyN(io.Discard, body, maxErrorBody)
	_ = body.Close()
}

// What is resent unasked, and how often.
const (
	maxResends     = 3
	maxResendWait  = 60 * time.Second
	connectBackoff = 250 * time.Millisecond
)

// retryTransport resends what is certain not to have made an image: a
// connection that was refused before a byte was written, and a 429 or an
// overload whose Retry-After is short.
type retryTransport struct {
	next http.RoundTripper
	now  func() time.Time
}

func (t *retryTransport) RoundTrip(request *http.Request) (*http.Response, error) {
	for resends := 0; ; resends++ {
		var wrote atomic.Bool // set by the connection's goroutine
		trace := &httptrace.ClientTrace{WroteHeaders: func() { wrote.Store(true) }}
		attempt := request.WithContext(httptrace.WithClientTrace(request.Context(), trace))
		response, err := t.next.RoundTrip(attempt)
		wait, why := t.resend(response, err, wrote.Load(), resends+1)
		if why == "" || resends == maxResends || !again(request, wait) {
			return response, err
		}
		if response != nil {
			drain(response.Body)
		}
		notify(request.Context(), Resending{Why: why})
		if err := retry.Sleep(request.Context(), wait); err != nil {
			return nil, err
		}
	}
}

// again makes a request ready to be sent once more after wait, if it has the
// time for it.
func again(request *http.Request, wait time.Duration) bool {
	deadline, limited := request.Context().Deadline()
	return (!limited || time.Until(deadline) > wait) && !traceOf(request.Context()).Once && rewind(request) == nil
}

func (t *retryTransport) resend(response *http.Response, err error, wrote bool, n int) (time.Duration, string) {
	if err != nil {
		if wrote || !refused(err) {
			return 0, ""
		}
		return retry.Backoff(n, connectBackoff), "the connection was refused, nothing had been sent"
	}
	if response.StatusCode != http.StatusTooManyRequests && response.StatusCode != http.StatusServiceUnavailable {
		return 0, ""
	}
	wait, ok := retry.After(response.Header.Get("Retry-After"), t.now())
	if !ok || wait > maxResendWait {
		return 0, ""
	}
	body, _ := io.ReadAll(io.LimitReader(response.Body, maxErrorBody))
	response.Body = struct {
		io.Reader
		io.Closer
	}{bytes.NewReader(body), response.Body}
	f := parseFailure(body)
	f.status, f.header = response.StatusCode, response.Header
	kind := classify(f)
	if kind != KindRateLimit && kind != KindOverloaded {
		return 0, ""
	}
	wait = max(wait, time.Second)
	return wait, strings.TrimSuffix(kinds[kind].says, "; the quota itself is not the cause") + "; it asks to wait " + wait.String()
}

// refused is a connection that the other side turned away. Windows has a
// number of its own for it, WSAECONNREFUSED, which syscall does not map.
func refused(err error) bool {
	return errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.Errno(10061))
}
