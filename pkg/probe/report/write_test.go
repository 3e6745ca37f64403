package report

import (
	"encoding/xml"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/rivo/uniseg"

	"github.com/codexgen/codexgen/pkg/codex"
	"github.com/codexgen/codexgen/pkg/probe"
)

func TestFormats(t *testing.T) {
	for name, o := range map[string]Options{
		"table.txt":    {},
		"verbose.txt":  {Verbose: true, Width: 100},
		"narrow.txt":   {Width: 40},
		"markdown.md":  {Verbose: true},
		"json.json":    {},
		"junit.xml":    {Want: map[string][]probe.Verdict{"hosted-forced": {probe.AcceptedNoCall}, "models": {probe.Auth, probe.Limited}}},
		"html.html":    {},
		"unknown.none": {},
	} {
		format := map[string]string{"txt": "table", "md": "markdown", "xml": "junit"}[name[strings.LastIndex(name, ".")+1:]]
		if format == "" {
			format = name[strings.LastIndex(name, ".")+1:]
		}
		if format == "none" {
			if err := Write(nil, format, sample(), o); err == nil || !strings.Contains(err.Error(), "table, markdown, json, junit, html") {
				t.Errorf("%v", err)
			}
			continue
		}
		golden(t, name, written(t, format, sample(), o))
	}
}

// TestTableFits holds that no line is wider than the terminal, whatever the
// script of its text.
func TestTableFits(t *testing.T) {
	r := sample()
	r.Results[0].Why = strings.Repeat("画像が来ました", 30)
	r.Results[1].Why = strings.Repeat("x", 500)
	r.Diagnosis.Summary = strings.Repeat("👩‍👩‍👧‍👦", 60)
	for _, width := range []int{40, 60, 80, 120, 200} {
		text := written(t, "table", r, Options{Width: width, Verbose: true}) + written(t, "table", r, Options{Width: width})
		for line := range strings.Lines(text) {
			if columns := uniseg.StringWidth(strings.TrimSuffix(line, "\n")); columns > width {
				t.Errorf("%d columns of %d: %q", columns, width, line)
			}
		}
	}
}

func TestWrapKeepsTheText(t *testing.T) {
	text := "one two, three-four http://example.invalid/a/very/long/path " + strings.Repeat("y", 70)
	for width := 1; width < 90; width++ {
		joined := strings.Join(wrap(text, width), "")
		if bare := strings.NewReplacer(" ", ""); bare.Replace(joined) != bare.Replace(text) {
			t.Errorf("at %d: %q", width, joined)
		}
	}
}

// TestColour holds that colour adds nothing but its codes.
func TestColour(t *testing.T) {
	plain, coloured := written(t, "table", sample(), Options{}), written(t, "table", sample(), Options{Color: true})
	if !strings.Contains(coloured, "\x1b[1;31m! accepted-no-call") || !strings.Contains(coloured, "\x1b[32m  image ") {
		t.Errorf("%q", coloured)
	}
	for _, code := range colours {
		coloured = strings.ReplaceAll(coloured, "\x1b["+code+"m", "")
	}
	if diff := cmp.Diff(plain, strings.ReplaceAll(coloured, "\x1b[0m", "")); diff != "" {
		t.Error(diff)
	}
}

func TestJUnitIsWhole(t *testing.T) {
	var suites struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Skipped  int `xml:"skipped,attr"`
		Suite    struct {
			Cases []struct {
				Name    string `xml:"name,attr"`
				Failure *struct {
					Message string `xml:"message,attr"`
				} `xml:"failure"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	text := written(t, "junit", sample(), Options{})
	if err := xml.Unmarshal([]byte(text), &suites); err != nil {
		t.Fatal(err)
	}
	if suites.Tests != len(sample().Results) || len(suites.Suite.Cases) != suites.Tests || suites.Failures != 1 || suites.Skipped != 1 {
		t.Errorf("%+v", suites)
	}
	if failure := suites.Suite.Cases[5].Failure; failure == nil || failure.Message != "accepted-no-call; the reports lead to expect image or stripped" {
		t.Errorf("%+v", failure)
	}
}

// TestReadGivesBackWhatWasWritten holds the round trip, and that a reader
// refuses what is no report.
func TestReadGivesBackWhatWasWritten(t *testing.T) {
	text := written(t, "json", sample(), Options{})
	read, err := Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sample(), read, cmpopts.IgnoreUnexported(codex.Usage{})); diff != "" {
		t.Error(diff)
	}
	for _, broken := range []string{"", "[]", `{"schema":2,"results":[]}`, `{}`, text[:len(text)/2], `{"schema":1,"results":[{"name":"x"}]}`, `{"schema":1,"results":[{"verdict":"image"}]}`, strings.Replace(text, `"answered"`, `"perhaps"`, 1),
		`{"schema":1,"x":"` + strings.Repeat("x", maxReport) + `"}`} {
		if _, err := Read(strings.NewReader(broken)); err == nil {
			t.Errorf("taken: %.60q", broken)
		}
	}
}
