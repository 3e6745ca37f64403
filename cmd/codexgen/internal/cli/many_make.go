package cli

import (
	"context"
	"errors"
	"io"
	"sync"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/progress"
	"github.com/codexgen/codexgen/pkg/batch"
	"github.com/codexgen/codexgen/pkg/codex"
	"github.com/codexgen/codexgen/pkg/imagefile"
)

// A maker makes each image of many as one `gen` would (batch.Generator), but
// says nothing: what it has to say is in the result.
type maker struct {
	env     Env
	client  *codex.Client
	options func(batch.Job) (genOptions, error)

	mu     sync.Mutex
	swept  bool
	number int // of the newest image, where all of them have one name
}

// made is what a maker tells beside the image.
type made struct {
	result
	differs string // from the wish, for people
}

func (m *maker) Generate(ctx context.Context, job batch.Job, sending func(string) error) (batch.Image, error) {
	o, err := m.options(job)
	if err != nil {
		return batch.Image{}, err
	}
	g := newGeneration(m.env, o)
	g.number = job.Number
	g.report = progress.New(io.Discard, progress.Options{Quiet: true})
	err = g.conclude(m.make(ctx, g, sending))
	facts := made{result: g.result}
	if g.result.Path != "" {
		facts.differs = g.differences()
	}
	return batch.Image{Path: g.result.Path, SHA256: g.result.SHA256, Bytes: g.result.Bytes, Facts: facts}, err
}

func (m *maker) make(ctx context.Context, g *generation, sending func(string) error) (err error) {
	if err := m.prepare(g); err != nil {
		return err
	}
	defer func() {
		if closeErr := errors.Join(g.target.Close(), g.inputs.Close()); err == nil {
			err = closeErr
		}
	}()
	if err := g.openReferences(ctx); err != nil {
		return err
	}
	if err := sending(g.target.Path()); err != nil {
		return err
	}
	return g.make(ctx, m.client)
}

// prepare refuses what can be refused, and decides the names.
func (m *maker) prepare(g *generation) error {
	if err := g.readPrompt(); err != nil {
		return err
	}
	if err := g.o.check(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	options := g.targetOptions()
	options.Sum, options.Swept = true, m.swept
	if g.o.count > 1 {
		options.From = m.number + 1
	}
	target, err := imagefile.NewTarget(options)
	if err != nil {
		return err
	}
	m.swept, m.number = true, target.Number()
	g.target, g.spool = target, target
	return nil
}
