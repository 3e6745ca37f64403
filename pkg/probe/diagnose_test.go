package probe

import (
	"slices"
	"strings"
	"testing"

	"github.com/codexgen/codexgen/pkg/codex"
)

// results makes results from "name=verdict" and "name=verdict/kind", as a run
// would give them: what Builtin knows of the variant, and a made-up why.
func results(t *testing.T, plan, list string) []Result {
	t.Helper()
	var out []Result
	for field := range strings.FieldsSeq(list) {
		name, rest, _ := strings.Cut(field, "=")
		verdict, kind, _ := strings.Cut(rest, "/")
		v, found := Find(Builtin(), name)
		if !found || !slices.Contains(Verdicts(), Verdict(verdict)) {
			t.Fatalf("%s is no result", field)
		}
		r := Result{Name: name, Route: v.Route, Expected: v.Expected, Verdict: Verdict(verdict), By: ByBackend, Why: "because", Charged: codex.ChargedUnknown}
		if r.Verdict != NotSent {
			r.Evidence = &Evidence{Plan: plan, HostModel: "gpt-5.5"}
			if name == nameOtherCarrier {
				r.Evidence.HostModel = "gpt-5.2"
			}
		}
		if kind == "proxy" {
			r.By, kind = ByProxy, ""
		}
		if kind != "" {
			r.Evidence.Fault = &Fault{Kind: codex.Kind(kind), Message: "Invalid value: 'bogus'."}
		}
		out = append(out, r)
	}
	return out
}

