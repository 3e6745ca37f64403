package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

func signalInjectors() map[string]injector {
	return map[string]injector{"ctrl-c": ctrlC, "suspended": suspended, "name server": nameServer}
}

// interruptLimit is how long the program may take to leave: a few milliseconds
// where nothing else runs.
const interruptLimit = 500 * time.Millisecond

// ctrlC interrupts a program that waits for an answer, has a draft, or is in
// the middle of a picture.
func ctrlC(b *bench) {
	phases := map[string]struct {
		answer string
		until  func() bool
	}{
		"waiting":    {"", func() bool { asked, _ := b.asked.read(); return asked == 1 }},
		"mid stream": {head(eventStream) + created + draft("0", encoded(tiny(0))), func() bool { return matches(b, "*.partial-1.png") }},
		"mid write":  {head(eventStream) + created + finished(`"i"`, encoded(stored(1000, 500)))[:500_000], func() bool { return growing(b) }},
	}
	phase := phases[b.with(0)]
	b.raw(func(w *wire) { w.say(phase.answer); w.wait() })
	var sent time.Time
	b.started = func(command *exec.Cmd) {
		b.until(phase.until)
		sent = time.Now()
		b.must(command.Process.Signal(os.Interrupt))
	}
	b.verify = func(ran) {
		if took := time.Since(sent); took > interruptLimit {
			b.Errorf("it took %v to leave", took)
		}
	}
}

func matches(b *bench, pattern string) bool {
	found, err := filepath.Glob(filepath.Join(b.out, pattern))
	b.must(err)
	return len(found) > 0
}

// growing is a temporary file that holds something already.
func growing(b *bench) bool {
	for _, name := range b.left() {
		if info, err := os.Stat(filepath.Join(b.out, name)); err == nil && strings.HasSuffix(name, ".part") && info.Size() > 0 {
			return true
		}
	}
	return false
}

// until waits for a moment that no line announces.
func (b *bench) until(reached func() bool) {
	b.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for range 20_000 {
		if reached() {
			return
		}
		<-tick.C
	}
	b.Fatal("the moment did not come")
}

// suspended stops the program for longer than it waits for a byte, as a
// laptop's lid does; the answer comes meanwhile, or never.
func suspended(b *bench) {
	resumed := make(chan struct{})
	b.rawTo(func(w *wire, path string) {
		if b.with(0) == "an answer" {
			w.say(wholeAnswer(path))
		}
		w.wait()
	})
	b.started = func(command *exec.Cmd) {
		b.until(func() bool { asked, _ := b.asked.read(); return asked == 1 })
		b.must(command.Process.Signal(syscall.SIGSTOP))
		<-time.After(time.Second) // longer than the stall limit of the row
		close(resumed)
		b.must(command.Process.Signal(syscall.SIGCONT))
	}
	b.verify = func(got ran) {
		<-resumed
		if got.took > 10*time.Second {
			b.Errorf("it took %v", got.took)
		}
	}
}
