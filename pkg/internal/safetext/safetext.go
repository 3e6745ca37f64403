// Package safetext makes text from outside fit to be shown: no byte of it can
// move a cursor, change a colour, hide or reorder what a person reads.
package safetext

import (
	"strings"
	"unicode"
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
