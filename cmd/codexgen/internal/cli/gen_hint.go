package cli

import (
	"errors"

	"github.com/codexgen/codexgen/pkg/codex"
)

// probes are the variants that explain a failure, by the route it came from.
// "" asks for all those that are believed to be free.
var probes = map[codex.Kind]struct{ responses, images string }{
	codex.KindToolStripped:       {"hosted-forced", ""},
	codex.KindEmpty:              {"hosted-forced", "images-control"},
	codex.KindText:               {"hosted-forced", "images-control"},
	codex.KindIncomplete:         {"hosted-forced", "images-control"},
	codex.KindRouteMissing:       {"hosted-forced", "images-control"},
	codex.KindModelUnavailable:   {"models", "models"},
	codex.KindClientTooOld:       {"models", "models"},
	codex.KindTransparentRefused: {"hosted-bg-transparent", "images-transparent"},
}

// drawing are the variants that cost an image where they are accepted.
var drawing = map[string]bool{"hosted-forced": true, "ws-control": true, "images-control": true, "images-transparent": true}

// hint is what to do next. Where no image came or the request was rejected,
// it ends in the probe that tells why.
func (g *generation) hint(err error) string {
	hint := hintOf(err)
	var failure *codex.Error
	if code := exitCode(err); !errors.As(err, &failure) || code != 6 && code != 7 {
		return hint
	}
	name := probes[failure.Kind].responses
	if g.result.Route == string(codex.RouteImages) {
		name = probes[failure.Kind].images
	}
	if g.result.Route == string(codex.RouteWebSocket) && name == "hosted-forced" {
		name = "ws-control"
	}
	return hint + "; why: " + g.probe(name)
}

func (g *generation) probe(name string) string {
	command := "codexgen probe"
	if name != "" {
		command += " --only " + name
	}
	if drawing[name] {
		command += " --budget 1"
	}
	if g.result.Sandbox {
		command += " --sandbox=" + g.o.backend.global.Sandbox
	}
	if drawing[name] {
		command += " (may cost an image)"
	}
	return command
}
