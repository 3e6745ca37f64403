package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"path/filepath"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/termtext"
	"github.com/codexgen/codexgen/pkg/history"
)

const (
	maxListed  = 50  // on a terminal
	promptCols = 120 // of a prompt, where no width is known
)

func runHistory(ctx context.Context, env Env, o historyOptions) error {
	var skipped history.Skipped
	runs := wantedRuns(ctx, openHistory(env, o.global), o.search, &skipped)
	if o.json {
		err := listJSON(env, runs)
		skippedLines(env, o.global, skipped)
		return err
	}
	count, more, err := listText(env, runs)
	skippedLines(env, o.global, skipped)
	if err != nil || o.global.Quiet {
		return err
	}
	switch {
	case count == 0 && o.search != "":
		fmt.Fprintln(env.Stderr, "no run in the history has all of these words")
	case count == 0:
		fmt.Fprintln(env.Stderr, "the history is empty; runs are noted with --history, or always with history = true in the configuration")
	case more:
		fmt.Fprintf(env.Stderr, "these are the newest %d; name words to search for, or | less for all\n", count)
	}
	return nil
}

// wantedRuns are those that the search is for, until ctx ends.
func wantedRuns(ctx context.Context, store *history.Store, search string, skipped *history.Skipped) iter.Seq2[history.Entry, error] {
	wanted := history.Matching(search)
	return func(yield func(history.Entry, error) bool) {
		for e, err := range store.Newest(skipped) {
			switch {
			case ctx.Err() != nil:
				yield(e, context.Cause(ctx))
				return
			case err != nil:
				yield(e, &historyError{store.Path(), err})
				return
			case wanted(e) && !yield(e, nil):
				return
			}
		}
	}
}

// listText prints a line a run.
func listText(env Env, runs iter.Seq2[history.Entry, error]) (count int, more bool, err error) {
	for e, err := range runs {
		if err != nil {
			return count, false, err
		}
		if env.StdoutTTY && count == maxListed {
			return count, true, nil
		}
		if _, err := fmt.Fprintln(env.Stdout, historyLine(env, e)); err != nil {
			return count, false, outputFailed(err)
		}
		count++
	}
	return count, false, nil
}

func historyLine(env Env, e history.Entry) string {
	what := "no file"
	switch {
	case !e.OK:
		what = orDefault(e.ErrorType, "failed")
	case e.Path != "":
		what = filepath.Base(e.Path)
	}
	head := fmt.Sprintf("%s  %s  %-28s  ", shortened(e.ID, 10), e.At.Local().Format("2006-01-02 15:04"), shortened(what, 28))
	room := promptCols
	if env.StdoutTTY && env.Columns != nil && env.Columns() > 0 {
		room = max(20, env.Columns()-len([]rune(head)))
	}
	return head + shortened(e.Prompt, room)
}

// shortened is text on one line of at most limit characters, harmless to a
// terminal.
func shortened(text string, limit int) string {
	line := []rune(termtext.Line(text))
	if len(line) <= limit {
		return string(line)
	}
	return string(line[:limit-1]) + "…"
}

// listJSON prints one array on one line, as it is read: it is never held.
func listJSON(env Env, runs iter.Seq2[history.Entry, error]) error {
	before := "["
	var failure error
	for e, err := range runs {
		if err != nil && before == "[" { // nothing is printed yet
			return answerJSON(env, nil, err)
		}
		if err != nil {
			failure = err
			break
		}
		text, err := json.Marshal(e)
		if err == nil {
			_, err = fmt.Fprintf(env.Stdout, "%s%s", before, termtext.JSON(text))
		}
		if err != nil {
			return outputFailed(err)
		}
		before = ","
	}
	end := "]"
	if before == "[" {
		end = "[]"
	}
	_, err := fmt.Fprintln(env.Stdout, end)
	return errors.Join(failure, outputFailed(err))
}
