package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/codexgen/codexgen/pkg/codex"
	"github.com/codexgen/codexgen/pkg/probe"
)

// later is the sample a month on: the tool is back, one variant was sent for
// the first time, one was not sent, and one is new.
func later() probe.Report {
	r := sample()
	r.Started, r.Account = day.AddDate(0, 1, 0), "beef"
	r.Diagnosis.Summary = "Both routes work."
	r.Results[5].Verdict, r.Results[5].Why = probe.Image, "an image came | at last"
	r.Results[3].Verdict = probe.ImageIgnored
	r.Results[4].Verdict = probe.NotSent
	r.Results = append(r.Results, probe.Result{Name: "own-variant", Verdict: probe.Image})
	return r
}

func TestCompare(t *testing.T) {
	c := Compare(sample(), later())
	want := []Move{{"hosted-forced", probe.AcceptedNoCall, probe.Image, "an image came | at last"}}
	if diff := cmp.Diff(want, c.Moved); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"images-quality-high", "hosted-store-true", "own-variant"}, c.Unsettled); diff != "" || c.Same != 3 {
		t.Errorf("%d same\n%s", c.Same, diff)
	}
	if again := Compare(sample(), sample()); len(again.Moved)+len(again.Unsettled) != 0 || again.Same != 5 {
		t.Errorf("with itself: %+v", again)
	}
	if back := Compare(later(), sample()); len(back.Unsettled) != 3 {
		t.Errorf("backwards: %+v", back)
	}
	for format, name := range map[string]string{"table": "compare.txt", "markdown": "compare.md", "json": "compare.json"} {
		var out bytes.Buffer
		if err := WriteComparison(&out, format, c, Options{Width: 90}); err != nil {
			t.Fatal(err)
		}
		golden(t, name, out.String())
	}
	if err := WriteComparison(nil, "html", c, Options{}); err == nil {
		t.Error("html is taken")
	}
}

// TestCatalogue holds what list and explain print of the built-in variants.
func TestCatalogue(t *testing.T) {
	client, err := codex.New(codex.Options{BaseURL: "https://example.invalid/backend-api/codex"})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := List(&out, probe.Builtin(), Options{}); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(out.String(), "\n"); lines != len(probe.Builtin()) {
		t.Errorf("%d lines", lines)
	}
	out.Reset()
	variant, _ := probe.Find(probe.Builtin(), "hosted-webp")
	diff, err := variant.Diff(client, probe.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	if err := Explain(&out, variant, diff, Options{Color: true}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Is WebP real?", "\x1b[31m-       \"output_format\": \"png\",\x1b[0m\n\x1b[32m+       \"output_format\": \"webp\",\x1b[0m\n",
		"2026-08-21  PNG bytes https://github.com/nuko-nova-dynamics/codex-image", "difference from hosted-forced", "expected  image or image-ignored or stripped"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, out.String())
		}
	}
	entries, err := json.Marshal(Entries(probe.Builtin()))
	if err != nil || strings.Contains(string(entries), "null") {
		t.Errorf("%v, or a list is null", err)
	}
	variant.Purpose, variant.Name = attack, attack
	out.Reset()
	if err := errors.Join(List(&out, []probe.Variant{variant}, Options{}), Explain(&out, variant, "+ "+attack, Options{})); err != nil {
		t.Fatal(err)
	}
	if i := strings.IndexFunc(out.String(), func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }); i >= 0 {
		t.Errorf("%q", out.String())
	}
}
