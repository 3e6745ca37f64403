package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// mounted gives the program a file system of its own as its folder. It is
// mounted where this machine does not see it: in a namespace of a process that
// ends with the row, through whose eyes the folder is looked at.
func (b *bench) mounted(script string) {
	b.Helper()
	holder := exec.Command("unshare", "-m", "sh", "-ec", script+"; echo mounted; read end", "sh", b.out)
	stdin, err := holder.StdinPipe()
	b.must(err)
	stdout, err := holder.StdoutPipe()
	b.must(err)
	holder.Stderr = os.Stderr
	b.must(holder.Start())
	b.Cleanup(func() {
		_ = stdin.Close()
		_ = holder.Wait() // it ends because it has nothing more to read
	})
	if line, err := bufio.NewReader(stdout).ReadString('\n'); err != nil || strings.TrimSpace(line) != "mounted" {
		b.Fatalf("mount: %q, %v", line, err)
	}
	b.out = fmt.Sprintf("/proc/%d/root%s", holder.Process.Pid, b.out)
}

// tmpfs mounts one with the options that the row names; the second
// argument is the weight of the image.
func tmpfs(b *bench) {
	b.sends(1)
	b.mounted(`mount -t tmpfs -o ` + b.with(0) + ` none "$1"`)
}

// extFull mounts an ext4 of 8 MB that has as many free as the row names.
func extFull(b *bench) {
	b.sends(1)
	image := b.tmp + "/disk"
	b.mounted(`truncate -s 8M ` + image + `; mkfs.ext4 -qF -O ^has_journal -m 0 ` + image + `; mount -o loop ` + image + ` "$1"; rm ` + image + `
rmdir "$1/lost+found"; free=$(stat -fc %a "$1"); dd if=/dev/zero of="$1/theirs" bs=1024 count=$((free - ` + b.with(0) + `)) 2>/dev/null`)
}

// sends has the server send drafts, and an image of as many bytes as the
// injector's argument n, or a few.
func (b *bench) sends(n int) {
	b.Helper()
	size := 50_000
	if b.with(n) != "" {
		size = b.number(n)
	}
	b.hold("goodbye", size).release()
}

// readOnly binds the folder read-only.
func readOnly(b *bench) {
	b.sends(9)
	b.mounted(`mount --bind "$1" "$1"; mount -o remount,bind,ro "$1"`)
}

// immutable forbids every change of the folder, to root as well.
func immutable(b *bench) {
	b.sends(9)
	b.must(exec.Command("chattr", "+i", b.out).Run())
	b.Cleanup(func() { _ = exec.Command("chattr", "-i", b.out).Run() }) // else it stays, which the test's own clean-up tells
}
