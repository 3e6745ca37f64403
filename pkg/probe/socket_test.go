package probe

import (
	"strings"
	"testing"

	"github.com/codexgen/codexgen/pkg/sandbox"
)

// TestTransportsAreToldApart asks the same over HTTP and over WebSocket.
func TestTransportsAreToldApart(t *testing.T) {
	const all = "hosted-forced hosted-bg-bogus ws-control ws-stripped"
	for _, c := range []struct {
		name, scenario, fault, variants string
		control, stripped               Verdict
		finding                         string // a part of what is said of the transports; "" is nothing
		images                          int
	}{
		{"both draw", "", "small", all, Image, Rejected, "", 2},
		{"the account has no tool", "stripped", "small", all, Stripped, Stripped, "", 0},
		{"a gateway takes it out of one", "socket-strip", "small", all, Stripped, Stripped, "over WebSocket it is taken out", 1},
		{"the same, at no cost", "socket-strip", "small", "hosted-bg-bogus ws-stripped", "", Stripped, "over WebSocket it is taken out", 0},
		{"refused, at no cost", "", "small", "ws-stripped", "", Rejected, "", 0},
		{"stripped, at no cost", "stripped", "small", "ws-stripped", "", Stripped, "", 0},
		{"an image is too big for one", "", "small socket-limit=3000", all, TransportUnknown, Rejected, "too big for the WebSocket", 2},
		{"there is HTTP only", "", "status=426", "ws-control ws-stripped", Rejected, Rejected, "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			server, client := emulated(t, sandbox.Config{Scenario: c.scenario, Faults: strings.Fields(c.fault)})
			budget := 2
			if !strings.Contains(c.variants, nameSocket) {
				budget = 0
			}
			report := probed(t, client, pick(t, strings.Fields(c.variants)...), Options{Budget: budget})
			control, _ := report.Result(nameSocket)
			stripped, _ := report.Result(nameSocketStripped)
			if control.Verdict != c.control || stripped.Verdict != c.stripped || server.Stats().Images != c.images || report.Stopped != "" {
				t.Errorf("%s, %s, %d images, stopped: %q\n%s\n%s", control.Verdict, stripped.Verdict, server.Stats().Images, report.Stopped, control.Why, stripped.Why)
			}
			if e := stripped.Evidence; stripped.Verdict == Rejected && (e.Status != 400 && e.Status != 426 || e.Method != "GET") {
				t.Errorf("%s, HTTP %d", e.Method, e.Status)
			}
			said := ""
			for _, finding := range report.Diagnosis.Findings {
				if finding.Rule == "transports" {
					said = finding.Text
				}
			}
			if !strings.Contains(said, c.finding) || c.finding == "" && said != "" {
				t.Errorf("%q is said of the transports", said)
			}
		})
	}
}

// TestSocketVariantsAreExtras: they are sent when asked for.
func TestSocketVariantsAreExtras(t *testing.T) {
	for _, c := range []struct {
		selection Selection
		want      bool
	}{{Selection{}, false}, {Selection{All: true}, true}, {Selection{Tags: []string{TagTransport}}, true}, {Selection{Route: "websocket"}, true}, {Selection{Route: "responses", All: true}, false}} {
		chosen, err := Select(Builtin(), c.selection)
		if _, found := Find(chosen, nameSocket); err != nil || found != c.want {
			t.Errorf("%+v: %v %v", c.selection, found, err)
		}
	}
}
