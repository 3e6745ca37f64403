package secretservice

import (
	"bufio"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"
)

// patience bounds every wait for a service to come up.
const patience = 20 * time.Second

// A Bus is a session bus without any service.
type Bus struct {
	folder  string // home and everything else of it; its name is short for sockets
	address string
	daemon  *exec.Cmd
}

// busConfig has no standard services: what is on the bus is what a test puts
// there.
const busConfig = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=%[1]s/bus</listen>
  <auth>EXTERNAL</auth>
  <servicedir>%[1]s/services</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`

// OpenBus starts a bus.
func OpenBus() (*Bus, error) {
	folder, err := os.MkdirTemp("", "ring")
	if err != nil {
		return nil, err
	}
	b := &Bus{folder: folder}
	if err := b.start(); err != nil {
		return nil, errors.Join(fmt.Errorf("start a session bus: %w", err), b.Close())
	}
	return b, nil
}

func (b *Bus) start() error {
	var escaped bytes.Buffer
	if err := xml.EscapeText(&escaped, []byte(b.folder)); err != nil {
		return err
	}
	for _, name := range []string{"services", "run"} {
		if err := os.Mkdir(filepath.Join(b.folder, name), 0o700); err != nil {
			return err
		}
	}
	config := filepath.Join(b.folder, "bus.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, busConfig, escaped.String()), 0o600); err != nil {
		return err
	}
	b.daemon = exec.Command("dbus-daemon", "--config-file="+config, "--nofork", "--nopidfile", "--print-address")
	b.daemon.Env = b.Env()
	out, err := b.daemon.StdoutPipe()
	if err != nil {
		return err
	}
	if err := b.daemon.Start(); err != nil {
		return err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	b.address = strings.TrimSpace(line)
	return err
}

// Env is the environment of a program that is to use this bus, and nothing
// else of the user: his home, his session, his display.
func (b *Bus) Env() []string {
	return []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + b.folder, "XDG_RUNTIME_DIR=" + filepath.Join(b.folder, "run"),
		"DBUS_SESSION_BUS_ADDRESS=" + b.address, "LC_ALL=C.UTF-8",
	}
}

// Address is the bus's, for DBUS_SESSION_BUS_ADDRESS.
func (b *Bus) Address() string { return b.address }

// Folder is the home folder of whatever is on the bus.
func (b *Bus) Folder() string { return b.folder }

// Kill ends the bus as a crash does.
func (b *Bus) Kill() {
	if b.daemon != nil && b.daemon.Process != nil {
		_ = b.daemon.Process.Kill()
		_ = b.daemon.Wait()
		b.daemon = nil
	}
}

// Close ends the bus and removes its folder.
func (b *Bus) Close() error {
	b.Kill()
	return os.RemoveAll(b.folder)
}

// connect is a connection of the test's own.
func (b *Bus) connect() (*dbus.Conn, error) {
	conn, err := dbus.Connect(b.address)
	if err != nil {
		return nil, fmt.Errorf("connect to the test's bus: %w", err)
	}
	return conn, nil
}

// await asks until the answer is yes.
func await(what string, yes func() bool) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !yes() {
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s: not within %v", what, patience)
		case <-tick.C:
		}
	}
	return nil
}
