package secretservice

import (
	"os"
	"testing"

	"github.com/godbus/dbus/v5"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// What Close says it does: the processes are gone, and the folder.
func TestNothingIsLeft(t *testing.T) {
	Need(t)
	k, err := Open(Options{})
	if err != nil {
		t.Fatal(err)
	}
	if items, err := k.Items(); len(items) != 0 || err != nil {
		t.Errorf("%q, %v", items, err)
	}
	daemon := k.Daemon()
	if err := k.Close(); err != nil {
		t.Error(err)
	}
	if err := daemon.Signal(os.Interrupt); err == nil {
		t.Error("the keyring still runs")
	}
	if _, err := dbus.Connect(k.Address()); err == nil {
		t.Error("the bus still runs")
	}
	if _, err := os.Stat(k.Folder()); err == nil {
		t.Error("the folder is still there")
	}
}

func TestLock(t *testing.T) {
	k := Start(t, Options{})
	if err := k.Lock(); err != nil {
		t.Fatal(err)
	}
	if err := k.Lock(); err != nil {
		t.Error("once more:", err)
	}
}

// Only what a test puts on the bus is there.
func TestServices(t *testing.T) {
	k := Start(t, Options{OnDemand: true})
	conn, err := k.connect()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	var names []string
	if err := conn.BusObject().Call("org.freedesktop.DBus.ListActivatableNames", 0).Store(&names); err != nil || len(names) != 2 {
		t.Errorf("%q, %v", names, err)
	}
}
