package sandbox

import "net/http"

// generations answers POST /images/generations.
func (s *Server) generations(x *exchange) { s.picture(x, imagesRules()) }

// edits answers POST /images/edits.
func (s *Server) edits(x *exchange) { s.picture(x, editsRules()) }

// picture answers with one picture in one JSON object.
func (s *Server) picture(x *exchange, rules []rule) {
	x.w.Header().Set("X-Codex-Imagegen-Request-Id", "imgreq_"+randomHex(24))
	o, rf := s.admitPicture(x, rules)
	if rf != nil {
		x.refuse(rf)
		return
	}
	s.ledger.drew()
	if !x.pause(s.pace) {
		return
	}
	prompt, refs := o.str("prompt"), x.seen(edited(o))
	d := drawing{
		prompt:     prompt,
		plain:      x.faults.plain,
		references: refs,
		size:       x.sized(s.scenario.pixels(prompt, o.str("size"))),
		// Real alpha (HA#107560, 2026-09-15; oh-my-pi#9183, 08-21), lost with
		// references (OC#42743, 09-04).
		transparent: o.str("background") == "transparent" && len(o.list("images")) == 0,
	}
	done, err := x.finish(d, d.paint(), "png") // always PNG (OMPT, 2026-10-08)
	if err != nil {
		x.refuse(newRefusal("encode", http.StatusInternalServerError, body{message: err.Error(), kind: "server_error"}))
		return
	}
	s.sendPicture(x, d, done, len(refs))
}

func (s *Server) admitPicture(x *exchange, rules []rule) (object, *refusal) {
	if rf := badAgent(x.r); rf != nil {
		return nil, rf
	}
	if rf := s.statusFault(x); rf != nil {
		return nil, rf
	}
	if s.scenario.noImages { // an empty 404 (OC#43250, 2026-09)
		return nil, &refusal{rule: "images-missing", status: http.StatusNotFound}
	}
	o, rf := readBody(x)
	if rf != nil {
		return nil, rf
	}
	if rf := judge(rules, &request{scenario: s.scenario, header: x.r.Header, body: o}); rf != nil {
		return nil, rf
	}
	return o, s.outcome(imageLimit, true)
}

// sendPicture writes the answer.
func (s *Server) sendPicture(x *exchange, d drawing, done final, refs int) {
	primary, secondary := s.planWindows()
	s.setWindows(x.w.Header(), primary, secondary)
	day := s.imageWindow()
	s.setWindows(x.w.Header(), day, day)
	x.w.Header().Set("X-Codex-Active-Limit", imageLimit)
	x.w.Header().Set("Content-Type", "application/json")
	answer := mustJSON(map[string]any{
		"created":       s.now().Unix(),
		"data":          []any{map[string]any{"b64_json": done.payload}},
		"background":    background(d),
		"output_format": "png",
		"quality":       s.scenario.quality,
		"size":          sizeText(done.size),
		"usage":         tokens(8+len(d.prompt)/4, imageTokens*refs, lowTokens, lowTokens),
	})
	x.begin(http.StatusOK)
	_ = writeJSON(&wire{x: x, to: x.w}, answer, done.payload) // the client left, or a fault cut it
}
