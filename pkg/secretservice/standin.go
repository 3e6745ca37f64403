package secretservice

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/godbus/dbus/v5"
)

// A Fault is the one thing that a stand-in does wrong.
type Fault string

const (
	None            Fault = ""
	Hangs           Fault = "no method is ever answered"
	HangsAtSecret   Fault = "all is answered but the secret"
	Dies            Fault = "it leaves the bus when it is asked for a secret"
	Refuses         Fault = "a new item is an error"
	OtherSecret     Fault = "the secret is not what was stored"
	OtherTypes      Fault = "the collections are a number"
	StaysLocked     Fault = "unlocking unlocks nothing"
	NeverPrompted   Fault = "unlocking has a dialog that nobody answers"
	DismissUnlock   Fault = "the dialog for unlocking is dismissed"
	DismissCreate   Fault = "the dialog for a new item is dismissed"
	DismissDelete   Fault = "the dialog for a removal is dismissed"
	BusDiesAtDialog Fault = "the bus dies while a dialog is open"
)

// A StandIn is a Secret Service that is right but for its fault. It knows one
// collection, and nothing of encryption.
type StandIn struct {
	*Bus
	fault Fault
	conn  *dbus.Conn
	ended chan struct{}
	dying sync.WaitGroup

	mu    sync.Mutex
	items map[dbus.ObjectPath]*standItem
	made  int
}

// NewStandIn puts one on a bus of its own, for a test.
func NewStandIn(t testing.TB, fault Fault) *StandIn {
	t.Helper()
	Need(t)
	bus, err := OpenBus()
	if err != nil {
		t.Fatal(err)
	}
	s := &StandIn{Bus: bus, fault: fault, ended: make(chan struct{}), items: map[dbus.ObjectPath]*standItem{}}
	t.Cleanup(s.close)
	if err := s.serve(); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *StandIn) serve() error {
	conn, err := s.connect()
	if err != nil {
		return err
	}
	s.conn = conn
	for path, object := range map[dbus.ObjectPath]struct {
		methods any
		name    string
	}{
		servicePath:            {standService{s}, service},
		loginPath:              {standCollection{s}, collection},
		sessionPath:            {standSession{}, "org.freedesktop.Secret.Session"},
		promptPath + "/unlock": {standPrompt{s, "unlock"}, promptName},
		promptPath + "/create": {standPrompt{s, "create"}, promptName},
		promptPath + "/delete": {standPrompt{s, "delete"}, promptName},
	} {
		if err := conn.Export(object.methods, path, object.name); err != nil {
			return err
		}
	}
	if err := conn.Export(standProperties{s}, servicePath, properties); err != nil {
		return err
	}
	reply, err := conn.RequestName(busName, dbus.NameFlagDoNotQueue)
	if err == nil && reply != dbus.RequestNameReplyPrimaryOwner {
		err = fmt.Errorf("the name %s is taken", busName)
	}
	return err
}

func (s *StandIn) close() {
	close(s.ended)
	s.dying.Wait()
	if s.conn != nil {
		_ = s.conn.Close()
	}
	_ = s.Close()
}

// hang answers when the test is over.
func (s *StandIn) hang(faults ...Fault) {
	for _, fault := range faults {
		if s.fault == fault {
			<-s.ended
		}
	}
}

var errRefused = dbus.MakeFailedError(errors.New("no space left on device"))
