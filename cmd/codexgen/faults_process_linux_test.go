package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/codexgen/codexgen/pkg/imagefile"
)

func processInjectors() map[string]injector {
	return map[string]injector{
		"signal": signalled, "killed": killedAt, "stopped": stopped, "stopped too long": stoppedTooLong,
		"reader left": readerLeft, "closed": closedStream, "kills": manyKills,
	}
}

// promptly is how long an interrupted run may take to clean up on a machine
// that is busy with other rows; alone it takes a few milliseconds.
const promptly = 3 * time.Second

// imageSize is more than what a temporary file holds back.
const imageSize = 600_000

var signals = map[string]syscall.Signal{"SIGINT": syscall.SIGINT, "SIGTERM": syscall.SIGTERM}

// signalled sends a signal at a place of the answer.
func signalled(b *bench) {
	h := b.hold(b.with(1), imageSize)
	var sent time.Time
	b.started = func(command *exec.Cmd) {
		h.wait()
		b.seen(b.with(1))
		sent = time.Now()
		b.must(command.Process.Signal(signals[b.with(0)]))
	}
	b.verify = func(ran) {
		took := time.Since(sent)
		b.Logf("it ended %v after the signal", took.Round(time.Millisecond))
		if took > promptly {
			b.Errorf("it took %v to end", took)
		}
	}
}

// seen waits until the program has done what a place of the answer lets it do:
// what was sent has to arrive.
func (b *bench) seen(place string) {
	b.Helper()
	switch place {
	case "draft":
		b.await(".codexgen-*.part")
	case "image":
		b.await("a-cat.partial-2.png")
		b.await(".codexgen-*.part")
	case "drafts":
		b.await("a-cat.partial-2.png")
	case "goodbye":
		b.await("a-cat.png")
	}
}

// await waits for a file of a pattern. One with two names does not count: it
// is a draft that is being published.
func (b *bench) await(pattern string) (path string) {
	b.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for range int(runLimit / (2 * time.Millisecond)) {
		found, err := filepath.Glob(filepath.Join(b.out, pattern))
		b.must(err)
		for _, path := range found {
			if info, err := os.Lstat(path); err == nil && (!info.Mode().IsRegular() || info.Sys().(*syscall.Stat_t).Nlink == 1) {
				return path
			}
		}
		<-tick.C
	}
	b.Fatalf("%s did not appear", pattern)
	return ""
}

// killedAt kills the program at a place of the answer. What it leaves matches
// one pattern, and the next run removes it a day later.
func killedAt(b *bench) {
	h := b.hold(b.with(0), imageSize)
	b.exempt = true
	b.started = func(command *exec.Cmd) {
		h.wait()
		b.seen(b.with(0))
		b.must(command.Process.Kill())
	}
	b.verify = func(ran) {
		h.release()
		b.sweptLater()
	}
}

// sweptLater makes what is left a day older and runs the program again.
func (b *bench) sweptLater() {
	b.Helper()
	for _, name := range b.left() {
		if old := time.Now().Add(-25 * time.Hour); strings.HasSuffix(name, ".part") {
			b.must(os.Chtimes(filepath.Join(b.out, name), old, old))
		}
	}
	b.again()
	for _, name := range b.left() {
		if strings.HasSuffix(name, ".part") {
			b.Errorf("the next run left %s", name)
		}
	}
}

// again runs the program once more, alone.
func (b *bench) again() {
	b.Helper()
	command := exec.Command(b.program, b.args...)
	command.Dir, command.Env = b.out, b.env
	if out, err := command.CombinedOutput(); err != nil {
		b.Errorf("the next run: %v\n%s", err, out)
	}
}

// stopped puts the program to sleep in the middle of the image, as a laptop
// that is closed, and wakes it when all has arrived.
func stopped(b *bench) {
	h := b.hold("image", imageSize)
	b.started = func(command *exec.Cmd) {
		h.wait()
		b.seen("image")
		b.sleeps(command.Process)
		h.release()
		b.must(command.Process.Signal(syscall.SIGCONT))
	}
}

// stoppedTooLong lets it sleep for longer than a stream may be silent.
func stoppedTooLong(b *bench) {
	h := b.hold("image", imageSize)
	b.started = func(command *exec.Cmd) {
		h.wait()
		b.seen("image")
		b.sleeps(command.Process)
		<-time.After(time.Second) // the row's --stall-timeout is shorter
		b.must(command.Process.Signal(syscall.SIGCONT))
	}
}

// sleeps stops a process and waits until it has stopped.
func (b *bench) sleeps(process *os.Process) {
	b.Helper()
	b.must(process.Signal(syscall.SIGSTOP))
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for range 5000 {
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", process.Pid))
		b.must(err)
		if bytes.Contains(status, []byte("State:\tT")) {
			return
		}
		<-tick.C
	}
	b.Fatal("it did not stop")
}

// readerLeft gives the program a pipe that nobody reads.
func readerLeft(b *bench) {
	b.serve(picture(heavy(imageSize)))
	read, write, err := os.Pipe()
	b.must(err)
	b.must(read.Close())
	b.Cleanup(func() { _ = write.Close() })
	if b.with(0) == "stdout" {
		b.stdout = write
		return
	}
	b.stderr = write
}

// closedStream starts the program without one of its streams.
func closedStream(b *bench) {
	b.serve(picture(heavy(imageSize)))
	b.wrap = []string{"sh", "-c", `exec "$@" ` + b.with(0), "sh"}
}

// manyKills kills the program at random moments. Under the final name there is
// a whole image or nothing; everything else is a draft, or matches one pattern.
func manyKills(b *bench) {
	b.serve(picture(heavy(8_000_000)))
	var whole, part, early int
	for range b.number(0) {
		command := exec.Command(b.program, b.args...)
		command.Dir, command.Env = b.out, b.env
		b.must(command.Start())
		<-time.After(rand.N(120 * time.Millisecond))
		_ = command.Process.Kill() // it may have ended
		_ = command.Wait()         // it was killed
		left := b.left()
		if len(left) == 0 {
			early++
		}
		for _, name := range left {
			path := filepath.Join(b.out, name)
			switch ok, _ := filepath.Match(".codexgen-*.part", name); {
			case ok:
				part++
			case strings.HasSuffix(name, ".png"):
				whole++
				b.whole(path)
			default:
				b.Errorf("left behind: %s", name)
			}
			b.must(os.Remove(path))
		}
	}
	b.Logf("%d whole pictures, %d temporary files, %d times nothing", whole, part, early)
	b.asked = &counter{} // the old one may still hear of what was sent to the dead
	b.serve(picture(heavy(imageSize)))
}

// number is the injector's argument n.
func (b *bench) number(n int) int {
	b.Helper()
	value, err := strconv.Atoi(b.with(n))
	b.must(err)
	return value
}

// whole checks that a file is a whole image.
func (b *bench) whole(path string) {
	b.Helper()
	content, err := os.ReadFile(path)
	b.must(err)
	check := imagefile.NewChecker()
	_, _ = check.Write(content)
	if info, err := check.Finish(); err != nil || len(info.Warnings) > 0 {
		b.Errorf("%s: %v %v", path, err, info.Warnings)
	}
}
