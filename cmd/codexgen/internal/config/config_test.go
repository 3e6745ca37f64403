package config

import (
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
)

// tree has a flag of each kind, and one name on two commands.
func tree() *cobra.Command {
	root := &cobra.Command{Use: "root"}
	root.PersistentFlags().Bool("quiet", false, "")
	root.PersistentFlags().String("sandbox", "", "")
	draw, other := &cobra.Command{Use: "draw"}, &cobra.Command{Use: "other"}
	draw.Flags().Int("partials", 2, "")
	draw.Flags().String("preset", "", "")
	draw.Flags().Duration("stall-timeout", time.Minute, "")
	draw.Flags().StringSlice("tag", nil, "")
	draw.Flags().String("size", "", "")
	draw.Flags().Float64("scale", 1, "")
	other.Flags().String("size", "", "")
	other.Flags().String("scale", "", "means something else here")
	Rename(other.Flags().Lookup("scale"), "other-scale")
	draw.Flags().Bool("force", false, "")
	root.AddCommand(draw, other)
	return root
}

func apply(t *testing.T, root *cobra.Command, text string, env map[string]string) error {
	t.Helper()
	path := filepath.Join(t.TempDir(), "c.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return Apply(root, Sources{File: path, Named: true, LookupEnv: func(name string) (string, bool) {
		value, ok := env[name]
		return value, ok
	}})
}

