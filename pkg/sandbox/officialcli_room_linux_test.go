package sandbox

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// officialVersions are the newest one that was looked at, and one that still
// has the hosted tool.
var officialVersions = []string{"0.169.0", "0.129.0"}

// closedRoom names, in a test that runs in the closed network, the folder with
// the official CLI's versions.
const closedRoom = "SANDBOX_OFFICIAL_CLI"

// TestOfficialCLI installs the official Codex CLI and runs the tests below in a
// network namespace of their own, where it cannot reach anybody but this
// machine whatever its settings.
func TestOfficialCLI(t *testing.T) {
	if os.Getenv("CI_TIER") != "full" {
		t.Skip("run by .ci/run full, or with CI_TIER=full")
	}
	if os.Getenv(closedRoom) != "" {
		t.Skip("this is the closed room")
	}
	if err := exec.CommandContext(t.Context(), "node", "--version").Run(); err != nil {
		missing(t, "node is missing: %v", err)
	}
	if err := closed(exec.CommandContext(t.Context(), "true")).Run(); err != nil {
		missing(t, "network namespaces are not allowed here: %v", err)
	}
	folder := t.TempDir()
	for _, version := range officialVersions {
		install(t, filepath.Join(folder, version), "@openai/codex@"+version)
	}
	inside := closed(exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestClosedRoom$", "-test.v", "-test.timeout=8m"))
	inside.Env = append(os.Environ(), closedRoom+"="+folder)
	out, err := inside.CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Error(err)
	}
}

// missing skips a test that cannot run here, except where it must.
func missing(t *testing.T, format string, args ...any) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf(format, args...)
	}
	t.Skipf(format, args...)
}

func install(t *testing.T, folder, name string) {
	t.Helper()
	npm := exec.CommandContext(t.Context(), "npm", "install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", name)
	if out, err := npm.CombinedOutput(); err != nil {
		missing(t, "npm install %s: %v\n%s", name, err, out)
	}
}

// closed gives a command a network of its own. Who is not root becomes it in a
// user namespace, in order to be allowed to.
func closed(cmd *exec.Cmd) *exec.Cmd {
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNET, Pdeathsig: syscall.SIGKILL}
	if id := os.Getuid(); id != 0 {
		cmd.SysProcAttr.Cloneflags |= unix.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: id, Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}
	}
	cmd.WaitDelay = 10 * time.Second
	return cmd
}

// TestClosedRoom is what TestOfficialCLI runs.
func TestClosedRoom(t *testing.T) {
	folder := os.Getenv(closedRoom)
	if folder == "" {
		t.Skip("run by TestOfficialCLI")
	}
	onlyLoopback(t)
	for _, version := range officialVersions {
		t.Run(version, func(t *testing.T) { everyStep(t, filepath.Join(folder, version), version) })
	}
	t.Run("a managed plan", func(t *testing.T) { onManagedPlan(t, filepath.Join(folder, officialVersions[0])) })
	t.Run("mistakes", func(t *testing.T) { everyMistake(t, filepath.Join(folder, officialVersions[0])) })
}

// onlyLoopback brings the loopback interface up and sees that there is no
// other: without that nothing of the official CLI is started.
func onlyLoopback(t *testing.T) {
	t.Helper()
	all, err := net.Interfaces()
	if err != nil || len(all) != 1 || all[0].Flags&net.FlagLoopback == 0 {
		t.Fatalf("this is no closed network: %v %v", all, err)
	}
	if err := raise(all[0].Name); err != nil {
		t.Fatalf("raise %s: %v", all[0].Name, err)
	}
}

func raise(name string) error {
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	request, err := unix.NewIfreq(name)
	if err == nil {
		request.SetUint16(unix.IFF_UP)
		err = unix.IoctlIfreq(socket, unix.SIOCSIFFLAGS, request)
	}
	return errors.Join(err, unix.Close(socket))
}
