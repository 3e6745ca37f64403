package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"
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
