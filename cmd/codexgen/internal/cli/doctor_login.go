package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/codexgen/codexgen/pkg/codex"
)

// soon is when an expiry is worth a word.
const soon = time.Hour

// storeCheck looks at where a login is kept, without reading it.
func storeCheck(env Env, o doctorOptions, conn *connection) check {
	switch {
	case o.backend.global.SandboxSet:
		return skipped("store", "the sandbox has a login of its own")
	case conn != nil && conn.found.own != nil:
		return healthy("store", "%s", conn.found.where)
	}
	path := filepath.Join(codexHome(env), "auth.json")
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return skipped("store", "there is no Codex login at "+path)
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0:
		return warning("store", fmt.Sprintf("%s can be read by others (mode %04o)", path, info.Mode().Perm()), "chmod 600 "+path)
	}
	return healthy("store", "%s, read only", path)
}

// credentialCheck says which login a request would carry.
func credentialCheck(ctx context.Context, env Env, conn *connection, err error) check {
	if err != nil {
		return broken("credential", err)
	}
	token, err := conn.tokens.Token(ctx)
	if err != nil {
		return broken("credential", err)
	}
	says := "from " + token.Source + ", " + expiry(token, env.Now())
	switch {
	case token.AccountID == "":
		return warning("credential", says+", no account id in it", "set CODEXGEN_ACCOUNT_ID")
	case !token.Expires.IsZero() && token.Expires.Sub(env.Now()) < soon:
		return warning("credential", says, "renew it where it came from")
	}
	return healthy("credential", "%s", says)
}

func expiry(token codex.Token, now time.Time) string {
	if token.Expires.IsZero() {
		return "it does not say when it expires"
	}
	return "expires " + codex.Until(token.Expires, now)
}
