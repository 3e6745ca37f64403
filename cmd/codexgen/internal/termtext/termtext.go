// Package termtext makes text of any origin fit for a terminal: nothing in it
// can move the cursor, change colours, or hide or reorder what is read.
package termtext

import (
	"strings"
	"unicode"
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
