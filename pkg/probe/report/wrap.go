package report

import (
	"strings"

	"github.com/rivo/uniseg"
)

// wrap breaks text into lines of at most width columns: at spaces, so that a
// command stays in one piece, and inside a word only where it fits no line. A
// width of 0 is no limit.
func wrap(text string, width int) []string {
	if width <= 0 {
		return []string{text}
	}
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		for i, part := range broken(word, width) {
			switch {
			case line == "":
				line = part
			case i == 0 && uniseg.StringWidth(line+" "+part) <= width:
				line += " " + part
			default:
				lines, line = append(lines, line), part
			}
		}
	}
	return append(lines, line)
}

// broken is a word in pieces that fit.
func broken(word string, width int) []string {
	if uniseg.StringWidth(word) <= width {
		return []string{word}
	}
	var parts []string
	part, used, state := "", 0, -1
	for word != "" {
		var cluster string
		var columns int
		cluster, word, columns, state = uniseg.FirstGraphemeClusterInString(word, state)
		if used+columns > width && part != "" {
			parts = append(parts, part)
			part, used = "", 0
		}
		part += cluster
		used += columns
	}
	return append(parts, part)
}
