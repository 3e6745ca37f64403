//go:build linux && !race

package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/coder/websocket"

	"github.com/codexgen/codexgen/pkg/corpus"
)

var (
	onResponses = []string{"gen", "a cat", "-o", "cat.png", "--route", "responses", "--host-model", "m"}
	onImages    = []string{"gen", "a cat", "-o", "cat.png", "--route", "images"}
	catalogued  = []string{"gen", "a cat", "-o", "cat.png", "--route", "responses"} // for the catalogue too
	smaller     = append(append([]string{}, onResponses...), "--max-bytes", "16MB")
)

// hostileAnswers has the rows by name.
func hostileAnswers() map[string]hostileRow {
	rows := map[string]hostileRow{}
	for _, some := range []map[string]hostileRow{hostileEvents(), hostileHeaders(), hostileErrors(), hostilePictures(), hostileQuestions(), hostileIssuers(), hostileSockets()} {
		maps.Copy(rows, some)
	}
	return rows
}

func hostileEvents() map[string]hostileRow {
	const image = `data: {"type":"response.output_item.done","item":{"type":"image_generation_call","id":"i","result":"`
	const draft = `data: {"type":"response.image_generation_call.partial_image","partial_image_b64":"`
	completed := func(list string) string { return `data: {"type":"response.completed","response":{` + list }
	return map[string]hostileRow{
		"an event of 300 MB":                {streams(around(`data: {"type":"x","y":"`, "z", 300e6, "\"}\n\n")), onResponses, 8, "larger than 2048 KiB", nil},
		"an image of 300 MB":                {streams(around(image, "AAAA", 75e6, "\"}}\n\n")), onResponses, 8, "a server-sent event is larger than", nil},
		"an image beyond --max-bytes":       {streams(around(image, "AAAA", 75e6, "\"}}\n\n")), smaller, 8, "more than 16000000 bytes of pictures", nil},
		"300 MB where an image should be":   {streams(around(`data: {"type":"x","result":[`, `"`+strings.Repeat("z", 1000)+`",`, 300_000, "0]}\n\n")), onResponses, 8, "a server-sent event is larger than", nil},
		"lines of one event without end":    {streams(around("", "data: \n", endless, "")), append(onResponses, "--timeout", "2s"), 8, "the time limit passed", nil},
		"nested without end":                {streams(around(`data: {"x":`, "[", endless, "")), onResponses, 8, "nested deeper than 1000", nil},
		"nested, in JSON of an error":       {streams(around(`data: {"type":"error","error":`, `{"error":`, 999, strings.Repeat("}", 1000)+"\n\n")), onResponses, 8, "", nil},
		"a million keys":                    {streams(around(`data: {`, `"k":0,`, 1e6, "\"l\":0}\n\n")), onResponses, 8, "larger than 2048 KiB", nil},
		"keys to the bound":                 {streams(around(`data: {`, `"k":0,`, 340_000, "\"type\":\"error\"}\n\n")), onResponses, 8, "the backend failed", nil},
		"a list of empty results":           {streams(around(completed(`"output":[`), "{},", 690_000, "{}]}}\n\n")), onResponses, 6, "no image came", nil},
		"a list of empty tools":             {streams(around(completed(`"tools":[`), "{},", 690_000, "{}]}}\n\n")), onResponses, 6, "took the image tool out", nil},
		"a list of categories":              {streams(around(`data: {"type":"error","moderation_details":{"categories":[`, `"",`, 690_000, "\"\"]}}\n\n")), onResponses, 8, "", nil},
		"a number without end":              {streams(around(`data: {"type":`, "9", endless, "")), onResponses, 8, "larger than 2048 KiB", nil},
		"words without end":                 {streams(around("", "data: {\"type\":\"response.output_text.delta\",\"delta\":\""+strings.Repeat("so ", 300)+"\"}\n\n", endless, "")), onResponses, 8, "more than 50000 events", nil},
		"events without an image":           {streams(around("", "data: {\"type\":\"response.image_generation_call.generating\"}\n\n", endless, "")), onResponses, 8, "more than 50000 events", nil},
		"events of unknown types, recorded": {streams(around("", "data: {\"type\":\""+strings.Repeat("x", 70)+"\"}\n\n", 5_000, completed(`"id":"r"}}`)+"\n\n")), append(onResponses, "--events"), 6, "no image came", nil},
		"comments without end":              {streams(around("", ": still here\n", endless, "")), append(onResponses, "--timeout", "2s"), 8, "the time limit passed", nil},
		"one comment without end":           {streams(around(":", "z", endless, "")), append(onResponses, "--timeout", "2s"), 8, "the time limit passed", nil},
		"drafts without end":                {streams(around("", draft+b64(strings.Repeat("z", 90_000))+"\"}\n\n", endless, "")), smaller, 8, "more than 16000000 bytes of pictures", nil},
		"broken drafts without end":         {streams(around("", draft+"!\"}\n\n", endless, "")), onResponses, 8, "more than 50000 events", nil},
		"white space in an image":           {streams(around(image, " ", endless, "")), onResponses, 8, "", nil},
		"images route, 10^6 keys":           {object(around("{", `"k":0,`, 1e6, `"l":0}`)), onImages, 8, "larger than 2048 KiB", nil},
		"images route, a list":              {object(around(`{"data":[`, "{},", 690_000, "{}]}")), onImages, 8, "b64_json is missing", nil},
		"images route, no JSON, no end":     {object(around("", "<p>", endless, "")), append(onImages, "--timeout", "2s"), 8, "", nil},
		"images route, an image of 300 MB":  {object(around(`{"data":[{"b64_json":"`, "AAAA", endless, "")), onImages, 8, "more than 268435456 bytes of pictures", nil},
		"images route, white space":         {object(around(`{`, " ", endless, "")), append(onImages, "--timeout", "2s"), 8, "the time limit passed", nil},
	}
}

