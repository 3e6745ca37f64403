package probe

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/codexgen/codexgen/pkg/codex"
)

// Prompt is what every variant asks for: a picture that is quickly drawn and
// offends nobody.
const Prompt = "A small red circle on a white background."

// base is the plan that the variants of a route edit: what codexgen itself
// would send for one image without drafts.
func base(client *codex.Client, route codex.Route, hostModel string) *codex.Plan {
	return client.Plan(codex.Request{Prompt: Prompt, HostModel: hostModel}, route)
}

// Plan is the exact request of a variant; nothing is sent. With an empty host
// model a placeholder stands for it. A bare GET has no plan: it is nil.
func (v Variant) Plan(client *codex.Client, hostModel string) (*codex.Plan, error) {
	if v.Route == "" {
		return nil, nil
	}
	return v.edit(base(client, v.Route, hostModel))
}

func (v Variant) edit(plan *codex.Plan) (*codex.Plan, error) {
	edited, err := plan.With(v.Edits...)
	if err != nil {
		return nil, fmt.Errorf("variant %s: %w", v.Name, err)
	}
	return edited, nil
}

// Diff prints the variant's request as a difference from its control's: lines
// begin with "- ", "+ " or two spaces. A control is printed as it is. Secrets
// stay placeholders.
func (v Variant) Diff(client *codex.Client, variants []Variant) (string, error) {
	if v.Route == "" {
		return "  GET, without a body\n", nil
	}
	plan := base(client, v.Route, "") // one plan for both: its turn id is random
	edited, err := v.edit(plan)
	if err != nil {
		return "", err
	}
	control, found := Find(variants, v.Control)
	if !found {
		return lineDiff(lines(edited), lines(edited)), nil
	}
	if control.Route != v.Route {
		plan = base(client, control.Route, "")
	}
	other, err := control.edit(plan)
	if err != nil {
		return "", err
	}
	return lineDiff(lines(other), lines(edited)), nil
}

// picturesInPlan are shortened: a data URL would fill a screen.
var picturesInPlan = regexp.MustCompile(`;base64,[A-Za-z0-9+/=]{40,}`)

func lines(plan *codex.Plan) []string {
	var out strings.Builder
	_, _ = plan.WriteTo(&out) // a builder takes everything
	text := picturesInPlan.ReplaceAllString(out.String(), ";base64,…")
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

// same overlooks the comma that comes and goes with a neighbour.
func same(a, b string) bool { return strings.TrimSuffix(a, ",") == strings.TrimSuffix(b, ",") }

// lineDiff is the shortest difference of two short texts.
func lineDiff(from, to []string) string {
	common := make([][]int, len(from)+1) // of the ends, by their starts
	for i := range common {
		common[i] = make([]int, len(to)+1)
	}
	for i := len(from) - 1; i >= 0; i-- {
		for j := len(to) - 1; j >= 0; j-- {
			if same(from[i], to[j]) {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var out strings.Builder
	for i, j := 0, 0; i < len(from) || j < len(to); {
		switch {
		case i < len(from) && j < len(to) && same(from[i], to[j]):
			out.WriteString("  " + to[j] + "\n")
			i, j = i+1, j+1
		case j == len(to) || i < len(from) && common[i+1][j] >= common[i][j+1]:
			out.WriteString("- " + from[i] + "\n")
			i++
		default:
			out.WriteString("+ " + to[j] + "\n")
			j++
		}
	}
	return out.String()
}
