package credstore

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"sync"

	"github.com/codexgen/codexgen/pkg/auth"
)

// A Store keeps the login of one profile (auth.Store). Save and Ready are for
// who holds Lock. Errors are of type Error.
type Store struct {
	profile  string
	vault    vault
	recovery privateFile
	guard    fileLock

	mu     sync.Mutex
	locked bool   // by this Store
	key    []byte // seals the recovery file; read by Ready
	spends string // fingerprint of the login that Ready found
	marks  []byte // the key of the login that was read last, for Ended
}

var _ auth.Store = (*Store)(nil)

// Lock holds other processes and other Stores off this profile.
func (s *Store) Lock(ctx context.Context) (unlock func(), err error) {
	release, err := s.guard.lock(ctx, "profile "+s.profile)
	if err != nil {
		return nil, err
	}
	s.setLocked(true)
	return sync.OnceFunc(func() {
		s.setLocked(false)
		release()
	}), nil
}

func (s *Store) setLocked(locked bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.locked = locked
}

// Load gives the login: the stored one, or the newer one of a recovery file,
// which is then stored and its file deleted, unless another process is at it.
func (s *Store) Load(ctx context.Context) (auth.Login, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	login, sealed, err := s.look(ctx)
	if err != nil || !sealed {
		return login, err
	}
	if !s.locked {
		release, ok := s.guard.try()
		if !ok {
			return login, nil
		}
		defer release()
	}
	return s.settle(ctx)
}

// look reads the login, and reports whether there is a recovery file.
func (s *Store) look(ctx context.Context) (auth.Login, bool, error) {
	stored, err := s.read(ctx)
	if err != nil {
		return auth.Login{}, false, err
	}
	file, err := s.recovery.read()
	if errors.Is(err, fs.ErrNotExist) {
		return stored.login, false, nil
	}
	if err != nil {
		return auth.Login{}, false, err
	}
	if rescued, ok := s.open(stored, file); ok {
		return rescued.login, true, nil
	}
	return stored.login, true, nil
}

// open gives the record of a recovery file if it follows the stored one. Any
// other was overtaken by a login that could be stored.
func (s *Store) open(stored record, file []byte) (record, bool) {
	sealed, ok := unseal(stored.key, s.profile, file)
	if !ok || sealed.Replaces != fingerprint(stored.login) {
		return record{}, false
	}
	rescued, err := decodeRecord(s.profile, sealed.Record)
	return rescued, err == nil
}

// settle stores the login of a recovery file and deletes that. A store that
// still cannot be written leaves all as it was.
func (s *Store) settle(ctx context.Context) (auth.Login, error) {
	login, sealed, err := s.look(ctx) // again, now that nobody else writes
	if err != nil || !sealed {
		return login, err
	}
	if s.save(ctx, login) == nil {
		_ = s.recovery.remove() // or the next time: it no longer follows
	}
	return login, nil
}

func (s *Store) read(ctx context.Context) (record, error) {
	text, err := s.vault.read(ctx)
	if err != nil {
		return record{}, err
	}
	stored, err := decodeRecord(s.profile, text)
	if err == nil {
		s.marks = stored.key
	}
	return stored, err
}

// Save stores a login over the one that is there, or over a damaged one, but
// not over one that a later version stored.
func (s *Store) Save(ctx context.Context, login auth.Login) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.save(ctx, login); err != nil {
		return err
	}
	_ = s.recovery.remove() // or later: it no longer follows what is stored
	_ = s.endingFile().remove()
	return nil
}

func (s *Store) save(ctx context.Context, login auth.Login) error {
	old, err := s.read(ctx)
	switch {
	case isFault(err, NotFound), isFault(err, Damaged):
		old.key = newKey()
	case err != nil:
		return err
	}
	return s.write(ctx, record{login: login, key: old.key})
}

func (s *Store) write(ctx context.Context, r record) error {
	text, err := r.encode()
	if err != nil {
		return err
	}
	return s.vault.write(ctx, text)
}

// Ready writes what is stored once more, all of it: a keyring may have room
// for a small entry and not for this one.
func (s *Store) Ready(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	stored, err := s.read(ctx)
	if err != nil {
		return err
	}
	if err := s.write(ctx, stored); err != nil {
		return err
	}
	s.key, s.spends = stored.key, fingerprint(stored.login)
	return nil
}

// Rescue needs a Ready before it. It asks no keyring.
func (s *Store) Rescue(login auth.Login) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.key == nil {
		return &Error{Fault: Unusable, Reason: "the new login of profile " + s.profile + " cannot be kept: its store was not read before", Advice: adviceAgain}
	}
	text, err := record{login: login, key: s.key}.encode()
	if err != nil {
		return err
	}
	sealed, err := seal(s.key, s.profile, recovery{Replaces: s.spends, Record: text})
	if err != nil {
		return err
	}
	return s.recovery.write(sealed)
}

// remove takes away everything of the profile but its lock.
func (s *Store) remove(ctx context.Context) error {
	if err := s.vault.remove(ctx); err != nil {
		return err
	}
	if err := errors.Join(s.recovery.remove(), s.endingFile().remove()); err != nil {
		return err
	}
	_ = os.Remove(s.recovery.folder) // empty by now, or not ours
	return nil
}
