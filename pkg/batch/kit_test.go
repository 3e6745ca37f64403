package batch_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/codexgen/codexgen/pkg/batch"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// maker writes a file for each job, or fails as it is told.
type maker struct {
	folder string
	fail   func(job batch.Job, try int) error // after sending; nil is none
	refuse func(job batch.Job) error          // before sending
	block  func(ctx context.Context, job batch.Job)
	bytes  []byte // of the files; nil is the prompt

	mu    sync.Mutex
	asked map[string]int // by prompt
	now   int
	most  int // at once
}

func (m *maker) begin(prompt string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.asked == nil {
		m.asked = map[string]int{}
	}
	m.asked[prompt]++
	m.now++
	m.most = max(m.most, m.now)
	return m.asked[prompt]
}

func (m *maker) end() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now--
}

func (m *maker) Generate(ctx context.Context, job batch.Job, sending func(string) error) (batch.Image, error) {
	if m.refuse != nil {
		if err := m.refuse(job); err != nil {
			return batch.Image{}, err
		}
	}
	path := filepath.Join(m.folder, job.Key.String()+".png")
	if err := sending(path); err != nil {
		return batch.Image{}, err
	}
	try := m.begin(job.Fields["prompt"][0])
	defer m.end()
	if m.block != nil {
		m.block(ctx, job)
	}
	if m.fail != nil {
		if err := m.fail(job, try); err != nil {
			return batch.Image{}, err
		}
	}
	content := m.bytes
	if content == nil {
		content = []byte(job.Fields["prompt"][0])
	}
	digest := sha256.Sum256(content)
	return batch.Image{Path: path, SHA256: hex.EncodeToString(digest[:]), Bytes: int64(len(content))}, os.WriteFile(path, content, 0o600)
}

// prompts are jobs, one a prompt.
func prompts(texts ...string) iter.Seq2[batch.Job, error] {
	return batch.Number(func(yield func(batch.Record, error) bool) {
		for i, text := range texts {
			if !yield(batch.Record{Line: i + 1, Fields: batch.Fields{"prompt": {text}}}, nil) {
				return
			}
		}
	})
}

func many(n int) (texts []string) {
	for i := range n {
		texts = append(texts, fmt.Sprintf("prompt %d", i))
	}
	return texts
}

// run collects the outcomes by prompt.
func run(ctx context.Context, jobs iter.Seq2[batch.Job, error], g batch.Generator, o batch.Options) (map[string]batch.Outcome, error) {
	outcomes := map[string]batch.Outcome{}
	for outcome, err := range batch.Run(ctx, jobs, g, o) {
		if err != nil {
			return outcomes, err
		}
		prompt := outcome.Job.Fields["prompt"][0]
		if _, twice := outcomes[prompt]; twice {
			return outcomes, errors.New("two outcomes for " + prompt)
		}
		outcomes[prompt] = outcome
	}
	return outcomes, nil
}

func journal(t *testing.T, path string, resume bool) *batch.Journal {
	t.Helper()
	j, err := batch.OpenJournal(path, resume)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() })
	return j
}

// kinds counts outcomes.
func kinds(outcomes map[string]batch.Outcome) map[batch.Kind]int {
	count := map[batch.Kind]int{}
	for _, outcome := range outcomes {
		count[outcome.Kind]++
	}
	return count
}
