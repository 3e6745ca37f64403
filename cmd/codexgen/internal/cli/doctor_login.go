package cli

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"time"

	"github.com/codexgen/codexgen/pkg/codex"
	"github.com/codexgen/codexgen/pkg/credstore"
)

// soon is when an expiry is worth a word.
const soon = time.Hour

// loginChecks say where the login is kept and which one a request would carry.
// Nothing is sent: a login that has to be refreshed is only said to.
func loginChecks(env Env, conn *connection, err error) []check {
	switch {
	case err == nil:
		return []check{storeCheck(conn.found), credentialCheck(env, conn.found)}
	case aboutTheStore(err):
		return []check{broken("store", err), skipped("credential", "the store has to be read first")}
	}
	return []check{skipped("store", "there is no login that could be used"), broken("credential", err)}
}

// aboutTheStore tells a store that fails from a login that is missing or spent.
func aboutTheStore(err error) bool {
	fault, ok := errors.AsType[*credstore.Error](err)
	return ok && slices.Contains([]credstore.Fault{credstore.Locked, credstore.Unavailable, credstore.Timeout, credstore.Damaged,
		credstore.Newer, credstore.Unsafe, credstore.Unwritable, credstore.Busy}, fault.Fault)
}

func storeCheck(f found) check {
	switch f.source {
	case "sandbox":
		return skipped("store", "the sandbox has a login of its own")
	case "environment":
		return skipped("store", "the login is from the environment")
	case "profile":
		return healthy("store", "%s", f.where)
	}
	info, err := os.Stat(f.where)
	if err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return warning("store", fmt.Sprintf("%s can be read by others (mode %04o)", f.where, info.Mode().Perm()), "chmod 600 "+f.where)
	}
	return healthy("store", "%s, read only", f.where)
}

func credentialCheck(env Env, f found) check {
	c, now := f.credential, env.Now()
	says := "from " + c.Source + ", " + expiry(c.Expires, now)
	renewed := f.own != nil && !f.login.Refresh.Empty()
	switch {
	case c.AccountID == "":
		return warning("credential", says+", no account id in it", "set CODEXGEN_ACCOUNT_ID with CODEXGEN_ACCESS_TOKEN, or codexgen auth login")
	case c.Expires.IsZero() || c.Expires.Sub(now) >= soon:
	case renewed:
		says += ", renewed when it is needed"
	default:
		return warning("credential", says, "renew it where it came from")
	}
	return healthy("credential", "%s", says)
}

func expiry(at, now time.Time) string {
	switch {
	case at.IsZero():
		return "it does not say when it expires"
	case !now.Before(at):
		return "expired at " + at.Local().Format("2006-01-02 15:04")
	}
	return "expires " + codex.Until(at, now)
}
