package cli

import (
	"fmt"
	"maps"
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

// summary counts everything that is not nothing.
func (t *tally) summary() string {
	var parts []string
	for _, row := range []struct {
		count int
		text  string
	}{
		{t.made(), "made"}, {t.kinds[batch.Kept], "there already"}, {t.kinds[batch.Adopted], "found from an earlier run"},
		{t.kinds[batch.Failed], "failed"}, {t.kinds[batch.Unknown], "unknown"}, {t.left(), "not asked for"},
	} {
		if row.count > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", row.count, row.text))
		}
	}
	return fmt.Sprintf("%d images: %s", t.total, strings.Join(parts, ", "))
}

// failures counts what went wrong by its type, the commonest first.
func (t *tally) failures() string {
	names := slices.SortedFunc(maps.Keys(t.types), func(a, b string) int {
		if t.types[a] != t.types[b] {
			return t.types[b] - t.types[a]
		}
		return strings.Compare(a, b)
	})
	for i, name := range names {
		names[i] = fmt.Sprintf("%d %s", t.types[name], name)
	}
	return strings.Join(names, ", ")
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
