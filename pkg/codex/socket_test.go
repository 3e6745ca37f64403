package codex_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"github.com/codexgen/codexgen/pkg/codex"
)

// TestSocketScenariosAndFaults has the outcomes of the responses route.
func TestSocketScenariosAndFaults(t *testing.T) {
	for name, row := range map[string]struct {
		scenario, faults string
		kind             codex.Kind // "" is an image
		charged          codex.Charged
		images, resends  int
		warning, hint    string
	}{
		"drafts":                {images: 1},
		"one byte at a time":    {faults: "one-byte small", images: 1},
		"only in completed":     {faults: "only-completed small", images: 1},
		"error after the image": {faults: "error-after-image small", images: 1, warning: "the image is complete"},
		"refreshed":             {faults: "unauthorized-once small", images: 1, resends: 1},
		"asked to wait":         {faults: "status-once=503 retry-after=1 small", images: 1, resends: 1},
		"big":                   {faults: "small big=1MB", images: 1},

		"stripped":         {scenario: "stripped", kind: codex.KindToolStripped, charged: codex.ChargedNo},
		"usage limit":      {scenario: "usage-limit", kind: codex.KindUsageLimit, charged: codex.ChargedNo},
		"moderation":       {scenario: "moderation", kind: codex.KindModeration, charged: codex.ChargedUnknown},
		"challenge":        {scenario: "challenge", kind: codex.KindChallenge, charged: codex.ChargedNo},
		"text only":        {scenario: "text-only", kind: codex.KindText, charged: codex.ChargedUnknown},
		"no WebSocket":     {faults: "status=426", kind: codex.KindRouteMissing, charged: codex.ChargedNo, hint: "--route responses"},
		"missing":          {faults: "status=404", kind: codex.KindRouteMissing, charged: codex.ChargedNo, hint: "--route responses"},
		"unauthorized":     {faults: "unauthorized", kind: codex.KindUnauthorized, charged: codex.ChargedNo, resends: 1},
		"500":              {faults: "status=500", kind: codex.KindServer, charged: codex.ChargedUnknown},
		"cut in a message": {faults: "small cut=3000", kind: codex.KindCut, charged: codex.ChargedUnknown, images: 1, hint: "--route responses"},
		"cut at once":      {faults: "cut=0", kind: codex.KindCut, charged: codex.ChargedUnknown, hint: "--route responses"},
		"goodbye in one":   {faults: "small truncate=3000", kind: codex.KindCut, charged: codex.ChargedUnknown, images: 1, hint: "--route responses"},
		"corrupt":          {faults: "small corrupt", kind: codex.KindDamaged, charged: codex.ChargedYes, images: 1},
		"answer too big":   {faults: "small socket-limit=3000", kind: codex.KindMessageTooBig, charged: codex.ChargedUnknown, images: 1, hint: "--route responses"},
		"question too big": {faults: "socket-limit=20", kind: codex.KindMessageTooBig, charged: codex.ChargedUnknown, hint: "--route responses"},
	} {
		t.Run(name, func(t *testing.T) {
			server, options := startSandbox(t, row.scenario, strings.Fields(orSmall(row.faults))...)
			store := options.Tokens.(*tokens)
			store.refreshed = store.stored[0]
			options.Tokens = noAccount{store}
			got := generate(t, options, codex.Request{Prompt: "a cat", Partials: 2, Route: codex.RouteWebSocket}, &memory{})
			var failure *codex.Error
			errors.As(got.err, &failure)
			switch {
			case row.kind == "" && (got.err != nil || got.finals != 1 || got.drafts != 2 || len(got.image) == 0):
				t.Errorf("%d drafts, %d images, %v", got.drafts, got.finals, got.err)
			case row.kind != "" && (failure == nil || failure.Kind != row.kind || failure.Charged != row.charged || !strings.Contains(failure.Hint(), row.hint)):
				t.Errorf("%v, want %s, charged %s", got.err, row.kind, row.charged)
			}
			if server.Stats().Images != row.images || got.resends != row.resends || len(got.routes) != 1 || got.routes[0] != codex.RouteWebSocket {
				t.Errorf("%d drawn, %d resends, routes %v", server.Stats().Images, got.resends, got.routes)
			}
			if !strings.Contains(strings.Join(got.warnings, ";"), row.warning) || row.warning == "" && len(got.warnings) > 0 {
				t.Errorf("warnings %q", got.warnings)
			}
		})
	}
}

// opaque is a token without a shape.
const opaque = "opaque-0123456789abcdef"

// talk answers each WebSocket with what say does once the request is read.
func talk(t *testing.T, say func(*websocket.Conn, []byte)) codex.Options {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer conn.CloseNow()
		conn.SetReadLimit(-1)
		if _, text, err := conn.Read(r.Context()); err == nil {
			say(conn, text)
		}
	}))
	t.Cleanup(server.Close)
	return codex.Options{BaseURL: server.URL, Tokens: fixed(opaque)}
}

func event(conn *websocket.Conn, text string) {
	_ = conn.Write(context.Background(), websocket.MessageText, []byte(text))
}

const imageItem = `{"type":"response.output_item.done","item":{"type":"image_generation_call","id":"i","result":"iVBORw0KGgo="}}`

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

