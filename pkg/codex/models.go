package codex

import (
	"context"
	"slices"
)

// clientVersion is sent to GET models: the catalogue hides models from older
// official clients. 0.169.0 is that of 2026-11-13.
const clientVersion = "0.169.0"

// FallbackHost carries the tool when the catalogue names none that can.
const FallbackHost = "gpt-5.5"

// A Model is an entry of the catalogue that matters for images.
type Model struct {
	Slug       string   `json:"slug"`
	Visibility string   `json:"visibility"`
	Modalities []string `json:"input_modalities"` // missing means text and image
	Lite       bool     `json:"use_responses_lite"`
}

// Models reads the catalogue, and remembers it for the next generation.
func (c *Client) Models(ctx context.Context) ([]Model, error) {
	var catalogue struct {
		Models few[wireModel] `json:"models"`
	}
	if _, err := c.get(ctx, c.base+"/models?client_version="+clientVersion, &catalogue); err != nil {
		return nil, err
	}
	var models []Model
	for _, model := range catalogue.Models {
		models = append(models, model.model())
	}
	if c.memory != nil {
		c.memory.Learn(func(f *Findings) { f.Models, f.Asked = models, c.now() })
	}
	return models, nil
}

// wireModel is a Model as the backend sends it.
type wireModel struct {
	Slug       looseString       `json:"slug"`
	Visibility looseString       `json:"visibility"`
	Modalities *few[looseString] `json:"input_modalities"`
	Lite       bool              `json:"use_responses_lite"`
}

func (w wireModel) model() Model {
	m := Model{Slug: short(string(w.Slug)), Visibility: short(string(w.Visibility)), Lite: w.Lite}
	if m.Slug != string(w.Slug) {
		m.Slug = "" // too long, or not fit to be printed: no name to ask for
	}
	if w.Modalities != nil {
		m.Modalities = []string{}
		for _, kind := range *w.Modalities {
			m.Modalities = append(m.Modalities, short(string(kind)))
		}
	}
	return m
}

// Unfit says why the model cannot carry the hosted tool, or "".
func (m Model) Unfit() string {
	switch {
	case m.Slug == "":
		return "it has no name"
	case m.Visibility != "" && m.Visibility != "list":
		return "it is hidden from this account"
	case m.Modalities != nil && !slices.Contains(m.Modalities, "image"):
		return "it takes no image input"
	}
	return ""
}

// HostCandidates are the models that can carry the hosted tool, best first:
// in the catalogue's order, those that are not "lite" before the others.
func HostCandidates(models []Model) []string {
	var plain, lite []string
	for _, model := range models {
		switch {
		case model.Unfit() != "":
		case model.Lite:
			lite = append(lite, model.Slug)
		default:
			plain = append(plain, model.Slug)
		}
	}
	return append(plain, lite...)
}

// HostModel is the model that a generation takes first.
func HostModel(models []Model) string {
	return append(HostCandidates(models), FallbackHost)[0]
}

// hosts gives the host models to try, in order. Only a login that is refused
// ends here; without a catalogue there is one well-known name to try.
func (c *Client) hosts(ctx context.Context) ([]string, error) {
	models := c.recall().Models
	if len(models) == 0 {
		var err error
		models, err = c.Models(ctx)
		if err != nil && (ctx.Err() != nil || exitCode(err) == 3) {
			return nil, err
		}
	}
	if hosts := HostCandidates(models); len(hosts) > 0 {
		return hosts, nil
	}
	return []string{FallbackHost}, nil
}

func exitCode(err error) int {
	if typed, ok := err.(interface{ ExitCode() int }); ok {
		return typed.ExitCode()
	}
	return 1
}
