package cli

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/codexgen/codexgen/pkg/codex"
)

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
	if g.target == nil || len(g.result.Partials) == 0 {
		return nil
	}
	newest := g.target.Newest() // "" when somebody has removed them
	if !g.result.OK {
		g.draft = newest
	}
	switch {
	case g.o.keepPartials:
		return nil
	case g.result.OK:
		g.result.Partials = nil
		return g.target.RemovePartials()
	}
	g.result.Partials = slices.DeleteFunc(g.result.Partials, func(path string) bool { return path != newest })
	return g.target.KeepNewest()
}

// finish prints the outcome: the path or object on stdout, and on stderr how
// what came differs from what was asked.
func (g *generation) finish(err error) error {
	if g.o.dryRun && err == nil {
		return nil
	}
	err = g.conclude(err)
	if printErr := g.print(); printErr != nil && err == nil {
		return g.failed(outputFailed(printErr))
	}
	if g.result.Route != "" && g.o.backend.global.Verbose {
		g.facts()
	}
	if err == nil {
		g.closing()
	}
	return err
}

// conclude words the end of the run in the result.
func (g *generation) conclude(err error) error {
	g.result.Seconds = g.seconds()
	if err == nil {
		err = g.unmet
	}
	if err != nil {
		err = g.failed(err)
		g.result.fail(err)
	}
	g.remember(err)
	return err
}

func (g *generation) seconds() float64 {
	return seconds(g.env.Now().Sub(g.start))
}

// seconds has three places: Duration.Seconds adds two fractions, and 4.001 s
// would be 4.0009999999999994.
func seconds(d time.Duration) float64 {
	return float64(d.Round(time.Millisecond).Milliseconds()) / 1000
}

func (g *generation) print() error {
	switch {
	case g.o.events:
		return printJSON(g.env.Stdout, lastLine{"result", g.result})
	case g.o.json:
		return printJSON(g.env.Stdout, g.result)
	case g.result.Path != "":
		_, err := fmt.Fprintln(g.env.Stdout, g.result.Path)
		return err
	}
	return nil
}

// lastLine is the result among the events.
type lastLine struct {
	Event string `json:"event"`
	result
}

func (g *generation) closing() {
	if line := g.differences(); line != "" {
		g.report.Line(line)
	}
	if alpha := g.result.AlphaChannel; alpha != nil && !g.o.backend.global.Quiet {
		g.report.Line(fmt.Sprintf("alpha channel: %.1f %% of the pixels are clear, %.1f %% in between, %.1f %% full", 100*alpha.Clear, 100*alpha.Partial, 100*alpha.Full))
	}
	if g.result.Sandbox {
		g.report.Line("the picture is the sandbox's own drawing, not a model's")
	}
}

// facts is what --verbose adds, image or none: the route, the request and what
// the answer's headers say is left.
func (g *generation) facts() {
	r := g.result
	g.report.Line(fmt.Sprintf("%s route (%s), %.1f s, request %s", r.Route, r.RouteReason, r.Seconds, orDefault(r.RequestID, "unknown")))
	for _, window := range r.Limits {
		g.report.Line(fmt.Sprintf("limit %s, %s window: %.0f %% left, resets %s",
			window.Limit, windowLength(window), window.Left(), resetText(window, g.env.Now())))
	}
}

// differences compares what was asked with what is reported and measured.
func (g *generation) differences() string {
	r := g.result
	got := r.Measured
	got.Quality = r.Reported.Quality
	if r.Original != nil { // not what this machine made of it
		got.Format = r.Original.Format
	}
	if ratio := g.o.shape.ratio(); r.Requested.Size == "" && ratio != (codex.Aspect{}) && !ratio.Of(r.Width, r.Height) {
		got.Aspect = r.Measured.Size
	}
	var parts []string
	for _, pair := range []struct{ name, asked, got string }{
		{"size", r.Requested.Size, got.Size}, {"aspect", r.Requested.Aspect, got.Aspect}, {"quality", r.Requested.Quality, got.Quality},
		{"format", r.Requested.Format, got.Format}, {"background", r.Requested.Background, got.Background},
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
