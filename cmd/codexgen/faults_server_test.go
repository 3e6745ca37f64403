package main

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/codexgen/codexgen/pkg/sandbox"
)

// A counter counts the requests for an image, and those that came after an
// event of an answer had been sent.
type counter struct {
	mu          sync.Mutex
	asked, late int
	answering   bool
}

func (c *counter) request() (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked++
	if c.answering {
		c.late++
	}
	return c.asked
}

func (c *counter) event() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answering = true
}

func (c *counter) read() (asked, late int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.asked, c.late
}

// forImage is a request that may cost one.
func forImage(r *http.Request) bool {
	return r.Method == http.MethodPost && (strings.HasSuffix(r.URL.Path, "/responses") || strings.Contains(r.URL.Path, "/images/"))
}

// A wire is the server's end of a connection: what is written goes out as it
// is, HTTP or not. n counts the requests from 1.
type wire struct {
	*net.TCPConn
	b *bench
	n int
}

func (w *wire) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte("data: ")) {
		w.b.asked.event()
	}
	return w.TCPConn.Write(p)
}

// say sends a text; that the client has left is no fault of the test.
func (w *wire) say(text string) { _, _ = io.WriteString(w, text) }

// reset makes the close that follows break the connection.
func (w *wire) reset() { _ = w.SetLinger(0) }

// wait holds the connection until the client leaves it.
func (w *wire) wait() { _, _ = io.Copy(io.Discard, w.TCPConn) }

// raw starts a server that answers each request with what answer writes, and
// closes. It points the program there.
func (b *bench) raw(answer func(*wire)) {
	b.Helper()
	b.rawTo(func(w *wire, _ string) { answer(w) })
}

// rawTo is raw for an answer that depends on the path.
func (b *bench) rawTo(answer func(w *wire, path string)) {
	b.Helper()
	b.at("http://" + b.listen(func(conn net.Conn) {
		request, err := http.ReadRequest(bufio.NewReader(conn))
		if err != nil {
			return
		}
		_, _ = io.Copy(io.Discard, request.Body)
		n := 0
		if forImage(request) {
			n = b.asked.request()
		}
		answer(&wire{conn.(*net.TCPConn), b, n}, request.URL.Path)
	}) + "/backend-api/codex")
}

// listen serves each connection until the row ends.
func (b *bench) listen(serve func(net.Conn)) (address string) {
	b.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	b.must(err)
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			running.Go(func() {
				defer conn.Close()
				serve(conn)
			})
		}
	})
	b.Cleanup(func() { _ = listener.Close(); running.Wait() })
	return listener.Addr().String()
}

// counted is a handler whose requests count.
func (b *bench) counted(next http.Handler) http.Handler {
	asked := b.asked
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if forImage(r) {
			asked.request()
		}
		next.ServeHTTP(&tap{w, asked, forImage(r)}, r)
	})
}

// A tap notes when an image's answer begins.
type tap struct {
	http.ResponseWriter
	asked    *counter
	forImage bool
}

func (t *tap) Write(p []byte) (int, error) {
	if t.forImage && bytes.Contains(p, []byte("data: ")) {
		t.asked.event()
	}
	return t.ResponseWriter.Write(p)
}

func (t *tap) Unwrap() http.ResponseWriter { return t.ResponseWriter }

// sandbox starts the emulated backend with faults of its own.
func (b *bench) sandbox(scenario string, faults ...string) *sandbox.Server {
	b.Helper()
	server, err := sandbox.New(sandbox.Config{Scenario: scenario, Faults: faults, Pace: time.Millisecond})
	b.must(err)
	b.Cleanup(func() { _ = server.Close() })
	b.serve(server)
	b.setenv("CODEXGEN_ACCESS_TOKEN", server.AccessToken())
	b.setenv("CODEXGEN_ACCOUNT_ID", server.AccountID())
	return server
}

// serve starts a handler on a socket and points the program there.
func (b *bench) serve(handler http.Handler) (base string) {
	b.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	b.must(err)
	server := &http.Server{Handler: b.counted(handler), ReadHeaderTimeout: runLimit}
	var running sync.WaitGroup
	running.Go(func() { _ = server.Serve(listener) })
	b.Cleanup(func() { _ = server.Close(); running.Wait() })
	base = "http://" + listener.Addr().String() + "/backend-api/codex"
	b.at(base)
	return base
}
