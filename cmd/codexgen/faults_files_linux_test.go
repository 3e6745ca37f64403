package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

func fileInjectors() map[string]injector {
	return map[string]injector{
		"tmpfs": tmpfs, "nearly full ext4": extFull, "read-only": readOnly, "immutable": immutable, "failing calls": failing, "order of syncs": synced,
		"limit": limited, "stranger": stranger, "there": there, "link": linked, "pipe": named, "removed": removed, "swapped": swapped,
		"together": together, "server's names": serverNames, "home": otherHome, "umask": umask, "sidecar fails": sidecarFails, "memory": memoryLimit,
	}
}

// limited runs the program under a limit of prlimit.
func limited(b *bench) {
	b.sends(1)
	b.wrap = []string{"prlimit", "--" + b.with(0)}
}

// stranger runs the program as somebody who may not write into the folder.
func stranger(b *bench) {
	b.sends(9)
	if os.Geteuid() != 0 {
		b.must(os.Chmod(b.out, 0o555))
		b.Cleanup(func() { _ = os.Chmod(b.out, 0o700) })
		return
	}
	// The way to the program and to the folder is root's alone, as made.
	for _, path := range []string{b.out, b.home, filepath.Dir(b.out), filepath.Dir(filepath.Dir(b.out)), filepath.Dir(b.program), filepath.Dir(filepath.Dir(b.program))} {
		b.must(os.Chmod(path, 0o755))
	}
	b.wrap = []string{"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"}
}

// otherHome takes the home folder away.
func otherHome(b *bench) {
	b.sends(9)
	b.env = slices.DeleteFunc(b.env, func(entry string) bool { return strings.HasPrefix(entry, "HOME=") })
	if b.with(0) != "" {
		b.setenv("HOME", b.with(0))
	}
}

// umask runs the program under one, and checks the mode of the image.
func umask(b *bench) {
	b.sends(9)
	b.wrap = []string{"sh", "-c", "umask " + b.with(0) + `; exec "$@"`, "sh"}
	b.verify = func(ran) {
		info, err := os.Stat(filepath.Join(b.out, "a-cat.png"))
		b.must(err)
		if mode := fmt.Sprintf("%03o", info.Mode().Perm()); mode != b.with(1) {
			b.Errorf("the image has mode %s, want %s", mode, b.with(1))
		}
	}
}

// sidecarFails lets no file be written any more once the image is there.
func sidecarFails(b *bench) {
	h := b.hold("goodbye", imageSize)
	b.started = func(command *exec.Cmd) {
		h.wait()
		b.await("a-cat.png")
		b.must(exec.Command("prlimit", "--fsize=0", "--pid", pid(command)).Run())
		h.release()
	}
}

// memoryLimit runs the program in a group of its own that may have so much
// memory, the files that it writes included.
func memoryLimit(b *bench) {
	b.sends(1)
	group, limit := "/sys/fs/cgroup/memory", "memory.limit_in_bytes"
	if _, err := os.Stat(group); err != nil {
		group, limit = "/sys/fs/cgroup", "memory.max"
	}
	group = filepath.Join(group, fmt.Sprintf("codexgen-test-%d", os.Getpid()))
	if err := os.Mkdir(group, 0o755); err != nil {
		b.Skipf("there can be no group with a limit of memory here: %v", err)
	}
	b.Cleanup(func() { _ = os.Remove(group) })
	if err := os.WriteFile(filepath.Join(group, limit), []byte(b.with(0)), 0o600); err != nil {
		b.Skipf("no limit can be set here: %v", err)
	}
	b.wrap = []string{"sh", "-c", "echo $$ > " + filepath.Join(group, "cgroup.procs") + ` && exec "$@"`, "sh"}
}
