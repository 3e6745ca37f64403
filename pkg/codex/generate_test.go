package codex_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/codexgen/codexgen/pkg/codex"
)

func TestMain(m *testing.M) {
	// net/http lingers half a second over a connection that it has closed.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("net/http.(*conn).closeWriteAndWait"))
}

func TestScenariosAndFaults(t *testing.T) {
	request := codex.Request{Prompt: "a cat", Partials: 2}
	for name, row := range map[string]struct {
		scenario string
		faults   string
		request  codex.Request
		kind     codex.Kind // "" is an image
		drafts   int
		routes   string
		images   int // that the sandbox drew
		warning  string
	}{
		"drafts":                      {request: request, drafts: 2, routes: "responses", images: 1},
		"no drafts":                   {request: codex.Request{Prompt: "a cat"}, routes: "images", images: 1},
		"transparent":                 {request: codex.Request{Prompt: "a cat", Partials: 2, Background: "transparent"}, routes: "images", images: 1},
		"webp":                        {request: codex.Request{Prompt: "a cat", Format: "webp"}, routes: "responses", images: 1},
		"stripped, auto":              {scenario: "stripped", request: request, routes: "responses images", images: 1},
		"stripped, drafts asked":      {scenario: "stripped", request: codex.Request{Prompt: "a cat", Partials: 2, DraftsAsked: true}, kind: codex.KindToolStripped, routes: "responses"},
		"stripped, route asked":       {scenario: "stripped", request: codex.Request{Prompt: "a cat", Route: codex.RouteResponses}, kind: codex.KindToolStripped, routes: "responses"},
		"images missing, auto":        {scenario: "images-missing", request: codex.Request{Prompt: "a cat"}, routes: "images responses", images: 1},
		"images missing, transparent": {scenario: "images-missing", request: codex.Request{Prompt: "a cat", Background: "transparent"}, kind: codex.KindRouteMissing, routes: "images"},
		"usage limit":                 {scenario: "usage-limit", request: request, kind: codex.KindUsageLimit, routes: "responses"},
		"moderation":                  {scenario: "moderation", request: request, kind: codex.KindModeration, routes: "responses"},
		"challenge":                   {scenario: "challenge", request: request, kind: codex.KindChallenge, routes: "responses"},
		"text only":                   {scenario: "text-only", request: request, kind: codex.KindText, routes: "responses"},
		"empty":                       {scenario: "empty", request: request, kind: codex.KindEmpty, routes: "responses"},

		"CRLF":                       {faults: "crlf small", request: request, drafts: 2, routes: "responses", images: 1},
		"only in completed":          {faults: "only-completed small", request: request, drafts: 2, routes: "responses", images: 1},
		"only partials":              {faults: "only-partials small", request: request, drafts: 2, kind: codex.KindEmpty, routes: "responses", images: 1},
		"error after the image":      {faults: "error-after-image small", request: request, drafts: 2, routes: "responses", images: 1, warning: "the image is complete"},
		"corrupt base64":             {faults: "corrupt small", request: request, drafts: 2, kind: codex.KindDamaged, routes: "responses", images: 1},
		"corrupt base64, big":        {faults: "corrupt", request: codex.Request{Prompt: "a cat"}, kind: codex.KindDamaged, routes: "images", images: 1},
		"cut in an image":            {faults: "cut=20000", request: request, kind: codex.KindCut, routes: "responses", images: 1},
		"clean end in an image":      {faults: "truncate=20000", request: request, kind: codex.KindCut, routes: "responses", images: 1},
		"cut at once":                {faults: "cut=0", request: request, kind: codex.KindCut, routes: "responses"},
		"cut, images route":          {faults: "cut=20000", request: codex.Request{Prompt: "a cat"}, kind: codex.KindCut, routes: "images", images: 1},
		"clean end, images route":    {faults: "truncate=20000", request: codex.Request{Prompt: "a cat"}, kind: codex.KindCut, routes: "images", images: 1},
		"one byte at a time":         {faults: "one-byte small", request: request, drafts: 2, routes: "responses", images: 1},
		"500":                        {faults: "status=500", request: request, kind: codex.KindServer, routes: "responses"},
		"503 without Retry-After":    {faults: "status=503", request: request, kind: codex.KindOverloaded, routes: "responses"},
		"429 asking to wait an hour": {faults: "status=429 retry-after=3600", request: request, kind: codex.KindRateLimit, routes: "responses"},
	} {
		t.Run(name, func(t *testing.T) {
			server, options := startSandbox(t, row.scenario, strings.Fields(orSmall(row.faults))...)
			options.Tokens = noAccount{options.Tokens.(*tokens)}
			got := generate(t, options, row.request, &memory{})
			var failure *codex.Error
			errors.As(got.err, &failure)
			switch {
			case row.kind == "" && (got.err != nil || got.finals != 1 || len(got.image) == 0):
				t.Errorf("%d images, %v", got.finals, got.err)
			case row.kind != "" && (failure == nil || failure.Kind != row.kind || got.finals != 0):
				t.Errorf("%d images, %v, want %s", got.finals, got.err, row.kind)
			}
			var routes []string
			for _, route := range got.routes {
				routes = append(routes, string(route))
			}
			if strings.Join(routes, " ") != row.routes || row.kind != codex.KindCut && got.drafts != row.drafts || server.Stats().Images != row.images {
				t.Errorf("routes %v, %d drafts, %d drawn", routes, got.drafts, server.Stats().Images)
			}
			if warnings := strings.Join(got.warnings, "; "); row.warning != "" && !strings.Contains(warnings, row.warning) || row.warning == "" && warnings != "" {
				t.Errorf("warnings: %s", warnings)
			}
			if failure != nil && (failure.Hint() == "" || failure.IDs.Request == "" && failure.Status != 0) {
				t.Errorf("hint %q, ids %+v", failure.Hint(), failure.IDs)
			}
		})
	}
}

