package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/codexgen/codexgen/pkg/internal/safetext"
	"github.com/codexgen/codexgen/pkg/probe"
)

// whyRoom is how many columns a text needs to stand beside its label.
const whyRoom = 28

// whyLines is how many lines a reason gets on a terminal; -v gives it all.
const whyLines = 2

// terminal writes lines within a width, in colour or not. Its buffer keeps the
// first error.
type terminal struct {
	*bufio.Writer
	Options
}

// table is the answer for people: first the diagnosis, then what it rests on.
func table(w io.Writer, r probe.Report, o Options) error {
	t := &terminal{bufio.NewWriter(w), o}
	t.diagnosis(r.Diagnosis)
	t.results(r.Results)
	fmt.Fprintln(t)
	for _, line := range about(r) {
		t.paragraph("", line)
	}
	if t.Width > 0 && !t.Verbose {
		t.paragraph("", "-v adds the evidence")
	}
	return t.Flush()
}

func (t *terminal) diagnosis(d probe.Diagnosis) {
	t.paragraph("", d.Summary)
	if d.Advice != "" {
		t.paragraph("next: ", d.Advice)
	}
	fmt.Fprintln(t)
	for _, route := range d.Routes {
		t.paragraph(fmt.Sprintf("%-9s  %-7s  ", route.Route, route.State), route.Why)
	}
	for _, finding := range d.Findings {
		if finding.Text == d.Summary {
			continue
		}
		t.paragraph("- ", finding.Text)
		if finding.Advice != "" {
			t.paragraph("  next: ", finding.Advice)
		}
	}
	for _, open := range d.Open {
		t.paragraph("? ", open)
	}
	fmt.Fprintln(t)
}

func (t *terminal) results(results []probe.Result) {
	names := len("VARIANT")
	for _, result := range results {
		names = max(names, len(result.Name))
	}
	columns := names + len("  ! ") + len(probe.TransportUnknown) + len("  ")
	narrow := t.Width > 0 && t.Width < columns+whyRoom
	if !narrow {
		fmt.Fprintf(t, "%-*s    %-*s  WHY\n", names, "VARIANT", len(probe.TransportUnknown), "VERDICT")
	}
	for _, result := range results {
		if result.Verdict == probe.NotSent && !t.Verbose && t.complaint(result) == "" {
			continue // gathered below
		}
		mark := " "
		if t.complaint(result) != "" {
			mark = "!"
		}
		if narrow {
			fmt.Fprintln(t, t.paint(result, mark+" "+result.Name))
			t.row("    ", 4, t.short(string(result.Verdict)+": "+result.Why, t.Width-4))
		} else {
			verdict := fmt.Sprintf("%s %-*s", mark, len(probe.TransportUnknown), result.Verdict)
			t.row(fmt.Sprintf("%-*s  %s  ", names, result.Name, t.paint(result, verdict)), columns, t.short(result.Why, t.Width-columns))
		}
		t.evidence(result)
	}
	if slices.ContainsFunc(results, func(r probe.Result) bool { return t.complaint(r) != "" }) {
		fmt.Fprintln(t)
		t.paragraph("! ", "not what was expected: codexgen probe explain NAME")
	}
	if !t.Verbose {
		t.notSent(results)
	}
}

// notSent gathers what was left out by its reason.
func (t *terminal) notSent(results []probe.Result) {
	var reasons []string
	names := map[string][]string{}
	for _, result := range results {
		if result.Verdict != probe.NotSent || t.complaint(result) != "" {
			continue
		}
		if names[result.Why] == nil {
			reasons = append(reasons, result.Why)
		}
		names[result.Why] = append(names[result.Why], result.Name)
	}
	for _, reason := range reasons {
		fmt.Fprintln(t)
		t.paragraph("", fmt.Sprintf("not sent (%d), since %s:", len(names[reason]), reason))
		t.paragraph("  ", list(names[reason]))
	}
}

// short cuts a text that would take too many lines of so many columns.
func (t *terminal) short(text string, width int) string {
	if t.Width == 0 || t.Verbose {
		return text
	}
	lines := wrap(safetext.Line(text, maxText), width)
	if len(lines) <= whyLines {
		return text
	}
	lines[whyLines-1] = wrap(lines[whyLines-1], width-1)[0] + "…"
	return strings.Join(lines[:whyLines], " ")
}

// row puts the reason beside the verdict; head takes so many columns.
func (t *terminal) row(head string, columns int, why string) {
	for _, line := range wrap(safetext.Line(why, maxText), max(0, t.Width-columns)) {
		fmt.Fprintln(t, strings.TrimRight(head+line, " "))
		head = strings.Repeat(" ", columns)
	}
}

func (t *terminal) evidence(r probe.Result) {
	if !t.Verbose {
		return
	}
	for _, fact := range facts(r) {
		t.paragraph(fmt.Sprintf("    %-14s ", fact.Name), fact.Value)
	}
}

// paragraph wraps text behind its label, or under it where the rest of the
// line is too short.
func (t *terminal) paragraph(label, text string) {
	if t.Width > 0 && t.Width-len(label) < whyRoom && strings.TrimSpace(label) != "" {
		fmt.Fprintln(t, strings.TrimRight(label, " "))
		label = "      "
	}
	t.row(label, len(label), text)
}

// colours are SGR codes for what a verdict means to the reader.
var colours = map[string]string{"news": "1;31", "good": "32", "part": "33", "none": "2"}

func (t *terminal) paint(r probe.Result, text string) string {
	code := colours[mood(r, t.complaint(r))]
	if code == "" || !t.Color {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}
