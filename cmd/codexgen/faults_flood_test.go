package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// largeEvent sends one event whose picture has so many MB of base64: a whole
// one, or what never ends within the limit.
func largeEvent(b *bench) {
	if b.with(0) == "300 MB" {
		b.raw(func(w *wire) {
			w.say(head(eventStream) + created + beforePicture(`"i"`) + encoded(tiny(1))[:64])
			repeat(w, strings.Repeat("A", 1<<16), 300e6>>16)
			w.say(afterPicture + completed)
		})
		return
	}
	picture := stored(10_000, 7500)
	b.raw(func(w *wire) {
		w.say(head(eventStream) + created + beforePicture(`"i"`))
		encoder := base64.NewEncoder(base64.StdEncoding, w)
		_, _ = encoder.Write(picture) // the client may leave
		_ = encoder.Close()
		w.say(afterPicture + completed)
	})
}

// jsonBombs are JSON texts that cost a careless reader much.
func jsonBombs(b *bench) {
	texts := map[string]func(io.Writer){
		"depth": func(w io.Writer) { repeat(w, "[", 100_000) },
		"keys": func(w io.Writer) {
			repeat(w, `{"a":1`, 1)
			for i := range 1_000_000 {
				if _, err := fmt.Fprintf(w, `,"%d":1`, i); err != nil {
					return
				}
			}
			repeat(w, `}`, 1)
		},
		"number":     func(w io.Writer) { repeat(w, strings.Repeat("1", 1<<16), 1<<14) },
		"string":     func(w io.Writer) { repeat(w, `"`, 1); repeat(w, strings.Repeat("a", 1<<16), 1<<14) },
		"duplicates": func(w io.Writer) { repeat(w, `1,"type":"x","item":{},"type":"y","item":null`, 1) },
		"surrogate":  func(w io.Writer) { repeat(w, `"\ud800 \udfff\ud800"`, 1) },
	}
	text := texts[b.with(0)]
	b.verify = func(got ran) {
		if got.took > patience { // half a second where nothing else runs
			b.Errorf("it took %v", got.took)
		}
	}
	b.raw(func(w *wire) {
		w.say(head(eventStream) + created + `data: {"type":"response.new","x":`)
		text(w)
		w.say("}\n\n" + finished(`"i"`, encoded(tiny(1))) + completed)
	})
}

// repeat writes until the client leaves.
func repeat(w io.Writer, text string, times int) {
	for range times {
		if _, err := io.WriteString(w, text); err != nil {
			return
		}
	}
}

// withoutEnd sends something for ever.
func withoutEnd(b *bench) {
	texts := map[string]string{
		"comments":     ": still here\n",
		"empty lines":  "\n\n",
		"one line":     strings.Repeat("x", 1000),
		"one event":    "data: " + strings.Repeat(" ", 1000) + "\n",
		"unknown":      "data: {\"type\":\"response.in_progress\"}\n\n",
		"drawing":      "data: {\"type\":\"response.image_generation_call.generating\"}\n\n",
		"drafts":       draft("0", encoded(tiny(0))),
		"words":        "data: {\"type\":\"response.output_text.delta\",\"delta\":\"well, \"}\n\n",
		"early hints":  "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n",
		"header lines": "X-Filler: " + strings.Repeat("x", 1000) + "\r\n",
	}
	text := texts[b.with(0)]
	pace := time.Millisecond
	if b.with(1) != "slowly" {
		text, pace = strings.Repeat(text, 1+100_000/len(text)), 100*time.Microsecond
	}
	b.raw(func(w *wire) {
		tick := time.NewTicker(pace) // leaves room for others on a small machine
		defer tick.Stop()
		switch b.with(0) {
		case "early hints":
		case "header lines":
			w.say("HTTP/1.1 200 OK\r\n")
		default:
			w.say(head(eventStream) + created)
		}
		for _, err := w.Write(nil); err == nil; _, err = io.WriteString(w, text) {
			<-tick.C
		}
	})
}

// manyUnknown are events of a later protocol before the picture.
func manyUnknown(b *bench) {
	event, err := json.Marshal(map[string]any{"type": "response.new.thing", "x": map[string]any{"y": []int{1, 2, 3}}})
	b.must(err)
	b.raw(func(w *wire) {
		w.say(head(eventStream) + created + strings.Repeat("data: "+string(event)+"\n\n", 10_000) + finished(`"i"`, encoded(tiny(1))) + completed)
	})
}

// severalDrafts are more than anybody asked for.
func severalDrafts(b *bench) {
	n, err := strconv.Atoi(b.with(0))
	b.must(err)
	b.raw(func(w *wire) {
		w.say(head(eventStream) + created + strings.Repeat(draft("0", encoded(tiny(0))), n) + finished(`"i"`, encoded(tiny(1))) + completed)
	})
}
