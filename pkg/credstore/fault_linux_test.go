package credstore

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/codexgen/codexgen/pkg/secretservice"
)

// short is how long the keyring is waited for where it never answers.
const short = time.Second

// slowTier leaves the rows of faults to the slow tier.
func slowTier(t *testing.T) {
	t.Helper()
	if os.Getenv("CI_TIER") != "full" {
		t.Skip("run by .ci/run full, or with CI_TIER=full")
	}
}

// KR-2: whatever the keyring does, each call ends in time with one of four
// faults, in a line for people, and the process lives on (see asker.ask).
func TestKR02StandIn(t *testing.T) {
	slowTier(t)
	for fault, row := range map[secretservice.Fault]struct{ get, set, remove Fault }{
		secretservice.None:            {"", "", ""},
		secretservice.Hangs:           {Timeout, Timeout, Timeout},
		secretservice.HangsAtSecret:   {Timeout, Timeout, Timeout},
		secretservice.Dies:            {Unavailable, Unavailable, Unavailable},
		secretservice.Refuses:         {NotFound, Unavailable, ""},
		secretservice.OtherSecret:     {"", Locked, ""},
		secretservice.OtherTypes:      {Unavailable, Unavailable, Unavailable},
		secretservice.StaysLocked:     {Locked, Locked, Locked},
		secretservice.NeverPrompted:   {Timeout, Timeout, Timeout},
		secretservice.DismissUnlock:   {Locked, Locked, Locked},
		secretservice.DismissCreate:   {NotFound, Locked, ""},
		secretservice.DismissDelete:   {"", "", Locked},
		secretservice.BusDiesAtDialog: {Unavailable, Unavailable, Unavailable},
	} {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			asker := newAsker(t, short, secretservice.NewStandIn(t, fault).Env())
			asker.want(row.set, "set", "x", canary)
			asker.want(row.get, "get", "x", "")
			asker.want(row.remove, "delete", "x", "")
		})
	}
}

// KR-2: addresses at which there is no bus, or none that answers.
func TestKR02NoBus(t *testing.T) {
	slowTier(t)
	folder := t.TempDir()
	silent := filepath.Join(folder, "silent")
	listener, err := net.Listen("unix", silent)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	empty, err := secretservice.OpenBus()
	if err != nil {
		t.Fatal(err)
	}
	defer empty.Close()
	for name, row := range map[string]struct {
		address string
		want    Fault
	}{
		"no socket":      {"unix:path=" + filepath.Join(folder, "none"), Unavailable},
		"no address":     {"garbage", Unavailable},
		"disabled":       {"disabled:", Unavailable},
		"a silent one":   {"unix:path=" + silent, Timeout},
		"without a ring": {empty.Address(), Unavailable},
	} {
		asker := newAsker(t, short, []string{"HOME=" + folder, "DBUS_SESSION_BUS_ADDRESS=" + row.address})
		for _, op := range []string{"get", "set", "delete"} {
			if got := asker.ask(op, "x", canary); got.Fault != row.want {
				t.Errorf("%s: %s: %+v", name, op, got)
			}
		}
	}
}

