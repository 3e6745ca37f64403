package safetext_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/codexgen/codexgen/pkg/internal/safetext"
)

func TestLine(t *testing.T) {
	for name, row := range map[string]struct{ in, want string }{
		"plain":         {"a cat", "a cat"},
		"colour escape": {"\x1b[31mred\x1b[0m", "\uFFFD[31mred\uFFFD[0m"},
		"title escape":  {"\x1b]0;owned\a", "\uFFFD]0;owned\uFFFD"},
		"C1 control":    {"a\u009b31mb", "a\uFFFD31mb"},
		"right to left": {"abc\u202efdp.exe", "abc\uFFFDfdp.exe"},
		"zero width":    {"a\u200bb", "a\uFFFDb"},
		"breaks fold":   {"one\r\n two\t\tthree", "one two three"},
		"invalid UTF-8": {"a\xffb", "a\uFFFDb"},
		"NUL":           {"a\x00b", "a\uFFFDb"},
		"other scripts": {"猫が好き", "猫が好き"},
		"cut":           {"0123456789", "01234567…"},
	} {
		if got := safetext.Line(row.in, 8+len(row.in)*boolInt(name != "cut")); got != row.want {
			t.Errorf("%s: got %q, want %q", name, got, row.want)
		}
	}
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestBlockKeepsBreaks(t *testing.T) {
	if got, want := safetext.Block("one\n\x1btwo", 20), "one\n\uFFFDtwo"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func FuzzLine(f *testing.F) {
	f.Add("a \x1b[2J b", 5)
	f.Fuzz(func(t *testing.T, text string, limit int) {
		limit = max(0, min(limit, 1000))
		got := safetext.Line(text, limit)
		if utf8.RuneCountInString(got) > limit+2 {
			t.Errorf("%d characters, limit %d", utf8.RuneCountInString(got), limit)
		}
		if strings.ContainsFunc(got, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("unprintable character in %q", got)
		}
	})
}

// FuzzJSON: the text means the same, and all of it prints.
func FuzzJSON(f *testing.F) {
	for _, seed := range []string{"a cat", "a\x1b[2Jb", "\u009b\u202e\u2028\x7f", "\xff", "\U000e0041 \U0001f408"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var want, got string
		plain, err := json.Marshal(text)
		if err != nil || json.Unmarshal(plain, &want) != nil {
			t.Fatal(err)
		}
		safe := safetext.JSON(plain)
		if err := json.Unmarshal(safe, &got); err != nil || got != want {
			t.Errorf("%q is %q, want %q: %v", safe, got, want, err)
		}
		if i := strings.IndexFunc(string(safe), func(r rune) bool { return !unicode.IsPrint(r) }); i >= 0 {
			t.Errorf("%q: byte %d does not print", safe, i)
		}
	})
}
