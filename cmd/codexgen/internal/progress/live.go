package progress

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/termtext"
)

// redraw is how often the line changes while nothing is heard.
const redraw = 200 * time.Millisecond

// spinnerDots is the number of the library's braille spinner.
const spinnerDots = 14

// What the library draws beside the text: "⠋" and spaces, or " 25% |███    | (10/38)".
const (
	spinnerColumns = 4
	barWidth       = 12
	barColumns     = barWidth + len(" 100% || (100/100) ")
)

// live is one line that redraws itself. The bar exists only while there is a
// phase to show; mu keeps the ticker and the caller apart.
type live struct {
	w     io.Writer
	now   func() time.Time
	start time.Time
	width int
	steps int // 0: a spinner, else a bar
	usual string

	mu    sync.Mutex
	bar   *progressbar.ProgressBar
	phase string
	bytes int64

	quit, ended chan struct{} // of the ticker; nil before the first phase
	done        bool
}

func (l *live) Phase(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.begin(text) {
		l.draw()
	}
}

func (l *live) Step(n int, text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.begin(text) {
		l.start = l.now()
		l.draw()
		_ = l.bar.Set(n - 1) // those that are done
	}
}

// begin shows the line, unless all is over.
func (l *live) begin(text string) bool {
	if l.done {
		return false
	}
	l.phase, l.bytes = text, 0
	if l.bar == nil {
		l.bar = newBar(l.w, l.steps)
		l.quit, l.ended = make(chan struct{}), make(chan struct{})
		go l.tick()
	}
	return true
}

func (l *live) Bytes(n int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.bytes = n // the ticker shows it
}

func (l *live) Line(text string) {
	l.Aside(func(w io.Writer) { fmt.Fprintln(w, termtext.Line(text)) })
}

// Aside holds the ticker off while it draws.
func (l *live) Aside(draw func(io.Writer)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.clear()
	draw(l.w)
	if !l.done {
		l.draw()
	}
}

func (l *live) Done() {
	l.mu.Lock()
	if l.done {
		l.mu.Unlock()
		return
	}
	l.done = true
	l.clear()
	l.mu.Unlock()
	if l.quit != nil {
		close(l.quit)
		<-l.ended
	}
}

func (l *live) tick() {
	defer close(l.ended)
	ticker := time.NewTicker(redraw)
	defer ticker.Stop()
	for {
		select {
		case <-l.quit:
			return
		case <-ticker.C:
			l.mu.Lock()
			if !l.done {
				l.draw()
			}
			l.mu.Unlock()
		}
	}
}

func (l *live) draw() {
	if l.bar != nil {
		l.bar.Describe(l.text())
	}
}

func (l *live) clear() {
	if l.bar != nil {
		_ = l.bar.Clear()
	}
}

// text is the phase and its facts. On a narrow terminal first what is usual and
// then the phase gives way, since a line that wraps cannot be redrawn.
func (l *live) text() string {
	phase := []rune(termtext.Line(l.phase))
	facts, expect, room := ", "+seconds(l.now().Sub(l.start)), "", l.width-barColumns
	if l.bytes > 0 {
		facts = fmt.Sprintf(", %d KiB", l.bytes/1024) + facts
	}
	if l.steps == 0 {
		expect, room = ", "+l.usual, l.width-spinnerColumns
	}
	room -= len(facts)
	if len(phase)+len(expect) > room {
		expect = ""
	}
	if room = max(0, room); len(phase) > room {
		phase = append(phase[:max(0, room-1)], '…')
	}
	return string(phase) + facts + expect
}

// newBar is a spinner, or a bar of so many steps, without the library's own ticker (interval 0), which
// would outlive it.
func newBar(w io.Writer, steps int) *progressbar.ProgressBar {
	options := []progressbar.Option{
		progressbar.OptionSetWriter(w),
		progressbar.OptionSetSpinnerChangeInterval(0),
		progressbar.OptionSpinnerType(spinnerDots),
		progressbar.OptionSetElapsedTime(false),
		progressbar.OptionSetRenderBlankState(false),
		progressbar.OptionThrottle(0),
		progressbar.OptionClearOnFinish(),
	}
	if steps == 0 {
		return progressbar.NewOptions64(-1, options...)
	}
	return progressbar.NewOptions(steps, append(options, progressbar.OptionSetWidth(barWidth),
		progressbar.OptionShowCount(), progressbar.OptionSetPredictTime(false))...)
}

func width(w io.Writer, given int) int {
	if given > 0 {
		return given
	}
	if f, ok := w.(*os.File); ok {
		if columns, _, err := term.GetSize(int(f.Fd())); err == nil && columns > 0 {
			return columns
		}
	}
	return 80
}
