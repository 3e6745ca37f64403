// Package safetext makes text from outside fit to be shown: no byte of it can
// move a cursor, change a colour, hide or reorder what a person reads.
package safetext

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Line returns text as one line of at most limit characters. Control, format
// (bidirectional marks, zero-width characters) and invalid bytes become
// U+FFFD, white space of any kind one space; what was cut ends in "…".
func Line(text string, limit int) string {
	return clean(text, limit, false)
}

// Block is Line, but keeps line breaks.
func Block(text string, limit int) string {
	return clean(text, limit, true)
}

func clean(text string, limit int, keepBreaks bool) string {
	var out strings.Builder
	count, space := 0, false
	for i, r := range strings.TrimSpace(text) {
		if count >= limit {
			out.WriteRune('…')
			return out.String()
		}
		if unicode.IsSpace(r) && (!keepBreaks || r != '\n') {
			space = true
			continue
		}
		if space && i > 0 && r != '\n' {
			out.WriteByte(' ')
			count++
		}
		space = false
		if !visible(r) && r != '\n' {
			r = utf8.RuneError
		}
		out.WriteRune(r)
		count++
	}
	return out.String()
}

// visible leaves out Unicode's Cc, Cf, Cs, Co and the line and paragraph
// separators: unicode.IsPrint is exactly the rest, plus U+0020.
func visible(r rune) bool { return unicode.IsPrint(r) }

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
func hidden(r rune) bool { return r != '\n' && r != '\t' && !visible(r) }
