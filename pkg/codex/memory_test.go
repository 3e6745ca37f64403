package codex_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/codexgen/codexgen/pkg/codex"
)

// recorder is a memory in the process.
type recorder struct{ found codex.Findings }

func (m *recorder) Recall() codex.Findings               { return m.found }
func (m *recorder) Learn(change func(f *codex.Findings)) { change(&m.found) }

// exitOf is an outcome's exit code.
func exitOf(err error) int {
	var coded interface{ ExitCode() int }
	switch {
	case err == nil:
		return 0
	case errors.As(err, &coded):
		return coded.ExitCode()
	}
	return 1
}

func knowing(route codex.Route, refused codex.Kind) *recorder {
	m := &recorder{}
	m.found.Learn(route, codex.RouteFinding{Refused: refused, At: time.Now()})
	return m
}

func TestAutoStartsFromWhatWasFound(t *testing.T) {
	both := knowing(codex.RouteResponses, codex.KindToolStripped)
	both.found.Learn(codex.RouteImages, codex.RouteFinding{Refused: codex.KindRouteMissing, At: time.Now()})
	drafts := codex.Request{Prompt: "a cat", Partials: 2}
	responses, images := codex.RouteResponses, codex.RouteImages
	for name, row := range map[string]struct {
		scenario string
		memory   *recorder
		request  codex.Request
		routes   []codex.Route // asked, in order
		exit     int
		learned  map[codex.Route]codex.Kind
	}{
		"nothing known":     {"stripped", &recorder{}, drafts, []codex.Route{responses, images}, 0, map[codex.Route]codex.Kind{responses: codex.KindToolStripped, images: ""}},
		"stripped":          {"stripped", knowing(responses, codex.KindToolStripped), drafts, []codex.Route{images}, 0, map[codex.Route]codex.Kind{responses: codex.KindToolStripped, images: ""}},
		"missing":           {"images-missing", knowing(images, codex.KindRouteMissing), codex.Request{Prompt: "a cat"}, []codex.Route{responses}, 0, map[codex.Route]codex.Kind{responses: "", images: codex.KindRouteMissing}},
		"outdated":          {"images-missing", knowing(responses, codex.KindToolStripped), drafts, []codex.Route{images, responses}, 0, map[codex.Route]codex.Kind{responses: "", images: codex.KindRouteMissing}},
		"both refused":      {"entitled", both, drafts, []codex.Route{responses}, 0, map[codex.Route]codex.Kind{responses: "", images: codex.KindRouteMissing}},
		"it worked":         {"entitled", knowing(responses, ""), drafts, []codex.Route{responses}, 0, nil},
		"another kind":      {"entitled", knowing(responses, codex.KindServer), drafts, []codex.Route{responses}, 0, nil},
		"drafts asked for":  {"stripped", knowing(responses, codex.KindToolStripped), codex.Request{Prompt: "a cat", Partials: 2, DraftsAsked: true}, []codex.Route{responses}, 6, nil},
		"transparent":       {"entitled", knowing(images, codex.KindRouteMissing), codex.Request{Prompt: "a cat", Background: "transparent"}, []codex.Route{images}, 0, nil},
		"route asked for":   {"entitled", knowing(responses, codex.KindToolStripped), codex.Request{Prompt: "a cat", Partials: 2, Route: responses}, []codex.Route{responses}, 0, map[codex.Route]codex.Kind{responses: ""}},
		"own host model":    {"stripped", &recorder{}, codex.Request{Prompt: "a cat", Partials: 2, DraftsAsked: true, HostModel: "gpt-5.5"}, []codex.Route{responses}, 6, map[codex.Route]codex.Kind{}},
		"a limit":           {"usage-limit", &recorder{}, drafts, []codex.Route{responses}, 5, map[codex.Route]codex.Kind{}},
		"an answer in text": {"text-only", &recorder{}, drafts, []codex.Route{responses}, 6, map[codex.Route]codex.Kind{}},
	} {
		t.Run(name, func(t *testing.T) {
			_, o := startSandbox(t, row.scenario, "small")
			o.Tokens, o.Memory = noAccount{o.Tokens.(*tokens)}, row.memory
			got := generate(t, o, row.request, &memory{})
			if !slices.Equal(got.routes, row.routes) || exitOf(got.err) != row.exit {
				t.Errorf("asked %v, want %v; %v", got.routes, row.routes, got.err)
			}
			if row.learned == nil {
				return
			}
			if len(row.memory.found.Routes) != len(row.learned) {
				t.Errorf("learned %+v", row.memory.found.Routes)
			}
			for route, kind := range row.learned {
				if finding := row.memory.found.Routes[route]; finding.Refused != kind || finding.At.IsZero() {
					t.Errorf("%s: learned %+v, want %q", route, finding, kind)
				}
			}
		})
	}
}

func TestCatalogueIsAskedOnce(t *testing.T) {
	server, o := startSandbox(t, "entitled", "small")
	known := &recorder{}
	o.Tokens, o.Memory = noAccount{o.Tokens.(*tokens)}, known
	for range 3 {
		if got := generate(t, o, codex.Request{Prompt: "a cat", Partials: 1}, &memory{}); got.err != nil || !slices.Equal(got.hosts, []string{"gpt-5.5"}) {
			t.Errorf("%v, %v", got.hosts, got.err)
		}
	}
	if err := server.Close(); err != nil { // waits, so that the last request is counted
		t.Error(err)
	}
	if asked := len(server.Stats().Requests); asked != 4 {
		t.Errorf("%d requests, want one for the catalogue and three for images", asked)
	}
	if len(known.found.Models) == 0 || known.found.Asked.IsZero() {
		t.Errorf("remembered %+v", known.found)
	}
}
