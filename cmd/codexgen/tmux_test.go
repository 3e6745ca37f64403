//go:build unix

package main

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/codexgen/codexgen/pkg/sandbox"
)

// TestPreviewInTmux looks at what a person sees: drafts and image in one
// place, nothing left of the line of progress, no line that wraps.
func TestPreviewInTmux(t *testing.T) {
	needTmux(t)
	for columns, rows := range map[int]int{40: 20, 200: 37} { // a square of 39 half blocks; all but three of 40 rows
		t.Run(strconv.Itoa(columns)+" columns", func(t *testing.T) {
			screen := inTmux(t, columns, nil, `codexgen gen "a cat" --preview --keep-partials -o cat.png`)
			checkScreen(t, screen, columns, rows, "cat.png", "exit 0")
		})
		t.Run(strconv.Itoa(columns)+" columns, plain", func(t *testing.T) {
			screen := inTmux(t, columns, nil, `codexgen gen "a cat" --preview --plain --partials 0 -o cat.png 2>log; grep -c "$(printf '\\033')" log`)
			if want := "cat.png\n0\nexit 1\n"; screen != want {
				t.Errorf("on the screen:\n%s", screen)
			}
		})
	}
	t.Run("the draft of a failure stays", func(t *testing.T) {
		screen := inTmux(t, 100, []string{"only-partials"}, `codexgen gen "a cat" --preview -o cat.png 2>log; codexgen gen "a cat" --preview -o cat.png; grep -c "$(printf '\033')" log`)
		rows := strings.Split(screen, "\n")
		first := slices.IndexFunc(rows, func(row string) bool { return strings.HasPrefix(row, "codexgen: ") })
		if first < 5 || !block.MatchString(rows[0]) || !block.MatchString(rows[first-1]) || !strings.Contains(screen, "\n0\nexit 1\n") {
			t.Errorf("on the screen:\n%s", screen)
		}
	})
}

// TestManyInATerminal: where stdout and stderr are one terminal, no path ends
// up behind the line of progress, and nothing of that line is left.
func TestManyInATerminal(t *testing.T) {
	needTmux(t)
	for _, columns := range []int{40, 200} {
		screen := inTmux(t, columns, nil, `codexgen gen "a cat" -n 2 --concurrency 1 -o cat.png`)
		if want := "cat.png\ncat-2.png\n2 images: 2 made\nexit 0\n"; screen != want {
			t.Errorf("%d columns, on the screen:\n%s", columns, screen)
		}
	}
	t.Run("plain is without a picture", func(t *testing.T) {
		screen := inTmux(t, 100, nil, `codexgen gen "a cat" --preview --plain --quiet --partials 0 -o cat.png`)
		if want := "cat.png\nexit 0\n"; screen != want {
			t.Errorf("on the screen:\n%s", screen)
		}
	})
}

var block = regexp.MustCompile(`^[▀▄ ]*[▀▄][▀▄ ]*$`)

// checkScreen wants one picture of so many rows, and below it the lines.
func checkScreen(t *testing.T, screen string, columns, high int, lines ...string) {
	t.Helper()
	rows := strings.Split(strings.TrimSuffix(screen, "\n"), "\n")
	picture := 0
	for picture < len(rows) && block.MatchString(rows[picture]) {
		if n := len([]rune(rows[picture])); n >= columns {
			t.Errorf("row %d has %d of %d columns", picture, n, columns)
		}
		picture++
	}
	if rest := rows[picture:]; picture != high || strings.Join(rest, "|") != strings.Join(lines, "|") {
		t.Errorf("%d rows of a picture, then %q; on the screen:\n%s", picture, rest, screen)
	}
}

// inTmux runs a shell's line in a terminal of that width, against a backend of
// its own, and returns what is on the screen, wrapped lines joined.
func inTmux(t *testing.T, columns int, faults []string, line string) string {
	t.Helper()
	term := newTerminal(t, sandbox.Config{Pace: 20 * time.Millisecond, Faults: faults})
	// the terminal is held open; what follows the marker is not looked at
	term.open(columns, 40, []string{"NO_COLOR="}, "sh", "-c", line+`; echo "exit $?"; printf finished; read -r _`)
	screen, _, _ := strings.Cut(term.shows("finished"), "finished")
	return trimmed(screen)
}

// trimmed takes off what only fills the rows.
func trimmed(screen string) string {
	var out strings.Builder
	for line := range strings.Lines(screen) {
		out.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	return out.String()
}
