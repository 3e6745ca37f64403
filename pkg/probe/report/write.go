package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/codexgen/codexgen/pkg/probe"
)

// Options say how a report is written.
type Options struct {
	Verbose bool // the evidence too, where a format leaves it out
	Width   int  // of the terminal in columns; 0 is no limit
	Color   bool

	// Want are verdicts that were demanded of a variant, by its name; they
	// stand in for those that its reports lead to expect.
	Want map[string][]probe.Verdict
	// Secrets are masked wherever they stand.
	Secrets []string
	// Picture opens the picture of a variant. Nil shows none.
	Picture func(name string) (io.ReadSeekCloser, error)
}

type writer func(io.Writer, probe.Report, Options) error

var writers = []struct {
	format string
	write  writer
}{{"table", table}, {"markdown", markdown}, {"json", writeJSON}, {"junit", junit}, {"html", page}}

// Formats are the names that Write takes, the one for people first.
func Formats() []string {
	var names []string
	for _, one := range writers {
		names = append(names, one.format)
	}
	return names
}

// Write writes a report in one of Formats.
func Write(w io.Writer, format string, r probe.Report, o Options) error {
	for _, one := range writers {
		if one.format == format {
			return one.write(w, cleaned(r, o.Secrets), o)
		}
	}
	return fmt.Errorf("%q is no format of a report (known: %s)", format, list(Formats()))
}

// complaint is what is wrong with a verdict, "" for nothing. What was demanded
// counts, and else what the reports lead to expect; what was not sent says
// nothing, unless it was demanded.
func (o Options) complaint(r probe.Result) string {
	want, demanded := o.Want[r.Name]
	switch {
	case !demanded && r.Unexpected():
		return fmt.Sprintf("%s; the reports lead to expect %s", r.Verdict, either(r.Expected))
	case demanded && !slices.Contains(want, r.Verdict):
		return fmt.Sprintf("%s; demanded was %s", r.Verdict, either(want))
	}
	return ""
}

func either(verdicts []probe.Verdict) string {
	words := make([]string, len(verdicts))
	for i, verdict := range verdicts {
		words[i] = string(verdict)
	}
	return strings.Join(words, " or ")
}

// A tally counts verdicts.
type tally struct {
	Verdict probe.Verdict
	Count   int
}

// tallies are those that occur, the good ones first.
func tallies(results []probe.Result) []tally {
	counts := map[probe.Verdict]int{}
	for _, result := range results {
		counts[result.Verdict]++
	}
	var list []tally
	for _, verdict := range probe.Verdicts() {
		if counts[verdict] > 0 {
			list = append(list, tally{verdict, counts[verdict]})
		}
	}
	return list
}

// about says in lines what a report is of.
func about(r probe.Report) []string {
	lines := []string{fmt.Sprintf("%s, %s, host %s", orNone(r.Tool), r.Started.UTC().Format("2006-01-02 15:04 UTC"), orNone(r.Host))}
	if r.Sandbox != "" {
		lines = append(lines, "This is the built-in sandbox playing "+r.Sandbox+", not OpenAI's backend.")
	}
	var counts []string
	for _, one := range tallies(r.Results) {
		counts = append(counts, fmt.Sprintf("%d %s", one.Count, one.Verdict))
	}
	images := fmt.Sprintf("images: %d spent or maybe spent, %d allowed", r.Spent, r.Budget)
	lines = append(lines, fmt.Sprintf("%d variants: %s; %s", len(r.Results), strings.Join(counts, ", "), images))
	if r.Stopped != "" {
		lines = append(lines, "Ended early: "+r.Stopped)
	}
	return lines
}

func orNone(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

func list(names []string) string { return strings.Join(names, ", ") }
