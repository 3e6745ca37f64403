package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

func httpInjectors() map[string]injector {
	return map[string]injector{
		"status":        func(b *bench) { b.raw(func(w *wire) { w.say(status(b.row.With)) }) },
		"status once":   statusOnce,
		"each route":    eachRoute,
		"redirect":      redirect,
		"retry after":   retryAfter,
		"renewed login": renewedLogin,
		"stream with":   streamWith,
	}
}

// status is an answer from its parts: the code, header lines, the body.
func status(parts []string) string {
	code, err := strconv.Atoi(parts[0])
	if err != nil {
		return "HTTP/1.1 " + parts[0] + "\r\n\r\n"
	}
	var lines, body strings.Builder
	for _, part := range parts[1:] {
		if name, _, found := strings.Cut(part, ": "); found && !strings.ContainsAny(name, `{<" `) {
			lines.WriteString(part + "\r\n")
			continue
		}
		body.WriteString(part)
	}
	if strings.HasPrefix(body.String(), "{") && !strings.Contains(lines.String(), "Content-Type") {
		lines.WriteString("Content-Type: application/json\r\n")
	}
	return fmt.Sprintf("HTTP/1.1 %d %s\r\n%sConnection: close\r\nContent-Length: %d\r\n\r\n%s", code, http.StatusText(code), lines.String(), body.Len(), body.String())
}

// wholeAnswer is one with a picture, for either route.
func wholeAnswer(path string) string {
	if strings.HasSuffix(path, "/generations") {
		return imageAnswer(`"` + encoded(tiny(1)) + `"`)
	}
	return head(eventStream) + events([]string{"created", "image", "completed"})
}

// statusOnce refuses the first request, and draws for the next.
func statusOnce(b *bench) {
	b.rawTo(func(w *wire, path string) {
		if w.n == 1 {
			w.say(status(b.row.With))
			return
		}
		w.say(wholeAnswer(path))
	})
}

// eachRoute refuses one route, and draws on the other.
func eachRoute(b *bench) {
	b.rawTo(func(w *wire, path string) {
		if strings.HasSuffix(path, "/"+b.with(0)) {
			w.say(status(b.row.With[1:]))
			return
		}
		w.say(wholeAnswer(path))
	})
}

// redirect sends the client to another host, where nothing of it may arrive.
func redirect(b *bench) {
	var reached atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Add(1) }))
	b.Cleanup(other.Close)
	b.raw(func(w *wire) { w.say(status([]string{b.with(0), "Location: " + other.URL + b.with(1)})) })
	b.verify = func(ran) {
		if reached.Load() != 0 {
			b.Error("the other host was asked")
		}
	}
}

// retryAfter refuses the first request for asking too often.
func retryAfter(b *bench) {
	field := b.with(0)
	if seconds, err := time.ParseDuration(field); err == nil {
		field = time.Now().Add(seconds).UTC().Format(http.TimeFormat)
	}
	answer := []string{"429", `{"error":{"code":"rate_limit_exceeded","message":"slow down"}}`}
	if field != "" {
		answer = append(answer, "Retry-After: "+field)
	}
	b.row.With = answer
	statusOnce(b)
}

// streamWith is a whole answer under another status line and header, which are
// given.
func streamWith(b *bench) {
	b.raw(func(w *wire) {
		w.say(strings.Join(b.row.With, "\r\n") + "\r\n\r\n" + events([]string{"created", "image", "completed"}))
	})
}
