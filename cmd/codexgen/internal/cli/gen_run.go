package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/progress"
	"github.com/codexgen/codexgen/pkg/codex"
	"github.com/codexgen/codexgen/pkg/imagefile"
)

// runGen makes one image: everything that can be refused is refused before
// the first byte is sent.
func runGen(ctx context.Context, env Env, o genOptions) error {
	prompt, err := readPrompt(o.prompt, env.Stdin)
	if err != nil {
		return err
	}
	o.prompt = prompt
	g := &generation{env: env, o: o, start: env.Now()}
	g.result = result{Prompt: prompt, Requested: wishes{o.size, o.quality, o.format, o.background}, Sandbox: o.backend.global.SandboxSet}
	err = g.run(ctx)
	if g.report != nil {
		g.report.Done()
	}
	return g.finish(err)
}

// A generation is one `gen` under way: what it was asked, where the image
// goes, and what has come so far.
type generation struct {
	env    Env
	o      genOptions
	start  time.Time
	target *imagefile.Target // nil for standard output
	spool  temporary
	report progress.Reporter
	result result
	sent   bool   // a request is on its way
	draft  string // the newest whole draft, kept after a failure
	kept   string // rejected bytes
}

func (g *generation) run(ctx context.Context) error {
	if err := g.o.check(); err != nil {
		return err
	}
	if g.o.dryRun {
		return g.printPlan()
	}
	if err := g.chooseTarget(); err != nil {
		return err
	}
	conn, err := connect(ctx, g.env, g.o.backend)
	if err != nil {
		return errors.Join(err, g.spool.Close())
	}
	g.report = progress.New(g.env.Stderr, progress.Options{TTY: g.env.StderrTTY, Quiet: g.o.backend.global.Quiet, Now: g.env.Now})
	g.notes(conn)
	err = g.consume(ctx, conn.client)
	err = g.settle(err)
	if closeErr := errors.Join(g.spool.Close(), conn.Close()); err == nil {
		err = closeErr
	}
	return err
}

func (g *generation) notes(conn *connection) {
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
	format := imagefile.Format(orDefault(g.o.format, "png"))
	output := g.o.output
	if output == "-" {
		if g.env.StdoutTTY {
			return usageError{"--output - would write image bytes to the terminal", "pipe it, or name a file"}
		}
		pipe, err := imagefile.NewStdoutTarget("")
		g.spool = pipe
		return err
	}
	target, err := imagefile.NewTarget(imagefile.Options{Output: output, Prompt: g.o.prompt, Format: format, Force: g.o.force})
	g.target, g.spool = target, target
	return err
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
	for event, err := range client.Generate(ctx, g.o.request(), spool{g.spool}) {
		if err != nil {
			return err
		}
		if err := g.handle(event); err != nil {
			return err
		}
	}
	return nil
}

func (g *generation) handle(event codex.Event) error {
	switch event := event.(type) {
	case codex.Planned:
		g.planned(event)
	case codex.Resending:
		g.warn("sending again: " + event.Why)
	case codex.Started:
		g.result.IDs, g.result.RequestID = event.IDs, event.IDs.Request
		g.report.Phase("accepted, waiting for the picture")
	case codex.Drawing:
		g.report.Phase("drawing")
	case codex.Partial:
		return g.partial(event)
	case codex.Final:
		return g.final(event)
	case codex.Usage:
		g.result.Usage = &event
	case codex.Limits:
		g.result.Limits = event.Windows
	case codex.Warning:
		g.warn(event.Text)
	}
	return g.event(event)
}

func (g *generation) warn(text string) {
	g.result.Warnings = append(g.result.Warnings, text)
	g.report.Line(text)
}

func (g *generation) planned(event codex.Planned) {
	g.sent = true
	g.result.Route, g.result.RouteReason, g.result.HostModel = string(event.Plan.Route), event.Why, event.Plan.HostModel()
	if event.From != "" {
		g.result.RouteFrom = string(event.From)
		g.warn(fmt.Sprintf("changing from the %s to the %s route, which draws on another allowance: %s", event.From, event.Plan.Route, event.Why))
	}
	g.report.Phase("asking the backend (" + string(event.Plan.Route) + " route)")
}

