package history

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"unicode"
)

func TestCommand(t *testing.T) {
	for want, e := range map[string]Entry{
		`codexgen gen --size 1024x1024 'a cat'`:      {Prompt: "a cat", Args: []string{"--size", "1024x1024"}},
		`codexgen gen --image '/it'\''s a.png' cat`:  {Prompt: "cat", Args: []string{"--image", "/it's a.png"}},
		`codexgen gen -- '-rf $(x)'`:                 {Prompt: "-rf $(x)"},
		`codexgen gen ''`:                            {},
		`codexgen gen $'two\nlines \033[201~\\ \'x'`: {Prompt: "two\nlines \x1b[201~\\ 'x"},
		`codexgen gen $'\342\200\256 \377'`:          {Prompt: "\u202e \xff"},
		`codexgen gen '猫'`:                           {Prompt: "猫"},
	} {
		if got := e.Command(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// FuzzQuote holds that a quoted text prints, and that a shell reads it as the
// one word that it was.
func FuzzQuote(f *testing.F) {
	for _, seed := range []string{"", "a cat", "'", "a\x1b[2J\n7", "$(reboot) `x` !! ~ =ls *", "\u202e\xff", "\\'"} {
		f.Add(seed)
	}
	shell, err := exec.LookPath("bash")
	if err != nil && os.Getenv("CI") != "" {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		quoted := quote(text)
		if strings.ContainsFunc(quoted, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("%q holds what does not print", quoted)
		}
		if shell == "" || strings.Contains(text, "\x00") { // which no argument can hold
			return
		}
		out, err := exec.CommandContext(t.Context(), shell, "-c", "printf '%s|' "+quoted).Output()
		if err != nil || string(out) != text+"|" {
			t.Errorf("%q became %s, which is %q (%v)", text, quoted, out, err)
		}
	})
}
