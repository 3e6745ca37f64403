package probe

import (
	"fmt"
	"slices"

	"github.com/codexgen/codexgen/pkg/codex"
)

// A Selection says which variants to run. Its zero value is all but the
// extras.
type Selection struct {
	All   bool        // the extras too
	Names []string    // only these, by name or alias
	Tags  []string    // only those with one of these tags
	Route codex.Route // only those of this route; GETs stay. Those of the websocket route are extras, and then taken
}

// An UnknownError names what no variant has; its exit code is 2.
type UnknownError struct{ What, Value, Near string }

func (e *UnknownError) Error() string { return fmt.Sprintf("no probe has the %s %q", e.What, e.Value) }
func (e *UnknownError) Hint() string {
	if e.Near != "" {
		return "did you mean " + e.Near + "?"
	}
	return "codexgen probe list shows them all"
}
func (e *UnknownError) ExitCode() int     { return 2 }
func (e *UnknownError) ErrorType() string { return "invalid_argument" }

// Select gives the variants of a selection in their order, each once. A name
// or tag that nobody has is an *UnknownError.
func Select(variants []Variant, s Selection) ([]Variant, error) {
	for _, name := range s.Names {
		if _, found := Find(variants, name); !found {
			return nil, &UnknownError{"name", name, nearest(name, names(variants))}
		}
	}
	for _, tag := range s.Tags {
		if !slices.ContainsFunc(variants, func(v Variant) bool { return slices.Contains(v.Tags, tag) }) {
			return nil, &UnknownError{"tag", tag, nearest(tag, allTags(variants))}
		}
	}
	return slices.DeleteFunc(slices.Clone(variants), func(v Variant) bool { return !s.takes(v) }), nil
}

func allTags(variants []Variant) []string {
	var tags []string
	for _, v := range variants {
		tags = append(tags, v.Tags...)
	}
	return tags
}

func (s Selection) takes(v Variant) bool {
	named := slices.ContainsFunc(s.Names, func(name string) bool { return name == v.Name || slices.Contains(v.Aliases, name) })
	tagged := slices.ContainsFunc(s.Tags, func(tag string) bool { return slices.Contains(v.Tags, tag) })
	switch {
	case s.Route != "" && v.Route != "" && v.Route != s.Route:
		return false
	case len(s.Names)+len(s.Tags) > 0:
		return named || tagged
	}
	return s.All || !v.Extra || s.Route == codex.RouteWebSocket
}
