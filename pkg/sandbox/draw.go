package sandbox

import (
	"bytes"
	"image"
	"strings"
)

// Tokens as reported: 515 for a low picture of the images route (T13,
// 2026-09-28). The others are of that order and inferred.
const (
	lowTokens    = 515
	mediumTokens = 1568
	imageTokens  = 258 // of one reference
)

func tokens(in, inImage, out, outImage int) map[string]any {
	return map[string]any{
		"input_tokens": in + inImage, "output_tokens": out, "total_tokens": in + inImage + out,
		"input_tokens_details":  map[string]any{"text_tokens": in, "image_tokens": inImage, "cached_tokens": 0},
		"output_tokens_details": map[string]any{"text_tokens": out - outImage, "image_tokens": outImage, "reasoning_tokens": 0},
	}
}

// final is a finished picture and what is said of it.
type final struct {
	payload *payload
	size    image.Point
}

// finish encodes img, or what the faults put in its place.
func (x *exchange) finish(d drawing, img *image.RGBA, format string) (final, error) {
	if x.faults.big > 0 {
		g := newGrain(x.faults.big, d.prompt)
		g.badCRC = x.faults.badCRC
		return x.wrap(g, g.size), nil
	}
	if x.faults.jpegBytes {
		format = "jpeg"
	}
	var whole image.Image = img
	if d.plain {
		whole = flat(img)
	}
	raw, err := encode(whole, format)
	if x.faults.credentials && format == "png" {
		raw = withCredentials(raw)
	}
	if x.faults.badCRC && format == "png" {
		badCRC(raw)
	}
	return x.wrap(bytes.NewReader(raw), d.size), err
}

func (x *exchange) wrap(f file, size image.Point) final {
	p := newPayload(f)
	p.corrupt(x.faults.corrupt)
	return final{p, size}
}

// sized is the size to draw at.
func (x *exchange) sized(p image.Point) image.Point {
	if x.faults.small {
		return image.Pt(64, 64)
	}
	return p
}

// draw is a turn in which the tool is called. There is no completed event of
// the call itself (CLI#5014), and its done item may still say "generating"
// (NUKO; CLI#5014).
func (t *turn) draw() {
	t.s.ledger.drew()
	id := "ig_" + randomHex(48)
	d, format := t.drawing()
	item := map[string]any{"id": id, "type": "image_generation_call", "status": "in_progress"}
	call := fields{"item_id": id, "output_index": 0}

	t.st.send("response.output_item.added", fields{"output_index": 0, "item": item}, nil)
	t.st.send("response.image_generation_call.in_progress", call, nil)
	t.st.wait(t.s.pace)
	t.st.send("response.image_generation_call.generating", call, nil)
	if t.st.err != nil {
		return // nobody is left to draw for
	}
	img := d.paint()
	for i := range int(t.q.image.number("partial_images")) {
		t.st.wait(t.s.pace)
		t.partial(d, img, id, format, i)
	}
	t.st.wait(t.s.pace)
	if t.st.out.x.faults.onlyPartials {
		t.complete(true, nil, nil)
		return
	}
	t.finish(d, img, id, format)
}

// finish sends the final picture and the end of the turn.
func (t *turn) finish(d drawing, img *image.RGBA, id, format string) {
	if t.st.err != nil {
		return
	}
	done, err := t.st.out.x.finish(d, img, format)
	if err != nil {
		t.fail("The picture could not be encoded.")
		return
	}
	item := t.item(id, d, done.size)
	item["result"] = done.payload
	t.deliver(item, done.payload)
}

// deliver sends the finished item and the end of the turn.
func (t *turn) deliver(item map[string]any, p *payload) {
	f := t.st.out.x.faults
	if f.onlyCompleted {
		t.complete(true, item, p)
		return
	}
	t.st.send("response.output_item.done", fields{"output_index": 0, "item": item}, p)
	if f.errorAfterImage {
		t.fail("An error occurred while processing your request (sandbox fault).")
		return
	}
	t.complete(true, nil, nil)
}

// fail sends an error event and nothing after it.
func (t *turn) fail(message string) {
	t.st.send("error", fields{"error": map[string]any{
		"type": "server_error", "code": "server_error", "message": message, "param": nil}}, nil)
}

// item is the finished call, without its picture.
func (t *turn) item(id string, d drawing, size image.Point) map[string]any {
	action := t.q.image.str("action")
	if action == "" || action == "auto" {
		action = "generate"
		if len(t.q.references()) > 0 {
			action = "edit"
		}
	}
	m := t.look(d, size)
	m["id"], m["type"], m["status"] = id, "image_generation_call", "generating"
	m["action"], m["revised_prompt"] = action, d.prompt
	return m
}

// look is what an event says about its picture: quality auto becomes medium
// (NUKO, 2026-08-21).
func (t *turn) look(d drawing, size image.Point) map[string]any {
	format := t.q.image.str("output_format")
	if format == "" {
		format = "png"
	}
	return map[string]any{"size": sizeText(size), "quality": "medium", "background": background(d), "output_format": format}
}

func background(d drawing) string {
	if d.transparent {
		return "transparent"
	}
	return "opaque"
}

// partial sends a coarse view of img, finer with each index.
func (t *turn) partial(d drawing, img *image.RGBA, id, format string, index int) {
	if t.st.err != nil {
		return
	}
	block := max(2, min(d.size.X, d.size.Y)/(12<<(2*index)))
	raw, err := encode(coarse(img, block), format)
	if err != nil {
		t.st.err = err
		return
	}
	p := newPayload(bytes.NewReader(raw))
	f := fields(t.look(d, d.size))
	f["item_id"], f["output_index"] = id, 0
	f["partial_image_index"], f["partial_image_b64"] = index, p
	t.st.send("response.image_generation_call.partial_image", f, p)
}

// drawing reads from the request what to draw, and the format of the bytes.
func (t *turn) drawing() (drawing, string) {
	tool, prompt := t.q.image, t.q.prompt()
	bg := tool.str("background")
	d := drawing{
		prompt: prompt,
		plain:  t.st.out.x.faults.plain,
		size:   t.st.out.x.sized(t.s.scenario.pixels(prompt, tool.str("size"))),
		// Words in the prompt gave real alpha (NUKO, 2026-08-21; T13, 2026-09-28).
		references:  t.st.out.x.seen(t.q.references()),
		transparent: bg != "opaque" && strings.Contains(strings.ToLower(prompt), "transparent background"),
	}
	format := tool.str("output_format")
	if format == "" || format == "webp" && !t.s.scenario.realWebP {
		format = "png" // silently (NUKO, 2026-08-21)
	}
	return d, format
}