// KR-2 and KR-3: without an address nothing is started, also where there is a
// program that would, which leaves two daemons behind a call.
func TestKR03NothingIsStarted(t *testing.T) {
	slowTier(t)
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat("/run/user/" + me.Uid + "/bus"); err == nil {
		t.Skip("here is a session bus of a person")
	}
	folder := t.TempDir()
	script := "#!/bin/sh\ntouch " + filepath.Join(folder, "started") + "\n"
	for _, program := range []string{"dbus-launch", "dbus-daemon", "gnome-keyring-daemon"} {
		if err := os.WriteFile(filepath.Join(folder, program), []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, env := range [][]string{nil, {"DBUS_SESSION_BUS_ADDRESS="}, {"DBUS_SESSION_BUS_ADDRESS=autolaunch:"}, {"DISPLAY=:0"}} {
		asker := newAsker(t, short, append(env, "HOME="+folder, "PATH="+folder))
		for range 5 {
			got := asker.ask("get", "x", "")
			if got.Fault != Unavailable || !strings.Contains(got.Hint, "--store file") {
				t.Errorf("%q: %+v", env, got)
			}
		}
	}
	if _, err := os.Stat(filepath.Join(folder, "started")); err == nil {
		t.Error("a program was started")
	}
}

// KR-2 with the real one: not set up, killed, stopped, under another password,
// without its bus.
func TestKR02RealKeyring(t *testing.T) {
	slowTier(t)
	t.Run("no collection", func(t *testing.T) {
		ring := secretservice.Start(t, secretservice.Options{OnDemand: true})
		asker := newAsker(t, ample, ring.Env())
		asker.want(Locked, "get", "x", "")
		asker.want(Locked, "set", "x", canary)
	})
	t.Run("killed", func(t *testing.T) {
		ring := secretservice.Start(t, secretservice.Options{})
		asker := newAsker(t, ample, ring.Env())
		asker.want("", "set", "x", "kept")
		ring.KillDaemon()
		asker.want(Locked, "get", "x", "") // the bus has started another one
		asker.want(Locked, "get", "never", "")
	})
	t.Run("another password", func(t *testing.T) {
		ring := secretservice.Start(t, secretservice.Options{})
		asker := newAsker(t, ample, ring.Env())
		asker.want("", "set", "x", "kept")
		ring.KillDaemon()
		if err := ring.Run("test-password\n"); err != nil {
			t.Fatal(err)
		}
		asker.want(Locked, "get", "x", "")
	})
	t.Run("the same password again", func(t *testing.T) {
		ring := secretservice.Start(t, secretservice.Options{})
		asker := newAsker(t, ample, ring.Env())
		asker.want("", "set", "x", "kept")
		ring.KillDaemon()
		if err := ring.Run("test-password"); err != nil {
			t.Fatal(err)
		}
		if got := asker.ask("get", "x", ""); string(got.Secret) != "kept" {
			t.Errorf("%+v", got)
		}
	})
	t.Run("stopped", func(t *testing.T) {
		ring := secretservice.Start(t, secretservice.Options{})
		asker := newAsker(t, short, ring.Env())
		asker.want("", "set", "x", "kept")
		signal(t, ring, syscall.SIGSTOP)
		asker.want(Timeout, "get", "x", "")
		asker.want(Timeout, "set", "x", "late")
		signal(t, ring, syscall.SIGCONT)
		if got := asker.ask("get", "x", ""); string(got.Secret) != "kept" {
			t.Errorf("a write that was given up came late: %+v", got)
		}
	})
	t.Run("without its bus", func(t *testing.T) {
		ring := secretservice.Start(t, secretservice.Options{})
		asker := newAsker(t, ample, ring.Env())
		asker.want("", "set", "x", "kept")
		ring.Kill()
		asker.want(Unavailable, "get", "x", "")
		asker.want(Unavailable, "set", "x", canary)
	})
}

func signal(t *testing.T, ring *secretservice.Keyring, which syscall.Signal) {
	t.Helper()
	if err := ring.Daemon().Signal(which); err != nil {
		t.Fatal(err)
	}
}

// KR-2: the keyring's disk is full: what was stored stays.
func TestKR02FullDisk(t *testing.T) {
	slowTier(t)
	secretservice.Need(t)
	ring, err := secretservice.Open(secretservice.Options{Room: "100k"})
	if errors.Is(err, secretservice.ErrNoRoot) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := ring.Close(); err != nil {
			t.Error(err)
		}
	}()
	asker := newAsker(t, ample, ring.Env())
	asker.want("", "set", "x", "kept")
	asker.want(Unavailable, "set", "x", strings.Repeat("y", 200<<10))
	if got := asker.ask("get", "x", ""); string(got.Secret) != "kept" {
		t.Errorf("%+v", got)
	}
}

// KR-7: a process that stores a login in its file is killed at every system
// call by which files come, change and go.
func TestKR07KilledAtEverySystemCall(t *testing.T) {
	slowTier(t)
	strace, err := exec.LookPath("strace")
	if err != nil && os.Getenv("CI") != "" {
		t.Fatal(err)
	} else if err != nil {
		t.Skip("no strace here (Debian package strace)")
	}
	if err := exec.Command(strace, "-qq", "-o", os.DevNull, "true").Run(); err != nil {
		t.Skip("no process can be traced here:", err)
	}
	p, _ := sharedProfiles(t)
	keepLogin(t, p, "x", InFile, loginOf("old", 6000))
	calls := 0
	for _, call := range []string{"openat", "write", "fsync", "close", "renameat", "unlinkat", "mkdirat", "flock"} {
		for k, ended := 1, false; !ended; k++ {
			wrapper := []string{strace, "-qq", "-o", os.DevNull, "-e", "trace=" + call, "-e", fmt.Sprintf("inject=%s:signal=KILL:when=%d", call, k)}
			cmd, _ := start(t, wrapper, "login", p.folder)
			if ended = cmd.Wait() == nil; k > 100 {
				t.Fatal("it does not end")
			}
			calls++
			checkWhole(t, p, fmt.Sprintf("killed at %s %d", call, k), false, "old", "new")
		}
	}
	if calls < 40 {
		t.Errorf("only %d calls", calls) // those of another thread are not counted
	}
	if got := filesOf(t, p.folder); len(got) != 1 {
		t.Errorf("left: %v", got)
	}
}