func b64(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

func hostileHeaders() map[string]hostileRow {
	self := func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.URL.Path+"x", http.StatusTemporaryRedirect)
	}
	wait := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "99999999999999999999")
		w.WriteHeader(http.StatusTooManyRequests)
		fmt.Fprint(w, `{"error":{"code":"rate_limit_exceeded","resets_in_seconds":1e300}}`)
	}
	overloaded := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "0")
		w.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprint(w, `{"error":{"code":"server_is_overloaded"}}`)
	}
	limits := func(w http.ResponseWriter, _ *http.Request) {
		for i := range 2000 {
			w.Header().Set(fmt.Sprintf("x-limit%d-primary-used-percent", i), "100")
			w.Header().Add("Set-Cookie", fmt.Sprintf("__cf%d=%s", i, strings.Repeat("x", 20)))
		}
		w.WriteHeader(http.StatusTooManyRequests)
	}
	return map[string]hostileRow{
		"headers without end":             {rawly(around("HTTP/1.1 200 OK\r\n", "X-A: b\r\n", endless, "")), onResponses, 8, "", nil},
		"one header without end":          {rawly(around("HTTP/1.1 200 OK\r\nX-A: ", "b", endless, "")), onResponses, 8, "", nil},
		"a status without end":            {rawly(around("HTTP/1.1 200 ", "b", endless, "")), onResponses, 8, "", nil},
		"early hints without end":         {rawly(around("", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", endless, "")), onResponses, 8, "", nil},
		"a chunk's extension without end": {rawly(around("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n5;", "x", endless, "")), onResponses, 8, "", nil},
		"trailers without end":            {rawly(around("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\nTrailer: X-A\r\n\r\n0\r\n", "X-A: b\r\n", endless, "")), onResponses, 8, "", nil},
		"redirects without end":           {self, onResponses, 8, "redirect", nil},
		"a wait without end":              {wait, onResponses, 5, "asked too often", nil},
		"an overload that stays":          {overloaded, onResponses, 8, "overloaded", nil},
		"thousands of limits and cookies": {limits, append(onResponses, "-v"), 5, "", nil},
	}
}

func hostileErrors() map[string]hostileRow {
	const json = "application/json"
	return map[string]hostileRow{
		"an error without end":       {says(400, json, around(`{"error":{"message":"`, "z", endless, "")), onResponses, 7, "", nil},
		"an error page without end":  {says(500, "text/html", around("<html>", "<p>", endless, "")), onImages, 8, "", nil},
		"a 401 without end":          {says(401, json, around(`{"detail":"`, "z", endless, "")), onResponses, 3, "", nil},
		"a 429 without end":          {says(429, json, around("", "z", endless, "")), onImages, 5, "", nil},
		"an error of 2 MB in events": {streams(around(`data: {"type":"error","error":{"message":"`, "z", 2_000_000, "\"}}\n\n")), onResponses, 8, "the backend failed", nil},
	}
}

// hostilePictures are decoded only where that was asked for, and within bounds.
func hostilePictures() map[string]hostileRow {
	picture := func(content []byte) http.HandlerFunc {
		return object(func(w io.Writer) { fmt.Fprintf(w, `{"data":[{"b64_json":"%s"}]}`, b64(string(content))) })
	}
	with := func(more ...string) []string { return append(append([]string{}, onImages...), more...) }
	text := corpus.WithChunk(corpus.PNG(corpus.Halves(64, 64)), "zTXt", []byte(strings.Repeat("k\x00\x00", 4_000_000)))
	return map[string]hostileRow{
		"a PNG of 30000 x 30000":       {picture(corpus.Bomb(30000, 30000)), onImages, 8, "30000 x 30000", []string{"cat.rejected"}},
		"a PNG that says 60000 x ...":  {picture(corpus.Bomb(60000, 60000)), with("--exact", "crop", "--size", "1024x1024"), 8, "60000 x 60000", []string{"cat.rejected"}},
		"a WebP of 16384 x 16384":      {picture(webpBomb()), with("--convert", "png"), 8, "", []string{"cat.rejected"}},
		"a PNG with 12 MB of text":     {picture(text), with("--convert", "jpeg"), 0, "", []string{"cat.jpg"}},
		"a reference of 30000 x 30000": {picture(nil), []string{"edit", "bomb.png", "a hat", "--max-input-px", "512"}, 2, "30000 x 30000", nil},
		"a reference of 60000 x 60000": {picture(nil), []string{"edit", "header.png", "a hat", "--max-input-px", "512"}, 2, "60000 x 60000", nil},
		"a WebP for a reference":       {picture(nil), []string{"edit", "bomb.webp", "a hat", "--max-input-px", "512"}, 2, "", nil},
		"a bomb for a mask":            {picture(nil), []string{"edit", "bomb.png", "a hat", "--mask", "header.png"}, 2, "", nil},
	}
}

func hostileQuestions() map[string]hostileRow {
	models := func(w io.Writer) { around(`{"models":[`, `{},`, 1_390_000, "{}]}")(w) }
	names := func(w io.Writer) {
		around(`{"models":[`, `{"slug":"`+strings.Repeat("m", 40_000)+`"},`, 100, "{}]}")(w)
	}
	usage := func(w io.Writer) { around(`{"additional_rate_limits":[`, `{"rate_limit":{}},`, 230_000, "{}]}")(w) }
	rows := map[string]hostileRow{
		"gen, a catalogue of 1.4 million models": {object(models), catalogued, 8, "", nil},
		"gen, a catalogue of long names":         {object(names), catalogued, 8, "", nil},
		"gen, a catalogue without end":           {object(around(`{"models":[`, `{"slug":"m"},`, endless, "")), catalogued, 8, "", nil},
		"models, 1.4 million":                    {object(models), []string{"models"}, 0, "", nil},
		"models, long names":                     {object(names), []string{"models", "--json"}, 0, "", nil},
		"models, 1.4 million kinds of input":     {object(around(`{"models":[{"slug":"m","input_modalities":[`, `"",`, 1_390_000, `""]}]}`)), []string{"models", "--json"}, 0, "", nil},
		"models, without end":                    {object(around(`{"models":[`, `{"slug":"m"},`, endless, "")), []string{"models"}, 8, "", nil},
		"usage, 230 000 limits":                  {object(usage), []string{"usage"}, 0, "", nil},
		"usage, a plan without end":              {object(around(`{"plan_type":"`, "z", endless, "")), []string{"usage"}, 8, "", nil},
		"doctor, everything without end":         {object(around(`{"plan_type":"`, "z", endless, "")), []string{"doctor"}, 0, "", nil},
		"probe, events without end":              {streams(around("", "data: {}\n\n", endless, "")), []string{"probe", "--yes", "--only", "models"}, 0, "", nil},
	}
	return rows
}

func hostileIssuers() map[string]hostileRow {
	device := []string{"auth", "login", "--device", "--store", "file", "--yes"}
	then := func(token http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			switch {
			case strings.HasSuffix(r.URL.Path, "/usercode"):
				fmt.Fprint(w, `{"device_auth_id":"d","user_code":"ABCD-EFGH","interval":"0"}`)
			case strings.HasSuffix(r.URL.Path, "/deviceauth/token"):
				fmt.Fprint(w, `{"authorization_code":"c","code_verifier":"`+strings.Repeat("v", 43)+`"}`)
			default:
				token(w, r)
			}
		}
	}
	return map[string]hostileRow{
		"a device code without end":      {object(around(`{"user_code":"`, "A", endless, "")), device, 8, "", nil},
		"an issuer's header without end": {rawly(around("HTTP/1.1 200 OK\r\nX-A: ", "b", endless, "")), device, 8, "", nil},
		"a token without end":            {then(object(around(`{"access_token":"`, "A", endless, ""))), device, 3, "", nil},
		"a token of 900 kB":              {then(object(around(`{"refresh_token":"r","access_token":"`, "A", 900_000, `"}`))), device, 3, "", nil},
	}
}

// hostileSockets say on a WebSocket what hostileEvents say in a stream.
func hostileSockets() map[string]hostileRow {
	onSocket := []string{"gen", "a cat", "-o", "cat.png", "--route", "websocket", "--host-model", "m"}
	again := func(text string) http.HandlerFunc {
		return talks(func(ctx context.Context, conn *websocket.Conn) {
			for conn.Write(ctx, websocket.MessageText, []byte(text)) == nil {
			}
		})
	}
	whole := func(before, text string) http.HandlerFunc {
		return talks(func(ctx context.Context, conn *websocket.Conn) {
			if w, err := conn.Writer(ctx, websocket.MessageText); err == nil {
				around(before, text, endless, "")(w)
			}
		})
	}
	return map[string]hostileRow{
		"websocket, events without an image": {again(`{"type":"response.image_generation_call.generating"}`), onSocket, 8, "more than 50000 events", nil},
		"websocket, drafts without end":      {again(`{"type":"response.image_generation_call.partial_image","partial_image_b64":"` + b64(strings.Repeat("z", 90_000)) + `"}`), append(slices.Clone(onSocket), "--max-bytes", "16MB"), 8, "more than 16000000 bytes of pictures", nil},
		"websocket, a message without end":   {whole(`{"type":"x","y":"`, "zzzzzzzz"), onSocket, 8, "larger than 2048 KiB", nil},
		"websocket, an image without end":    {whole(`{"type":"x","result":"`, "AAAA"), onSocket, 8, "", nil},
	}
}

func talks(write func(context.Context, *websocket.Conn)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		conn, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer conn.CloseNow() // the other side may have gone
		if _, _, err := conn.Read(r.Context()); err == nil {
			write(r.Context(), conn)
		}
	}
}
