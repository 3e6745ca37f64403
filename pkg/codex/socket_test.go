package codex_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

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
