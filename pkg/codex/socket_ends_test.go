package codex_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"github.com/codexgen/codexgen/pkg/codex"
)

// TestSocketEndings: whatever ends a connection before the last event, it is
// an error of the right kind and never an image, but for an image that was
// whole already.
func TestSocketEndings(t *testing.T) {
	bye := func(code websocket.StatusCode, events ...string) func(*websocket.Conn, []byte) {
		return func(conn *websocket.Conn, _ []byte) {
			for _, text := range events {
				event(conn, text)
			}
			_ = conn.Close(code, "told "+opaque+"\x1b[2J")
		}
	}
	for name, row := range map[string]struct {
		say    func(*websocket.Conn, []byte)
		kind   codex.Kind
		status int
		says   string
	}{
		"normal, before anything": {bye(1000), codex.KindCut, 0, "closed with 1000: told [redacted]"},
		"an internal error":       {bye(1011, `{"type":"response.created","response":{"id":"r"}}`), codex.KindCut, 0, "1011"},
		"too big":                 {bye(1009), codex.KindMessageTooBig, 0, "1009"},
		"a proxy's too big":       {bye(1000, `{"type":"error","status":413,"error":{"code":"message_too_big"}}`), codex.KindMessageTooBig, 413, ""},
		"a status in the event":   {bye(1000, `{"type":"error","status_code":429,"error":{"type":"usage_limit_reached","message":"no"},"headers":{"x-codex-active-limit":"image_gen"}}`), codex.KindUsageLimit, 429, "limit image_gen"},
		"an hour is over":         {bye(1000, `{"type":"error","status":400,"error":{"code":"websocket_connection_limit_reached"}}`), codex.KindServer, 400, ""},
		"a binary message": {func(conn *websocket.Conn, _ []byte) {
			_ = conn.Write(context.Background(), websocket.MessageBinary, []byte(imageItem))
		}, codex.KindMalformed, 0, "binary"},
		"half a message": {func(conn *websocket.Conn, _ []byte) {
			w, _ := conn.Writer(context.Background(), websocket.MessageText)
			_, _ = w.Write([]byte(imageItem)) // all of the JSON, but not of the message
			var reading sync.WaitGroup
			reading.Go(func() { _, _, _ = conn.Read(context.Background()) })
			_ = conn.Ping(context.Background()) // its answer shows that the rest has come
			_ = conn.CloseNow()
			reading.Wait()
		}, codex.KindCut, 0, "broke off"},
		"half an object": {bye(1000, imageItem[:60]), codex.KindMalformed, 0, ""},
		"no object":      {bye(1000, "[DONE]"), codex.KindCut, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			options := talk(t, row.say)
			got := generate(t, options, codex.Request{Prompt: "x", HostModel: "h", Route: codex.RouteWebSocket}, &memory{})
			var failure *codex.Error
			if !errors.As(got.err, &failure) || failure.Kind != row.kind || failure.Status != row.status || got.finals != 0 || got.resends != 0 {
				t.Fatalf("%v, %d images, %d resends; want %s", got.err, got.finals, got.resends, row.kind)
			}
			if text := failure.Error(); !strings.Contains(text, row.says) || strings.Contains(text, "\x1b") {
				t.Errorf("%q", text)
			}
		})
	}
	t.Run("after the image", func(t *testing.T) {
		options := talk(t, bye(1011, imageItem))
		got := generate(t, options, codex.Request{Prompt: "x", HostModel: "h", Route: codex.RouteWebSocket}, &memory{})
		if got.err != nil || got.finals != 1 || len(got.warnings) != 1 || !strings.Contains(got.warnings[0], "1011") {
			t.Errorf("%v, %d images, warnings %q", got.err, got.finals, got.warnings)
		}
	})
}

