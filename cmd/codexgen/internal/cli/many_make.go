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

	numbers []int // in the names of `gen -n`, by job

	mu    sync.Mutex
	swept bool
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
	err = g.conclude(m.make(ctx, g, m.from(job), sending))
	facts := made{result: g.result}
	if g.result.Path != "" {
		facts.differs = g.differences()
	}
	return batch.Image{Path: g.result.Path, SHA256: g.result.SHA256, Bytes: g.result.Bytes, Facts: facts}, err
}

// adopt tells of an image that an earlier run has made what the file tells,
// and notes it in the history where that run could not.
func (m *maker) adopt(job batch.Job, image batch.Image) batch.Image {
	o, err := m.options(job)
	info, ok := image.Facts.(imagefile.Info)
	if err != nil || !ok {
		return image
	}
	g := newGeneration(m.env, o)
	g.report = progress.New(io.Discard, progress.Options{Quiet: true})
	g.result.OK, g.result.Prompt, g.result.Path, g.result.SHA256 = true, o.shape.prompt(o.prompt), image.Path, image.SHA256
	g.result.Format, g.result.Width, g.result.Height, g.result.Bytes = string(info.Format), info.Width, info.Height, info.Bytes
	g.result.Alpha, g.result.Credentials = info.Alpha, info.Signed
	g.rememberFound()
	image.Facts = made{result: g.result}
	return image
}

func (m *maker) make(ctx context.Context, g *generation, from int, sending func(string) error) (err error) {
	if err := m.prepare(g, from); err != nil {
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

// from is the least number in the name of a job's image: the one that was
// found for it before anything was sent.
func (m *maker) from(job batch.Job) int {
	if job.Number > len(m.numbers) {
		return 1
	}
	return m.numbers[job.Number-1]
}

// prepare refuses what can be refused, and decides the names.
func (m *maker) prepare(g *generation, from int) error {
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
	options.From = from
	target, err := imagefile.NewTarget(options)
	if err != nil {
		return err
	}
	m.swept = true
	g.target, g.spool = target, target
	return nil
}
