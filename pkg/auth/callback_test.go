package auth_test

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/codexgen/codexgen/pkg/auth"
	"github.com/codexgen/codexgen/pkg/sandbox"
)

// TestOA01_OnlyTheRedirectEndsTheSignIn attacks the listener in every way of
// the list, with slow connections open, and then signs in.
func TestOA01_OnlyTheRedirectEndsTheSignIn(t *testing.T) {
	_, issuer := startSandbox(t, sandbox.Config{AutoApprove: true})
	login := startBrowser(t, newClient(t, issuer))
	done := begin(t.Context(), login.Wait)
	redirect := query(t, login.URL()).Get("redirect_uri")
	own, err := url.Parse(redirect)
	if err != nil {
		t.Fatal(err)
	}
	good := url.Values{"state": {state(t, login)}, "code": {"a-code-that-is-wrong"}}
	for range 3 {
		slowLoris(t, own.Host)
	}
	root := "http://" + own.Host
	host := func(name string) func(*http.Request) { return func(r *http.Request) { r.Host = name } }
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	with := func(key string, values ...string) string {
		changed := url.Values{}
		for k, v := range good {
			changed[k] = v
		}
		changed[key] = values
		return redirect + "?" + changed.Encode()
	}
	const method = http.MethodGet
	for name, row := range map[string]struct {
		method, address string
		edit            func(*http.Request)
		want            int
	}{
		"root":                          {method, root + "/", nil, 404},
		"favicon":                       {method, root + "/favicon.ico", nil, 404},
		"cancel":                        {method, root + "/cancel", nil, 404},
		"success":                       {method, root + "/success", nil, 404},
		"success with an id token":      {method, root + "/success?id_token=x", nil, 404},
		"a path below":                  {method, with("x", "1")[:len(redirect)] + "/more?" + good.Encode(), nil, 404},
		"a path above":                  {method, root + "/auth?" + good.Encode(), nil, 404},
		"upper case":                    {method, root + "/AUTH/CALLBACK?" + good.Encode(), nil, 404},
		"an escaped path":               {method, root + "/auth%2Fcallback?" + good.Encode(), nil, 404},
		"two slashes":                   {method, root + "//auth/callback?" + good.Encode(), nil, 404},
		"dots":                          {method, root + "/x/../auth/callback?" + good.Encode(), nil, 404},
		"no parameters":                 {method, redirect, nil, 400},
		"no state":                      {method, redirect + "?code=x", nil, 400},
		"empty state":                   {method, with("state", ""), nil, 400},
		"wrong state":                   {method, with("state", "wrong"), nil, 400},
		"state cut short":               {method, with("state", good.Get("state")[:42]), nil, 400},
		"state and more":                {method, with("state", good.Get("state")+"x"), nil, 400},
		"state in another case":         {method, with("state", swapCase(good.Get("state"))), nil, 400},
		"state twice":                   {method, with("state", good.Get("state"), good.Get("state")), nil, 400},
		"right and wrong state":         {method, with("state", good.Get("state"), "wrong"), nil, 400},
		"an unknown suffix":             {method, with("state", good.Get("state")+".onboarding_entrypoint=x"), nil, 400},
		"the suffix twice":              {method, with("state", good.Get("state")+suffix+suffix), nil, 400},
		"the suffix on a wrong nonce":   {method, with("state", "wrong"+suffix), nil, 400},
		"an error without state":        {method, redirect + "?error=access_denied", nil, 400},
		"an error with a wrong state":   {method, redirect + "?error=access_denied&state=wrong", nil, 400},
		"code twice":                    {method, with("code", "a", "b"), nil, 400},
		"error twice":                   {method, with("error", "a", "b"), nil, 400},
		"another issuer":                {method, with("iss", "https://evil.example"), nil, 400},
		"a query that cannot be read":   {method, redirect + "?state=%zz", nil, 400},
		"semicolons":                    {method, redirect + "?state=" + good.Get("state") + ";code=x", nil, 400},
		"POST":                          {http.MethodPost, with("x", "1"), nil, 405},
		"HEAD":                          {http.MethodHead, with("x", "1"), nil, 405},
		"OPTIONS":                       {http.MethodOptions, with("x", "1"), nil, 405},
		"PUT":                           {http.MethodPut, with("x", "1"), nil, 405},
		"a page's script":               {method, with("x", "1"), header("Origin", "https://evil.example"), 403},
		"a script of our own host":      {method, with("x", "1"), header("Origin", root), 403},
		"an Origin of null":             {method, with("x", "1"), header("Origin", "null"), 403},
		"a rebound name":                {method, with("x", "1"), host("evil.example"), 403},
		"a rebound name with our port":  {method, with("x", "1"), host("evil.example:" + own.Port()), 403},
		"another port":                  {method, with("x", "1"), host("127.0.0.1:1"), 403},
		"no port":                       {method, with("x", "1"), host("127.0.0.1"), 403},
		"IPv6":                          {method, with("x", "1"), host("[::1]:" + own.Port()), 403},
		"a name that begins like ours":  {method, with("x", "1"), host("127.0.0.1.evil.example:" + own.Port()), 403},
		"localhost, but a wrong state":  {method, with("state", "wrong"), host("localhost:" + own.Port()), 400},
		"a forwarded host, wrong state": {method, with("state", "wrong"), header("X-Forwarded-Host", own.Host), 400},
	} {
		edit := row.edit
		if edit == nil {
			edit = func(*http.Request) {}
		}
		got := visit(t, row.method, row.address, edit)
		if got.status != row.want {
			t.Errorf("%s: %d, want %d", name, got.status, row.want)
		}
		if secret := secretIn(got.body+fmt.Sprint(got.header), good.Get("state"), "a-code-that-is-wrong"); secret != "" {
			t.Errorf("%s: the answer repeats %s", name, secret)
		}
	}
	select {
	case came := <-done:
		t.Fatalf("an attack ended the sign-in: %v", came.err)
	default:
	}
	landed := visit(t, method, visit(t, method, login.URL()).header.Get("Location"))
	if came := <-done; came.err != nil || landed.status != 200 || !strings.Contains(landed.body, "Signed in") {
		t.Fatalf("%d %v", landed.status, came.err)
	}
	if _, err := tryVisit(t, method, with("x", "1")); err == nil {
		t.Error("the listener is still there")
	}
}