func TestDecisionTable(t *testing.T) {
	const free, stripped = "models=answered usage=answered hosted-store-true=rejected/rejected ", "hosted-forced=stripped/tool_stripped "
	used := map[string]bool{}
	for _, c := range []struct {
		name, plan, results string
		rules               string // in their order
		summary, advice     string // a part of each
		open                int
	}{
		{"both routes draw", "plus", "images-control=image hosted-forced=image", "both-routes choice",
			"Both routes work", `codexgen gen "a cat"`, 1},
		{"no hosted tool", "plus", "images-control=image " + stripped + "hosted-other-carrier=stripped/tool_stripped hosted-auto=accepted-no-call", "images-only choice",
			"This account has no hosted image tool; the images route works: codexgen gen will use it.", "--route images", 1},
		{"no hosted tool on a free plan with an images route", "free", "images-control=image " + stripped + "hosted-auto=accepted-no-call", "images-only choice",
			"no hosted image tool", "--route images", 2},
		{"no images route", "plus", "images-control=rejected/route_missing hosted-forced=image", "hosted-only choice",
			"The images route is missing", "--route responses", 0},
		{"quota on both", "plus", "images-control=limited/usage_limit_reached hosted-forced=limited/usage_limit_reached", "limit",
			"A limit is reached", "codexgen usage", 2},
		{"quota on one, the run stopped", "plus", "images-control=limited/usage_limit_reached hosted-forced=not-sent", "limit",
			"The other route draws on another limit", "codexgen usage", 2},
		{"a free plan", "free", "images-control=rejected/route_missing " + stripped + "hosted-auto=accepted-no-call", "plan choice",
			"The plan (free) does not include images", "paid ChatGPT plan", 1},
		{"another carrier", "plus", stripped + "hosted-other-carrier=image", "carrier",
			"gpt-5.5 does not get the image tool, gpt-5.2 does", "--host-model gpt-5.2", 1},
		{"only the type form", "plus", "images-control=image hosted-forced=image hosted-allowed-tools=rejected/rejected hosted-required=rejected/rejected", "both-routes type-form choice news",
			"Both routes work", "", 1},
		{"Cloudflare", "", "models=challenge/challenge", "challenge", "A web page answered", "codexgen doctor", 2},
		{"an expected challenge", "", "wrong-path=challenge/wrong_url bad-ua=challenge/challenge", "", "not asked", "--budget 2", 2},
		{"no connection", "", "models=transport-unknown/connect_failed", "connection charged", "The backend cannot be reached", "codexgen doctor", 2},
		{"a refused login", "", "models=auth/unauthorized", "login", "The login was not accepted", "codexgen auth login", 2},
		{"the validation has moved", "plus", "hosted-bg-bogus=rejected/x hosted-bg-bogus=rejected/x", "", "not asked", "", 2},
		{"an incident", "plus", "images-control=rejected/backend_incident hosted-forced=rejected/backend_incident", "incident", "an incident on its side", "try again later", 0},
		{"a proxy refuses", "plus", "images-control=rejected/route_missing hosted-forced=rejected/proxy", "proxy",
			"does not get through", "--base-url", 0},
		{"a proxy refuses, images work", "plus", "images-control=image hosted-forced=rejected/proxy", "proxy images-only",
			"The images route works.", "--route images", 1},
		{"neither draws", "plus", "images-control=rejected/route_missing " + stripped, "no-route", "Neither route makes an image", "codexgen usage", 1},
		{"nothing is honoured", "plus", "images-control=image hosted-forced=image images-bogus-model=image-ignored images-size-1536x1024=image-ignored images-quality-high=image-ignored",
			"both-routes choice wishes-ignored", "Both routes work", "", 0},
		{"the size is honoured", "plus", "images-control=image hosted-forced=image images-bogus-model=image-ignored images-size-1536x1024=image images-quality-high=image-ignored",
			"both-routes choice wishes-honoured news", "Both routes work", "", 0},
		{"an unknown end", "plus", "images-control=image hosted-forced=transport-unknown/stream_cut", "charged news", "The images route works (plan plus)", "hosted-forced", 2},
		{"only what is free", "plus", free + "hosted-bg-bogus=rejected/rejected images-control=not-sent hosted-forced=not-sent", "", "The login works (plan plus). Whether images come was not asked", "--budget 2", 2},
		{"only what is free, and the tool is stripped", "plus", free + "hosted-bg-bogus=stripped/tool_stripped images-control=not-sent", "", "has no hosted image tool; whether the images route draws", "images-control", 1},
		{"only what is free, on a free plan", "free", free + "hosted-bg-bogus=stripped/tool_stripped edits-string-images=rejected/route_missing images-control=not-sent", "plan", "The plan (free)", "", 0},
		{"nothing was sent", "", "models=not-sent", "", "Nothing was sent.", "codexgen probe", 2},
		{"stripped over WebSocket alone", "plus", "images-control=image hosted-forced=image ws-control=stripped/proxy", "both-routes choice transports", "Both routes work", "", 1},
		{"stripped over HTTP alone", "plus", "images-control=image " + stripped + "ws-control=image", "images-only transports", "no hosted image tool", "", 2},
		{"too big for WebSocket", "plus", "ws-control=transport-unknown/message_too_big", "transports charged", "Whether images come was not asked", "", 2},
		{"moderated", "plus", "images-control=blocked/moderation_blocked", "news", "No image came", "", 2},
	} {
		d := Diagnose(results(t, c.plan, c.results))
		var rules []string
		for _, finding := range d.Findings {
			rules = append(rules, finding.Rule)
			used[finding.Rule] = true
			if finding.Text == "" || len(finding.From) == 0 {
				t.Errorf("%s: %+v", c.name, finding)
			}
		}
		if got := strings.Join(rules, " "); got != c.rules || !strings.Contains(d.Summary, c.summary) || !strings.Contains(d.Advice, c.advice) || d.Advice == "" || len(d.Open) != c.open {
			t.Errorf("%s: %q\nwant %q\n%s\n%s\nopen %q", c.name, got, c.rules, d.Summary, d.Advice, d.Open)
		}
	}
	moved := results(t, "plus", "hosted-bg-bogus=rejected/rejected")
	moved[0].Evidence.Fault.Message = "Unknown parameter: 'tools'."
	if d := Diagnose(moved); len(d.Findings) != 1 || d.Findings[0].Rule != "validation-moved" {
		t.Errorf("%+v", d)
	} else {
		used["validation-moved"] = true
	}
	for _, row := range decisions {
		if !used[row.rule] || row.pattern == "" {
			t.Errorf("no case for the rule %s", row.rule)
		}
	}
}

// FuzzDiagnose: whatever came of the variants, there is an answer with a next
// step, and the results are not changed.
func FuzzDiagnose(f *testing.F) {
	f.Add([]byte("0123456789"))
	all, verdicts := Builtin(), Verdicts()
	f.Fuzz(func(t *testing.T, choices []byte) {
		var list []Result
		for i, choice := range choices[:min(len(choices), len(all))] {
			r := Result{Name: all[i].Name, Route: all[i].Route, Expected: all[i].Expected, Verdict: verdicts[int(choice)%len(verdicts)]}
			if choice > 127 {
				r.By = ByProxy
			}
			if r.Verdict != NotSent {
				r.Evidence = &Evidence{Fault: &Fault{Kind: codex.KindRouteMissing}}
			}
			list = append(list, r)
		}
		before := slices.Clone(list)
		d := Diagnose(list)
		if d.Summary == "" || d.Advice == "" || len(d.Routes) != 2 || !slices.EqualFunc(before, list, func(a, b Result) bool { return a.Name == b.Name && a.Verdict == b.Verdict }) {
			t.Errorf("%+v", d)
		}
	})
}
