package probe

import (
	"slices"

	"github.com/codexgen/codexgen/pkg/codex"
)

// Tags of the built-in variants.
const (
	TagQuestion  = "question" // a bare GET
	TagControl   = "control"
	TagShape     = "shape"     // is the body's form accepted
	TagChoice    = "choice"    // tool_choice
	TagSize      = "size"      //
	TagQuality   = "quality"   //
	TagFormat    = "format"    //
	TagAlpha     = "alpha"     // transparency
	TagModel     = "model"     // names of image and host models
	TagReference = "reference" // edits and references
	TagStream    = "stream"    // drafts
	TagHeader    = "header"    //
	TagHermes    = "hermes"    // public reports of Hermes
	TagTransport = "transport" // HTTP or WebSocket
)

// Builtin are the variants that codexgen knows, free ones first. Names and
// aliases are unique; a control comes before what is compared with it.
func Builtin() []Variant {
	return slices.Concat(questions(), hostedRefusals(), editsRefusals(),
		imagesVariants(), editsVariants(), hostedVariants(), extras())
}

// Find looks a variant up by its name or an alias.
func Find(variants []Variant, name string) (Variant, bool) {
	i := slices.IndexFunc(variants, func(v Variant) bool { return v.Name == name || slices.Contains(v.Aliases, name) })
	if i < 0 {
		return Variant{}, false
	}
	return variants[i], true
}

func expect(verdicts ...Verdict) []Verdict  { return verdicts }
func tags(names ...string) []string         { return names }
func edits(list ...codex.Edit) []codex.Edit { return list }

// object and list are JSON values in the form that encoding/json gives.
type object = map[string]any
type list = []any
