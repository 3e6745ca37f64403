package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/progress"
	"github.com/codexgen/codexgen/pkg/batch"
	"github.com/codexgen/codexgen/pkg/codex"
)

// TestExitCodeOfMany is the code that all failures share, else 1; what ended
// the run early goes before both.
func TestExitCodeOfMany(t *testing.T) {
	limit := &codex.Error{Kind: codex.KindUsageLimit, Charged: codex.ChargedNo}
	for name, row := range map[string]struct {
		failures []codex.Kind
		stopped  error
		total    int
		code     int
		says     string
	}{
		"all came":   {nil, nil, 2, 0, ""},
		"one kind":   {[]codex.Kind{codex.KindCut, codex.KindServer}, nil, 4, 8, "4 images: 2 made, 2 failed (1 api_error, 1 stream_cut)"},
		"two codes":  {[]codex.Kind{codex.KindModeration, codex.KindCut}, nil, 4, 1, "2 failed"},
		"limit":      {[]codex.Kind{codex.KindModeration}, &batch.StopError{Reason: "no more jobs are started", Err: limit}, 9, 5, "6 not asked for (1 moderation_blocked); no more jobs are started: usage limit reached"},
		"Ctrl-C":     {nil, ErrInterrupted, 9, 130, "7 not asked for; interrupted"},
		"terminated": {nil, ErrTerminated, 9, 143, "7 not asked for; terminated"},
	} {
		t.Run(name, func(t *testing.T) {
			m := &many{env: Env{Now: time.Now}, report: progress.New(io.Discard, progress.Options{Quiet: true}), tally: newTally(row.total)}
			for range 2 {
				m.tally.add(batch.Outcome{Kind: batch.Done})
			}
			for _, kind := range row.failures {
				m.tally.add(batch.Outcome{Kind: batch.Failed, Err: &codex.Error{Kind: kind, Charged: codex.ChargedUnknown}})
			}
			err := m.verdict(row.stopped)
			if exitCode(err) != row.code || err != nil && !strings.Contains(err.Error(), row.says) {
				t.Errorf("exit %d: %v", exitCode(err), err)
			}
			if row.stopped != nil && !errors.Is(err, row.stopped) {
				t.Errorf("%v does not say why it ended", err)
			}
		})
	}
}

// failing makes nine images of ten; the tenth fails in one way after another.
type failing []codex.Kind

func (f failing) Generate(_ context.Context, job batch.Job, sending func(string) error) (batch.Image, error) {
	if err := sending("x.png"); err != nil {
		return batch.Image{}, err
	}
	if job.Number%10 == 0 {
		return batch.Image{}, &codex.Error{Kind: f[job.Number/10%len(f)], Charged: codex.ChargedNo}
	}
	return batch.Image{Path: "x.png"}, nil
}

// TestSummaryOfTenThousand counts every kind of failure as often as it came,
// and the code is 1, since they share none.
func TestSummaryOfTenThousand(t *testing.T) {
	const jobs = 10_000
	kinds := failing{codex.KindModeration, codex.KindCut, codex.KindStalled, codex.KindText, codex.KindEmpty, codex.KindDamaged,
		codex.KindServer, codex.KindRateLimit, codex.KindUnauthorized, codex.KindParameter, codex.KindTooLarge}
	want := map[string]int{}
	for n := 10; n <= jobs; n += 10 {
		var failure result
		failure.fail(&codex.Error{Kind: kinds[n/10%len(kinds)], Charged: codex.ChargedNo})
		want[failure.ErrorType]++
	}
	synctest.Test(t, func(t *testing.T) { // one kind is waited for
		var out strings.Builder
		m := newMany(Env{Now: time.Now, Stdout: &out, Stderr: io.Discard}, genOptions{json: true}, jobs)
		m.name = func(job batch.Job) string { return fmt.Sprint(job.Number) }
		err := m.run(t.Context(), numbered(jobs), kinds, batch.Options{Concurrency: 16})
		if says := "10000 images: 9000 made, 1000 failed ("; exitCode(err) != 1 || !strings.HasPrefix(err.Error(), says) {
			t.Errorf("exit %d: %v", exitCode(err), err)
		}
		var summary manyResult
		if err := json.Unmarshal([]byte(out.String()), &summary); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, summary.Failures); diff != "" || summary.Done != 9000 || summary.Failed != 1000 || summary.NotStarted != 0 {
			t.Errorf("%+v\n%s", summary, diff)
		}
	})
}

func numbered(n int) iter.Seq2[batch.Job, error] {
	return batch.Number(func(yield func(batch.Record, error) bool) {
		for i := range n {
			if !yield(batch.Record{Line: i + 1, Fields: batch.Fields{"prompt": {fmt.Sprint(i)}}}, nil) {
				return
			}
		}
	})
}
