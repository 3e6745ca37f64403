package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/codexgen/codexgen/pkg/codex"
	"github.com/codexgen/codexgen/pkg/internal/safetext"
	"github.com/codexgen/codexgen/pkg/probe"
)

// An Entry is a variant as programs read it.
type Entry struct {
	Name     string          `json:"name"`
	Aliases  []string        `json:"aliases,omitempty"`
	Purpose  string          `json:"purpose"`
	Cost     probe.Cost      `json:"cost"`
	Expected []probe.Verdict `json:"expected"`
	Route    codex.Route     `json:"route,omitempty"`
	Control  string          `json:"control,omitempty"`
	Tags     []string        `json:"tags"`
	Extra    bool            `json:"extra"` // left out unless asked for
	Evidence []probe.Source  `json:"evidence"`
}

// Entries are the variants in their order.
func Entries(variants []probe.Variant) []Entry {
	entries := []Entry{}
	for _, v := range variants {
		entry := Entry{v.Name, v.Aliases, v.Purpose, v.Cost, v.Expected, v.Route, v.Control, v.Tags, v.Extra, v.Evidence}
		filled(&entry.Expected)
		filled(&entry.Tags)
		filled(&entry.Evidence)
		entries = append(entries, entry)
	}
	return entries
}

// List writes the variants, one a line where there is room. Like everything
// here it trusts no text: a suite of variants can come from anywhere.
func List(w io.Writer, variants []probe.Variant, o Options) error {
	t := &terminal{bufio.NewWriter(w), o}
	names := 0
	for _, v := range variants {
		names = max(names, len(v.Name))
	}
	for _, v := range variants {
		t.paragraph(fmt.Sprintf("%-*s  %-5s  ", names, safetext.Line(v.Name, maxText), v.Cost), v.Purpose)
	}
	return t.Flush()
}

// Explain writes what a variant asks, why, and its request as a difference
// from its control's, as Variant.Diff gives it.
func Explain(w io.Writer, v probe.Variant, diff string, o Options) error {
	t := &terminal{bufio.NewWriter(w), o}
	t.paragraph("", v.Purpose)
	fmt.Fprintln(t)
	for _, fact := range variantFacts(v) {
		t.paragraph(fmt.Sprintf("%-9s ", fact.Name), fact.Value)
	}
	if len(v.Evidence) > 0 {
		fmt.Fprint(t, "\nevidence (public reports; none was checked by this project):\n")
	}
	for _, source := range v.Evidence {
		t.paragraph(fmt.Sprintf("  %-10s  ", source.Date), source.Says+" "+source.Link)
	}
	title := "\nrequest:\n"
	if v.Control != "" {
		title = "\nrequest, as a difference from " + safetext.Line(v.Control, maxText) + ":\n"
	}
	fmt.Fprint(t, title)
	for line := range strings.Lines(diff) {
		indented := strings.TrimRight(line, "\n")
		bare := strings.TrimLeft(indented, "-+ ")
		fmt.Fprintln(t, t.paintDiff(indented[:len(indented)-len(bare)]+safetext.Line(bare, maxText)))
	}
	return t.Flush()
}

func variantFacts(v probe.Variant) []fact {
	cost := "believed free: it was refused on every recorded date"
	switch {
	case v.Cost == probe.OneImage:
		cost = "an image, if it is accepted"
	case v.Route == "":
		cost = "free: a question that draws nothing"
	}
	var list factList
	list.add("name", joined(", ", append([]string{v.Name}, v.Aliases...)...))
	list.add("cost", cost)
	list.add("expected", either(v.Expected))
	list.add("route", string(v.Route))
	list.add("tags", strings.Join(v.Tags, ", "))
	if v.Extra {
		list.add("runs", "only with --all, or by name or tag")
	}
	return list
}

func (t *terminal) paintDiff(line string) string {
	switch {
	case t.Color && strings.HasPrefix(line, "- "):
		return "\x1b[31m" + line + "\x1b[0m"
	case t.Color && strings.HasPrefix(line, "+ "):
		return "\x1b[32m" + line + "\x1b[0m"
	}
	return line
}
