package credstore

// A Fault says what kept a login from being read or written.
type Fault string

const (
	NotFound    Fault = "auth_required"       // there is no login
	Unusable    Fault = "unauthorized"        // there is one that cannot be used as it is
	Locked      Fault = "keyring_locked"      // the keyring wants its password, or was refused it
	Unavailable Fault = "keyring_unavailable" // no keyring answers
	Timeout     Fault = "keyring_timeout"     // it did not answer in time
	Damaged     Fault = "login_damaged"       // what is stored is not what was written
	Newer       Fault = "login_newer"         // stored by a later version of this program
	Unsafe      Fault = "store_unsafe"        // others could read or change the stored file
	Unwritable  Fault = "store_unwritable"    // the store's file or folder cannot be written
	Busy        Fault = "login_busy"          // another process keeps the profile's lock
	BadName     Fault = "invalid_argument"    // no profile or store can have this name
)

// An Error is a credential that is missing or cannot be used, in words for
// people. Its exit code is 3, or 2 for a name that was mistyped.
type Error struct {
	Fault          Fault // empty: Unusable, or NotFound when Missing
	Reason, Advice string
	Missing        bool // there is no login at all
}

func (e *Error) Error() string { return e.Reason }
func (e *Error) Hint() string  { return e.Advice }

func (e *Error) ExitCode() int {
	if e.Fault == BadName {
		return 2
	}
	return 3
}

func (e *Error) ErrorType() string {
	switch {
	case e.Fault != "":
		return string(e.Fault)
	case e.Missing:
		return string(NotFound)
	}
	return string(Unusable)
}

const (
	adviceLogin = "codexgen auth login   (or try it without an account: add --sandbox)"
	adviceAgain = "codexgen auth login"
	// The two ways on where there is no keyring.
	adviceNoKeyring = "codexgen auth login --store file   (a private file), or set CODEXGEN_ACCESS_TOKEN"
)
