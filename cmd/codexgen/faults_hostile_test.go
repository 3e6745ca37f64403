package main

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

func hostileInjectors() map[string]injector {
	return map[string]injector{
		"long error":       longError,
		"echo":             echo,
		"echo in a stream": echoInStream,
		"clock":            serverClock,
		"clock here":       clockHere,
		"clock jumps":      clockJumps,
	}
}

// longError is a refusal of 1 MB, or without end.
func longError(b *bench) {
	long := strings.Repeat("a", 1<<20)
	b.raw(func(w *wire) {
		if b.with(1) == "" {
			w.say(status([]string{b.with(0), "Content-Type: application/json", `{"error":{"message":"` + long + `"}}`}))
			return
		}
		w.say("HTTP/1.1 " + b.with(0) + " No\r\n\r\n")
		repeat(w, long, 1<<20)
	})
}

// echo refuses with the token in every place that an answer has.
func echo(b *bench) {
	b.raw(func(w *wire) {
		w.say(status([]string{b.with(0), "X-Request-Id: " + benchToken, fmt.Sprintf(`{"error":{"message":"Bearer %s is bad: %[1]s"}}`, benchToken)}))
	})
}

func echoInStream(b *bench) {
	b.raw(func(w *wire) {
		w.say(head(eventStream) + created + fmt.Sprintf(`data: {"type":"response.failed","response":{"error":{"code":"UNAUTHORIZED","message":"Bearer %s is bad"}}}`+"\n\n", benchToken))
	})
}

// serverClock refuses once, until a moment by its own clock, which is off.
func serverClock(b *bench) {
	offset, err := time.ParseDuration(b.with(0))
	b.must(err)
	theirs := time.Now().Add(offset)
	refuseUntil(b, theirs, theirs.Add(time.Second))
}

// clockHere is the other way round: the program's clock is off.
func clockHere(b *bench) {
	b.program = b.scripted("codexgen")
	b.setenv("CLOCK_OFFSET", b.with(0))
	refuseUntil(b, time.Now(), time.Now().Add(time.Second))
}

func refuseUntil(b *bench, now, until time.Time) {
	b.row.With = []string{"429", "Date: " + now.UTC().Format(http.TimeFormat), "Retry-After: " + until.UTC().Format(http.TimeFormat), `{"error":{"code":"rate_limit_exceeded"}}`}
	statusOnce(b)
}

// clockJumps moves the program's clock at every look at it.
func clockJumps(b *bench) {
	b.program = b.scripted("codexgen")
	b.setenv("CLOCK_JUMPS", b.with(0))
	b.sandbox("", "small")
}
