package cli

import (
	"bytes"
	"testing"
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
