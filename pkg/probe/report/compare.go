package report

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/codexgen/codexgen/pkg/probe"
)

// A Comparison is what differs between two runs: two dates, two accounts, two
// hosts.
type Comparison struct {
	Before    Side     `json:"before"`
	After     Side     `json:"after"`
	Moved     []Move   `json:"moved"`
	Same      int      `json:"same"`                // verdicts that did not move
	Unsettled []string `json:"unsettled,omitempty"` // variants that only one of the two runs sent
}

// A Side is a run in a line.
type Side struct {
	Started string `json:"started"` // YYYY-MM-DD HH:MM UTC
	Host    string `json:"host"`
	Account string `json:"account,omitempty"` // a hash
	Summary string `json:"summary"`
}

// A Move is a variant with another verdict than before.
type Move struct {
	Name   string        `json:"name"`
	Before probe.Verdict `json:"before"`
	After  probe.Verdict `json:"after"`
	Why    string        `json:"why"` // of the verdict after
}

// Compare goes through the variants of both runs in the order of the later
// one. What one of them did not send has not moved.
func Compare(before, after probe.Report) Comparison {
	c := Comparison{Before: side(before), After: side(after), Moved: []Move{}}
	for _, now := range after.Results {
		then, found := before.Result(now.Name)
		switch {
		case !found || (then.Verdict == probe.NotSent) != (now.Verdict == probe.NotSent):
			c.Unsettled = append(c.Unsettled, now.Name)
		case then.Verdict != now.Verdict:
			c.Moved = append(c.Moved, Move{now.Name, then.Verdict, now.Verdict, now.Why})
		case now.Verdict != probe.NotSent:
			c.Same++
		}
	}
	for _, then := range before.Results {
		if _, found := after.Result(then.Name); !found {
			c.Unsettled = append(c.Unsettled, then.Name)
		}
	}
	return c
}

func side(r probe.Report) Side {
	return Side{r.Started.UTC().Format("2006-01-02 15:04 UTC"), r.Host, r.Account, r.Diagnosis.Summary}
}

var comparers = map[string]func(*bufio.Writer, Comparison, Options){"table": compareTable, "markdown": compareMarkdown}

// CompareFormats are the names that WriteComparison takes.
func CompareFormats() []string { return []string{"table", "markdown", "json"} }

// WriteComparison writes a comparison of reports that Read has read.
func WriteComparison(w io.Writer, format string, c Comparison, o Options) error {
	if !slices.Contains(CompareFormats(), format) {
		return fmt.Errorf("%q is no format of a comparison (known: %s)", format, list(CompareFormats()))
	}
	out := bufio.NewWriter(w)
	if write := comparers[format]; write != nil {
		write(out, c, o)
		return out.Flush()
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(c)
}

func compareTable(out *bufio.Writer, c Comparison, o Options) {
	t := &terminal{out, o}
	t.paragraph("before  ", c.Before.String())
	t.paragraph("after   ", c.After.String())
	fmt.Fprintln(t)
	for _, move := range c.Moved {
		t.paragraph("", fmt.Sprintf("%s: %s -> %s", move.Name, move.Before, move.After))
		t.paragraph("    ", move.Why)
	}
	t.paragraph("", c.counts())
	if len(c.Unsettled) > 0 {
		t.paragraph("sent by one of the two only: ", list(c.Unsettled))
	}
}

func compareMarkdown(out *bufio.Writer, c Comparison, _ Options) {
	fmt.Fprintf(out, "# codexgen probe diff\n\n- before: %s\n- after: %s\n\n%s\n", plain(c.Before.String()), plain(c.After.String()), plain(c.counts()))
	if len(c.Moved) > 0 {
		fmt.Fprint(out, "\n| Variant | Before | After | Why |\n|---|---|---|---|\n")
	}
	for _, move := range c.Moved {
		fmt.Fprintf(out, "| %s | %s | %s | %s |\n", plain(move.Name), plain(string(move.Before)), plain(string(move.After)), plain(move.Why))
	}
	if len(c.Unsettled) > 0 {
		fmt.Fprintf(out, "\nSent by one of the two only: %s\n", plain(list(c.Unsettled)))
	}
}

func (c Comparison) counts() string {
	return fmt.Sprintf("verdicts that moved: %d; that did not: %d", len(c.Moved), c.Same)
}

func (s Side) String() string {
	return joined(", ", s.Started, labelled("host", s.Host), labelled("account", s.Account)) + ": " + s.Summary
}
