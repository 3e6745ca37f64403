package sandbox

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// model is one row of the catalogue. Slugs, lite and minimal versions are
// those of openai/codex models.json of 2026-08-22; the texts are ours.
type model struct {
	slug     string
	from     string // YYYY-MM it appears
	hidden   string // YYYY-MM it is hidden from; "" is never
	lite     bool
	textOnly bool
	needs    string // minimal_client_version
}

func allModels() []model {
	return []model{
		{slug: "gpt-5.6-sol", from: "2026-07", lite: true, needs: "0.144.0"},
		{slug: "gpt-5.6-terra", from: "2026-07", lite: true, needs: "0.144.0"},
		{slug: "gpt-5.6-luna", from: "2026-07", lite: true, needs: "0.144.0"},
		{slug: "gpt-5.5", from: "2026-04", needs: "0.124.0"},
		{slug: "gpt-5.2", from: "2026-01", needs: "0.60.0"},
		{slug: sparkModel, from: "2026-02", textOnly: true, needs: "0.100.0"},
		// Retired on 2026-08-31, may still answer.
		{slug: "gpt-5.4", from: "2026-03", hidden: "2026-09", needs: "0.98.0"},
		{slug: "gpt-5.4-mini", from: "2026-03", hidden: "2026-09", needs: "0.98.0"},
		// Seen as carriers in 2026-09 and 10 (JD, PI); that they are hidden is inferred.
		{slug: "gpt-6-astra", from: "2026-09", hidden: "2026-09", lite: true, needs: "0.150.0"},
		{slug: "gpt-6-luna", from: "2026-09", hidden: "2026-09", lite: true, needs: "0.150.0"},
	}
}

// models of a month: those that exist by then.
func modelsOf(month string) []model {
	var out []model
	for _, m := range allModels() {
		if m.from <= month {
			out = append(out, m)
		}
	}
	return out
}

func findModel(month, slug string) (model, bool) {
	for _, m := range modelsOf(month) {
		if m.slug == slug {
			return m, true
		}
	}
	return model{}, false
}

// models answers GET /models?client_version=X.Y.Z. Programs of the official
// client get 404, which they put up with, because each of their versions
// wants its own schema (observed with 0.145 and 0.169, 2026-11).
func (s *Server) models(x *exchange) {
	if official(x.r.Header) {
		notFound(x)
		return
	}
	var list []any
	version := x.r.URL.Query().Get("client_version")
	for i, m := range modelsOf(s.scenario.date) {
		if !older(version, m.needs) {
			list = append(list, m.json(s.scenario.date, i))
		}
	}
	answer := map[string]any{"models": list}
	if list == nil {
		answer["models"] = []any{}
	}
	tag := fmt.Sprintf(`"%x"`, sha256.Sum256(mustJSON(answer)))
	x.w.Header().Set("ETag", tag)
	if x.r.Header.Get("If-None-Match") == tag {
		x.begin(http.StatusNotModified)
		return
	}
	x.json(answer)
}

func (m model) json(month string, priority int) map[string]any {
	visibility, modalities := "list", []string{"text", "image"}
	if m.hidden != "" && m.hidden <= month {
		visibility = "hide"
	}
	if m.textOnly {
		modalities = []string{"text"}
	}
	return map[string]any{
		"slug": m.slug, "display_name": m.slug,
		"description":                    "an emulated model of the sandbox",
		"visibility":                     visibility,
		"priority":                       priority,
		"supported_in_api":               true,
		"input_modalities":               modalities,
		"use_responses_lite":             m.lite,
		"minimal_client_version":         m.needs,
		"default_reasoning_level":        "medium",
		"supported_reasoning_levels":     []any{map[string]any{"effort": "low", "description": "short"}, map[string]any{"effort": "medium", "description": "usual"}},
		"experimental_supported_tools":   []any{},
		"available_in_plans":             []string{"plus", "pro", "business", "enterprise", "edu"},
		"supports_image_detail_original": true,
		"prefer_websockets":              false,
		"context_window":                 272000,
		"base_instructions":              "You are the sandbox's model.",
	}
}

// older reports whether version a, X.Y.Z, is below b. Anything else than a
// whole version counts as the oldest.
func older(a, b string) bool {
	av, bv := version(a), version(b)
	for i := range av {
		if av[i] != bv[i] {
			return av[i] < bv[i]
		}
	}
	return false
}

func version(s string) (v [3]int) {
	parts := strings.Split(s, ".")
	if len(parts) != len(v) {
		return v
	}
	for i, p := range parts {
		n, err := strconv.Atoi(p)
		if err != nil || n < 0 {
			return [3]int{}
		}
		v[i] = n
	}
	return v
}