// partial publishes a draft. A draft that is damaged is dropped: the final
// image may still come.
func (g *generation) partial(event codex.Partial) error {
	temp := event.Image.(*imagefile.Temp)
	if g.o.output == "-" {
		return temp.Discard()
	}
	path, err := g.target.PublishPartial(temp)
	var damaged *imagefile.InvalidError
	if errors.As(err, &damaged) {
		g.warn("a draft came damaged and was dropped: " + damaged.Reason)
		return temp.Discard()
	}
	if err != nil {
		return err
	}
	g.result.Partials = append(g.result.Partials, path)
	g.report.Phase(fmt.Sprintf("draft %d: %s", len(g.result.Partials), path))
	return g.line(eventLine{Event: "partial", Path: path, Bytes: event.Bytes})
}

// final checks and publishes the image. Bytes that are no whole image are
// kept beside it as NAME.rejected: they may have been paid for.
func (g *generation) final(event codex.Final) error {
	temp := event.Image.(*imagefile.Temp)
	info, err := temp.Check()
	if err != nil {
		return g.damaged(temp, err)
	}
	g.result.file(info)
	g.result.RevisedPrompt = event.RevisedPrompt
	g.result.Reported = wishes{event.Size, event.Quality, event.Format, event.Background}
	if g.o.output == "-" {
		g.result.OK = true
		return g.pipe(temp)
	}
	path, err := g.target.PublishFinal(temp)
	if err != nil {
		return err
	}
	g.result.OK, g.result.Path = true, path
	return g.line(eventLine{Event: "final", Path: path, Bytes: event.Bytes})
}

func (g *generation) pipe(temp *imagefile.Temp) error {
	if err := temp.CopyTo(g.env.Stdout); err != nil {
		return &imagefile.OutputError{Path: "standard output", Reason: rootCause(err).Error(), Advice: "check the program that reads it", Err: err}
	}
	return nil
}

func (g *generation) damaged(temp *imagefile.Temp, cause error) error {
	var invalid *imagefile.InvalidError
	if errors.As(cause, &invalid) {
		cause = errors.New(invalid.Reason)
	}
	failure := codex.DamagedError(cause, g.result.IDs)
	if g.o.output == "-" {
		return failure
	}
	if path, err := g.target.PublishRejected(temp); err == nil {
		g.kept = path
	}
	return failure
}

// settle keeps of the drafts what the outcome asks for.
func (g *generation) settle(err error) error {
	removeErr := g.settleDrafts()
	if err == nil {
		return removeErr
	}
	if g.result.OK && exitCode(err) != 130 && exitCode(err) != 143 && exitCode(err) != 9 {
		g.warn("the image is complete, but then: " + err.Error())
		return removeErr
	}
	return err
}

// settleDrafts keeps all drafts where that was asked for, the newest one where
// no image came, and none otherwise.
func (g *generation) settleDrafts() error {
	drafts := g.result.Partials
	if g.target == nil || len(drafts) == 0 {
		return nil
	}
	if !g.result.OK {
		g.draft = drafts[len(drafts)-1]
	}
	switch {
	case g.o.keepPartials:
		return nil
	case g.result.OK:
		g.result.Partials = nil
		return g.target.RemovePartials()
	}
	g.result.Partials = drafts[len(drafts)-1:]
	return g.target.KeepNewest()
}

// finish prints the outcome: the path or object on stdout, and on stderr how
// what came differs from what was asked.
func (g *generation) finish(err error) error {
	if g.o.dryRun && err == nil {
		return nil
	}
	g.result.Seconds = g.env.Now().Sub(g.start).Round(time.Millisecond).Seconds()
	if err != nil {
		err = g.failed(err)
		g.result.fail(err)
	}
	if printErr := g.print(); printErr != nil && err == nil {
		return &imagefile.OutputError{Path: "standard output", Reason: rootCause(printErr).Error(), Advice: "the image is at " + g.result.Path, Err: printErr}
	}
	if err == nil && g.report != nil {
		g.closing()
	}
	return err
}

