package main

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"github.com/codexgen/codexgen/pkg/codex"
	"github.com/codexgen/codexgen/pkg/probe"
	"github.com/codexgen/codexgen/pkg/sandbox"
)

const variantsHead = `# The probe's variants

Written by ` + "`go generate`" + ` from the program; what a run is and how to read it is in [probe.md](probe.md).

Every variant is one request that differs from its control by one thing, with the public reports that it rests on. What is expected is what the newest of them lead to expect; any of several verdicts is no news. Where reports disagree, all of them stand here, and the probe settles it for the account that it is run with. None was checked against the live backend by this project.

`

// variantsPage is the decision table, the dated scenarios and every built-in
// variant with its evidence and its difference.
func variantsPage() ([]byte, error) {
	var page bytes.Buffer
	page.WriteString(variantsHead)
	decisionTable(&page)
	datedScenarios(&page)
	client, err := codex.New(codex.Options{})
	if err != nil {
		return nil, err
	}
	for _, group := range []struct {
		title string
		in    func(probe.Variant) bool
	}{
		{"Questions and sure refusals", func(v probe.Variant) bool { return v.Refused && !v.Extra }},
		{"Images route", func(v probe.Variant) bool { return !v.Refused && !v.Extra && v.Route == codex.RouteImages }},
		{"Hosted tool", func(v probe.Variant) bool { return !v.Refused && !v.Extra && v.Route == codex.RouteResponses }},
		{"Extras", func(v probe.Variant) bool { return v.Extra }},
	} {
		fmt.Fprintf(&page, "## %s\n\n", group.title)
		for _, v := range probe.Builtin() {
			if !group.in(v) {
				continue
			}
			if err := describe(&page, client, v); err != nil {
				return nil, err
			}
		}
	}
	return bytes.TrimSuffix(page.Bytes(), []byte("\n")), nil
}

func decisionTable(page *bytes.Buffer) {
	page.WriteString("## Decision table\n\nRead from the top: the first row that holds and is marked is the summary of a run, every row that holds is one of its findings.\n\n")
	page.WriteString("| Row | Summary | When | What it tells |\n|---|---|---|---|\n")
	for _, rule := range probe.Rules() {
		mark := ""
		if rule.Answers {
			mark = "yes"
		}
		fmt.Fprintf(page, "| `%s` | %s | %s | %s |\n", rule.Name, mark, rule.Pattern, rule.Tells)
	}
	page.WriteString("\n")
}

func datedScenarios(page *bytes.Buffer) {
	page.WriteString("## Against the past\n\n`codexgen probe --sandbox=NAME` runs against an emulated backend that answers as that date did. The verdicts of the eight that show a date or a proxy are kept in [files](../pkg/probe/testdata/dates) that a test holds.\n\n")
	page.WriteString("| Scenario | What it shows |\n|---|---|\n")
	for _, scenario := range sandbox.Scenarios() {
		fmt.Fprintf(page, "| `%s` | %s |\n", scenario.Name, scenario.Summary)
	}
	page.WriteString("\n")
}

// ofThisMachine differs from run to run, or from machine to machine.
var ofThisMachine = regexp.MustCompile(`codexgen/dev \([^)]*\)|([Tt]urn-[Ii]d: )\S+`)

func describe(page *bytes.Buffer, client *codex.Client, v probe.Variant) error {
	fmt.Fprintf(page, "### %s\n\n%s\n\n", v.Name, v.Purpose)
	facts := []string{"Expected " + strings.Join(verdictsOf(v), " or "), costs(v)}
	if len(v.Aliases) > 0 {
		facts = append(facts, "known too as "+strings.Join(v.Aliases, ", "))
	}
	if v.Control != "" {
		facts = append(facts, "compared with "+v.Control)
	}
	fmt.Fprintf(page, "%s.\n\n", strings.Join(facts, "; "))
	diff, err := v.Diff(client, probe.Builtin())
	if err != nil {
		return err
	}
	if changed := onlyChanges(diff); changed != "" {
		fmt.Fprintf(page, "```diff\n%s```\n\n", ofThisMachine.ReplaceAllString(changed, "$1…"))
	}
	for _, source := range v.Evidence {
		fmt.Fprintf(page, "- %s: %s (%s)\n", source.Date, strings.TrimSuffix(source.Says, "."), source.Link)
	}
	if len(v.Evidence) == 0 {
		page.WriteString("- no report\n")
	}
	page.WriteString("\n")
	return nil
}

func verdictsOf(v probe.Variant) []string {
	var out []string
	for _, verdict := range v.Expected {
		out = append(out, "`"+string(verdict)+"`")
	}
	return out
}

func costs(v probe.Variant) string {
	if v.Cost == probe.Free {
		return "believed free"
	}
	return "an image, if accepted"
}

// onlyChanges leaves out what is the same in both requests.
func onlyChanges(diff string) string {
	var out strings.Builder
	for line := range strings.Lines(diff) {
		if !strings.HasPrefix(line, "  ") {
			out.WriteString(line)
		}
	}
	return out.String()
}
