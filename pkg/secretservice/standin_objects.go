package secretservice

import (
	"fmt"
	"maps"
	"slices"

	"github.com/godbus/dbus/v5"
)

// The objects of a stand-in, by the Secret Service API draft 0.2
// (https://specifications.freedesktop.org/secret-service/). Their exported
// methods are called over the bus.

const (
	sessionPath = servicePath + "/session/1"
	promptPath  = servicePath + "/prompt"
	promptName  = "org.freedesktop.Secret.Prompt"
	itemName    = "org.freedesktop.Secret.Item"
)

// standSecret is the API's structure of a secret.
type standSecret struct {
	Session     dbus.ObjectPath
	Parameters  []byte
	Value       []byte
	ContentType string
}

type standService struct{ *StandIn }

func (s standService) OpenSession(algorithm string, _ dbus.Variant) (dbus.Variant, dbus.ObjectPath, *dbus.Error) {
	s.hang(Hangs)
	if algorithm != "plain" {
		return dbus.MakeVariant(""), noPrompt, dbus.NewError("org.freedesktop.DBus.Error.NotSupported", nil)
	}
	return dbus.MakeVariant(""), sessionPath, nil
}

func (s standService) Unlock(objects []dbus.ObjectPath) ([]dbus.ObjectPath, dbus.ObjectPath, *dbus.Error) {
	s.hang(Hangs)
	switch s.fault {
	case StaysLocked:
		return nil, noPrompt, nil
	case NeverPrompted, DismissUnlock, BusDiesAtDialog:
		return nil, promptPath + "/unlock", nil
	}
	return objects, noPrompt, nil
}

type standProperties struct{ *StandIn }

func (s standProperties) Get(_, name string) (dbus.Variant, *dbus.Error) {
	s.hang(Hangs)
	switch {
	case name != "Collections":
		return dbus.Variant{}, dbus.NewError("org.freedesktop.DBus.Error.UnknownProperty", nil)
	case s.fault == OtherTypes:
		return dbus.MakeVariant(7), nil
	}
	return dbus.MakeVariant([]dbus.ObjectPath{loginPath}), nil
}

type standCollection struct{ *StandIn }

func (s standCollection) SearchItems(wanted map[string]string) ([]dbus.ObjectPath, *dbus.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := []dbus.ObjectPath{}
	for path, item := range s.items {
		if maps.Equal(item.attributes, wanted) {
			found = append(found, path)
		}
	}
	slices.Sort(found)
	return found, nil
}

func (s standCollection) CreateItem(properties map[string]dbus.Variant, secret standSecret, _ bool) (dbus.ObjectPath, dbus.ObjectPath, *dbus.Error) {
	switch s.fault {
	case Refuses:
		return noPrompt, noPrompt, errRefused
	case DismissCreate:
		return noPrompt, promptPath + "/create", nil
	}
	attributes, _ := properties[itemName+".Attributes"].Value().(map[string]string)
	s.mu.Lock()
	defer s.mu.Unlock()
	for path, item := range s.items {
		if maps.Equal(item.attributes, attributes) {
			item.secret = secret.Value
			return path, noPrompt, nil
		}
	}
	s.made++
	path := loginPath + dbus.ObjectPath(fmt.Sprintf("/%d", s.made))
	s.items[path] = &standItem{StandIn: s.StandIn, path: path, attributes: attributes, secret: secret.Value}
	if err := s.conn.Export(s.items[path], path, itemName); err != nil {
		return noPrompt, noPrompt, dbus.MakeFailedError(err)
	}
	return path, noPrompt, nil
}

type standItem struct {
	*StandIn
	path       dbus.ObjectPath
	attributes map[string]string
	secret     []byte
}

func (i *standItem) GetSecret(session dbus.ObjectPath) (standSecret, *dbus.Error) {
	i.hang(HangsAtSecret)
	i.mu.Lock()
	defer i.mu.Unlock()
	value := i.secret
	switch i.fault {
	case Dies:
		_ = i.conn.Close()
	case OtherSecret:
		value = append([]byte("not "), value...)
	}
	return standSecret{session, nil, value, "text/plain"}, nil
}

func (i *standItem) Delete() (dbus.ObjectPath, *dbus.Error) {
	if i.fault == DismissDelete {
		return promptPath + "/delete", nil
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	delete(i.items, i.path)
	return noPrompt, nil
}

type standSession struct{}

func (standSession) Close() *dbus.Error { return nil }

type standPrompt struct {
	*StandIn
	of string
}

// killAfterAnswer waits until the answer to Prompt is on its way: the bus keeps
// the order of what one connection sends.
func (p standPrompt) killAfterAnswer() {
	for range 20 {
		_ = p.conn.BusObject().Call("org.freedesktop.DBus.Peer.Ping", 0).Err
	}
	p.Kill()
}

// Prompt opens the dialog, which a person then dismisses, or leaves open.
func (p standPrompt) Prompt(string) *dbus.Error {
	switch p.fault {
	case NeverPrompted:
		return nil
	case BusDiesAtDialog:
		p.dying.Go(p.killAfterAnswer)
		return nil
	}
	nothing := dbus.MakeVariant([]dbus.ObjectPath{})
	if p.of != "unlock" {
		nothing = dbus.MakeVariant(noPrompt)
	}
	if err := p.conn.Emit(promptPath+dbus.ObjectPath("/"+p.of), promptName+".Completed", true, nothing); err != nil {
		return dbus.MakeFailedError(err)
	}
	return nil
}
