package probe

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"

	"github.com/codexgen/codexgen/pkg/codex"
)

// variantName is what can be typed, and be a file's name.
var variantName = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,63}$`)

// variant checks the fields that can be judged alone.
func (s suiteVariant) variant() (Variant, error) {
	edits, err := s.edits()
	for _, name := range append([]string{s.Name}, s.Aliases...) {
		if err == nil && !variantName.MatchString(name) {
			err = fmt.Errorf("%q is no name: lower-case letters, digits, dots and hyphens", name)
		}
	}
	for _, verdict := range s.Expected {
		if err == nil && (verdict == NotSent || verdict == Answered) {
			err = fmt.Errorf("%q is no verdict that a request can have", verdict)
		}
	}
	switch {
	case err != nil:
		return Variant{}, err
	case s.Purpose == "":
		return Variant{}, errors.New("purpose is missing: the question that it answers")
	case len(s.Expected) == 0:
		return Variant{}, errors.New("expected is missing: the verdicts that are no news")
	case s.Route != codex.RouteResponses && s.Route != codex.RouteImages && s.Route != codex.RouteWebSocket:
		return Variant{}, fmt.Errorf("route is %q, and has to be %q, %q or %q", s.Route, codex.RouteResponses, codex.RouteImages, codex.RouteWebSocket)
	case s.Refused && s.Cost != Free:
		return Variant{}, errors.New(`refused goes with cost = "free": every report refused it, so it is sent without a budget`)
	}
	cost := s.Cost
	if cost == "" {
		cost = OneImage
	}
	return Variant{Name: s.Name, Aliases: s.Aliases, Purpose: s.Purpose, Evidence: s.Evidence, Expected: s.Expected, Cost: cost, Tags: s.Tags,
		Route: s.Route, Control: s.Control, Edits: edits, Refused: s.Refused, Extra: s.Extra, Risky: s.Risky, Nonsense: s.Nonsense}, nil
}

func (s suiteVariant) edits() ([]codex.Edit, error) {
	if len(s.Edits) > maxSuiteEdits {
		return nil, fmt.Errorf("it has %d edits; at most %d are taken", len(s.Edits), maxSuiteEdits)
	}
	var out []codex.Edit
	for i, raw := range s.Edits {
		edit, err := raw.edit()
		if err != nil {
			return nil, fmt.Errorf("edit %d: %w", i+1, err)
		}
		out = append(out, edit)
	}
	return out, nil
}

func (s suiteEdit) edit() (codex.Edit, error) {
	given := slices.DeleteFunc([]string{s.Set, s.Delete, s.Header, s.DropHeader, s.Path}, func(text string) bool { return text == "" })
	if len(given) != 1 {
		return codex.Edit{}, errors.New("it needs one of set, delete, header, drop_header and path")
	}
	if wants := s.Set+s.Header != ""; wants != (s.Value != nil) {
		return codex.Edit{}, errors.New("a value goes with set and header, and with nothing else")
	}
	switch {
	case s.Set != "":
		return codex.Set(s.Set, s.Value), nil
	case s.Delete != "":
		return codex.Delete(s.Delete), nil
	case s.Path != "":
		return codex.SetPath(s.Path), nil
	case http.CanonicalHeaderKey(s.Header+s.DropHeader) == "Authorization":
		return codex.Edit{}, errors.New("the login is not a variant's to change")
	case s.DropHeader != "":
		return codex.DropHeader(s.DropHeader), nil
	}
	value, isText := s.Value.(string)
	if !isText {
		return codex.Edit{}, errors.New("the value of a header is a text")
	}
	return codex.SetHeader(s.Header, value), nil
}
