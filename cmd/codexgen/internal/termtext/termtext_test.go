package termtext

import (
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
