package cli

import (
	"encoding/json"
	"path/filepath"
	"time"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/termtext"
	"github.com/codexgen/codexgen/pkg/codex"
)

// A sidecar is what --sidecar writes beside an image: the result, and the
// request as it was sent, without credentials and with pictures told by their
// sums.
type sidecar struct {
	Codexgen string         `json:"codexgen"` // the version
	Created  time.Time      `json:"created"`
	File     string         `json:"file"` // the image's name, in the same folder
	Request  sidecarRequest `json:"request"`
	result
}

type sidecarRequest struct {
	Method string `json:"method"`
	URL    string `json:"url"`
	Body   any    `json:"body"`
}

// writeSidecar describes an image that is there.
func (g *generation) writeSidecar() error {
	if !g.o.local.sidecar || g.result.Path == "" {
		return nil
	}
	content, err := g.sidecar(g.plan)
	if err != nil {
		return err
	}
	g.result.Sidecar, err = g.target.PublishSidecar(append(content, '\n'))
	return err
}

func (g *generation) sidecar(plan *codex.Plan) ([]byte, error) {
	g.result.Seconds = g.seconds()
	text, err := json.MarshalIndent(sidecar{
		Codexgen: g.env.Version, Created: g.env.Now().UTC().Truncate(time.Second), File: filepath.Base(g.result.Path),
		Request: sidecarRequest{plan.Method, plan.URL, plan.Body}, result: g.result,
	}, "", "  ")
	return termtext.JSON(text), err
}
