package main

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"
)

// TestHelpFits keeps every help short and narrow enough to be read at once,
// and every flag under a heading of its own.
func TestHelpFits(t *testing.T) {
	eachCommand(func(cmd *cobra.Command) {
		path := strings.Fields(cmd.CommandPath())[1:]
		help := run(t, append(path, "--help")...)
		if count := strings.Count(help, "\n"); count > 60 {
			t.Errorf("%s --help has %d lines, the most is 60", cmd.CommandPath(), count)
		}
		for line := range strings.Lines(help) {
			if utf8.RuneCountInString(line) > 101 {
				t.Errorf("%s --help is wider than 100 columns: %s", cmd.CommandPath(), line)
			}
		}
		if strings.Contains(help, "\nFlags:\n") {
			t.Errorf("%s --help has flags under no heading: declare them with under()\n%s", cmd.CommandPath(), help)
		}
	})
}
