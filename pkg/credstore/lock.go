package credstore

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"
)

const (
	// Who holds the lock may be asking the issuer and waiting for a person to
	// unlock the keyring.
	lockPatience = 2 * time.Minute
	lockPoll     = 10 * time.Millisecond
)

var errLockTaken = errors.New("taken")

// A fileLock is held by one process at a time; the system releases it when
// that dies. The file stays, since removing it would let two hold it. It does
// not work on NFS.
type fileLock struct{ path string }

// lock waits for its turn; what names the thing to people.
func (l fileLock) lock(ctx context.Context, what string) (unlock func(), err error) {
	handle, err := l.open()
	if err != nil {
		return nil, err
	}
	limited, cancel := context.WithTimeoutCause(ctx, lockPatience, errLockTaken)
	defer cancel()
	ok, err := handle.TryLockContext(limited, lockPoll)
	switch {
	case ok:
		return sync.OnceFunc(func() { _ = handle.Unlock() }), nil
	case errors.Is(context.Cause(limited), errLockTaken):
		return nil, &Error{Fault: Busy, Reason: "another codexgen keeps " + what + " locked", Advice: "end it and try again"}
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	}
	return nil, unwritableError(l.path, err)
}

// try reports false where another holds it.
func (l fileLock) try() (unlock func(), ok bool) {
	handle, err := l.open()
	if err != nil {
		return nil, false
	}
	if ok, err := handle.TryLock(); !ok || err != nil {
		return nil, false
	}
	return sync.OnceFunc(func() { _ = handle.Unlock() }), true
}

func (l fileLock) open() (*flock.Flock, error) {
	if err := os.MkdirAll(filepath.Dir(l.path), 0o700); err != nil {
		return nil, unwritableError(filepath.Dir(l.path), err)
	}
	return flock.New(l.path, flock.SetPermissions(0o600)), nil
}
