// Package termtext makes text of any origin fit for a terminal: nothing in it
// can move the cursor, change colours, or hide or reorder what is read.
package termtext

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Line returns text as one line: white space becomes a space, and every other
// character that does not print (controls, bidirectional marks, invalid
// bytes) U+FFFD.
func Line(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r):
			return unicode.ReplacementChar
		}
		return r
	}, strings.TrimSpace(text))
}

// JSON escapes what does not print in a JSON text, where it can only be a part
// of strings: they mean the same, and a terminal shows nothing but them.
func JSON(text []byte) []byte {
	if bytes.IndexFunc(text, hidden) < 0 {
		return text
	}
	var out []byte
	for _, r := range string(text) {
		switch high, low := utf16.EncodeRune(r); {
		case !hidden(r):
			out = utf8.AppendRune(out, r)
		case high != unicode.ReplacementChar:
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
	}
	return out
}

// hidden are all but what prints, and the white space between JSON's tokens.
func hidden(r rune) bool { return r != '\n' && r != '\t' && !unicode.IsPrint(r) }
