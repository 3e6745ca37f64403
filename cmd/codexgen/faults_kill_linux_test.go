package main

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/codexgen/codexgen/pkg/imagefile"
)

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

// number is the injector's argument n.
func (b *bench) number(n int) int {
	b.Helper()
	value, err := strconv.Atoi(b.with(n))
	b.must(err)
	return value
}
