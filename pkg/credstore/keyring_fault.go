package credstore

import (
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"

	"github.com/zalando/go-keyring"
)

var (
	errTooLong    = errors.New("out of time")
	errNotStored  = errors.New("the write was not kept")
	errNotRemoved = errors.New("the entry is still there")
	errPanicked   = errors.New("the keyring library stopped")
	errNoBus      = errors.New("no session bus")
)

// isFault reports whether an error is an Error of this kind.
func isFault(err error, fault Fault) bool {
	var typed *Error
	return errors.As(err, &typed) && typed.Fault == fault
}

// again reports whether a second try can do better: the service was there and
// went away. A prompt that was refused is not shown twice.
func again(err error) bool {
	return err != nil && !errors.Is(err, keyring.ErrNotFound) && !errors.Is(err, errNotStored) && !errors.Is(err, errNotRemoved) && !isLocked(err)
}

// isLocked reads the words of go-keyring v0.2.8, which has no type for this,
// and on macOS the exit status of /usr/bin/security: the low byte of
// errSecInteractionNotAllowed, errSecAuthFailed and userCanceled (SecBase.h).
func isLocked(err error) bool {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return slices.Contains([]int{36, 51, 128}, exit.ExitCode())
	}
	return strings.Contains(err.Error(), "failed to unlock")
}

// keyringError puts an error of the library into words for people; its own
// text never gets out.
func keyringError(err error, o KeyringOptions) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errTooLong):
		return &Error{Fault: Timeout, Reason: fmt.Sprintf("the keyring did not answer within %v", o.Patience), Advice: "unlock your keyring and try again, or use " + adviceNoKeyring}
	case errors.Is(err, keyring.ErrNotFound):
		return &Error{Fault: NotFound, Reason: "not logged in: the keyring has no login of this profile", Advice: adviceLogin, Missing: true}
	case errors.Is(err, errNotStored):
		return &Error{Fault: Locked, Reason: "the keyring did not keep what was stored: it is locked or its dialog was dismissed", Advice: "unlock your keyring and try again, or use " + adviceNoKeyring}
	case errors.Is(err, errNotRemoved):
		return &Error{Fault: Locked, Reason: "the keyring did not remove the login: it is locked or its dialog was dismissed", Advice: "unlock your keyring and try again"}
	case errors.Is(err, errNoBus):
		return &Error{Fault: Unavailable, Reason: "there is no keyring here: no D-Bus session", Advice: adviceNoKeyring}
	case isLocked(err):
		return &Error{Fault: Locked, Reason: "the keyring is locked or not set up", Advice: "unlock your keyring and try again, or use " + adviceNoKeyring}
	}
	return &Error{Fault: Unavailable, Reason: "no keyring answers here", Advice: adviceNoKeyring}
}
