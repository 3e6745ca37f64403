package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/codexgen/codexgen/pkg/codex"
	"github.com/codexgen/codexgen/pkg/imagefile"
)

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
		g.came += event.Bytes
		return g.partial(event)
	case codex.Final:
		g.came += event.Bytes
		return g.final(event)
	case codex.Usage:
		g.result.Usage = &event
	case codex.ReferencesIgnored:
		g.referencesIgnored()
	case codex.Limits:
		g.result.Limits = event.Windows
	case codex.Warning:
		g.warn(event.Text)
	}
	g.event(event)
	return nil
}

func (g *generation) warn(text string) {
	g.result.Warnings = append(g.result.Warnings, text)
	g.viewer.Forget()
	g.report.Line(text)
}

func (g *generation) planned(event codex.Planned) {
	g.sent, g.plan = true, event.Plan
	g.result.Route, g.result.RouteReason, g.result.HostModel = string(event.Plan.Route), event.Why, event.Plan.HostModel()
	if event.From != "" {
		g.result.RouteFrom = string(event.From)
		g.warn(fmt.Sprintf("changing from the %s to the %s route, which draws on another allowance: %s", event.From, event.Plan.Route, event.Why))
	}
	if event.Remembered && g.o.backend.global.Verbose {
		g.report.Line(fmt.Sprintf("starting on the %s route, %s", event.Plan.Route, event.Why))
	}
	g.report.Phase("asking the backend, " + string(event.Plan.Route) + " route")
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
	g.show(path)
	g.line(eventLine{Event: "partial", Path: path, Bytes: event.Bytes})
	return nil
}

// final checks and publishes the image. Bytes that are no whole image are
// kept beside it as NAME.rejected: they may have been paid for.
func (g *generation) final(event codex.Final) error {
	temp := event.Image.(*imagefile.Temp)
	info, err := temp.Check()
	if err != nil {
		return g.damaged(temp, err)
	}
	g.result.RevisedPrompt = event.RevisedPrompt
	g.result.Reported = wishes{Size: event.Size, Quality: event.Quality, Format: event.Format, Background: event.Background}
	for _, fault := range info.Warnings {
		g.warn("the image is usable, but " + fault)
	}
	final, original := g.retouched(temp, info)
	if info, err = final.Check(); err != nil {
		return err
	}
	g.result.file(info)
	if err := g.o.shape.met(info.Width, info.Height); err != nil {
		g.unmet = err
	}
	if g.o.output == "-" {
		g.result.OK = true
		return g.pipe(final)
	}
	return g.publish(final, original, info)
}

func (g *generation) publish(final, original *imagefile.Temp, info imagefile.Info) error {
	path, err := g.target.PublishFinal(final)
	if err != nil {
		return err
	}
	g.result.OK, g.result.Path = true, path
	if g.target.Moved() {
		g.warn("the folder of " + path + " is another one now; the image is in the one that was there, wherever that is")
	}
	if want, got := filepath.Ext(g.target.Path()), filepath.Ext(path); g.o.format == "" && !strings.EqualFold(want, got) {
		g.warn(fmt.Sprintf("the image came as %s, so its name ends in %s, not %s", info.Format, got, want))
	}
	if err := g.keepOriginal(original); err != nil {
		return err
	}
	g.show(path)
	g.line(eventLine{Event: "final", Path: path, Bytes: info.Bytes})
	return nil
}

func (g *generation) pipe(temp *imagefile.Temp) error {
	if err := temp.CopyTo(g.env.Stdout); err != nil {
		return &imagefile.OutputError{Path: "standard output", Reason: rootCause(err).Error(), Advice: "check the program that reads it", Err: err}
	}
	return nil
}

// damaged words a check that failed. Where the disk did not take the bytes the
// image may have been whole: half of it is no evidence, and is not kept.
func (g *generation) damaged(temp *imagefile.Temp, cause error) error {
	var invalid *imagefile.InvalidError
	if !errors.As(cause, &invalid) {
		return cause
	}
	failure := codex.DamagedError(errors.New(invalid.Reason), g.result.IDs)
	if g.o.output == "-" {
		return failure
	}
	if path, err := g.target.PublishRejected(temp); err == nil {
		g.kept = path
	}
	return failure
}

// An eventLine is one line of --events.
type eventLine struct {
	Event  string `json:"event"`
	Number int    `json:"number,omitempty"`
	Path   string `json:"path,omitempty"`
	Route  string `json:"route,omitempty"`
	Text   string `json:"text,omitempty"`
	Bytes  int64  `json:"bytes,omitempty"`
	Schema int    `json:"schema_version"`
}

// line prints an event. That it cannot be printed is no reason to drop an image
// that is on its way; the last line, which fails as well, tells.
func (g *generation) line(line eventLine) {
	if !g.o.events {
		return
	}
	line.Number, line.Schema = g.number, schemaVersion
	_ = printJSON(g.env.Stdout, line)
}

// event writes the events that are not files.
func (g *generation) event(event codex.Event) {
	switch event := event.(type) {
	case codex.Planned:
		g.line(eventLine{Event: "planned", Route: string(event.Plan.Route), Text: event.Why})
	case codex.Resending:
		g.line(eventLine{Event: "resending", Text: event.Why})
	case codex.Started:
		g.line(eventLine{Event: "started"})
	case codex.Drawing:
		g.line(eventLine{Event: "drawing"})
	case codex.Text:
		g.line(eventLine{Event: "text", Text: event.Text})
	case codex.ReferencesIgnored:
		g.line(eventLine{Event: "references_ignored"})
	case codex.Warning:
		g.line(eventLine{Event: "warning", Text: event.Text})
	case codex.Unknown:
		g.line(eventLine{Event: "unknown", Text: event.Type})
	}
}
