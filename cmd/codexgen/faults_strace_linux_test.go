package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
)

// failing makes calls of the system fail on the image's own temporary file:
// strace takes hold of the program while half of the image is there.
func failing(b *bench) {
	h := b.hold("image", 2_000_000)
	b.started = func(command *exec.Cmd) {
		h.wait()
		path := b.await(".codexgen-*.part")
		flags := []string{"-f", "-qq", "-o", "/dev/null", "-p", pid(command)}
		for _, fault := range b.row.With {
			calls, _, _ := strings.Cut(fault, ":")
			flags = append(flags, "-e", "inject="+fault)
			if calls == "write" || calls == "close" || calls == "fsync" { // the others have names, not descriptors
				flags = append(flags, "-P", path)
			}
		}
		b.attach(command, flags)
		h.release()
	}
}

// attach starts strace on a program that runs, and returns when it holds all
// of its threads.
func (b *bench) attach(command *exec.Cmd, flags []string) {
	b.Helper()
	tracer := exec.Command("strace", slices.DeleteFunc(flags, func(flag string) bool { return flag == "-qq" })...)
	stderr, err := tracer.StderrPipe()
	b.must(err)
	b.must(tracer.Start())
	b.Cleanup(func() {
		_ = tracer.Process.Signal(syscall.SIGTERM)
		_ = tracer.Wait() // it ends with the program
	})
	lines := bufio.NewReader(stderr)
	if line, err := lines.ReadString('\n'); err != nil || !strings.Contains(line, "attached") {
		b.Fatalf("strace: %q, %v", line, err)
	}
	go func() { _, _ = lines.WriteTo(discard{}) }()
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