func (g *generation) print() error {
	switch {
	case g.o.events:
		return printJSON(g.env.Stdout, struct {
			Event string `json:"event"`
			result
		}{"result", g.result})
	case g.o.json:
		return printJSON(g.env.Stdout, g.result)
	case g.result.Path != "":
		_, err := fmt.Fprintln(g.env.Stdout, g.result.Path)
		return err
	}
	return nil
}

func (g *generation) closing() {
	if line := g.differences(); line != "" {
		g.report.Line(line)
	}
	if g.o.backend.global.Verbose {
		g.facts()
	}
	if g.result.Sandbox {
		g.report.Line("the picture is the sandbox's own drawing, not a model's")
	}
}

// facts is what --verbose adds: the route, the request and the limits.
func (g *generation) facts() {
	r := g.result
	g.report.Line(fmt.Sprintf("%s route (%s), %.1f s, request %s", r.Route, r.RouteReason, r.Seconds, r.RequestID))
	for _, window := range r.Limits {
		line := fmt.Sprintf("limit %s, %s window: %.0f %% used", window.Limit, window.Window, window.UsedPercent)
		if !window.Resets.IsZero() {
			line += ", resets " + codex.Until(window.Resets, g.env.Now())
		}
		g.report.Line(line)
	}
}

// differences compares what was asked with what is reported and measured.
func (g *generation) differences() string {
	r := g.result
	measured := wishes{Size: fmt.Sprintf("%dx%d", r.Width, r.Height), Format: r.Format, Quality: r.Reported.Quality}
	if r.Requested.Background == "transparent" && !r.Alpha {
		measured.Background = "no alpha channel"
	}
	var parts []string
	for _, pair := range []struct{ name, asked, got string }{
		{"size", r.Requested.Size, measured.Size}, {"quality", r.Requested.Quality, measured.Quality},
		{"format", r.Requested.Format, measured.Format}, {"background", r.Requested.Background, measured.Background},
	} {
		if pair.asked != "" && pair.asked != "auto" && pair.got != "" && !strings.EqualFold(pair.asked, pair.got) {
			parts = append(parts, fmt.Sprintf("%s %s (asked for %s)", pair.name, pair.got, pair.asked))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "the image differs from the wish: " + strings.Join(parts, ", ")
}

// printPlan is --dry-run: the request as it would be sent.
func (g *generation) printPlan() error {
	if err := g.o.backend.check(); err != nil {
		return err
	}
	base := g.o.backend.baseURL
	if g.o.backend.global.SandboxSet {
		base = "http://127.0.0.1/backend-api/codex"
	}
	client, err := newClient(g.env, g.o.backend, base, nil, false)
	if err != nil {
		return err
	}
	route, why, err := codex.ChooseRoute(g.o.request(), false)
	if err != nil {
		return err
	}
	fmt.Fprintf(g.env.Stderr, "nothing is sent; the route would be %s: %s\n", route, why)
	_, err = client.Plan(g.o.request(), route).WriteTo(g.env.Stdout)
	return err
}

// An eventLine is one line of --events.
type eventLine struct {
	Event string `json:"event"`
	Path  string `json:"path,omitempty"`
	Route string `json:"route,omitempty"`
	Text  string `json:"text,omitempty"`
	Bytes int64  `json:"bytes,omitempty"`
}

func (g *generation) line(line eventLine) error {
	if !g.o.events {
		return nil
	}
	return printJSON(g.env.Stdout, line)
}

// event writes the events that are not files.
func (g *generation) event(event codex.Event) error {
	switch event := event.(type) {
	case codex.Planned:
		return g.line(eventLine{Event: "planned", Route: string(event.Plan.Route), Text: event.Why})
	case codex.Resending:
		return g.line(eventLine{Event: "resending", Text: event.Why})
	case codex.Started:
		return g.line(eventLine{Event: "started"})
	case codex.Drawing:
		return g.line(eventLine{Event: "drawing"})
	case codex.Text:
		return g.line(eventLine{Event: "text", Text: event.Text})
	case codex.Warning:
		return g.line(eventLine{Event: "warning", Text: event.Text})
	case codex.Unknown:
		return g.line(eventLine{Event: "unknown", Text: event.Type})
	}
	return nil
}
