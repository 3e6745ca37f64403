package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/codexgen/codexgen/pkg/batch"
	"github.com/codexgen/codexgen/pkg/codex"
)

// A tally counts the outcomes of many jobs. Its size does not depend on how
// many they are.
type tally struct {
	total   int
	kinds   map[batch.Kind]int
	types   map[string]int // of what failed or is unknown, by error_type
	codes   map[int]int    // by exit code
	charged map[codex.Charged]int
	unmet   int // made, but not as demanded
	hint    string
	limits  []codex.Window // the newest known
}

func newTally(total int) tally {
	return tally{total: total, kinds: map[batch.Kind]int{}, types: map[string]int{}, codes: map[int]int{}, charged: map[codex.Charged]int{}}
}

func (t *tally) add(outcome batch.Outcome) {
	t.kinds[outcome.Kind]++
	facts, _ := outcome.Image.Facts.(made)
	if len(facts.Limits) > 0 {
		t.limits = facts.Limits
	}
	if outcome.Err == nil {
		return
	}
	if outcome.Kind == batch.Done {
		t.unmet++
	}
	var failure result
	failure.fail(outcome.Err)
	t.types[failure.ErrorType]++
	t.codes[failure.Failure.ExitCode]++
	t.charged[failure.Charged]++
	t.hint = failure.Hint
}

func (t *tally) made() int { return t.kinds[batch.Done] }

// there are the images that exist now.
func (t *tally) there() int { return t.made() + t.kinds[batch.Kept] + t.kinds[batch.Adopted] }

func (t *tally) ended() int { return t.there() + t.kinds[batch.Failed] + t.kinds[batch.Unknown] }

func (t *tally) left() int { return max(t.total-t.ended(), 0) }

// status is how far it is, in one line.
func (t *tally) status(took time.Duration) string {
	text := fmt.Sprintf("%d done, %d failed, %d left", t.there(), t.kinds[batch.Failed]+t.kinds[batch.Unknown], t.left())
	if made := t.made(); made > 0 && took > 0 {
		text += fmt.Sprintf(", %.1f a minute", float64(made)/took.Minutes())
	}
	for _, window := range t.limits {
		if window.Limit != t.limits[0].Limit {
			continue // one that not every image draws on
		}
		text += fmt.Sprintf(", %s %s: %.0f %% left", window.Limit, windowLength(window), window.Left())
	}
	return text
}

// A count is one row of the table that ends a run.
type count struct {
	n    int
	text string
}

// rows are the counts that are not nothing.
func (t *tally) rows() []count {
	all := []count{
		{t.made(), "made"}, {t.kinds[batch.Kept], "there already"}, {t.kinds[batch.Adopted], "found from an earlier run"},
		{t.kinds[batch.Failed], "failed"}, {t.kinds[batch.Unknown], "unknown"}, {t.left(), "not asked for"},
	}
	return slices.DeleteFunc(all, func(row count) bool { return row.n == 0 })
}

// failures count what went wrong by its type, the commonest first.
func (t *tally) failures() (rows []count) {
	for name, n := range t.types {
		rows = append(rows, count{n, name})
	}
	slices.SortFunc(rows, func(a, b count) int { return cmp.Or(b.n-a.n, strings.Compare(a.text, b.text)) })
	return rows
}

// table has a line a count, and below a line a type of failure.
func (t *tally) table() (lines []string) {
	for _, row := range t.rows() {
		lines = append(lines, fmt.Sprintf("%-28s %6d", row.text, row.n))
	}
	for _, row := range t.failures() {
		lines = append(lines, fmt.Sprintf("- %-26s %6d", row.text, row.n))
	}
	return lines
}

func (t *tally) summary() string {
	return counted(t.total, "image") + ": " + inWords(t.rows())
}

// counted is "1 image" or "2 images".
func counted(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

// inWords is "3 made, 1 failed".
func inWords(rows []count) string {
	parts := make([]string, len(rows))
	for i, row := range rows {
		parts[i] = fmt.Sprintf("%d %s", row.n, row.text)
	}
	return strings.Join(parts, ", ")
}

// code is the exit code that all failures share, else 1.
func (t *tally) code() int {
	if len(t.codes) == 1 {
		for code := range t.codes {
			return code
		}
	}
	return 1
}

func (t *tally) worst() codex.Charged {
	for _, charged := range []codex.Charged{codex.ChargedUnknown, codex.ChargedYes} {
		if t.charged[charged] > 0 {
			return charged
		}
	}
	return codex.ChargedNo
}
