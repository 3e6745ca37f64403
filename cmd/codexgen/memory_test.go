//go:build linux && !race

package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestMemoryIsFlat runs the real program against a backend in a process of
// its own: its peak for a 64 MB image is within 8 MB of that for a 2 MB one,
// and under 40 MB, on both routes.
func TestMemoryIsFlat(t *testing.T) {
	program := filepath.Join(t.TempDir(), "codexgen")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	small, big := serve(t, program, "big=2MB"), serve(t, program, "big=64MB")
	for _, route := range []string{"responses", "images"} {
		least, most := peak(t, program, small, route), peak(t, program, big, route)
		t.Logf("%s: peak of %d kB for 2 MB, %d kB for 64 MB", route, least, most)
		if most > 40<<10 || most-least > 8<<10 {
			t.Errorf("%s: peak of %d kB for 2 MB, %d kB for 64 MB", route, least, most)
		}
	}
}

// serve starts `codexgen sandbox` and returns the settings that it prints.
func serve(t *testing.T, program, fault string) []string {
	t.Helper()
	server := exec.Command(program, "sandbox", "--fault", fault)
	stdout, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = server.Process.Signal(os.Interrupt)
		_ = server.Wait()
	})
	var settings []string
	lines := bufio.NewScanner(stdout)
	for len(settings) < 3 && lines.Scan() {
		settings = append(settings, strings.TrimPrefix(lines.Text(), "export "))
	}
	if len(settings) < 3 {
		t.Fatalf("the sandbox printed %q", settings)
	}
	return settings
}

var highWater = regexp.MustCompile(`VmHWM:\s*(\d+) kB`)

// peak runs one gen and returns its peak memory in kB. The program is held at
// its last act, writing to a full pipe, while its status is read: the figure
// that wait returns would include this process's own peak.
func peak(t *testing.T, program string, settings []string, route string) (kB int) {
	t.Helper()
	dir := t.TempDir()
	gen := exec.Command(program, "gen", "a cat", "--route", route, "-o", "cat.png", "-q")
	gen.Dir = dir
	gen.Env = append(settings, "HOME="+dir, "TMPDIR="+dir)
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	gen.Stdout, gen.Stderr = fill(t, write), os.Stderr
	if err := gen.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, filepath.Join(dir, "cat.png"))
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", gen.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	_ = write.Close()
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		_, _ = bufio.NewReader(read).WriteTo(discard{})
	}()
	if err := gen.Wait(); err != nil {
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
