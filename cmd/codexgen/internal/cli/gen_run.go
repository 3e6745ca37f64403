package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/preview"
	"github.com/codexgen/codexgen/cmd/codexgen/internal/progress"
	"github.com/codexgen/codexgen/pkg/codex"
	"github.com/codexgen/codexgen/pkg/imagefile"
)

// runGen makes one image: everything that can be refused is refused before
// the first byte is sent.
func runGen(ctx context.Context, env Env, o genOptions) error {
	if o.count == 0 {
		return usageError{"--count 0 makes no image", "leave it out"}
	}
	if o.count > 1 {
		return runMany(ctx, env, o)
	}
	g := newGeneration(env, o)
	global := o.backend.global
	g.report = progress.New(env.Stderr, progress.Options{TTY: env.StderrTTY && !global.Plain, Quiet: global.Quiet, Now: env.Now})
	err := g.run(ctx)
	g.report.Done()
	err = g.finish(err)
	if err == nil && o.open && g.result.Path != "" {
		g.open(ctx)
	}
	return err
}

func newGeneration(env Env, o genOptions) *generation {
	g := &generation{env: env, o: o, start: env.Now()}
	g.result = result{Schema: schemaVersion, Requested: wishes{Size: o.shape.size, Aspect: o.shape.aspect, Quality: o.quality, Format: o.format, Background: o.background}, Sandbox: o.backend.global.SandboxSet}
	return g
}

// A generation is one `gen` under way: what it was asked, where the image
// goes, and what has come so far.
type generation struct {
	env    Env
	o      genOptions
	start  time.Time
	target *imagefile.Target // nil for standard output
	spool  temporary
	inputs inputs
	report progress.Reporter
	viewer *preview.Viewer // nil for no preview
	result result
	number int   // of several images, 0 for one alone
	came   int64 // bytes of drafts and image
	sent   bool  // a request is on its way
	plan   *codex.Plan
	unmet  error  // the image is there, but not as it was demanded
	draft  string // the newest whole draft, kept after a failure
	kept   string // rejected bytes
}

func (g *generation) run(ctx context.Context) error {
	if err := g.readPrompt(); err != nil {
		return err
	}
	if err := g.o.check(); err != nil {
		return err
	}
	if g.o.dryRun {
		return g.printPlan(ctx)
	}
	if err := g.chooseTarget(); err != nil {
		return err
	}
	conn, err := connect(ctx, g.env, g.o.backend)
	if err != nil {
		return errors.Join(err, g.spool.Close())
	}
	g.startPreview()
	g.notes(conn)
	err = g.openReferences(ctx)
	if err == nil {
		err = g.make(ctx, conn.client)
	}
	if closeErr := errors.Join(g.spool.Close(), g.inputs.Close(), conn.Close()); err == nil {
		err = closeErr
	}
	return err
}

// make asks for the image and brings everything that comes to its place.
func (g *generation) make(ctx context.Context, client *codex.Client) error {
	err := g.settle(g.consume(ctx, client))
	if err == nil {
		err = g.writeSidecar()
	}
	return err
}

func (g *generation) notes(conn *connection) {
	conn.say = g.report.Line
	if conn.note != "" {
		g.report.Line(conn.note)
	}
	if conn.plan == "free" {
		g.report.Line("the account's plan is free; images are not included in it")
	}
}

// chooseTarget decides the names. Standard output gets its bytes from a
// temporary file, so that a broken image never reaches a pipe.
func (g *generation) chooseTarget() error {
	if g.o.output == "-" {
		if g.env.StdoutTTY {
			return usageError{"--output - would write image bytes to the terminal", "pipe it, or name a file"}
		}
		pipe, err := imagefile.NewStdoutTarget("")
		g.spool = pipe
		return err
	}
	target, err := imagefile.NewTarget(g.targetOptions())
	g.target, g.spool = target, target
	return err
}

func (g *generation) targetOptions() imagefile.Options {
	return imagefile.Options{
		Output: g.o.output, Prompt: g.o.prompt, Format: imagefile.Format(orDefault(g.o.local.convert, orDefault(g.o.format, "png"))),
		Force: g.o.force, Sum: g.o.json || g.o.events || g.o.history || g.o.local.sidecar, Sidecar: g.o.local.sidecar, Now: g.env.Now(),
	}
}

func orDefault(value, fallback string) string {
	if value == "" {
		return fallback
	}
	return value
}

// A temporary place for images: a Target, or the one for standard output.
type temporary interface {
	Create() (*imagefile.Temp, error)
	Close() error
}

// spool hands temporary files to the stream.
type spool struct{ temporary }

func (s spool) Create() (codex.Blob, error) { return s.temporary.Create() }

func (g *generation) consume(ctx context.Context, client *codex.Client) error {
	for event, err := range client.Generate(ctx, g.request(), spool{g.spool}) {
		if err != nil {
			return err
		}
		if err := g.handle(event); err != nil {
			return err
		}
	}
	return nil
}

// printPlan is --dry-run: the request as it would be sent.
func (g *generation) printPlan(ctx context.Context) error {
	if err := g.o.backend.check(); err != nil {
		return err
	}
	defer g.inputs.Close()
	if err := g.openReferences(ctx); err != nil {
		return err
	}
	base := g.o.backend.baseURL
	if g.o.backend.global.SandboxSet {
		base = "http://127.0.0.1/backend-api/codex"
	}
	client, err := newClient(g.env, g.o.backend, base, nil, nil)
	if err != nil {
		return err
	}
	route, why, err := codex.ChooseRoute(g.request(), false)
	if err != nil {
		return err
	}
	fmt.Fprintf(g.env.Stderr, "nothing is sent; the route would be %s: %s\n", route, why)
	_, err = client.Plan(g.request(), route).WriteTo(g.env.Stdout)
	return err
}
