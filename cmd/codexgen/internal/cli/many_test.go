package cli

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

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
