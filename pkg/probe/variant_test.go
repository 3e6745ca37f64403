package probe

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/codexgen/codexgen/pkg/codex"
)

func offline(t testing.TB) *codex.Client {
	t.Helper()
	client, err := codex.New(codex.Options{BaseURL: "https://example.invalid/backend-api/codex"})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// TestBuiltinIsWhole holds the table to what its readers rely on.
func TestBuiltinIsWhole(t *testing.T) {
	day := regexp.MustCompile(`^2026-\d\d(-\d\d)?$`)
	seen := map[string]bool{}
	client := offline(t)
	for i, v := range Builtin() {
		for _, name := range append([]string{v.Name}, v.Aliases...) {
			if seen[name] || name == "" {
				t.Errorf("the name %q is taken", name)
			}
			seen[name] = true
		}
		if v.Purpose == "" || len(v.Expected) == 0 || len(v.Tags) == 0 || v.Cost == "" {
			t.Errorf("%s lacks its purpose, expected verdict, tag or cost", v.Name)
		}
		if len(v.Evidence) == 0 && !strings.Contains(v.Purpose, "Nobody has published") && !strings.Contains(v.Purpose, "does not send it") {
			t.Errorf("%s has no evidence and does not say so", v.Name)
		}
		for _, source := range v.Evidence {
			if !day.MatchString(source.Date) || source.Says == "" || source.Link == "" || strings.HasSuffix(source.Link, "//issues/") || strings.Contains(source.Link, "com//") {
				t.Errorf("%s: source %+v", v.Name, source)
			}
		}
		if v.Control != "" && v.Control != nameEditsControl && !seen[v.Control] && v.Cost == OneImage {
			t.Errorf("%s stands before its control %s", v.Name, v.Control)
		}
		if _, found := Find(Builtin(), v.Control); v.Control != "" && !found {
			t.Errorf("%s: no control %s", v.Name, v.Control)
		}
		if plan, err := v.Plan(client, "gpt-5.5"); err != nil || (plan == nil) != (v.Route == "") {
			t.Errorf("%d %s: %v", i, v.Name, err)
		}
		if v.Refused != (v.Cost == Free) {
			t.Errorf("%s: free and refused on every date must go together here", v.Name)
		}
	}
}

// TestNamesOfTheSpecification lists what users were promised.
func TestNamesOfTheSpecification(t *testing.T) {
	for _, name := range strings.Fields(`models usage hosted-no-instructions hosted-store-true hosted-stream-false hosted-input-string
		hosted-max-output-tokens hosted-prev-response-id hosted-n2 hosted-bg-bogus hosted-bg-transparent hosted-format-gif hosted-partial-4
		hosted-size-3072sq hosted-image-model-as-host hosted-toolchoice-string edits-string-images edits-https-ref wrong-path
		images-control images-minimal images-no-turn-id images-bogus-model images-2.5 images-size-1536x1024 images-quality-high
		images-transparent images-webp images-n2 images-stream edits-control hosted-forced hosted-allowed-tools hosted-required hosted-auto
		hosted-omitted hosted-webp hosted-partials-2 hosted-ref-edit
		edits-mask hosted-mask edits-6refs edits-multipart edits-transparent no-originator bad-ua no-account-id hosted-lite-header
		hosted-spark hosted-instructions-empty images-moderation-low images-response-format-url
		hermes-original hermes-no-tool-choice tool-choice-auto partial-images-0 no-instructions codex-advertisement missing-required-fields`) {
		if _, found := Find(Builtin(), name); !found {
			t.Errorf("no variant %s", name)
		}
	}
}

// TestDiffs holds the printed difference of every variant, so that a change
// of a body is seen.
func TestDiffs(t *testing.T) {
	turn := regexp.MustCompile(`[Tt]urn-[Ii]d: \S+`)
	var out strings.Builder
	for _, v := range Builtin() {
		diff, err := v.Diff(offline(t), Builtin())
		if err != nil {
			t.Fatal(err)
		}
		out.WriteString("## " + v.Name + "\n")
		for line := range strings.Lines(diff) {
			if v.Control == "" || !strings.HasPrefix(line, "  ") {
				out.WriteString(turn.ReplaceAllString(line, "Turn-Id: UUID"))
			}
		}
		if v.Control != "" && !regexp.MustCompile(`(?m)^[-+] `).MatchString(diff) {
			t.Errorf("%s does not differ from its control", v.Name)
		}
	}
	text := regexp.MustCompile(`codexgen/dev \([^)]*\)`).ReplaceAllString(out.String(), "codexgen/dev (OS; ARCH)")
	golden(t, "diffs.txt", text)
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s differs (run with -update and read the diff):\n%s", path, lineDiff(strings.Split(string(want), "\n"), strings.Split(got, "\n")))
	}
}

func TestSelect(t *testing.T) {
	names := func(s Selection) []string {
		variants, err := Select(Builtin(), s)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, v := range variants {
			out = append(out, v.Name)
		}
		return out
	}
	usual, all := names(Selection{}), names(Selection{All: true})
	if slices.Contains(usual, "bad-ua") || !slices.Contains(all, "bad-ua") || len(all) != len(Builtin()) {
		t.Errorf("%d of %d", len(usual), len(all))
	}
	if got := names(Selection{Names: []string{"hermes-no-tool-choice", "bad-ua"}}); !slices.Equal(got, []string{"hosted-omitted", "bad-ua"}) {
		t.Errorf("%v", got)
	}
	for _, name := range names(Selection{Route: codex.RouteImages}) {
		if strings.HasPrefix(name, "hosted-") {
			t.Errorf("%s is no images variant", name)
		}
	}
	if _, err := Select(Builtin(), Selection{Tags: []string{"no-such"}}); err == nil {
		t.Error("an unknown tag was taken")
	}
}