func TestKeysFollowTheFlags(t *testing.T) {
	var got []string
	for _, k := range Keys(tree()) {
		got = append(got, k.Name+" "+k.Env)
	}
	want := []string{
		"other_scale CODEXGEN_OTHER_SCALE", "partials CODEXGEN_PARTIALS", "preset CODEXGEN_PRESET", "quiet CODEXGEN_QUIET", "scale CODEXGEN_SCALE", "size CODEXGEN_SIZE",
		"stall_timeout CODEXGEN_STALL_TIMEOUT", "tag CODEXGEN_TAG",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestPrecedence(t *testing.T) {
	root := tree()
	draw, _, _ := root.Find([]string{"draw"})
	if err := draw.ParseFlags([]string{"--partials=3"}); err != nil {
		t.Fatal(err)
	}
	err := apply(t, root, "partials = 1\nsize = '1x1'\nstall_timeout = '5s'\nscale = 2\ntag = ['a,b', 'c']\n",
		map[string]string{"CODEXGEN_PARTIALS": "0", "CODEXGEN_SIZE": "2x2", "CODEXGEN_STALL_TIMEOUT": "", "CODEXGEN_FORCE": "true"})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"partials": "3", "size": "2x2", "stall-timeout": "5s", "scale": "2", "tag": `["a,b",c]`, "force": "false"} {
		if got := draw.Flags().Lookup(name).Value.String(); got != want {
			t.Errorf("%s = %s, want %s", name, got, want)
		}
	}
	other, _, _ := root.Find([]string{"other"})
	if got := other.Flags().Lookup("size").Value.String(); got != "2x2" {
		t.Errorf("the other command's size = %s", got)
	}
	for name, want := range map[string]bool{"partials": true, "size": true, "scale": true, "force": false, "none": false} {
		if got := WasSet(draw.Flags().Lookup(name)); got != want {
			t.Errorf("WasSet(%s) = %v", name, got)
		}
	}
}

func TestRefused(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"text for a number":      {`partials = "1"`, `:1: partials = "1": write a whole number`},
		"fraction":               {`partials = 1.5`, `:1: partials = 1.5: write a whole number`},
		"number for a text":      {"\nsize = 1024", `:2: size = 1024: write a text`},
		"number for a time":      {`stall_timeout = 5`, `write a duration`},
		"flag's own parser":      {`stall_timeout = "soon"`, `stall_timeout = "soon": write a time such as 90s or 10m`},
		"text for a list":        {`tag = "a"`, `write a list`},
		"list for a text":        {`size = ["a"]`, `:1: size = [...]: write a text`},
		"number in a list":       {`tag = ["a", 1]`, `items in quotes`},
		"text for a switch":      {`quiet = "yes"`, `write true or false`},
		"run's decision":         {`force = true`, `:1: force cannot be set in a file`},
		"unknown":                {"[size]\nwidth = 1", `size is a setting, not a table`},
		"presets no table":       {"quiet = true\npresets = 1", `:2: presets is no table`},
		"preset no table":        {"[presets]\nposter = 1", `:2: presets.poster is no table`},
		"preset's name":          {"size = 'x'\n[presets.a]\npartials = 1\n[presets.poster]\nsice = 'x'", `:5: unknown setting "sice"`},
		"preset's type":          {"[presets.poster]\npartials = '1'", `:2: partials = "1": write a whole number`},
		"preset in a preset":     {"[presets.poster]\npreset = 'b'", `:2: unknown setting "preset"`},
		"run's decision, preset": {"[presets.poster]\nforce = true", `:2: force cannot be set in a file`},
		"deeper table":           {"[presets.poster.size]\nwidth = 1", `size is a setting, not a table`},
		"hyphen for underline":   {`stall-timeout = "5s"`, `unknown setting "stall-timeout"`},
	} {
		t.Run(name, func(t *testing.T) {
			err := apply(t, tree(), test.text, nil)
			var typed *Error
			if !errors.As(err, &typed) || typed.ExitCode() != 2 || typed.Hint() == "" || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

const presets = "size = '1x1'\npartials = 1\n[presets.Poster]\nsize = '3x3'\npartials = 3\nquiet = true\n"

func TestPresetStandsForItsFlags(t *testing.T) {
	root := tree()
	draw, _, _ := root.Find([]string{"draw"})
	if err := draw.ParseFlags([]string{"--preset=poster", "--partials=0"}); err != nil {
		t.Fatal(err)
	}
	if err := apply(t, draw, presets, map[string]string{"CODEXGEN_SIZE": "2x2"}); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"size": "3x3", "partials": "0", "quiet": "true"} {
		if got := draw.Flags().Lookup(name).Value.String(); got != want {
			t.Errorf("%s = %s, want %s", name, got, want)
		}
	}
	if got := source(draw.Flags().Lookup("size")); got != "preset poster" {
		t.Errorf("source %q", got)
	}
}

func TestPresetThatIsNotThere(t *testing.T) {
	for name, test := range map[string]struct{ preset, text, hint string }{
		"misspelt":     {"postr", presets, "did you mean poster?"},
		"other":        {"zzz", presets, "the presets are poster"},
		"none in file": {"poster", "quiet = true", "one begins with a line [presets.NAME]"},
		"empty file":   {"poster", "", "codexgen config init"},
	} {
		t.Run(name, func(t *testing.T) {
			draw, _, _ := tree().Find([]string{"draw"})
			err := apply(t, draw, test.text, map[string]string{"CODEXGEN_PRESET": test.preset})
			var typed *Error
			if !errors.As(err, &typed) || !strings.Contains(typed.Hint(), test.hint) {
				t.Errorf("%v, want the hint %q", err, test.hint)
			}
		})
	}
	draw, _, _ := tree().Find([]string{"other"}) // has no presets to choose from
	if err := apply(t, draw, "preset = 'zzz'", nil); err != nil {
		t.Error(err)
	}
}

func TestHugeFileIsRefused(t *testing.T) {
	if err := apply(t, tree(), strings.Repeat("#", maxFile+1), nil); err == nil || !strings.Contains(err.Error(), "larger than") {
		t.Errorf("got %v", err)
	}
}

func TestNearest(t *testing.T) {
	known := []string{"partials", "quality", "quiet", "size"}
	for name, want := range map[string]string{"qualty": "quality", "quite": "quiet", "partial": "partials", "sice": "size", "zzz": "", "background": ""} {
		if got := Nearest(name, known); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", name, got, want)
		}
	}
}

// A file is either refused with an error that names it and says what to do, or
// each value it gave is one that the flag's own parser takes again as it stands.
func FuzzFile(f *testing.F) {
	for _, seed := range []string{presets, "[presets]\n\"a.b\".size = 1", "[[presets]]\nsize = ''", "", "partials = 1", "tag = ['a\"', \"b\\n\"]", "[gen]\nsize = ''", "size = \"\"\"\nx\"\"\"", "a.b = 1", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		root := tree()
		err := apply(t, root, text, nil)
		var typed *Error
		if err != nil {
			if !errors.As(err, &typed) || typed.ExitCode() != 2 || typed.Hint() == "" || !strings.Contains(err.Error(), "c.toml") {
				t.Fatalf("%v", err)
			}
			return
		}
		for _, key := range Keys(root) {
			for _, flag := range key.Flags {
				if before := flag.Value.String(); WasSet(flag) && flag.Value.Type() != "stringSlice" && (flag.Value.Set(before) != nil || flag.Value.String() != before) {
					t.Errorf("%s = %q does not stand", key.Name, before)
				}
			}
		}
	})
}

func FuzzListText(f *testing.F) {
	f.Add("a", "b,c")
	f.Add("", "\"")
	f.Add("x", "\n")
	f.Fuzz(func(t *testing.T, a, b string) {
		text, err := listText([]any{a, b})
		if err != nil || strings.Contains(a+b, "\r") { // CSV folds line ends
			return
		}
		back, err := csv.NewReader(strings.NewReader(text)).Read()
		if err != nil || !slices.Equal(back, []string{a, b}) {
			t.Errorf("%q and %q come back as %q, %v", a, b, back, err)
		}
	})
}
