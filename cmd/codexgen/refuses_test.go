package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// refuses TEXT ARG... runs codexgen, which has to end as every mistake does:
// exit code 2, nothing on stdout but the object of --json, a line with the text
// and a hint.
func refuses(ts *testscript.TestScript, _ bool, args []string) {
	exits(ts, false, append([]string{"2", "codexgen"}, args[1:]...))
	if out := ts.ReadFile("stdout"); out != "" && !strings.HasPrefix(out, "{") {
		ts.Fatalf("stdout: %s", out)
	}
	lines := strings.Split(strings.TrimSuffix(ts.ReadFile("stderr"), "\n"), "\n")
	if len(lines) != 2 || !strings.HasPrefix(lines[0], "codexgen: ") || !strings.Contains(lines[0], args[0]) || !strings.HasPrefix(lines[1], "hint: ") {
		ts.Fatalf("want one line with %q and a hint", args[0])
	}
}

// TestEveryFlagOfGenIsRefusedOnce finds a bad value of each flag in the table.
func TestEveryFlagOfGenIsRefusedOnce(t *testing.T) {
	table, err := os.ReadFile(filepath.Join("testdata", "script", "gen_bad_values.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	eachCommand(func(cmd *cobra.Command) {
		if cmd.Name() != "gen" {
			return
		}
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if f.Name != "help" && !regexp.MustCompile(`(?m)^refuses '.* gen .*--`+f.Name+`( |=|$)`).Match(table) {
				t.Errorf("there is no bad value of --%s in gen_bad_values.txtar", f.Name)
			}
		})
	})
}

// unasked checks that no request at all has reached the script's backend.
func unasked(ts *testscript.TestScript, _ bool, _ []string) {
	if got := len(ts.Value(serverKey{}).(*serverBox).server.Stats().Requests); got != 0 {
		ts.Fatalf("the backend was asked %d times", got)
	}
}
