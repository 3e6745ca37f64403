package credstore

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/zalando/go-keyring"
)

const (
	// Service is what the keyring's entries are filed under; their users are
	// entryHead and entryPart of a profile's name.
	Service = "codexgen"

	keyringPatience = 3 * time.Second
	// Long enough to type a password: https://github.com/cli/cli/issues/11005
	personPatience = time.Minute

	// A service that was killed answers with one error and is started again.
	keyringTries = 2
)

// KeyringOptions are what a Keyring is told of its surroundings.
type KeyringOptions struct {
	LookupEnv func(string) (string, bool) // for the address of the session bus
	Person    bool                        // somebody is there who can unlock it
	Patience  time.Duration               // how long a call may take; 0 is 3 s, or 60 s with a Person
	Waiting   func()                      // told once a call that takes longer than 3 s; may be nil
}

// A Keyring is the system's keyring: macOS Keychain, Windows Credential
// Manager, Secret Service elsewhere. Its calls end in time whatever the
// service does, start no other programs of the session bus, and a write counts
// only once it has been read back. Errors are of type Error with the fault
// NotFound, Locked, Unavailable or Timeout, or the context's cause.
//
// The library below cannot be stopped: a call that ran out of time stays
// behind, and until it returns the next ones wait for it, so that a late write
// overtakes nothing.
type Keyring struct {
	service  string
	options  KeyringOptions
	turn     chan struct{} // held by the call that is under way
	ring     ring
	present  func(lookup func(string) (string, bool)) error
	entryMax func(user string) int
}

// ring is the part of the library that is used.
type ring interface {
	Set(service, user, secret string) error
	Get(service, user string) (string, error)
	Delete(service, user string) error
}

// NewKeyring opens nothing yet: the first call does.
func NewKeyring(o KeyringOptions) *Keyring { return newKeyring(Service, o) }

func newKeyring(service string, o KeyringOptions) *Keyring {
	if o.Patience == 0 {
		o.Patience = keyringPatience
		if o.Person {
			o.Patience = personPatience
		}
	}
	if o.LookupEnv == nil {
		o.LookupEnv = func(string) (string, bool) { return "", false }
	}
	if o.Waiting == nil {
		o.Waiting = func() {}
	}
	k := &Keyring{service: service, options: o, turn: make(chan struct{}, 1), ring: systemRing{}, present: busPresent}
	k.entryMax = func(user string) int { return entryMax(runtime.GOOS, service, user) }
	return k
}

// Get reads an entry.
func (k *Keyring) Get(ctx context.Context, user string) (string, error) {
	var secret string
	err := k.call(ctx, func() (err error) {
		secret, err = k.ring.Get(k.service, user)
		return err
	})
	if err != nil {
		return "", err
	}
	return secret, nil
}

// Set writes an entry and reads it back: some services report success for a
// write that was refused.
func (k *Keyring) Set(ctx context.Context, user, secret string) error {
	if most := k.entryMax(user); most > 0 && len(secret) > most {
		return &Error{Fault: Unavailable, Reason: fmt.Sprintf("the keyring takes at most %d bytes an entry", most), Advice: adviceNoKeyring}
	}
	return k.call(ctx, func() error {
		if err := k.ring.Set(k.service, user, secret); err != nil {
			return err
		}
		back, err := k.ring.Get(k.service, user)
		if err != nil && !errors.Is(err, keyring.ErrNotFound) {
			return err
		}
		if subtle.ConstantTimeCompare([]byte(back), []byte(secret)) == 0 {
			return errNotStored
		}
		return nil
	})
}

// Delete removes an entry and looks whether it is gone; one that was gone
// already is no error.
func (k *Keyring) Delete(ctx context.Context, user string) error {
	err := k.call(ctx, func() error {
		if err := k.ring.Delete(k.service, user); err != nil {
			return err
		}
		if _, err := k.ring.Get(k.service, user); err != nil {
			return err
		}
		return errNotRemoved
	})
	if isFault(err, NotFound) {
		return nil
	}
	return err
}

// MaxBytes is how large an entry can be, or 0 where there is no limit.
func (k *Keyring) MaxBytes(user string) int { return k.entryMax(user) }

// call runs one job of the library to its end or to the end of our patience.
func (k *Keyring) call(ctx context.Context, job func() error) error {
	if err := k.present(k.options.LookupEnv); err != nil {
		return keyringError(err, k.options)
	}
	limited, cancel := context.WithTimeoutCause(ctx, k.options.Patience, errTooLong)
	defer cancel()
	select {
	case k.turn <- struct{}{}:
	case <-limited.Done():
		return k.ended(limited)
	}
	done := make(chan error, 1)
	go func() {
		defer func() { <-k.turn }()
		done <- attempts(limited, job)
	}()
	var slow <-chan time.Time
	if k.options.Patience > keyringPatience {
		slow = time.After(keyringPatience)
	}
	for {
		select {
		case err := <-done:
			return keyringError(err, k.options)
		case <-limited.Done():
			return k.ended(limited)
		case <-slow:
			k.options.Waiting()
		}
	}
}

// ended tells our own limit from the end of the caller's context.
func (k *Keyring) ended(ctx context.Context) error {
	cause := context.Cause(ctx)
	if errors.Is(cause, errTooLong) {
		return keyringError(cause, k.options)
	}
	return cause
}

func attempts(ctx context.Context, job func() error) (err error) {
	for range keyringTries {
		if err = recovered(job); !again(err) || ctx.Err() != nil {
			return err
		}
	}
	return err
}

// recovered turns a panic of the library into an error: it takes the end of
// the bus during a prompt for a signal and reads through a nil pointer.
func recovered(job func() error) (err error) {
	defer func() {
		if recover() != nil {
			err = errPanicked
		}
	}()
	return job()
}

type systemRing struct{}

func (systemRing) Set(service, user, secret string) error { return keyring.Set(service, user, secret) }
func (systemRing) Get(service, user string) (string, error) {
	return keyring.Get(service, user)
}
func (systemRing) Delete(service, user string) error { return keyring.Delete(service, user) }
