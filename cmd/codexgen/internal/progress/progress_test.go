package progress

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func story(r Reporter) {
	r.Phase("asking the backend")
	time.Sleep(3 * time.Second) // fake time
	r.Phase("drawing")
	r.Phase("drawing")
	r.Bytes(2048)
	time.Sleep(time.Second)
	r.Line("sending again:\x1b[2J\nbusy")
	r.Aside(func(w io.Writer) { _, _ = io.WriteString(w, "▀▄\n") })
	time.Sleep(time.Second)
	r.Done()
	r.Phase("too late")
	r.Line("the end")
	r.Done()
}

func TestPlainIsALineAPhase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		story(New(&out, Options{}))
		want := "asking the backend (usually 20 to 90 s)\ndrawing (3 s)\nsending again:\ufffd[2J busy\n▀▄\nthe end\n"
		if diff := cmp.Diff(want, out.String()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestQuietSaysOnlyLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		story(New(&out, Options{Quiet: true, TTY: true}))
		if want := "sending again:\ufffd[2J busy\n▀▄\nthe end\n"; out.String() != want {
			t.Errorf("got %q", out.String())
		}
	})
}

func TestLiveLeavesOnlyLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		story(New(&out, Options{TTY: true, Width: 60}))
		if want := "sending again:\ufffd[2J busy\n▀▄\nthe end\n"; screen(out.String()) != want {
			t.Errorf("on the screen: %q\nwritten: %q", screen(out.String()), out.String())
		}
		for _, part := range []string{"asking the backend, 2 s, usually 20 to 90 s ", "drawing, 2 KiB, 3 s,", "drawing, 2 KiB, 4 s,"} {
			if !strings.Contains(out.String(), part) {
				t.Errorf("%q was never shown: %q", part, out.String())
			}
		}
		if strings.Contains(out.String(), "\x1b") || strings.Contains(out.String(), "too late") {
			t.Errorf("written: %q", out.String())
		}
	})
}

// TestManyTellTheTimeOfEach: a minute is usual for one image, not for all.
func TestManyTellTheTimeOfEach(t *testing.T) {
	for name, want := range map[string]string{
		"plain": "3 left (usually 20 to 90 s each)\n", "live": "3 left, 1 s, usually 20 to 90 s each ", "narrow": "3 left, 1 s ",
	} {
		synctest.Test(t, func(t *testing.T) {
			var out bytes.Buffer
			r := New(&out, Options{Many: true, TTY: name != "plain", Width: map[string]int{"narrow": 24}[name]})
			r.Phase("3 left")
			time.Sleep(1100 * time.Millisecond)
			r.Done()
			if !strings.Contains(out.String(), want) {
				t.Errorf("%s wrote %q", name, out.String())
			}
		})
	}
}

func TestLiveNeverWraps(t *testing.T) {
	for _, columns := range []int{20, 40, 80} {
		synctest.Test(t, func(t *testing.T) {
			var out bytes.Buffer
			r := New(&out, Options{TTY: true, Width: columns})
			r.Phase("draft 1: " + strings.Repeat("long/", 40))
			time.Sleep(time.Second)
			r.Done()
			for line := range strings.FieldsFuncSeq(out.String(), func(c rune) bool { return c == '\r' || c == '\n' }) {
				if n := len([]rune(strings.TrimRight(line, " "))); n > columns {
					t.Errorf("%d columns: %d characters in %q", columns, n, line)
				}
			}
		})
	}
}

// steps is a run of three.
func steps(r Reporter) {
	for n, name := range []string{"models", "hosted-\x1b[2Jforced", "images-control"} {
		r.Step(n+1, name)
		time.Sleep(2 * time.Second) // fake time
	}
	r.Line("a warning")
	r.Done()
	r.Step(4, "too late")
}

func TestSteps(t *testing.T) {
	for name, want := range map[string]string{
		"plain": "1 of 3: models (0 s)\n2 of 3: hosted-\ufffd[2Jforced (2 s)\n3 of 3: images-control (4 s)\na warning\n",
		"quiet": "a warning\n", "live": "a warning\n",
	} {
		synctest.Test(t, func(t *testing.T) {
			var out bytes.Buffer
			steps(New(&out, Options{Steps: 3, Width: 60, Quiet: name == "quiet", TTY: name == "live"}))
			if got := screen(out.String()); got != want {
				t.Errorf("%s shows %q, wrote %q", name, got, out.String())
			}
			for _, part := range []string{"models, 1 s", "images-control, 0 s", "66% |███████     | (2/3)"} {
				if name == "live" && !strings.Contains(out.String(), part) {
					t.Errorf("%q was never shown: %q", part, out.String())
				}
			}
			for line := range strings.FieldsFuncSeq(out.String(), func(c rune) bool { return c == '\r' || c == '\n' }) {
				if n := len([]rune(line)); name == "live" && n > 60 {
					t.Errorf("%d characters in %q", n, line)
				}
			}
		})
	}
}

// screen is what a terminal shows after text that uses carriage returns.
func screen(text string) string {
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		cells := []rune{}
		column := 0
		for _, r := range line {
			if r == '\r' {
				column = 0
				continue
			}
			if column == len(cells) {
				cells = append(cells, ' ')
			}
			cells[column] = r
			column++
		}
		lines = append(lines, strings.TrimRight(string(cells), " "))
	}
	return strings.Join(lines, "\n")
}