// TestNeitherRoute tells what is more telling, and does not send people from
// one route that refuses to the other.
func TestNeitherRoute(t *testing.T) {
	for partials, routes := range map[int]string{0: "images responses", 2: "responses images"} {
		_, options := startSandbox(t, "2026-05-free")
		options.Tokens = noAccount{options.Tokens.(*tokens)}
		got := generate(t, options, codex.Request{Prompt: "a cat", Partials: partials}, &memory{})
		var failure *codex.Error
		if !errors.As(got.err, &failure) || failure.Kind != codex.KindToolStripped || failure.Charged != codex.ChargedNo || strings.Contains(failure.Hint(), "--route") ||
			!strings.Contains(failure.Error(), "and the images route: this account or server does not have the route") || fmt.Sprint(got.routes) != "["+routes+"]" {
			t.Errorf("%v: %v, hint %q", got.routes, got.err, failure.Hint())
		}
	}
}

// TestStrippedAtTheEnd: the tool may be missing only from the last echo.
func TestStrippedAtTheEnd(t *testing.T) {
	for tools, want := range map[string]codex.Kind{`,"tools":[]`: codex.KindToolStripped, `,"tools":[{"type":"image_generation"}]`: codex.KindText, "": codex.KindText} {
		body := "data: {\"type\":\"response.created\",\"response\":{\"id\":\"r\"}}\n\n" +
			"data: {\"type\":\"response.output_text.delta\",\"delta\":\"No.\"}\n\n" +
			"data: {\"type\":\"response.completed\",\"response\":{\"id\":\"r\"" + tools + "}}\n\n"
		options, _ := script(t, status(200, body, "Content-Type", "text/event-stream"))
		got := generate(t, options, codex.Request{Prompt: "x", HostModel: "h", Route: codex.RouteResponses}, &memory{})
		var failure *codex.Error
		if !errors.As(got.err, &failure) || failure.Kind != want {
			t.Errorf("%s: %v", tools, got.err)
		}
	}
}

func TestN1ConnectionRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		got := generate(t, overPipes(t, nil), codex.Request{Prompt: "x"}, &memory{})
		var failure *codex.Error
		if !errors.As(got.err, &failure) || failure.Kind != codex.KindConnect || failure.Charged != codex.ChargedNo || got.resends != 3 {
			t.Errorf("%v, %d resends", got.err, got.resends)
		}
	})
}

// TestARefusalOfTheSystemIsKnown has a port that is taken by the near end of a
// connection, so that nobody else can listen there meanwhile.
func TestARefusalOfTheSystemIsKnown(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	near, err := (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}}).DialContext(t.Context(), "tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer near.Close()
	ctx, cancel := context.WithCancel(t.Context())
	options := codex.Options{BaseURL: "http://" + near.LocalAddr().String(), Tokens: fixed("token")}
	for event, err := range newClient(t, options).Generate(ctx, codex.Request{Prompt: "x"}, &memory{}) {
		if resending, ok := event.(codex.Resending); ok && strings.Contains(resending.Why, "refused") {
			cancel() // it is known; the waits are TestN1ConnectionRefused's
		} else if err != nil && ctx.Err() == nil {
			t.Errorf("%v before it was sent again", err)
		}
	}
	if ctx.Err() == nil {
		t.Error("it was not sent again")
	}
	cancel()
}

