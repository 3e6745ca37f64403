package probe

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/codexgen/codexgen/pkg/codex"
)

// asked are the wishes of a plan: the members of the body on the images
// route, those of the hosted tool on the other.
func asked(plan *codex.Plan) object {
	if !plan.Route.Hosted() {
		return plan.Body
	}
	tools, _ := plan.Body["tools"].(list)
	for _, entry := range tools {
		if tool, ok := entry.(object); ok && tool["type"] == "image_generation" {
			return tool
		}
	}
	return nil
}

// ignored are the wishes of a plan that its picture does not show. What
// cannot be measured is not among them.
func (r *run) ignored(v Variant, plan *codex.Plan, e *Evidence) []Wish {
	wish := asked(plan)
	text := func(name string) string { value, _ := wish[name].(string); return value }
	var out []Wish
	miss := func(name, want, got string, missed bool) {
		if missed && want != "" && want != "auto" {
			out = append(out, Wish{name, want, got})
		}
	}
	p := e.Picture
	size := fmt.Sprintf("%dx%d", p.Width, p.Height)
	miss("size", text("size"), size, text("size") != size)
	miss("quality", text("quality"), p.ReportedQuality, p.ReportedQuality != "" && p.ReportedQuality != text("quality"))
	miss("format", text("output_format"), p.Format, p.Format != text("output_format"))
	miss("background", text("background"), "opaque", text("background") == "transparent" && !p.Alpha)
	got, missed := r.otherModel(v, e, text("model"))
	miss("model", text("model"), got, missed)
	if n, ok := number(wish["n"]); ok && n != max(1, p.Count) {
		miss("n", fmt.Sprint(n), fmt.Sprint(max(1, p.Count)), true)
	}
	if plan.Route == codex.RouteImages {
		references, _ := wish["images"].(list)
		miss("references", fmt.Sprint(len(references)), "0 image tokens", len(references) > 0 && e.Usage != nil && e.Usage.ImageTokens == 0)
		miss("stream", "true", "one JSON answer", wish["stream"] == true && len(e.Timeline) == 0)
		miss("response_format", text("response_format"), "b64_json", text("response_format") == "url")
	}
	return out
}

// otherModel says what answered for a model that was asked for. The hosted
// route echoes a name. On the images route nothing is told: a name that no
// model has can only be ignored, and another one is held to be ignored where
// the answer is in every figure the control's.
func (r *run) otherModel(v Variant, e *Evidence, model string) (got string, missed bool) {
	if v.Route.Hosted() {
		return e.echoed(), e.echoed() != "" && e.echoed() != model
	}
	if model == codex.DefaultModel {
		return "", false
	}
	control, found := r.report.Result(v.Control)
	if !found || !control.Verdict.Drew() {
		return "an image all the same", v.Nonsense
	}
	return "as the control: " + figures(e), v.Nonsense || figures(e) == figures(control.Evidence)
}

// echoed is the image model that the backend says it used, if it does.
func (e *Evidence) echoed() string {
	if e.Echo == nil {
		return ""
	}
	return e.Echo.Model
}

// figures are what tells one image model from another, if anything does.
func figures(e *Evidence) string {
	parts := []string{fmt.Sprintf("%dx%d", e.Picture.Width, e.Picture.Height)}
	if e.Picture.ReportedQuality != "" {
		parts = append(parts, "quality "+e.Picture.ReportedQuality)
	}
	if e.Usage != nil {
		parts = append(parts, fmt.Sprintf("%d output tokens", e.Usage.Output))
	}
	return strings.Join(parts, ", ")
}

// wishes is a sentence about what was not honoured.
func wishes(ignored []Wish) string {
	var parts []string
	for _, wish := range ignored {
		parts = append(parts, fmt.Sprintf("%s %s was not honoured (%s)", wish.Name, wish.Asked, orElse(wish.Got, "unknown")))
	}
	return strings.Join(parts, ", ")
}

// number reads a JSON number, in the types that Go and decoders give it.
func number(value any) (int, bool) {
	switch n := value.(type) {
	case int:
		return n, true
	case int64:
		return int(n), true
	case float64:
		return int(n), true
	case json.Number:
		i, err := n.Int64()
		return int(i), err == nil
	}
	return 0, false
}
