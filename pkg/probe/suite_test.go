package probe

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/codexgen/codexgen/pkg/sandbox"
)

const goodSuite = `
# what my proxy does
[[variant]]
name = "my-size"
aliases = ["my-other-name"]
purpose = "Is my size honoured?"
expected = ["image", "image-ignored", "stripped"]
route = "responses"
control = "hosted-forced"
tags = ["mine"]
edits = [
  { set = "tools.0.size", value = "1024x1024" },
  { set = "tool_choice", value = { type = "image_generation" } },
  { delete = "include" },
  { header = "X-My-Header", value = "1" },
]

  [[variant.evidence]]
  date = "2026-11-20"
  says = "seen here"
  link = "https://example.invalid/"

[[ variant ]]
name = "my-refusal"
purpose = "Is nonsense refused?"
expected = ["rejected"]
cost = "free"
refused = true
route = "images"
control = "my-size"
edits = [{ delete = "prompt" }, { path = "images/generations" }, { drop_header = "originator" }]
`

func TestSuite(t *testing.T) {
	variants, err := ParseSuite("mine.toml", []byte(goodSuite), Builtin(), offline(t))
	if err != nil || len(variants) != 2 {
		t.Fatal(variants, err)
	}
	_, client := emulated(t, sandbox.Config{Faults: []string{"small"}})
	report := probed(t, client, append(Builtin()[:2], variants...), Options{Budget: 1})
	for name, want := range map[string]Verdict{"my-other-name": ImageIgnored, "my-refusal": Rejected} {
		if r, _ := report.Result(name); r.Verdict != want {
			t.Errorf("%s: %s, %s", name, r.Verdict, r.Why)
		}
	}
	if diff, err := variants[0].Diff(client, append(Builtin(), variants...)); err != nil || !strings.Contains(diff, `+       "size": "1024x1024",`) {
		t.Errorf("%s %v", diff, err)
	}
}

func TestSuiteIsStrict(t *testing.T) {
	for _, c := range []struct {
		change, to string // in the good one
		line       int
		reason     string
		hint       string
	}{
		{`purpose = "Is my`, `purpoze = "Is my`, 6, `no field "purpoze"`, "did you mean purpose?"},
		{`says = "seen`, `said = "seen`, 20, `no field "said"`, "did you mean says?"},
		{`"stripped"]`, `"striped"]`, 7, "did you mean stripped?", ""},
		{`cost = "free"`, `cost = "cheap"`, 27, "is no cost (known: free, image)", ""},
		{`cost = "free"`, ``, 23, "refused goes with cost", ""},
		{`control = "hosted-forced"`, `control = "hosted-force"`, 3, "did you mean hosted-forced?", ""},
		{`"my-refusal"`, `"my-size"`, 23, `the name "my-size" is taken`, ""},
		{`"my-other-name"`, `"hermes-original"`, 3, `the name "hermes-original" is taken`, ""},
		{`name = "my-size"`, `name = "My Size"`, 3, `"My Size" is no name`, ""},
		{`name = "my-size"`, ``, 3, `"" is no name`, ""},
		{`purpose = "Is nonsense refused?"`, ``, 23, "purpose is missing", ""},
		{`expected = ["rejected"]`, ``, 23, "expected is missing", ""},
		{`expected = ["rejected"]`, `expected = ["not-sent"]`, 23, "no verdict that a request can have", ""},
		{`route = "images"`, `route = "auto"`, 23, `route is "auto"`, ""},
		{`"tools.0.size"`, `"tools.7.size"`, 3, `no element "7"`, ""},
		{`{ delete = "include" }`, `{ }`, 3, "edit 3: it needs one of", ""},
		{`{ delete = "include" }`, `{ delete = "include", value = 1 }`, 3, "edit 3: a value goes with", ""},
		{`{ delete = "include" }`, `{ set = "include" }`, 3, "edit 3: a value goes with", ""},
		{`value = "1"`, `value = 1`, 3, "edit 4: the value of a header is a text", ""},
		{`"X-My-Header"`, `"authorization"`, 3, "the login is not a variant's to change", ""},
		{`"originator" }]`, `"Authorization" }]`, 23, "the login is not a variant's to change", ""},
		{`name = "my-size"`, `name = `, 4, "", ""},
		{`[[variant]]`, `[variant]`, 3, "", ""},
		{`value = "1024x1024"`, `value = nan`, 3, "unsupported value", ""},
	} {
		text := strings.Replace(goodSuite, c.change, c.to, 1)
		_, err := ParseSuite("mine.toml", []byte(text), Builtin(), offline(t))
		var fault *SuiteError
		if !errors.As(err, &fault) || fault.ExitCode() != 2 || fault.Hint() == "" {
			t.Errorf("%q: %v", c.to, err)
			continue
		}
		if fault.Line != c.line || !strings.Contains(fault.Reason, c.reason) || !strings.Contains(fault.Advice, c.hint) || !strings.HasPrefix(fault.Error(), "mine.toml:") {
			t.Errorf("%q: %v, hint %q\nwant line %d and %q", c.to, err, fault.Advice, c.line, c.reason)
		}
	}
	for _, text := range []string{"", strings.Repeat("[[variant]]\nname = \"x\"\n", maxSuiteVariants+1), strings.Repeat("#", MaxSuite+1)} {
		if _, err := ParseSuite("mine.toml", []byte(text), nil, offline(t)); err == nil {
			t.Errorf("%d bytes were taken", len(text))
		}
	}
}

func TestNearestNames(t *testing.T) {
	_, err := Select(Builtin(), Selection{Names: []string{"hosted-forcd"}})
	var unknown *UnknownError
	if !errors.As(err, &unknown) || unknown.Hint() != "did you mean hosted-forced?" {
		t.Error(err)
	}
	_, err = Select(Builtin(), Selection{Tags: []string{"zzzzzzzzzz"}})
	if !errors.As(err, &unknown) || unknown.Hint() != "codexgen probe list shows them all" {
		t.Error(err)
	}
}

// FuzzSuite: any text is refused with a line that it has, or gives variants
// that can be sent.
func FuzzSuite(f *testing.F) {
	f.Add(goodSuite)
	f.Add("[[variant]]\nname=\"a\"\npurpose=\"b\"\nexpected=[\"image\"]\nroute=\"images\"\n")
	client, known := offline(f), Builtin()
	f.Fuzz(func(t *testing.T, text string) {
		variants, err := ParseSuite("f", []byte(text), known, client)
		var fault *SuiteError
		if err != nil && (!errors.As(err, &fault) || fault.Line < 1 || fault.Line > 1+strings.Count(text, "\n")) {
			t.Errorf("%v", err)
		}
		for _, v := range variants {
			plan, err := v.Plan(client, "m")
			if err != nil || plan == nil || !strings.HasPrefix(plan.URL, "https://example.invalid/") {
				t.Errorf("%s: %v", v.Name, err)
			}
			if _, err := plan.JSON(); err != nil {
				t.Error(fmt.Errorf("%s cannot be written: %w", v.Name, err))
			}
		}
	})
}
