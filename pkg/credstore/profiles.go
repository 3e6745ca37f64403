package credstore

import (
	"context"
	"maps"
	"path/filepath"
	"slices"
	"time"
)

// A Kind is a place that logins are kept in.
type Kind string

const (
	InKeyring Kind = "keyring" // the system's, entries of the service codexgen
	InFile    Kind = "file"    // unencrypted, readable by its owner alone
)

// ParseKind reads the name of a store.
func ParseKind(name string) (Kind, error) { return Kind(name), Kind(name).check() }

func (k Kind) check() error {
	if k == InKeyring || k == InFile {
		return nil
	}
	return &Error{Fault: BadName, Reason: "there is no such store", Advice: "keyring or file"}
}

// A Profile is a login's name and what may be known of it without opening it.
type Profile struct {
	Name    string
	Store   Kind
	BaseURL string // the only backend its login is sent to
	Issuer  string
	Current bool // used where none is named
}

// Options say where profiles are kept.
type Options struct {
	Folder  string   // of its own, absolute; made with mode 0700 at the first login
	Keyring *Keyring // asked only for profiles that are in it
}

// Profiles are the logins of one user. In its folder are profiles.json, which
// holds no secret, and for each profile a lock and a folder for the file store
// and the sealed recovery file.
type Profiles struct {
	folder  string
	entries entries
}

// NewProfiles opens nothing yet.
func NewProfiles(o Options) *Profiles { return &Profiles{folder: o.Folder, entries: o.Keyring} }

// List gives all profiles by name.
func (p *Profiles) List() ([]Profile, error) {
	list, err := p.readIndex()
	if err != nil {
		return nil, err
	}
	var all []Profile
	for _, name := range slices.Sorted(maps.Keys(list.Profiles)) {
		all = append(all, list.profile(name))
	}
	return all, nil
}

func (list index) profile(name string) Profile {
	entry := list.Profiles[name]
	return Profile{Name: name, Store: entry.Store, BaseURL: entry.BaseURL, Issuer: entry.Issuer, Current: name == list.current()}
}

func (list index) current() string {
	if list.Current == "" {
		return DefaultProfile
	}
	return list.Current
}

// Get finds a profile; the name "" means the current one. Where there is none
// the Error has Missing set.
func (p *Profiles) Get(name string) (Profile, error) {
	list, err := p.readIndex()
	if err != nil {
		return Profile{}, err
	}
	if name == "" {
		name = list.current()
	}
	if err := CheckName(name); err != nil {
		return Profile{}, err
	}
	if _, ok := list.Profiles[name]; !ok {
		return Profile{}, missing(name, list)
	}
	return list.profile(name), nil
}

func missing(name string, list index) error {
	advice := adviceLogin
	if name != DefaultProfile {
		advice = "codexgen auth login --profile " + name
	} else if len(list.Profiles) > 0 {
		advice = "codexgen auth list, then: codexgen auth switch NAME"
	}
	reason := "not logged in"
	if name != DefaultProfile || len(list.Profiles) > 0 {
		reason += ": there is no profile " + name
	}
	return &Error{Fault: NotFound, Reason: reason, Advice: advice, Missing: true}
}

// Open gives a profile's store. What a move that was cut short has left
// elsewhere is removed.
func (p *Profiles) Open(ctx context.Context, name string) (*Store, error) {
	profile, err := p.Get(name)
	if err != nil {
		return nil, err
	}
	store := p.store(profile.Name, profile.Store)
	if release, ok := p.leftovers(store); ok {
		limited, cancel := context.WithTimeout(ctx, tidyPatience)
		_ = p.tidy(limited, profile.Name) // the login itself is whole
		cancel()
		release()
	}
	return store, nil
}

// tidyPatience is short: a keyring that was left for the file store may be one
// that does not answer.
const tidyPatience = time.Second

// leftovers reports whether there are some, and then holds the profile.
func (p *Profiles) leftovers(store *Store) (release func(), ok bool) {
	list, err := p.readIndex()
	if err != nil || len(list.Profiles[store.profile].Also) == 0 {
		return nil, false
	}
	return store.guard.try()
}

// store is a profile's login in one place.
func (p *Profiles) store(name string, kind Kind) *Store {
	folder := p.profileFolder(name)
	return &Store{profile: name, vault: p.vault(name, kind),
		recovery: privateFile{folder, "recovery.sealed"}, guard: fileLock{folder + ".lock"}}
}

// profileFolder has a prefix since Windows keeps some names for itself.
func (p *Profiles) profileFolder(name string) string {
	return filepath.Join(p.folder, "profile-"+name)
}

func (p *Profiles) vault(name string, kind Kind) vault {
	if kind == InFile {
		return fileVault{name, privateFile{p.profileFolder(name), "login.json"}}
	}
	return split{p.entries, name}
}

// Where says for people where a profile's login is, or would be.
func (p *Profiles) Where(profile Profile) string {
	if profile.Store == InFile {
		return filepath.Join(p.profileFolder(profile.Name), "login.json") + " (not encrypted)"
	}
	return "the keyring (service " + Service + ", entry " + profile.Name + ")"
}

// Switch makes a profile the current one.
func (p *Profiles) Switch(ctx context.Context, name string) error {
	if err := CheckName(name); err != nil {
		return err
	}
	return p.update(ctx, func(list *index) error {
		if _, ok := list.Profiles[name]; !ok {
			return missing(name, *list)
		}
		list.Current = name
		return nil
	})
}
