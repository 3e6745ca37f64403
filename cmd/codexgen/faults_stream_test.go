package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"strconv"
	"strings"
	"time"
)

func streamInjectors() map[string]injector {
	return map[string]injector{
		"sandbox":      func(b *bench) { b.sandbox(b.with(0), b.row.With[1:]...) },
		"stream":       func(b *bench) { b.raw(func(w *wire) { w.say(head(eventStream) + events(b.row.With)) }) },
		"written as":   base64Forms,
		"large event":  largeEvent,
		"bomb":         jsonBombs,
		"without end":  withoutEnd,
		"many unknown": manyUnknown,
		"drafts":       severalDrafts,
		"stream json": func(b *bench) {
			b.raw(func(w *wire) { w.say(status([]string{"200", "Content-Type: application/json", b.with(0)})) })
		},
	}
}

const eventStream = "text/event-stream"

// tiny is a whole PNG of one pixel row in the colour of n.
func tiny(n uint8) []byte {
	picture := image.NewGray(image.Rect(0, 0, 4, 4))
	picture.SetGray(0, 0, color.Gray{Y: n})
	var out bytes.Buffer
	_ = png.Encode(&out, picture) // into memory
	return out.Bytes()
}

func encoded(picture []byte) string { return base64.StdEncoding.EncodeToString(picture) }

// finished is the event of a picture, with its id and base64 as JSON members.
func finished(id, picture string) string { return beforePicture(id) + picture + afterPicture }

func beforePicture(id string) string {
	return `data: {"type":"response.output_item.done","item":{"type":"image_generation_call","id":` + id + `,"status":"completed","result":"`
}

const afterPicture = `"}}` + "\n\n"

func draft(index string, picture string) string {
	return fmt.Sprintf(`data: {"type":"response.image_generation_call.partial_image","partial_image_index":%s,"partial_image_b64":%q}`+"\n\n", index, picture)
}

const (
	created   = `data: {"type":"response.created","response":{"id":"r","tools":[{"type":"image_generation"}]}}` + "\n\n"
	completed = `data: {"type":"response.completed","response":{"id":"r","output":[]}}` + "\n\n"
)

// events spells a stream out: known words stand for events, JSON becomes the
// data of one, and anything else is sent as it is.
func events(words []string) string {
	var out strings.Builder
	for _, word := range words {
		name, value, _ := strings.Cut(word, " ")
		switch {
		case word == "created":
			out.WriteString(created)
		case word == "completed":
			out.WriteString(completed)
		case word == "image":
			out.WriteString(finished(`"i"`, encoded(tiny(1))))
		case word == "another image":
			out.WriteString(finished(`"j"`, encoded(tiny(2))))
		case word == "completed with the image":
			out.WriteString(strings.Replace(completed, "[]", `[{"type":"image_generation_call","id":"i","result":"`+encoded(tiny(1))+`"}]`, 1))
		case name == "draft":
			out.WriteString(draft(value, encoded(tiny(0))))
		case name == "image-id":
			out.WriteString(finished(value, encoded(tiny(1))))
		case strings.HasPrefix(word, "{"):
			out.WriteString("data: " + word + "\n\n")
		default:
			out.WriteString(word)
		}
	}
	return out.String()
}

// imageAnswer is the one object of the images route.
func imageAnswer(member string) string {
	body := `{"created":1,"data":[{"b64_json":` + member + `}]}`
	return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
}

// base64Forms writes the picture in another way, on the route of the row; the
// rows of the pictures have more.
func base64Forms(b *bench) {
	plain := encoded(larger())
	middle := len(plain) / 2
	form := map[string]string{
		"padding inside": plain[:middle] + "==" + plain[middle+2:],
		"line breaks":    plain[:76] + "\\r\\n" + plain[76:],
		"empty":          "",
		"NUL":            plain[:middle] + "\\u0000" + plain[middle:],
	}
	text, known := form[b.with(0)]
	if !known {
		b.Fatalf("there is no form %q", b.with(0))
	}
	b.answerPicture(`"` + text + `"`)
}

// answerPicture sends a JSON member as the picture, on both routes.
func (b *bench) answerPicture(member string) {
	b.rawTo(func(w *wire, path string) {
		if strings.HasSuffix(path, "/generations") {
			w.say(imageAnswer(member))
			return
		}
		w.say(head(eventStream) + created + strings.Replace(finished(`"i"`, "@"), `"@"`, member, 1) + completed)
	})
}

// larger is a PNG that does not fit into a small string: its rows are noise
// whose base64 needs padding.
func larger() []byte { return stored(100, 41) }

// stored is a PNG of so many rows that is not compressed, so that its size is
// known; it is never all of one byte.
func stored(width, rows int) []byte {
	picture := image.NewGray(image.Rect(0, 0, width, rows))
	for i := range picture.Pix {
		picture.Pix[i] = byte(i * i >> 3)
	}
	var out bytes.Buffer
	_ = (&png.Encoder{CompressionLevel: png.NoCompression}).Encode(&out, picture) // into memory
	return out.Bytes()
}

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
