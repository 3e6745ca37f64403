package main

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"time"
)

func networkInjectors() map[string]injector {
	return map[string]injector{
		"refused":      refusedPort,
		"no such host": func(b *bench) { b.at("https://backend..invalid/backend-api/codex") },
		"answer":       func(b *bench) { b.raw(func(w *wire) { w.say(parts(b.row.With)) }) },
		"reset":        func(b *bench) { b.raw(func(w *wire) { w.say(parts(b.row.With)); w.reset() }) },
		"silence":      func(b *bench) { b.raw(func(w *wire) { w.say(parts(b.row.With)); w.wait() }) },
		"big header":   bigHeader,
		"early hints":  earlyHints,
		"slow header":  slowHeader,
		"drip":         drip,
		"TLS":          badTLS,
		"HTTP/2":       endHTTP2,
		"GOAWAY":       goAway,
		"proxy":        proxyRefuses,
		"proxy passes": proxyPasses,
	}
}

// refusedPort is one that nobody can listen at: the near end of a connection
// has it.
func refusedPort(b *bench) {
	far := b.listen(func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) })
	near, err := net.Dial("tcp", far)
	b.must(err)
	b.Cleanup(func() { _ = near.Close() })
	b.at("http://" + near.LocalAddr().String() + "/backend-api/codex")
}

// halfEvent is one that stops in the middle of a picture.
const halfEvent = `data: {"type":"response.output_item.done","item":{"type":"image_generation_call","id":"i","result":"iVBORw0KGgo`

// parts puts the bytes of an answer together: known words stand for pieces of
// one, anything else is sent as it is.
func parts(words []string) string {
	known := map[string]string{
		"header":       head(eventStream),
		"half":         halfEvent,
		"chunked half": chunked(halfEvent),
		"one event":    created,
		"chunked one":  chunked(created),
		"last chunk":   "0\r\n\r\n",
		"two drafts":   draft("0", encoded(tiny(0))) + draft("1", encoded(tiny(1))),
		"image":        finished(`"i"`, encoded(tiny(1))),
	}
	var out strings.Builder
	for _, word := range words {
		if piece, ok := known[word]; ok {
			word = piece
		}
		out.WriteString(word)
	}
	return out.String()
}

func head(media string) string { return "HTTP/1.1 200 OK\r\nContent-Type: " + media + "\r\n\r\n" }

// chunked is a stream in one chunk, without its end.
func chunked(body string) string {
	return strings.TrimSuffix(head(eventStream), "\r\n") + fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n", len(body), body)
}

func bigHeader(b *bench) {
	b.raw(func(w *wire) { w.say("HTTP/1.1 200 OK\r\nX-Big: " + strings.Repeat("x", 2<<20) + "\r\n\r\n") })
}

func earlyHints(b *bench) {
	b.rawTo(func(w *wire, path string) {
		w.say(strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", 20) + wholeAnswer(path))
	})
}

// slowHeader sends a whole answer, the head of it a byte at a time.
func slowHeader(b *bench) {
	b.rawTo(func(w *wire, path string) {
		top, rest, _ := strings.Cut(wholeAnswer(path), "\r\n\r\n")
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		for _, c := range top + "\r\n\r\n" {
			<-tick.C
			w.say(string(c))
		}
		w.say(rest)
	})
}

// drip sends a whole answer in forty pieces, which take two seconds.
func drip(b *bench) {
	b.rawTo(func(w *wire, path string) {
		top, rest, _ := strings.Cut(wholeAnswer(path), "\r\n\r\n")
		w.say(top + "\r\n\r\n")
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for piece := range slices.Chunk([]byte(rest), 1+len(rest)/40) {
			<-tick.C
			w.say(string(piece))
		}
	})
}

// endHTTP2 ends a stream early in each way that HTTP/2 has.
func endHTTP2(b *bench) {
	var server *httptest.Server
	started := make(chan struct{})
	end := map[string]func(){
		"END_STREAM": func() {},
		"RST_STREAM": func() { panic(http.ErrAbortHandler) },
		"connection": func() { <-started; server.CloseClientConnections() },
		"silence":    nil,
	}[b.with(0)]
	server = b.secure(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 2 {
			b.Errorf("spoke %s", r.Proto)
		}
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", eventStream)
		_, _ = io.WriteString(w, halfEvent)
		_ = http.NewResponseController(w).Flush()
		if end == nil {
			<-r.Context().Done()
			return
		}
		end()
	})
	close(started)
}

// secure starts a server that speaks TLS and HTTP/2, which the program trusts.
func (b *bench) secure(handler http.HandlerFunc) *httptest.Server {
	b.Helper()
	server := httptest.NewUnstartedServer(b.counted(handler))
	server.EnableHTTP2, server.Config.ErrorLog = true, log.New(io.Discard, "", 0)
	server.TLS = b.trusted(certificate{host: "127.0.0.1"})
	server.StartTLS()
	b.Cleanup(server.Close)
	b.at(server.URL + "/backend-api/codex")
	return server
}
