package cli

import (
	"context"
	"errors"
	"io"
	"path/filepath"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/opener"
	"github.com/codexgen/codexgen/cmd/codexgen/internal/preview"
)

// startPreview decides how --preview shows pictures on stderr. Where stderr is
// no terminal it shows none and says nothing: a log has no use for either.
func (g *generation) startPreview() {
	if !g.o.preview || g.o.backend.global.Plain || !g.env.StderrTTY {
		return
	}
	protocol := preview.Detect(g.env.LookupEnv, true)
	if protocol == preview.None {
		g.report.Line("no preview: this terminal shows no pictures and, by TERM or NO_COLOR, no colours")
	}
	g.viewer = preview.NewViewer(protocol, preview.Measure, uint32(g.env.Now().UnixNano())|1)
}

// show puts a published picture in the place of the one before. A picture that
// cannot be shown is no reason to lose it.
func (g *generation) show(path string) {
	if g.viewer == nil {
		return
	}
	picture, err := preview.DecodeFile(path)
	if err == nil {
		g.report.Aside(func(w io.Writer) { err = g.viewer.Show(w, picture) })
	}
	if err != nil {
		g.viewer = nil
		g.warn("no preview: " + rootCause(err).Error())
	}
}

// open is --open: the system's program for pictures gets the image.
func (g *generation) open(ctx context.Context) {
	path, err := filepath.Abs(g.result.Path)
	if err == nil {
		err = opener.Open(ctx, path)
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		g.report.Line("the image could not be opened: " + err.Error())
	}
}
