package probe

import (
	"fmt"

	"github.com/codexgen/codexgen/pkg/codex"
)

// Diagnose puts the results of a run into plain words. It is a pure function
// of them: the decision table row by row, the first that answers the question
// "does this account get images, and how" as the summary.
func Diagnose(results []Result) Diagnosis {
	v := view(results)
	images, hosted := v.abilities()
	d := Diagnosis{Findings: []Finding{}, Routes: []Ability{images, hosted}, Open: v.open(images, hosted)}
	for _, row := range decisions {
		if finding, holds := row.holds(v); holds {
			finding.Rule = row.rule
			d.Findings = append(d.Findings, finding)
			if row.answers && d.Summary == "" {
				d.Summary, d.Advice = finding.Text, finding.Advice
			}
		}
	}
	if d.Summary == "" {
		d.Summary, d.Advice = v.partial(images, hosted)
	}
	return d
}

// partial is the summary of a run that did not ask for an image, or got no
// clear answer.
func (v view) partial(images, hosted Ability) (summary, advice string) {
	const full = "codexgen probe --budget 2   (may cost two images)"
	if _, found := v.first(func(Result) bool { return true }); !found {
		return "Nothing was sent.", full
	}
	plan := ""
	if v.plan() != "" {
		plan = " (plan " + v.plan() + ")"
	}
	switch {
	case hosted.State == Fails:
		return "This account" + plan + " has no hosted image tool; whether the images route draws was not settled.", ask(nameImagesControl)
	case images.State == Fails:
		return "The images route is missing; whether the hosted tool draws" + plan + " was not settled.", ask(nameForced)
	case images.State == Works:
		return "The images route works" + plan + "; whether the hosted tool draws was not settled.", ask(nameForced)
	case hosted.State == Works:
		return "The hosted tool works" + plan + "; whether the images route draws was not settled.", ask(nameImagesControl)
	case v.verdict(nameImagesControl) != "" || v.verdict(nameForced) != "":
		return "No image came, and the answers do not tell why for good.", "see the reasons below; codexgen doctor looks at the rest"
	case v.verdict(nameModels) == Answered || v.verdict(nameUsage) == Answered:
		return "The login works" + plan + ". Whether images come was not asked: that may cost some.", full
	}
	return "Whether images come was not asked: that may cost some.", full
}

func ask(name string) string {
	return fmt.Sprintf("codexgen probe --only %s --budget 1   (may cost an image)", name)
}

// open are the questions that a run left, and what would settle them.
func (v view) open(images, hosted Ability) []string {
	var out []string
	if images.State == Unknown {
		out = append(out, "Does the images route draw? "+ask(nameImagesControl))
	}
	if hosted.State == Unknown {
		out = append(out, "Does the hosted tool draw? "+ask(nameForced))
	}
	if v.verdict(nameForced) == Stripped && v.verdict(nameOtherCarrier) == "" && hosted.State == Fails {
		out = append(out, "Does another host model get the tool? "+ask(nameOtherCarrier))
	}
	if images.State == Works && v.verdict(nameSize) == "" {
		out = append(out, "Are size, quality and model honoured? codexgen probe --tag size --tag quality --tag model --route images --budget 4   (may cost four images)")
	}
	return out
}

// A decision is a row of the table.
type decision struct {
	rule    string
	pattern string // the outcome that it is about, in words
	tells   string // what is then said, in short
	answers bool   // it answers whether the account gets images
	holds   func(view) (Finding, bool)
}

// A Rule is a row of the decision table, for a page about it.
type Rule struct {
	Name    string // Finding.Rule
	Pattern string // what has to come out
	Tells   string // what is then said
	Answers bool   // it can be the summary; else it is told after it
}

// Rules is the decision table. The first row that holds and answers is the
// summary.
func Rules() []Rule {
	var out []Rule
	for _, row := range decisions {
		out = append(out, Rule{row.rule, row.pattern, row.tells, row.answers})
	}
	return out
}

// rest is a finding and what it rests on.
func rest(text, advice string, from ...string) (Finding, bool) {
	return Finding{Text: text, Advice: advice, From: from}, true
}

func no() (Finding, bool) { return Finding{}, false }

// because is a finding that quotes one result.
func because(text, advice string, r Result) (Finding, bool) {
	return rest(text+": "+r.Why+".", advice, r.Name)
}

func unexpected(verdict Verdict) func(Result) bool {
	return func(r Result) bool { return r.Verdict == verdict && r.Unexpected() }
}

func ofKind(kind codex.Kind) func(Result) bool {
	return func(r Result) bool { return r.kind() == kind }
}
