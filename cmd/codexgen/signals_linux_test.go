//go:build !race

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
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
	if err := gen.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	waitUncaught(t, gen.Process.Pid, syscall.SIGINT)
	if err := gen.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = gen.Wait() // the state says how it ended
	status := gen.ProcessState.Sys().(syscall.WaitStatus)
	if !status.Signaled() || status.Signal() != syscall.SIGINT {
		t.Errorf("it ended with %v", gen.ProcessState)
	}
	_ = write.Close()
}

// waitUncaught waits until a signal has its default effect on a process.
func waitUncaught(t *testing.T, pid int, signal syscall.Signal) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for range 12000 {
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		if err != nil {
			t.Fatal(err)
		}
		_, mask, _ := strings.Cut(string(status), "SigCgt:\t")
		var caught uint64
		if _, err := fmt.Sscanf(mask, "%x", &caught); err != nil {
			t.Fatal(err)
		}
		if caught&(1<<(signal-1)) == 0 {
			return
		}
		<-tick.C
	}
	t.Fatalf("%v stayed caught", signal)
}
