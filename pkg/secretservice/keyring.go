package secretservice

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/godbus/dbus/v5"
)

const (
	busName     = "org.freedesktop.secrets"
	servicePath = dbus.ObjectPath("/org/freedesktop/secrets")
	loginPath   = dbus.ObjectPath("/org/freedesktop/secrets/collection/login")
	noPrompt    = dbus.ObjectPath("/")
	service     = "org.freedesktop.Secret.Service"
	collection  = "org.freedesktop.Secret.Collection"
	properties  = "org.freedesktop.DBus.Properties"

	password = "test-password"
)

// Options say what is not as usual: a keyring that runs and is unlocked.
type Options struct {
	OnDemand bool   // nothing runs: the bus starts it when it is asked, without a collection
	Room     string // of its disk, as 300k; needs root
}

// A Keyring is gnome-keyring on a bus of its own.
type Keyring struct {
	*Bus
	daemon *exec.Cmd
	disk   string // mounted for it
}

// Open starts one. Who has a test uses Start.
func Open(o Options) (*Keyring, error) {
	bus, err := OpenBus()
	if err != nil {
		return nil, err
	}
	k := &Keyring{Bus: bus}
	err = errors.Join(k.activated(), k.confine(o.Room))
	if err == nil && !o.OnDemand {
		err = k.Run(password)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start gnome-keyring: %w", err), k.Close())
	}
	return k, nil
}

// activated lets the bus start the keyring, as on a desktop.
func (k *Keyring) activated() error {
	program, err := exec.LookPath("gnome-keyring-daemon")
	if err != nil {
		return err
	}
	file := filepath.Join(k.folder, "services", busName+".service")
	text := "[D-BUS Service]\nName=" + busName + "\nExec=" + program + " --start --foreground --components=secrets\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return err
	}
	conn, err := k.connect()
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.BusObject().Call("org.freedesktop.DBus.ReloadConfig", 0).Err
}

// confine gives the keyring's files a small disk.
func (k *Keyring) confine(room string) error {
	if room == "" {
		return nil
	}
	files := filepath.Join(k.folder, ".local", "share", "keyrings")
	if err := os.MkdirAll(files, 0o700); err != nil {
		return err
	}
	out, err := exec.Command("mount", "-t", "tmpfs", "-o", "mode=700,size="+room, "tmpfs", files).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: mount: %s", ErrNoRoot, bytes.TrimSpace(out))
	}
	k.disk = files
	return nil
}

// ErrNoRoot: a small disk can be mounted by root only, and not in every
// container.
var ErrNoRoot = errors.New("no disk can be mounted here")

// Run starts the daemon with a password. The first one makes the collection
// login; another one leaves it locked.
func (k *Keyring) Run(password string) error {
	k.daemon = exec.Command("gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets")
	k.daemon.Env, k.daemon.Stdin = k.Env(), strings.NewReader(password)
	if err := k.daemon.Start(); err != nil {
		return err
	}
	conn, err := k.connect()
	if err != nil {
		return err
	}
	defer conn.Close()
	return await("gnome-keyring and its login collection", func() bool { return k.hasLogin(conn) })
}

func (k *Keyring) hasLogin(conn *dbus.Conn) bool {
	// Without starting one of its own.
	call := conn.Object(busName, servicePath).Call(properties+".Get", dbus.FlagNoAutoStart, service, "Collections")
	var paths []dbus.ObjectPath
	return call.Store(&paths) == nil && slices.Contains(paths, loginPath)
}

// Lock locks the collection; nobody can unlock it, since there is no display.
func (k *Keyring) Lock() error {
	conn, err := k.connect()
	if err != nil {
		return err
	}
	defer conn.Close()
	var locked []dbus.ObjectPath
	var prompt dbus.ObjectPath
	call := conn.Object(busName, servicePath).Call(service+".Lock", 0, []dbus.ObjectPath{loginPath})
	if err := call.Store(&locked, &prompt); err != nil {
		return fmt.Errorf("lock the keyring: %w", err)
	}
	if len(locked) != 1 || prompt != noPrompt {
		return errors.New("lock the keyring: it was not locked")
	}
	return nil
}

// Items are the labels of all that is stored, in the order of the alphabet.
func (k *Keyring) Items() (labels []string, err error) {
	conn, err := k.connect()
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	var items []dbus.ObjectPath
	if err := conn.Object(busName, loginPath).Call(properties+".Get", 0, collection, "Items").Store(&items); err != nil {
		return nil, fmt.Errorf("list the keyring: %w", err)
	}
	for _, item := range items {
		label, err := conn.Object(busName, item).GetProperty("org.freedesktop.Secret.Item.Label")
		if err != nil {
			return nil, fmt.Errorf("list the keyring: %w", err)
		}
		text, _ := label.Value().(string)
		labels = append(labels, text)
	}
	slices.Sort(labels)
	return labels, nil
}

// Daemon is the keyring's process, for signals; nil when the bus starts it.
func (k *Keyring) Daemon() *os.Process {
	if k.daemon == nil {
		return nil
	}
	return k.daemon.Process
}

// KillDaemon ends the keyring as a crash does. The bus starts another one, that
// is locked, when it is asked again.
func (k *Keyring) KillDaemon() {
	if k.daemon == nil || k.daemon.Process == nil {
		return
	}
	_ = k.daemon.Process.Kill()
	_ = k.daemon.Wait()
	k.daemon = nil
}

// Holds reports whether a file of the keyring has these bytes.
func (k *Keyring) Holds(text string) bool {
	found := false
	_ = filepath.WalkDir(k.folder, func(path string, entry os.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			content, _ := os.ReadFile(path)
			found = found || bytes.Contains(content, []byte(text))
		}
		return nil
	})
	return found
}

// Close ends keyring and bus.
func (k *Keyring) Close() error {
	k.KillDaemon()
	k.Kill() // a daemon that the bus has started ends with it
	if k.disk != "" {
		if out, err := exec.Command("umount", "-l", k.disk).CombinedOutput(); err != nil {
			return fmt.Errorf("umount: %s", bytes.TrimSpace(out))
		}
	}
	return k.Bus.Close()
}