const suffix = ".onboarding_entrypoint=life_sciences"

func swapCase(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		}
		return r
	}, text)
}

// slowLoris opens a connection that never finishes its request.
func slowLoris(t testing.TB, address string) {
	t.Helper()
	connection, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.Close() })
	if _, err := fmt.Fprint(connection, "GET /auth/callback?state=x HTTP/1.1\r\nHost: "); err != nil {
		t.Fatal(err)
	}
}

// TestOA01_SingleUse replays a redirect.
func TestOA01_SingleUse(t *testing.T) {
	_, issuer := startSandbox(t, sandbox.Config{AutoApprove: true})
	login := startBrowser(t, newClient(t, issuer))
	landing := visit(t, http.MethodGet, login.URL()).header.Get("Location")
	if err := login.Paste(landing); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if got := visit(t, http.MethodGet, landing); got.status != http.StatusBadRequest {
			t.Fatal(got.status)
		}
	}
	if came := <-begin(t.Context(), login.Wait); came.err != nil {
		t.Fatal(came.err)
	}
}

// TestOA04_HostileErrorText shows what an issuer says without letting it act.
func TestOA04_HostileErrorText(t *testing.T) {
	for name, row := range map[string]struct{ code, text, want, page string }{
		"script":      {"access_denied", "<script>alert(1)</script>", "<script>", "&lt;script&gt;"},
		"escape":      {"access_denied", "no\x1b[31m\x07\u202eway", "no", "Not signed in"},
		"no text":     {"server_error", "", "server_error", "server_error"},
		"entitlement": {"access_denied", "X MISSING_codex_entitlement", "Codex is not switched on", "Codex is not switched on"},
		"a token":     {"access_denied", "eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.c2lnbmF0dXJl", "[redacted]", "[redacted]"},
		"long":        {"access_denied", strings.Repeat("x", 4000), "xxx", "xxx"},
	} {
		_, issuer := startSandbox(t, sandbox.Config{})
		login := startBrowser(t, newClient(t, issuer))
		done := begin(t.Context(), login.Wait)
		got := visit(t, http.MethodGet, callback(t, login, url.Values{"state": {state(t, login)}, "error": {row.code}, "error_description": {row.text}}))
		came := <-done
		fault, ok := errors.AsType[*auth.Error](came.err)
		if !ok || fault.ExitCode() != 3 || !strings.Contains(fault.Reason, row.want) || !strings.Contains(got.body, row.page) {
			t.Errorf("%s: %v\n%s", name, came.err, got.body)
		}
		if strings.Contains(got.body, "<script") || strings.ContainsAny(got.body+came.err.Error(), "\x1b\x07\u202e") || len(came.err.Error()) > 400 {
			t.Errorf("%s: it got through: %q", name, came.err)
		}
		if name == "entitlement" && strings.Contains(strings.ToLower(got.body+came.err.Error()), "missing_codex") {
			t.Error("the raw code is shown")
		}
	}
}
