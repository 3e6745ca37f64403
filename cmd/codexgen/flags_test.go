package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/cli"
)

// freeText are the flags that take anything, so that the tab key has nothing
// to propose, or what only the user's own files name. Every other flag with a
// value offers some, or files.
var freeText = []string{"preset", "profile", "base-url", "host-model", "issuer", "listen", "model", "retries", "stall-timeout", "timeout"}

// shared are the flags that one declaration gives to many commands: a script
// of one of them is enough.
var shared = []string{"auth-source", "base-url", "ca-cert", "profile"}

// TestEveryFlagIsEverywhere finds each flag in its command's help, in its page,
// in what the tab key proposes, and in a script that runs the command with it.
func TestEveryFlagIsEverywhere(t *testing.T) {
	scripts := allScripts(t)
	eachCommand(func(cmd *cobra.Command) {
		path := strings.Fields(cmd.CommandPath())[1:]
		help := run(t, append(slices.Clone(path), "--help")...)
		page := pageOf(t, cmd)
		proposed := run(t, slices.Concat([]string{"__complete"}, path, []string{"--"})...)
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if f.Name == "help" || f.Name == "version" || f.Hidden { // cobra's own, and those that are refused
				return
			}
			word := regexp.MustCompile(`--` + f.Name + `\b`)
			for place, text := range map[string]string{"help": help, "page": page, "completion": proposed} {
				if !word.MatchString(text) {
					t.Errorf("%s --%s is not in its %s", cmd.CommandPath(), f.Name, place)
				}
			}
			if !runsWith(cmd, f).MatchString(scripts) {
				t.Errorf("no script runs %s with --%s", cmd.CommandPath(), f.Name)
			}
			proposesValues(t, path, f)
		})
	})
}

// runsWith matches a line of a script; a global or shared flag may be on any.
func runsWith(cmd *cobra.Command, f *pflag.Flag) *regexp.Regexp {
	path := cmd.CommandPath()
	if note := f.Annotations["codexgen_explained_by"]; len(note) > 0 {
		path = cmd.Root().Name() + " " + note[0]
	}
	if slices.Contains(shared, f.Name) {
		path = cmd.Root().Name()
	}
	flag := `--` + f.Name
	if f.Shorthand != "" {
		flag = `(` + flag + `|-` + f.Shorthand + `)`
	}
	return regexp.MustCompile(`(?m)^[^#\n]*` + path + ` (.* )?` + flag + `([ =\n]|$)`)
}

func proposesValues(t *testing.T, path []string, f *pflag.Flag) {
	t.Helper()
	_, file := f.Annotations[cobra.BashCompFilenameExt]
	_, folder := f.Annotations[cobra.BashCompSubdirsInDir]
	if f.Value.Type() == "bool" || file || folder || slices.Contains(freeText, f.Name) {
		return
	}
	values, _, _ := strings.Cut(run(t, slices.Concat([]string{"__complete"}, path, []string{"--" + f.Name + "="})...), ":")
	if values == "" {
		t.Errorf("%s --%s proposes no values: offer some, mark it as a file's name, or list it as free text", strings.Join(path, " "), f.Name)
	}
}

func eachCommand(visit func(*cobra.Command)) {
	var walk func(*cobra.Command)
	walk = func(cmd *cobra.Command) {
		visit(cmd)
		for _, child := range cmd.Commands() {
			if child.IsAvailableCommand() {
				walk(child)
			}
		}
	}
	walk(cli.Root(testEnv(io.Discard)))
}

// run is a command line that needs nothing of the machine.
func run(t *testing.T, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	if code := cli.Main(args, testEnv(&out)); code != 0 {
		t.Fatalf("codexgen %s: exit %d", strings.Join(args, " "), code)
	}
	return out.String()
}

func testEnv(out io.Writer) cli.Env {
	none := func(string) (string, bool) { return "", false }
	return cli.Env{Stdin: strings.NewReader(""), Stdout: out, Stderr: io.Discard, LookupEnv: none, Now: time.Now, Version: "1.2.3-test"}
}

// allScripts is the lines that may run codexgen.
func allScripts(t *testing.T) string {
	t.Helper()
	scripts, err := filepath.Glob(filepath.Join("testdata", "script", "*.txtar"))
	if err != nil || len(scripts) == 0 {
		t.Fatalf("%d scripts, %v", len(scripts), err)
	}
	var all strings.Builder
	for _, script := range scripts {
		text, err := os.ReadFile(script)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if strings.Contains(line, "codexgen ") {
				all.WriteString(line)
			}
		}
	}
	return all.String()
}

func pageOf(t *testing.T, cmd *cobra.Command) string {
	t.Helper()
	name := strings.ReplaceAll(cmd.CommandPath(), " ", "_") + ".md"
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "cli", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}
