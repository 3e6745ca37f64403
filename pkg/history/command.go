package history

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Command is the command line that asks for the same again, for a POSIX shell.
// Every character of it prints: nothing in it is more than text to a terminal
// that it is pasted into.
func (e Entry) Command() string {
	words := []string{"codexgen", "gen"}
	for _, arg := range e.Args {
		words = append(words, quote(arg))
	}
	if strings.HasPrefix(e.Prompt, "-") {
		words = append(words, "--")
	}
	return strings.Join(append(words, quote(e.Prompt)), " ")
}

// quote makes one word of text. Where a character does not print, the word is
// written as $'…' (POSIX.1-2024, 2.2.4), which bash, zsh and ksh know.
func quote(text string) string {
	switch {
	case text != "" && strings.IndexFunc(text, special) < 0:
		return text
	case utf8.ValidString(text) && strings.IndexFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) < 0:
		return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
	}
	var out strings.Builder
	out.WriteString("$'")
	for i, r := range text {
		_, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == '\n':
			out.WriteString(`\n`)
		case r == '\'' || r == '\\':
			out.WriteString(`\` + string(r))
		case r == utf8.RuneError && size == 1 || !unicode.IsPrint(r):
			for _, b := range []byte(text[i : i+size]) {
				fmt.Fprintf(&out, `\%03o`, b) // three digits, so that none that follows counts
			}
		default:
			out.WriteRune(r)
		}
	}
	return out.String() + "'"
}

func special(r rune) bool {
	plain := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/.:_-,+@", r)
	return !plain
}
