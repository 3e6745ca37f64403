package cli

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// TestReportFitsItsPlace holds when a report is coloured.
func TestReportFitsItsPlace(t *testing.T) {
	for name, c := range map[string]struct {
		tty, plain bool
		settings   map[string]string
		colour     bool
	}{
		"terminal":  {true, false, nil, true},
		"pipe":      {false, false, nil, false},
		"plain":     {true, true, nil, false},
		"no colour": {true, false, map[string]string{"NO_COLOR": "1"}, false},
		"empty":     {true, false, map[string]string{"NO_COLOR": ""}, true},
		"dumb":      {true, false, map[string]string{"TERM": "dumb"}, false},
	} {
		env := Env{Stdout: &bytes.Buffer{}, StdoutTTY: c.tty, LookupEnv: func(name string) (string, bool) { value, ok := c.settings[name]; return value, ok }}
		if got := reportOptions(env, globalOptions{Plain: c.plain, Verbose: true}); got.Color != c.colour || !got.Verbose || got.Width != 0 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestListFitsTheTerminal runs the whole program at a narrow terminal.
func TestListFitsTheTerminal(t *testing.T) {
	var out bytes.Buffer
	env := Env{Stdin: strings.NewReader(""), Stdout: &out, Stderr: io.Discard, StdoutTTY: true, Columns: func() int { return 60 },
		Now: time.Now, LookupEnv: func(string) (string, bool) { return "", false }}
	if code := Main([]string{"probe", "list"}, env); code != 0 || out.Len() == 0 {
		t.Fatal(code)
	}
	for line := range strings.Lines(out.String()) {
		if utf8.RuneCountInString(line) > 61 {
			t.Errorf("wider than 60 columns: %q", line)
		}
	}
}