func TestModelNotAvailableTriesTheNextOnce(t *testing.T) {
	catalogue := status(200, `{"models":[{"slug":"lite","use_responses_lite":true},{"slug":"text","input_modalities":["text"]},{"slug":"first"},{"slug":"hidden","visibility":"hide"},{"slug":"second","input_modalities":["text","image"]}]}`)
	gone := status(404, `{"error":{"code":"model_not_found","message":"The model does not exist or you do not have access to it."}}`)
	options, count := script(t, catalogue, gone)
	got := generate(t, options, codex.Request{Prompt: "x", Partials: 1, Route: codex.RouteResponses}, &memory{})
	if hosts := strings.Join(got.hosts, " "); hosts != "first second" || count.Load() != 3 || got.err == nil {
		t.Errorf("hosts %s, %d requests, %v", hosts, count.Load(), got.err)
	}
}

// TestAFullDiskIsNotTheBackendsFault ends in exit code 9.
func TestAFullDiskIsNotTheBackendsFault(t *testing.T) {
	_, options := startSandbox(t, "", "small")
	options.Tokens = noAccount{options.Tokens.(*tokens)}
	for _, r := range []codex.Request{{Prompt: "x"}, {Prompt: "x", Partials: 1}} {
		got := generate(t, options, r, &memory{full: true})
		var failure *codex.Error
		if !errors.As(got.err, &failure) || failure.ExitCode() != 9 {
			t.Errorf("%v", got.err)
		}
	}
}

// TestStall ends a silent stream at the limit, and keeps a finished image when
// only the goodbye is missing.
func TestStall(t *testing.T) {
	request := codex.Request{Prompt: "x", Partials: 1}
	silent := func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	}
	finished := func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "data: {\"type\":\"response.output_item.done\",\"item\":{\"type\":\"image_generation_call\",\"id\":\"i\",\"result\":\"iVBORw0KGgo=\"}}\n\n")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}
	responses := codex.Request{Prompt: "x", Partials: 1, HostModel: "h", Route: codex.RouteResponses}
	for name, row := range map[string]struct {
		backend func(*testing.T) codex.Options
		request codex.Request
		kind    codex.Kind // "" is an image
		after   time.Duration
	}{
		"N7 no byte":              {func(t *testing.T) codex.Options { return sandboxOverPipes(t, "", "stall=0", "small") }, request, codex.KindStalled, codex.DefaultStallTimeout},
		"N7 silence in an image":  {func(t *testing.T) codex.Options { return sandboxOverPipes(t, "", "stall=20000") }, request, codex.KindStalled, codex.DefaultStallTimeout},
		"N7 no header":            {func(t *testing.T) codex.Options { o, _ := script(t, silent); return o }, responses, codex.KindStalled, codex.DefaultStallTimeout},
		"no goodbye":              {func(t *testing.T) codex.Options { o, _ := script(t, finished); return o }, responses, "", 10 * time.Second},
		"images route, no header": {func(t *testing.T) codex.Options { o, _ := script(t, silent); return o }, codex.Request{Prompt: "x", Route: codex.RouteImages}, codex.KindTimeout, codex.DefaultTimeout},
		"images route, no byte":   {func(t *testing.T) codex.Options { return sandboxOverPipes(t, "", "stall=0", "small") }, codex.Request{Prompt: "x"}, codex.KindStalled, codex.DefaultStallTimeout},
		"no catalogue":            {func(t *testing.T) codex.Options { o, _ := script(t, silent); return o }, request, codex.KindStalled, 5*time.Second + codex.DefaultStallTimeout},
	} {
		t.Run(name, inFakeTime(func(t *testing.T) {
			start := time.Now()
			got := generate(t, row.backend(t), row.request, &memory{})
			took := time.Since(start)
			var failure *codex.Error
			errors.As(got.err, &failure)
			if row.kind == "" && (got.err != nil || got.finals != 1) || row.kind != "" && (failure == nil || failure.Kind != row.kind || failure.Charged != codex.ChargedUnknown) || took != row.after {
				t.Errorf("%d images, %v, after %v", got.finals, got.err, took)
			}
		}))
	}
}
