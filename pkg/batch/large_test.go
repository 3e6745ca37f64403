package batch_test

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"path/filepath"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/codexgen/codexgen/pkg/batch"
	"github.com/codexgen/codexgen/pkg/codex"
)

// single are the kinds of failure that end a job and no batch.
var single = []codex.Kind{
	codex.KindUnauthorized, codex.KindForbidden, codex.KindModeration, codex.KindPolicy, codex.KindContentFilter,
	codex.KindNotIncluded, codex.KindToolStripped, codex.KindEmpty, codex.KindText, codex.KindIncomplete, codex.KindParameter,
	codex.KindModelUnavailable, codex.KindRouteMissing, codex.KindTransparentRefused, codex.KindRejected, codex.KindBadReference,
	codex.KindTooLarge, codex.KindChallenge, codex.KindIncident, codex.KindOverloaded, codex.KindServer, codex.KindMalformed,
	codex.KindClosed, codex.KindCut, codex.KindStalled, codex.KindTimeout, codex.KindDamaged, codex.KindRateLimit,
}

// endless are jobs that nobody keeps.
func endless(n int) iter.Seq2[batch.Job, error] {
	return batch.Number(func(yield func(batch.Record, error) bool) {
		for i := range n {
			if !yield(batch.Record{Line: i + 1, Fields: batch.Fields{"prompt": {fmt.Sprint(i)}}}, nil) {
				return
			}
		}
	})
}

// TestTenThousandJobs of which every tenth fails, in one of all ways in turn:
// each is counted once, as what it was.
func TestTenThousandJobs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &maker{folder: t.TempDir(), fail: func(job batch.Job, _ int) error {
			if job.Number%10 != 0 {
				return nil
			}
			return failure(single[job.Number/10%len(single)], codex.ChargedNo, time.Time{})
		}}
		got, want := map[codex.Kind]int{}, map[codex.Kind]int{}
		for i := range 1000 {
			want[single[(i+1)%len(single)]]++
		}
		done := 0
		for outcome, err := range batch.Run(t.Context(), endless(10_000), m, batch.Options{Concurrency: 16}) {
			if err != nil {
				t.Fatal(err)
			}
			if outcome.Kind == batch.Done {
				done++
				continue
			}
			var failed *codex.Error
			if errors.As(outcome.Err, &failed) {
				got[failed.Kind]++
			}
		}
		if done != 9000 || !maps.Equal(got, want) {
			t.Errorf("%d done, failed %v, want %v", done, got, want)
		}
	})
}

// TestMemoryForEachJob bounds what a job leaves behind: its key.
func TestMemoryForEachJob(t *testing.T) {
	const few, many, perJob = 2_000, 42_000, 120
	inUse := func(n int) int64 {
		j := journal(t, filepath.Join(t.TempDir(), "jobs.journal"), false)
		m := &maker{folder: t.TempDir(), refuse: func(batch.Job) error { return failure(codex.KindModeration, codex.ChargedNo, time.Time{}) }}
		var most runtime.MemStats
		for outcome, err := range batch.Run(t.Context(), endless(n), m, batch.Options{Journal: j, Concurrency: 4}) {
			if err != nil {
				t.Fatal(err)
			}
			if outcome.Job.Number == n {
				runtime.GC()
				runtime.ReadMemStats(&most)
			}
		}
		return int64(most.HeapAlloc)
	}
	before := inUse(few)
	if each := (inUse(many) - before) / (many - few); each > perJob {
		t.Errorf("%d bytes stay for each job, at most %d", each, perJob)
	}
}
