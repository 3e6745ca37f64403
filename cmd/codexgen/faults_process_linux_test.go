package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"
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