// TestSocketMessageWithoutEnd is refused at the bound of an event, not kept.
func TestSocketMessageWithoutEnd(t *testing.T) {
	options := talk(t, func(conn *websocket.Conn, _ []byte) {
		w, _ := conn.Writer(context.Background(), websocket.MessageText)
		_, err := w.Write([]byte(imageItem[:len(imageItem)-3]))
		for piece := bytes.Repeat([]byte("A"), 1<<20); err == nil; {
			_, err = w.Write(piece)
		}
	})
	client, err := codex.New(options)
	if err != nil {
		t.Fatal(err)
	}
	for _, err = range client.Stream(t.Context(), client.Plan(codex.Request{Prompt: "x", HostModel: "h"}, codex.RouteWebSocket), sink{}) {
		if err != nil {
			break
		}
	}
	var failure *codex.Error
	if !errors.As(err, &failure) || failure.Kind != codex.KindMalformed || !strings.Contains(failure.Error(), "256 MiB") {
		t.Errorf("%v", err)
	}
}

// sink is a Spool and a Blob that keeps nothing.
type sink struct{}

func (sink) Create() (codex.Blob, error) { return sink{}, nil }

func (sink) Write(p []byte) (int, error) { return len(p), nil }

func (sink) Discard() error { return nil }

func (sink) ReadFrom(r io.Reader) (int64, error) { return io.Copy(struct{ io.Writer }{sink{}}, r) }

// TestSocketTimes: the stall limit counts from the last byte of either end,
// the time limit from the start.
func TestSocketTimes(t *testing.T) {
	for fault, want := range map[string]codex.Kind{"stall=0": codex.KindStalled, "stall=3000": codex.KindStalled, "slow=1000": codex.KindTimeout} {
		t.Run(fault, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				options := sandboxOverPipes(t, "", "big=1MB", fault)
				options.StallTimeout, options.Timeout = 30*time.Second, 45*time.Second
				start := time.Now()
				got := generate(t, options, codex.Request{Prompt: "x", Partials: 2, Route: codex.RouteWebSocket}, &memory{})
				var failure *codex.Error
				limit := map[codex.Kind]time.Duration{codex.KindStalled: options.StallTimeout, codex.KindTimeout: options.Timeout}[want]
				if took := time.Since(start); !errors.As(got.err, &failure) || failure.Kind != want || took != limit {
					t.Errorf("%v after %v, want %s after %v", got.err, took, want, limit)
				}
			})
		})
	}
}

// TestSocketSaysGoodbye after the last event. What is no event before is
// passed over.
func TestSocketSaysGoodbye(t *testing.T) {
	said := make(chan websocket.StatusCode, 1)
	options := talk(t, func(conn *websocket.Conn, _ []byte) {
		event(conn, "[DONE]"+strings.Repeat(" ", 8<<10))
		event(conn, imageItem)
		event(conn, `{"type":"response.completed","response":{"id":"r"}}`)
		_, _, err := conn.Read(context.Background())
		said <- websocket.CloseStatus(err)
	})
	got := generate(t, options, codex.Request{Prompt: "x", HostModel: "h", Route: codex.RouteWebSocket}, &memory{})
	if code := <-said; got.err != nil || got.finals != 1 || code != websocket.StatusNormalClosure {
		t.Errorf("%v, %d images, closed with %d", got.err, got.finals, code)
	}
}

// TestSocketGoodbyeIsNotAwaited for more than a second.
func TestSocketGoodbyeIsNotAwaited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		left := make(chan struct{})
		options := overPipes(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			conn, err := websocket.Accept(w, r, nil)
			if err != nil {
				return
			}
			defer conn.CloseNow()
			_, _, _ = conn.Read(r.Context())
			event(conn, imageItem)
			event(conn, `{"type":"response.completed","response":{"id":"r"}}`)
			<-left
		}))
		start := time.Now()
		got := generate(t, options, codex.Request{Prompt: "x", HostModel: "h", Route: codex.RouteWebSocket}, &memory{})
		close(left)
		if took := time.Since(start); got.err != nil || got.finals != 1 || took != time.Second {
			t.Errorf("%v, %d images after %v", got.err, got.finals, took)
		}
	})
}
