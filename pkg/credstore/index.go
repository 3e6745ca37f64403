package credstore

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
)

const indexVersion = 1

// DefaultProfile is the one that is used until another is chosen.
const DefaultProfile = "default"

// An index says which profiles there are and where their logins are kept. It
// holds no secret, but decides where a login is looked for, so that it is
// guarded like one.
type index struct {
	Version  int               `json:"version"`
	Current  string            `json:"current,omitempty"`
	Profiles map[string]listed `json:"profiles,omitempty"`
}

type listed struct {
	Store   Kind   `json:"store"`
	Also    []Kind `json:"also,omitempty"` // where a copy may be that is to go
	BaseURL string `json:"base_url,omitempty"`
	Issuer  string `json:"issuer,omitempty"`
}

// names are lower case for file systems and keyrings that know no other, and
// have no colon, which stands before the number of an entry.
var names = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,31}$`)

// CheckName refuses what cannot be the name of a profile.
func CheckName(name string) error {
	if names.MatchString(name) {
		return nil
	}
	return &Error{Fault: BadName, Reason: fmt.Sprintf("%.40q cannot be the name of a profile", name), Advice: "up to 32 lower-case letters, digits, - and _, beginning with a letter or digit"}
}

func (p *Profiles) indexFile() privateFile { return privateFile{p.folder, "profiles.json"} }

func (p *Profiles) readIndex() (index, error) {
	var list index
	text, err := p.indexFile().read()
	if errors.Is(err, fs.ErrNotExist) {
		return index{Version: indexVersion}, nil
	}
	if err != nil {
		return list, err
	}
	path := p.indexFile().path()
	if newer(text) {
		return list, &Error{Fault: Newer, Reason: "the list of profiles at " + path + " was written by a later version of codexgen", Advice: "update codexgen"}
	}
	if err := json.Unmarshal(text, &list); err != nil || !list.sound() {
		return list, &Error{Fault: Damaged, Reason: "the list of profiles at " + path + " is damaged", Advice: "move it away and run: codexgen auth login"}
	}
	return list, nil
}

func (list index) sound() bool {
	for name, entry := range list.Profiles {
		for _, kind := range append(entry.Also, entry.Store) {
			if CheckName(name) != nil || kind.check() != nil {
				return false
			}
		}
	}
	return list.Version == indexVersion
}

// update changes the index while no other process does.
func (p *Profiles) update(ctx context.Context, change func(*index) error) error {
	guard := fileLock{filepath.Join(p.folder, "profiles.lock")}
	unlock, err := guard.lock(ctx, "the list of profiles")
	if err != nil {
		return err
	}
	defer unlock()
	list, err := p.readIndex()
	if err != nil {
		return err
	}
	if list.Profiles == nil {
		list.Profiles = map[string]listed{}
	}
	before, _ := json.Marshal(list)
	if err := change(&list); err != nil {
		return err
	}
	if after, _ := json.Marshal(list); bytes.Equal(before, after) {
		return nil
	}
	text, err := json.MarshalIndent(list, "", "  ")
	if err != nil {
		return fmt.Errorf("encode list of profiles: %w", err)
	}
	return p.indexFile().write(append(text, '\n'))
}

// put lists a profile as it is now.
func (p *Profiles) put(ctx context.Context, name string, entry listed) error {
	return p.update(ctx, func(list *index) error {
		list.Profiles[name] = entry
		if list.Current == "" {
			list.Current = name
		}
		return nil
	})
}
