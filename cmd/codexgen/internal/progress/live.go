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

// live is one line that redraws itself. The bar exists only while there is a
// phase to show; mu keeps the ticker and the caller apart.
type live struct {
	w     io.Writer
	now   func() time.Time
	start time.Time
	width int

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
	if l.done {
		return
	}
	l.phase, l.bytes = text, 0
	if l.bar == nil {
		l.bar = newBar(l.w)
		l.quit, l.ended = make(chan struct{}), make(chan struct{})
		go l.tick()
	}
	l.draw()
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

// text is the phase and its facts; on a narrow terminal the phase gives way,
// since a line that wraps cannot be redrawn.
func (l *live) text() string {
	facts := " " + seconds(l.now().Sub(l.start)) + ", " + usual
	if l.bytes > 0 {
		facts = fmt.Sprintf(" %d KiB,", l.bytes/1024) + facts
	}
	phase := []rune(termtext.Line(l.phase))
	const spinner = 4
	if room := max(0, l.width-spinner-len(facts)); len(phase) > room {
		phase = append(phase[:max(0, room-1)], '…')
	}
	return string(phase) + facts
}

// newBar is a spinner without the library's own ticker (interval 0), which
// would outlive it.
func newBar(w io.Writer) *progressbar.ProgressBar {
	return progressbar.NewOptions64(-1,
		progressbar.OptionSetWriter(w),
		progressbar.OptionSetSpinnerChangeInterval(0),
		progressbar.OptionSpinnerType(spinnerDots),
		progressbar.OptionSetElapsedTime(false),
		progressbar.OptionSetRenderBlankState(false),
		progressbar.OptionThrottle(0),
		progressbar.OptionClearOnFinish(),
	)
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
