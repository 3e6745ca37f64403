package codex_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/codexgen/codexgen/pkg/codex"
)

// raw answers each connection with what answer writes, whether that is HTTP or
// not, and counts the requests.
func raw(t *testing.T, answer func(*net.TCPConn)) (codex.Options, *atomic.Int32) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	count := new(atomic.Int32)
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			running.Go(func() {
				defer conn.Close()
				if request, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
					_, _ = io.Copy(io.Discard, request.Body)
					count.Add(1)
					answer(conn.(*net.TCPConn))
				}
			})
		}
	})
	t.Cleanup(func() { _ = listener.Close(); running.Wait() })
	return codex.Options{BaseURL: "http://" + listener.Addr().String(), Tokens: fixed("token")}, count
}

func says(text string) func(*net.TCPConn) {
	return func(conn *net.TCPConn) { _, _ = io.WriteString(conn, text) }
}

// thenReset breaks the connection after the text.
func thenReset(text string) func(*net.TCPConn) {
	return func(conn *net.TCPConn) {
		_, _ = io.WriteString(conn, text)
		_ = conn.SetLinger(0)
	}
}

// chunked is an answer in one chunk, without its end.
func chunked(kind, body string) string {
	return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: %s\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n", kind, len(body), body)
}

const (
	halfEvent = "data: {\"type\":\"response.output_item.done\",\"item\":{\"type\":\"image_generation_call\",\"id\":\"i\",\"result\":\"iVBORw0KGgo"
	stream    = "text/event-stream"
)

