package probe

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/codexgen/codexgen/pkg/sandbox"
)

// dates are the scenarios that show what was reported of a date.
var dates = []string{"2026-04", "2026-05-free", "2026-06-02", "2026-06-19", "2026-08", "2026-10", "codex-lb-strict", "codex-lb-strip"}

// TestGolden holds every verdict of every date, and the diagnosis. The files
// are testdata/dates/NAME.txt; a change of one is a change of what codexgen
// says of the evidence, so read it against the sources before accepting it.
func TestGolden(t *testing.T) {
	for _, date := range dates {
		t.Run(date, func(t *testing.T) {
			t.Parallel()
			server, client := emulated(t, sandbox.Config{Scenario: date, Faults: []string{"plain"}})
			report := probed(t, client, everything(t), Options{Budget: 60})
			if n := server.Stats().Images; n != report.Spent {
				t.Errorf("%d images were drawn, %d are reported", n, report.Spent)
			}
			golden(t, "dates/"+date+".txt", written(report))
		})
	}
}

// TestPublicFailures: the two best-known reports come out by name, on the
// account that they are about.
func TestPublicFailures(t *testing.T) {
	_, client := emulated(t, sandbox.Config{Scenario: "2026-05-free"})
	report := probed(t, client, everything(t), Options{Budget: 60})
	original, _ := report.Result("hermes-original")
	if original.Verdict != Stripped || !strings.HasSuffix(original.Why, `(HTTP 400, tool_choice): "Tool choice 'image_generation' not found in 'tools' parameter."`) {
		t.Errorf("%s: %s", original.Verdict, original.Why)
	}
	unforced, _ := report.Result("hermes-no-tool-choice")
	message := "output_item.added message > content_part.added > output_text.done > content_part.done > output_item.done message"
	if want := "created > in_progress > " + message + " > " + message + " > completed"; unforced.Verdict != AcceptedNoCall || pattern(unforced.Evidence.Timeline) != want {
		t.Errorf("%s: %s", unforced.Verdict, pattern(unforced.Evidence.Timeline))
	}
	if d := report.Diagnosis; !strings.Contains(d.Summary, "does not include images") || !strings.Contains(d.Advice, "paid ChatGPT plan") {
		t.Errorf("%s\n%s", d.Summary, d.Advice)
	}
}

// identifier is what differs from run to run.
var identifier = regexp.MustCompile(`\b(resp|msg|ig)_[0-9a-f]+`)

// written is a report in a form that is read line by line.
func written(report Report) string {
	var out strings.Builder
	d := report.Diagnosis
	fmt.Fprintf(&out, "%s\n-> %s\n", d.Summary, d.Advice)
	for _, finding := range d.Findings {
		fmt.Fprintf(&out, "[%s] %s\n", finding.Rule, finding.Text)
	}
	for _, question := range d.Open {
		fmt.Fprintf(&out, "[open] %s\n", question)
	}
	for _, ability := range d.Routes {
		fmt.Fprintf(&out, "%s: %s, %s\n", ability.Route, ability.State, ability.Why)
	}
	fmt.Fprintf(&out, "%d images, host model %s\n\n", report.Spent, report.HostModel)
	for _, r := range report.Results {
		news := ""
		if r.Unexpected() {
			news = " NEWS"
		}
		fmt.Fprintf(&out, "%s: %s%s\n    %s\n", strings.Join(append([]string{r.Name}, r.Aliases...), " = "), r.Verdict, news, identifier.ReplaceAllString(r.Why, "${1}_…"))
		if r.Evidence != nil && r.Verdict == AcceptedNoCall {
			fmt.Fprintf(&out, "    %s\n", pattern(r.Evidence.Timeline))
		}
	}
	return out.String()
}

// pattern is a timeline without its times.
func pattern(timeline []Moment) string {
	var events []string
	for _, moment := range timeline {
		event := strings.TrimPrefix(moment.Event, "response.")
		if moment.Count > 1 {
			event += fmt.Sprintf(" (%d)", moment.Count)
		}
		events = append(events, event)
	}
	return strings.Join(events, " > ")
}
