package termtext

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"
)

func FuzzLine(f *testing.F) {
	for _, seed := range []string{"a cat", "a\x1b[2Jb", "a\r\nb", "\u202ecod.exe", "\xff\xfe", "猫 🐈"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		line := Line(text)
		if i := strings.IndexFunc(line, func(r rune) bool { return !unicode.IsPrint(r) }); i >= 0 {
			t.Errorf("Line(%q) = %q: byte %d does not print", text, line, i)
		}
		if Line(line) != line {
			t.Errorf("Line(%q) = %q changes when cleaned again", text, line)
		}
	})
}

func TestLine(t *testing.T) {
	if got, want := Line(" a\r\n\x1b[31mb\u202e 猫\n"), "a  \ufffd[31mb\ufffd 猫"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
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
		safe := JSON(plain)
		if err := json.Unmarshal(safe, &got); err != nil || got != want {
			t.Errorf("%q is %q, want %q: %v", safe, got, want, err)
		}
		if i := strings.IndexFunc(string(safe), func(r rune) bool { return !unicode.IsPrint(r) }); i >= 0 {
			t.Errorf("%q: byte %d does not print", safe, i)
		}
	})
}