func (sink) Create() (codex.Blob, error)         { return sink{}, nil }
func (sink) Write(p []byte) (int, error)         { return len(p), nil }
func (sink) Discard() error                      { return nil }
func (sink) ReadFrom(r io.Reader) (int64, error) { return io.Copy(struct{ io.Writer }{sink{}}, r) }

// TestSocketAnswersWithoutASocket are those that HTTP gives to an upgrade.
func TestSocketAnswersWithoutASocket(t *testing.T) {
	accept := []string{"Connection", "Upgrade", "Upgrade", "websocket", "Sec-WebSocket-Accept", "wrong"}
	for name, row := range map[string]struct {
		answer http.HandlerFunc
		kind   codex.Kind
	}{
		"a redirect":      {status(307, "", "Location", "/elsewhere"), codex.KindRedirect},
		"a stream":        {status(200, "data: {}\n\n", "Content-Type", "text/event-stream"), codex.KindMalformed},
		"a web page":      {status(200, "<html>hi", "Content-Type", "text/html"), codex.KindWebPage},
		"a long refusal":  {status(400, `{"pad":"`+strings.Repeat("x", 4000)+`","error":{"code":"model_not_found"}}`), codex.KindModelUnavailable},
		"a false accept":  {status(101, "", accept...), codex.KindMalformed},
		"the token again": {status(400, `{"error":{"message":"`+opaque+`"}}`), codex.KindRejected},
	} {
		t.Run(name, inFakeTime(func(t *testing.T) { // the library waits 3 s for more of a false one
			options, count := script(t, row.answer)
			options.Tokens = fixed(opaque)
			got := generate(t, options, codex.Request{Prompt: "x", HostModel: "h", Route: codex.RouteWebSocket}, &memory{})
			var failure *codex.Error
			if !errors.As(got.err, &failure) || failure.Kind != row.kind || count.Load() != 1 {
				t.Errorf("%v, %d requests, want %s", got.err, count.Load(), row.kind)
			}
			if got.err != nil && name == "the token again" && strings.Contains(got.err.Error(), opaque) {
				t.Errorf("the token is in %v", got.err)
			}
		}))
	}
}

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

// TestSocketLimits come in an event.
func TestSocketLimits(t *testing.T) {
	options := talk(t, func(conn *websocket.Conn, _ []byte) {
		event(conn, `{"type":"codex.rate_limits","plan_type":"plus","metered_limit_name":"image_gen","rate_limits":{"primary":{"used_percent":12.5,"window_minutes":300,"reset_at":1},"secondary":null}}`)
		event(conn, `{"type":"codex.rate_limits","rate_limits":7}`)
		event(conn, `{"type":"response.completed","response":{"id":"r"}}`)
	})
	client, err := codex.New(options)
	if err != nil {
		t.Fatal(err)
	}
	var limits []codex.Limits
	for event, err := range client.Stream(t.Context(), client.Plan(codex.Request{Prompt: "x", HostModel: "h"}, codex.RouteWebSocket), &memory{}) {
		if err != nil {
			t.Fatal(err)
		}
		if one, ok := event.(codex.Limits); ok {
			limits = append(limits, one)
		}
	}
	if len(limits) != 1 || limits[0].Plan != "plus" || len(limits[0].Windows) != 1 || limits[0].Windows[0].Limit != "image-gen" || limits[0].Windows[0].UsedPercent != 12.5 || limits[0].Windows[0].Minutes != 300 {
		t.Errorf("%+v", limits)
	}
}

// TestSocketFragments: a large request comes whole, and what weighs more than
// the backend takes is refused before anything is sent.
func TestSocketFragments(t *testing.T) {
	picture := bytes.Repeat([]byte("0123456789"), 50_000)
	asked := codex.Request{Prompt: "x", HostModel: "h", Route: codex.RouteWebSocket, References: []codex.Input{pictureInput(picture)}}
	var text []byte
	options := talk(t, func(conn *websocket.Conn, message []byte) {
		text = message
		event(conn, imageItem)
		event(conn, `{"type":"response.completed","response":{"id":"r"}}`)
	})
	if got := generate(t, options, asked, &memory{}); got.err != nil || !bytes.Contains(text, []byte(`"type":"response.create"`)) || len(text) < 600_000 {
		t.Errorf("%v, %d bytes came", got.err, len(text))
	}
	server, strict := startSandbox(t, "", "socket-limit=100")
	strict.Tokens = noAccount{strict.Tokens.(*tokens)}
	var tooBig *codex.Error
	asked.HostModel, asked.References[0] = "", pictureInput(bytes.Repeat([]byte("0123456789"), 1_000_000))
	if got := generate(t, strict, asked, &memory{}); !errors.As(got.err, &tooBig) || tooBig.Kind != codex.KindMessageTooBig || server.Stats().Images != 0 {
		t.Errorf("the other end stopped reading: %v", got.err)
	}
	asked.References[0].Length = 13_000_000
	var refused *codex.InvalidRequestError
	if got := generate(t, options, asked, &memory{}); !errors.As(got.err, &refused) || !strings.Contains(got.err.Error(), "16 MiB") {
		t.Errorf("%v", got.err)
	}
}

func pictureInput(data []byte) codex.Input {
	return codex.Input{MediaType: "image/png", Length: int64(len(data)), Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }}
}
