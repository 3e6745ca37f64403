package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
)

// failing makes calls of the system fail on the image's own temporary file:
// strace takes hold of the program while half of the image is there.
func failing(b *bench) {
	h := b.hold("image", 2_000_000)
	trace := filepath.Join(b.home, "trace")
	var tracer *exec.Cmd
	b.started = func(command *exec.Cmd) {
		h.wait()
		path := b.await(".codexgen-*.part")
		flags := []string{"-f", "-o", trace, "-p", pid(command)}
		var calls []string
		for _, fault := range b.row.With {
			calls = append(calls, callOf(fault))
			flags = append(flags, "-e", "inject="+fault)
			if call := callOf(fault); call == "write" || call == "close" || call == "fsync" { // the others have names, not descriptors
				flags = append(flags, "-P", path)
			}
		}
		tracer = b.attach(append(flags, "-e", "trace="+strings.Join(calls, ",")))
		h.release()
	}
	b.verify = func(ran) {
		_ = tracer.Wait() // it ends with the program, and has written all then
		text, err := os.ReadFile(trace)
		b.must(err)
		for _, fault := range b.row.With {
			if !regexp.MustCompile(`(?m)\b` + callOf(fault) + `(\(| resumed>).*\(INJECTED\)$`).Match(text) {
				b.Errorf("%s did not happen:\n%s", fault, shown(string(text)))
			}
		}
	}
}

// callOf is the call that an injection of strace is for.
func callOf(fault string) string {
	call, _, _ := strings.Cut(fault, ":")
	return call
}

// attach starts strace on a program that runs, and returns when it holds it:
// that line comes after those of all threads are held.
func (b *bench) attach(flags []string) *exec.Cmd {
	b.Helper()
	tracer := exec.Command("strace", flags...)
	stderr, err := tracer.StderrPipe()
	b.must(err)
	b.must(tracer.Start())
	b.Cleanup(func() { _ = tracer.Process.Signal(syscall.SIGTERM) }) // if the program has not ended
	lines := bufio.NewReader(stderr)
	if line, err := lines.ReadString('\n'); err != nil || !strings.Contains(line, "attached") {
		b.Fatalf("strace: %q, %v", line, err)
	}
	return tracer
}

// synced watches the order that a loss of power depends on: the file is on the
// disk before it has its name, and its name before the program ends.
func synced(b *bench) {
	b.sends(0)
	trace := filepath.Join(b.home, "trace")
	b.wrap = []string{"strace", "-f", "-y", "-qq", "-o", trace, "-e", "trace=fsync,fdatasync,link,linkat,rename,renameat,renameat2", "-e", "signal=none"}
	b.verify = func(ran) {
		text, err := os.ReadFile(trace)
		b.must(err)
		at := -1
		for _, step := range []string{
			`f(data)?sync\(\d+<` + regexp.QuoteMeta(b.out) + `/\.codexgen-\w+\.part>\)\s+= 0`,
			`(linkat|renameat2?)\(.*"\.codexgen-\w+\.part".*"a-cat\.png".*\)\s+= 0`,
			`fsync\(\d+<` + regexp.QuoteMeta(b.out) + `>\)\s+= 0`,
		} {
			found := regexp.MustCompile(step).FindIndex(text[at+1:])
			if found == nil {
				b.Fatalf("after byte %d there is no %s in\n%s", at, step, text)
			}
			at += 1 + found[0]
		}
	}
}