// TestFaultsOfTheNetwork breaks a request that has been sent in every way that
// HTTP can break: it is an error of the right kind, sent once, and never an
// image. The numbers are those of a list of faults.
func TestFaultsOfTheNetwork(t *testing.T) {
	for name, row := range map[string]struct {
		answer func(*net.TCPConn)
		kind   codex.Kind
	}{
		"N4 close before the answer":   {says(""), codex.KindClosed},
		"N5 reset before the answer":   {thenReset(""), codex.KindClosed},
		"N6 half a status line":        {says("HTTP/1.1 2"), codex.KindClosed},
		"N6 no HTTP":                   {says("220 mail.example ESMTP\r\n\r\n"), codex.KindClosed},
		"N6 no chunk size":             {says("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), codex.KindCut},
		"N8 reset in an image":         {thenReset(chunked(stream, halfEvent)), codex.KindCut},
		"N9 close in a chunk":          {says(strings.TrimSuffix(chunked(stream, halfEvent), "Rw0KGgo\r\n")), codex.KindCut},
		"N9 no last chunk":             {says(chunked(stream, halfEvent)), codex.KindCut},
		"N9 shorter than it says":      {says("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 9999\r\n\r\n" + halfEvent), codex.KindCut},
		"N10 clean end in an event":    {says(chunked(stream, halfEvent) + "0\r\n\r\n"), codex.KindCut},
		"N10 clean end between events": {says(chunked(stream, "data: {\"type\":\"response.created\"}\n\n") + "0\r\n\r\n"), codex.KindCut},
		"N11 no length, and an end":    {says("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + halfEvent), codex.KindCut},
		"N13 half a gzip":              {says("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08"), codex.KindMalformed},
		"N14 zstd, not asked for":      {says("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: zstd\r\n\r\nxx"), codex.KindMalformed},
		"N15 a header of 2 MB":         {says("HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 2<<20) + "\r\n\r\n"), codex.KindClosed},
		"N17 a web page":               {says("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>Just a moment"), codex.KindWebPage},
		"N18 an error in a 200":        {says("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + `{"error":{"message":"no\u001b[2J","code":"moderation_blocked"}}`), codex.KindModeration},
		"N18 JSON of another kind":     {says("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{}"), codex.KindMalformed},
		"N22 500":                      {says("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"), codex.KindServer},
		"N22 502":                      {says("HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n"), codex.KindServer},
		"N22 503":                      {says("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"), codex.KindServer},
		"N22 504":                      {says("HTTP/1.1 504 No\r\nContent-Length: 0\r\n\r\n"), codex.KindServer},
	} {
		t.Run(name, func(t *testing.T) {
			options, count := raw(t, row.answer)
			got := generate(t, options, codex.Request{Prompt: "x", HostModel: "h", Route: codex.RouteResponses}, &memory{})
			checkBroken(t, got, row.kind, codex.ChargedUnknown)
			if count.Load() != 1 || got.resends != 0 {
				t.Errorf("%d requests, %d resends", count.Load(), got.resends)
			}
		})
	}
}

func checkBroken(t *testing.T, got outcome, kind codex.Kind, charged codex.Charged) {
	t.Helper()
	var failure *codex.Error
	if !errors.As(got.err, &failure) || failure.Kind != kind || failure.Charged != charged || got.finals != 0 {
		t.Errorf("%d images, %v (%+v), want %s", got.finals, got.err, failure, kind)
		return
	}
	if line := got.err.Error(); strings.ContainsAny(line, "\n\x1b<") || strings.Contains(line, "Post ") || failure.Hint() == "" {
		t.Errorf("it says %q, hint %q", line, failure.Hint())
	}
}

// TestN20Refusals are not asked again, nor is a login refreshed for them.
func TestN20Refusals(t *testing.T) {
	for code, kind := range map[int]codex.Kind{403: codex.KindForbidden, 404: codex.KindRouteMissing} {
		options, count := script(t, status(code, `{"error":{"message":"no"}}`, "Content-Type", "application/json"))
		store := &tokens{stored: []string{"a"}, refreshed: "b"}
		options.Tokens = store
		checkBroken(t, generate(t, options, codex.Request{Prompt: "x", Route: codex.RouteImages}, &memory{}), kind, codex.ChargedNo)
		if count.Load() != 1 || store.refreshes != 0 {
			t.Errorf("%d: %d requests, %d refreshes", code, count.Load(), store.refreshes)
		}
	}
}

// TestN16EarlyHints are no answers.
func TestN16EarlyHints(t *testing.T) {
	body := `{"created":1,"data":[{"b64_json":"iVBORw0KGgo="}]}`
	options, _ := raw(t, says(strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", 20)+
		fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)))
	if got := generate(t, options, codex.Request{Prompt: "x", Route: codex.RouteImages}, &memory{}); got.err != nil || got.finals != 1 {
		t.Errorf("%d images, %v", got.finals, got.err)
	}
}

// TestAStreamOfAnotherName is read as what it is.
func TestAStreamOfAnotherName(t *testing.T) {
	for _, media := range []string{"application/json", "text/plain", "application/octet-stream"} {
		options, _ := raw(t, says("HTTP/1.1 200 OK\r\nContent-Type: "+media+"\r\n\r\n"+halfEvent+"=\"}}\n\ndata: {\"type\":\"response.completed\"}\n\n"))
		if got := generate(t, options, codex.Request{Prompt: "x", HostModel: "h", Route: codex.RouteResponses}, &memory{}); got.err != nil || got.finals != 1 {
			t.Errorf("%s: %d images, %v", media, got.finals, got.err)
		}
	}
}

// TestN2NoSuchHost: nothing was sent.
func TestN2NoSuchHost(t *testing.T) {
	options := overPipes(t, nil)
	options.Transport.(*http.Transport).DialContext = func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "backend.invalid", IsNotFound: true}}
	}
	got := generate(t, options, codex.Request{Prompt: "x", Route: codex.RouteImages}, &memory{})
	checkBroken(t, got, codex.KindConnect, codex.ChargedNo)
}

// TestN3NotTrusted tells five kinds of a bad connection apart, and advises
// nobody to look away.
func TestN3NotTrusted(t *testing.T) {
	server := func(change func(*httptest.Server), start func(*httptest.Server)) string {
		s := httptest.NewUnstartedServer(http.NotFoundHandler())
		s.Config.ErrorLog = log.New(io.Discard, "", 0)
		change(s)
		start(s)
		t.Cleanup(s.Close)
		return s.URL
	}
	same := func(*httptest.Server) {}
	startTLS := (*httptest.Server).StartTLS
	lines := map[string]string{}
	for name, base := range map[string]string{
		"unknown authority": server(same, startTLS),
		"TLS 1.1": server(func(s *httptest.Server) {
			s.TLS = &tls.Config{MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}
		}, startTLS),
		"no TLS": strings.Replace(server(same, (*httptest.Server).Start), "http:", "https:", 1),
	} {
		got := generate(t, codex.Options{BaseURL: base, Tokens: fixed("token")}, codex.Request{Prompt: "x", Route: codex.RouteImages}, &memory{})
		checkBroken(t, got, codex.KindTLS, codex.ChargedNo)
		lines[fmt.Sprint(got.err)] = name
		if strings.Contains(fmt.Sprint(got.err), "insecure") {
			t.Errorf("%s: %v", name, got.err)
		}
	}
	if len(lines) != 3 {
		t.Errorf("not told apart: %v", lines)
	}
}

// TestN12HTTP2 ends a stream early in each way that HTTP/2 has.
func TestN12HTTP2(t *testing.T) {
	for name, end := range map[string]func(*httptest.Server){
		"END_STREAM":     func(*httptest.Server) {},
		"RST_STREAM":     func(*httptest.Server) { panic(http.ErrAbortHandler) },
		"the connection": func(s *httptest.Server) { s.CloseClientConnections() },
	} {
		t.Run(name, func(t *testing.T) {
			var server *httptest.Server
			var proto string
			server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				proto = r.Proto
				w.Header().Set("Content-Type", stream)
				_, _ = io.WriteString(w, halfEvent)
				_ = http.NewResponseController(w).Flush()
				end(server)
			}))
			server.EnableHTTP2, server.Config.ErrorLog = true, log.New(io.Discard, "", 0)
			server.StartTLS()
			defer server.Close()
			transport := server.Client().Transport.(*http.Transport)
			defer transport.CloseIdleConnections()
			got := generate(t, codex.Options{BaseURL: server.URL, Transport: transport, Tokens: fixed("token")},
				codex.Request{Prompt: "x", HostModel: "h", Route: codex.RouteResponses}, &memory{})
			checkBroken(t, got, codex.KindCut, codex.ChargedUnknown)
			if proto != "HTTP/2.0" {
				t.Errorf("spoke %s", proto)
			}
		})
	}
}

// TestN34AProxyThatRefuses is named, without its password; nothing reached the
// backend.
func TestN34AProxyThatRefuses(t *testing.T) {
	for _, answer := range []string{"403 Forbidden", "407 Proxy Authentication Required", "502 Bad Gateway"} {
		options, count := raw(t, says("HTTP/1.1 "+answer+"\r\nContent-Length: 0\r\n\r\n"))
		proxy, err := url.Parse(options.BaseURL)
		if err != nil {
			t.Fatal(err)
		}
		proxy.User = url.UserPassword("me", "canary7d21")
		transport := codex.NewTransport(nil)
		transport.Proxy = http.ProxyURL(proxy)
		t.Cleanup(transport.CloseIdleConnections)
		got := generate(t, codex.Options{BaseURL: "https://backend.invalid/codex", Transport: transport, Tokens: fixed("token")},
			codex.Request{Prompt: "x", Route: codex.RouteImages}, &memory{})
		checkBroken(t, got, codex.KindConnect, codex.ChargedNo)
		if line := fmt.Sprint(got.err); !strings.Contains(line, proxy.Host) || !strings.Contains(line, answer) || strings.Contains(line, "canary7d21") || count.Load() != 1 {
			t.Errorf("%s: %s, %d requests", answer, line, count.Load())
		}
	}
}

// TestATransportThatTellsNothing may have sent the request.
func TestATransportThatTellsNothing(t *testing.T) {
	options := codex.Options{BaseURL: "https://backend.invalid", Tokens: fixed("token"), Transport: silentTransport{}}
	checkBroken(t, generate(t, options, codex.Request{Prompt: "x", Route: codex.RouteImages}, &memory{}), codex.KindClosed, codex.ChargedUnknown)
}

type silentTransport struct{}

func (silentTransport) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, io.ErrUnexpectedEOF
}

// TestATokenThatCannotBeReadIsSaidPlainly: the error is the store's own.
func TestATokenThatCannotBeReadIsSaidPlainly(t *testing.T) {
	options := overPipes(t, nil)
	options.Tokens = brokenStore{}
	client, err := codex.New(options)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Models(t.Context()); err == nil || err.Error() != errBroken.Error() {
		t.Errorf("%v", err)
	}
}

type brokenStore struct{}

var errBroken = &codex.InvalidRequestError{Field: "store", Reason: "it is locked"}

func (brokenStore) Token(context.Context) (codex.Token, error) { return codex.Token{}, errBroken }
func (brokenStore) Refresh(context.Context, codex.Token) (codex.Token, error) {
	return codex.Token{}, os.ErrClosed
}
