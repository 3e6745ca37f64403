package credstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"time"
)

// Hermes is the Hermes Agent, from whose credential pool the first usable
// login is borrowed: never written, never refreshed
// (docs/credentials.md#borrowed).
type Hermes struct {
	Home string           // its folder or that of its profile: $HERMES_HOME or ~/.hermes
	Now  func() time.Time // nil: the system's
}

// hermesProvider is what it files ChatGPT logins under.
const hermesProvider = "openai-codex"

// Borrow reads the login anew. Where there is none the Error has Missing set.
func (h Hermes) Borrow(ctx context.Context) (Credential, error) {
	now := time.Now()
	if h.Now != nil {
		now = h.Now()
	}
	for _, folder := range h.folders() {
		path := filepath.Join(folder, "auth.json")
		var file hermesAuth
		err := readLent(ctx, path, &file)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case ctx.Err() != nil && err != nil:
			return Credential{}, err
		case err != nil:
			return Credential{}, &Error{Reason: fmt.Sprintf("the logins of Hermes at %s cannot be read: %v", path, err), Advice: "hermes auth list"}
		}
		if pool := file.entries(); len(pool) > 0 {
			return pick(pool, path, now)
		}
	}
	return Credential{}, &Error{Fault: NotFound, Reason: "Hermes has no ChatGPT login at " + filepath.Join(h.Home, "auth.json"), Advice: "hermes auth add " + hermesProvider, Missing: true}
}

// folders are the profile's and, for what that has none of, the root's.
func (h Hermes) folders() []string {
	if parent := filepath.Dir(filepath.Clean(h.Home)); filepath.Base(parent) == "profiles" {
		return []string{h.Home, filepath.Dir(parent)}
	}
	return []string{h.Home}
}

// pick is Hermes's fill_first: the first entry in the order of its priority
// that is neither dead nor held back. What it would refresh first is of no use
// to us.
func pick(pool []hermesEntry, path string, now time.Time) (Credential, error) {
	slices.SortStableFunc(pool, func(a, b hermesEntry) int { return cmp.Compare(a.Priority, b.Priority) })
	alive := 0
	for _, entry := range pool {
		if entry.Status != "dead" {
			alive++
		}
	}
	var err error
	for _, entry := range pool {
		credential := FromToken(entry.Access, "", path)
		problem := entry.problem(credential, now, alive == 1)
		if problem == "" {
			return credential, nil
		}
		err = cmp.Or(err, error(&Error{Reason: "Hermes has no login that can be used now at " + path + ": the first one " + problem, Advice: "use Hermes once, so that it renews its login, or: hermes auth list"}))
	}
	return Credential{}, err
}
