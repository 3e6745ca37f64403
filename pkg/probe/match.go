package probe

import (
	"fmt"
	"slices"
	"strings"

	"github.com/codexgen/codexgen/pkg/codex"
)

// A match is one row of the table that turns evidence into a verdict. What is
// set must hold; lists are alternatives. Comparisons ignore case.
type match struct {
	source string // where and when it was seen
	kinds  []codex.Kind
	codes  []string // equals the fault's code or type
	param  string
	words  []string // occurs in the fault's message, or in the text of a 200
	when   func(*Evidence) bool

	verdict Verdict
	by      Party
	says    string
}

func (m match) holds(e *Evidence) bool {
	fault, text := e.Fault, e.Text
	if fault == nil {
		fault = &Fault{}
	} else {
		text = fault.Message
	}
	coded := slices.ContainsFunc(m.codes, func(code string) bool {
		return strings.EqualFold(code, fault.Code) || strings.EqualFold(code, fault.Type)
	})
	worded := slices.ContainsFunc(m.words, func(word string) bool {
		return strings.Contains(strings.ToLower(text), strings.ToLower(word))
	})
	return (len(m.kinds) == 0 || slices.Contains(m.kinds, fault.Kind)) &&
		(len(m.codes) == 0 || coded) && (len(m.words) == 0 || worded) &&
		(m.param == "" || m.param == fault.Param) && (m.when == nil || m.when(e))
}

// judge reads the table. Its last row holds for everything.
func judge(e *Evidence) (verdict Verdict, by Party, why string) {
	m := matches[matching(e)]
	if by = m.by; by == "" {
		by = ByBackend
	}
	return m.verdict, by, m.says + e.quote()
}

func matching(e *Evidence) int {
	return slices.IndexFunc(matches, func(m match) bool { return m.holds(e) })
}

// quote is what the fault said in its own words.
func (e *Evidence) quote() string {
	if e.Fault == nil || e.Picture != nil {
		return ""
	}
	var facts []string
	if e.Status != 0 {
		facts = append(facts, fmt.Sprintf("HTTP %d", e.Status))
	}
	for _, fact := range []string{e.Fault.Code, e.Fault.Param, e.Fault.Detail} {
		if fact != "" {
			facts = append(facts, fact)
		}
	}
	quote := ""
	if len(facts) > 0 {
		quote = " (" + strings.Join(facts, ", ") + ")"
	}
	if e.Fault.Message != "" {
		quote += `: "` + e.Fault.Message + `"`
	}
	return quote
}
