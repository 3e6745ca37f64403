//go:build linux && !race

package main

import (
	"bufio"
	"fmt"
	"image"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/codexgen/codexgen/pkg/corpus"
)

// TestMemoryIsFlat runs the real program against a backend in a process of
// its own: its peak for a 64 MB image is within 8 MB of that for a 2 MB one,
// and under 40 MB, on every route.
func TestMemoryIsFlat(t *testing.T) {
	program := build(t)
	small, big := serve(t, program, "big=2MB"), serve(t, program, "big=64MB")
	for _, route := range []string{"responses", "images", "websocket"} {
		least, most := peak(t, program, small, route), peak(t, program, big, route)
		t.Logf("%s: peak of %d kB for 2 MB, %d kB for 64 MB", route, least, most)
		if most > 40<<10 || most-least > 8<<10 {
			t.Errorf("%s: peak of %d kB for 2 MB, %d kB for 64 MB", route, least, most)
		}
	}
}

// TestMemoryIsFlatWithReferences sends five pictures that fill the largest
// body and takes a 32 MB image: the peak is under 64 MB, and within 8 MB of
// that for five small ones. Five of 12 MB would make a body of 80 MB: they are
// read and refused in as little.
func TestMemoryIsFlatWithReferences(t *testing.T) {
	dir, program := t.TempDir(), build(t)
	small, most, over := noise(t, dir, 64), noise(t, dir, 1716), noise(t, dir, 2000)
	backend := serve(t, program, "big=32MB")
	for _, route := range []string{"responses", "images"} {
		least, peaked := peak(t, program, backend, route, five(small)...), peak(t, program, backend, route, five(most)...)
		t.Logf("%s: peak of %d kB for five small pictures, %d kB for five of 8.8 MB", route, least, peaked)
		if peaked > 64<<10 || peaked-least > 8<<10 {
			t.Errorf("%s: peak of %d kB for five small pictures, %d kB for five of 8.8 MB", route, least, peaked)
		}
	}
	refused := exec.Command(program, append([]string{"gen", "a cat"}, five(over)...)...)
	refused.Env = append(backend, "HOME="+dir, "TMPDIR="+dir)
	out, err := refused.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "the request would have 80 MB") {
		t.Errorf("%v: %s", err, out)
	}
}

// noise writes a square picture that does not compress.
func noise(t *testing.T, dir string, edge int) string {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, edge, edge))
	random := rand.NewChaCha8([32]byte{})
	_, _ = random.Read(img.Pix) // never fails
	for i := 3; i < len(img.Pix); i += 4 {
		img.Pix[i] = 255
	}
	path := filepath.Join(dir, fmt.Sprintf("noise-%d.png", edge))
	if err := os.WriteFile(path, corpus.PNG(img), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func five(path string) (flags []string) {
	for range 5 {
		flags = append(flags, "--image", path)
	}
	return flags
}

var highWater = regexp.MustCompile(`VmHWM:\s*(\d+) kB`)

// peak runs one gen and returns its peak memory in kB.
func peak(t *testing.T, program string, settings []string, route string, flags ...string) (kB int) {
	t.Helper()
	dir := t.TempDir()
	gen := exec.Command(program, append([]string{"gen", "a cat", "--route", route, "-o", "cat.png", "-q"}, flags...)...)
	gen.Dir = dir
	gen.Env = append(settings, "HOME="+dir, "TMPDIR="+dir)
	return peakOf(t, gen, func() { waitFor(t, filepath.Join(dir, "cat.png")) })
}

// peakOf holds a program at its last act, writing to a full pipe, while its
// status is read: the figure that wait returns would include this process's
// own peak. made returns once the rest is done.
func peakOf(t *testing.T, command *exec.Cmd, made func()) (kB int) {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	command.Stdout, command.Stderr = fill(t, write), os.Stderr
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	made()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", command.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	_ = write.Close()
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		_, _ = bufio.NewReader(read).WriteTo(discard{})
	}()
	if err := command.Wait(); err != nil {
		t.Fatal(err)
	}
	<-drained
	if _, err := fmt.Sscan(highWater.FindStringSubmatch(string(status))[1], &kB); err != nil {
		t.Fatal(err)
	}
	return kB
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }
