package main

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/codexgen/codexgen/pkg/corpus"
)

// A hold is a backend whose answer stops at a place until it is released, so
// that something can happen to the program, or to its folder, just there.
type hold struct {
	b       *bench
	place   string
	image   string // in base64
	reached chan struct{}
	open    chan struct{}
	once    sync.Once
	mu      sync.Mutex // of reached
}

// places of an answer, in their order; the images route has no drafts.
var places = []string{"request", "headers", "draft", "drafts", "image", "goodbye"}

// hold points the program at one whose image weighs about so many bytes.
func (b *bench) hold(place string, size int) *hold {
	b.Helper()
	if !slices.Contains(places, place) {
		b.Fatalf("there is no place %q", place)
	}
	h := &hold{b: b, place: place, image: heavy(size), reached: make(chan struct{}), open: make(chan struct{})}
	b.serve(h)
	b.Cleanup(h.release)
	return h
}

// heavy is the base64 of a whole picture that weighs about so many bytes.
func heavy(size int) string {
	return base64.StdEncoding.EncodeToString(corpus.WithChunk(corpus.PNG(corpus.Halves(64, 64)), "prIv", grain(size)))
}

func (h *hold) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	say := func(format string, args ...any) { fmt.Fprintf(w, format, args...) }
	at := func(place string) {
		if place != "request" {
			_ = http.NewResponseController(w).Flush() // a client that left needs nothing
		}
		h.at(place, r)
	}
	at("request")
	if strings.HasSuffix(r.URL.Path, "/images/generations") {
		at("headers")
		say(`{"data":[{"b64_json":"%s`, h.image[:len(h.image)/2])
		at("image")
		say(`%s"}]}`, h.image[len(h.image)/2:])
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	at("headers")
	draft := heavy(200_000)
	for n := range 2 {
		say("data: {\"type\":\"response.image_generation_call.partial_image\",\"partial_image_index\":%d,\"partial_image_b64\":\"%s", n, draft[:len(draft)/2])
		at("draft")
		say("%s\"}\n\n", draft[len(draft)/2:])
	}
	at("drafts")
	say("data: {\"type\":\"response.output_item.done\",\"item\":{\"type\":\"image_generation_call\",\"id\":\"ig_1\",\"status\":\"completed\",\"result\":\"%s", h.image[:len(h.image)/2])
	at("image")
	say("%s\"}}\n\n", h.image[len(h.image)/2:])
	at("goodbye")
	say("data: {\"type\":\"response.completed\",\"response\":{}}\n\n")
}

// at waits, once, for the release if it is the place.
func (h *hold) at(place string, r *http.Request) {
	first := false
	if place == h.place {
		first = h.arrive()
	}
	if !first {
		return
	}
	select {
	case <-h.open:
	case <-r.Context().Done():
	}
}

// arrive reports whether nobody has been at the place before.
func (h *hold) arrive() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	select {
	case <-h.reached:
		return false
	default:
		close(h.reached)
		return true
	}
}

func (h *hold) release() { h.once.Do(func() { close(h.open) }) }

// wait returns when the answer has come to the place.
func (h *hold) wait() {
	h.b.Helper()
	select {
	case <-h.reached:
	case <-time.After(runLimit):
		h.b.Fatalf("the answer did not come to %q", h.place)
	}
}
