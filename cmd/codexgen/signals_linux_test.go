//go:build !race

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// TestASecondCtrlCEndsAtOnce holds the program at a write to a full pipe,
// where the first one cannot end it.
func TestASecondCtrlCEndsAtOnce(t *testing.T) {
	dir := t.TempDir()
	program := filepath.Join(dir, "codexgen")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	gen := exec.Command(program, "gen", "a cat", "--sandbox", "-o", "cat.png", "-q")
	gen.Dir, gen.Env, gen.Stdout = dir, []string{"HOME=" + dir}, fill(t, write)
	if err := gen.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, filepath.Join(dir, "cat.png"))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = gen.Wait() // the state says how it ended
	}()
	interruptUntil(t, gen.Process, ended)
	status := gen.ProcessState.Sys().(syscall.WaitStatus)
	if !status.Signaled() || status.Signal() != syscall.SIGINT {
		t.Errorf("it ended with %v", gen.ProcessState)
	}
	_ = write.Close()
}

// interruptUntil sends Ctrl-C until the process has ended. One is not enough,
// and two that come too close are one.
func interruptUntil(t *testing.T, process *os.Process, ended chan struct{}) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for sent := 0; ; sent++ {
		if sent == 1000 {
			_ = process.Kill()
		} else if err := process.Signal(os.Interrupt); err != nil && sent < 2 {
			t.Fatal(err)
		}
		select {
		case <-ended:
			return
		case <-tick.C:
		}
	}
}
