package sandbox

import (
	"encoding/json"
	"fmt"
	"strings"
)

// images answers POST images/generations: one JSON object, PNG whatever was
// asked (OMPT 2026-10-08), size and quality ignored (T13 2026-09-28).
func (a *answer) images() {
	prompt := text(a.body, "prompt")
	w, h := a.pictureSize(text(a.body, "size"), prompt)
	transparent := text(a.body, "background") == "transparent"
	background := "opaque"
	if transparent {
		background = "transparent"
	}
	for range 3 {
		wait(a.r, a.s.pace)
	}
	if a.r.Context().Err() != nil {
		return
	}
	data, _ := json.Marshal(map[string]any{
		"created": a.s.now().Unix(), "data": []any{map[string]any{"b64_json": placeholder}},
		"background": background, "quality": "low", "size": fmt.Sprintf("%dx%d", w, h), "output_format": "png",
		"usage": map[string]any{"input_tokens": 12, "input_tokens_details": map[string]any{"image_tokens": 0, "text_tokens": 12}, "output_tokens": 429, "total_tokens": 441},
	})
	header := a.w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("x-codex-imagegen-request-id", "igr-"+header.Get("x-request-id"))
	before, after, _ := strings.Cut(string(data), placeholder)
	a.countImage()
	_, _ = fmt.Fprint(a, before)
	a.writePicture(a, drawing{prompt: prompt, w: w, h: h, format: "png", transparent: transparent, big: a.on.has("big")}, true)
	_, _ = fmt.Fprint(a, after)
	a.flush()
}
