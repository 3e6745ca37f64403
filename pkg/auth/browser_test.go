package auth_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

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

// TestOA03_BusyPort leaves a port to whom it belongs.
func TestOA03_BusyPort(t *testing.T) {
	asked := make(chan string, 8)
	other := &http.Server{Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { asked <- r.URL.Path })}
	taken, err := listen(t)
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- other.Serve(taken) }()
	defer func() { _ = other.Close(); <-served }()
	busy := taken.Addr().(*net.TCPAddr).Port

	_, issuer := startSandbox(t, sandbox.Config{})
	login := startBrowser(t, newClient(t, issuer, func(o *auth.Options) { o.Ports = []int{busy, 0} }))
	if strings.Contains(login.URL(), fmt.Sprintf("%%3A%d%%2F", busy)) {
		t.Error("the busy port is in the URL")
	}
	_, err = newClient(t, issuer, func(o *auth.Options) { o.Ports = []int{busy, busy} }).StartBrowser()
	fault, ok := errors.AsType[*auth.Error](err)
	if !ok || fault.ExitCode() != 3 || !strings.Contains(fault.Reason, fmt.Sprint(busy)) || !strings.Contains(fault.Advice, "--device") {
		t.Errorf("%v, hint %q", err, fault.Advice)
	}
	select {
	case path := <-asked:
		t.Errorf("the other program was asked for %s", path)
	default:
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

// TestOA13_Entropy starts a thousand sign-ins.
func TestOA13_Entropy(t *testing.T) {
	_, issuer := startSandbox(t, sandbox.Config{})
	client := newClient(t, issuer)
	seen := map[string]bool{}
	shape := regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)
	for range 1000 {
		login, err := client.StartBrowser()
		if err != nil {
			t.Fatal(err)
		}
		q := query(t, login.URL())
		login.Close()
		for _, value := range []string{q.Get("state"), q.Get("code_challenge")} {
			if seen[value] || !shape.MatchString(value) {
				t.Fatalf("%q", value)
			}
			seen[value] = true
		}
	}
}

// TestAuthorizeURL holds the parameters, and that nothing secret is there.
func TestAuthorizeURL(t *testing.T) {
	_, issuer := startSandbox(t, sandbox.Config{})
	login := startBrowser(t, newClient(t, issuer, func(o *auth.Options) { o.ConnectorScopes = true }))
	q := query(t, login.URL())
	want := map[string]string{"response_type": "code", "client_id": someClient, "code_challenge_method": "S256", "originator": "codexgen",
		"id_token_add_organizations": "true", "codex_cli_simplified_flow": "true",
		"scope": "openid profile email offline_access api.connectors.read api.connectors.invoke"}
	for key, value := range want {
		if q.Get(key) != value {
			t.Errorf("%s is %q, want %q", key, q.Get(key), value)
		}
	}
	if redirect := q.Get("redirect_uri"); !regexp.MustCompile(`^http://127\.0\.0\.1:\d+/auth/callback$`).MatchString(redirect) {
		t.Error(redirect)
	}
	for _, key := range []string{"state", "code_challenge", "redirect_uri"} {
		delete(q, key)
	}
	if q.Has("code_verifier") || len(q) != len(want) {
		t.Errorf("%v", q)
	}
}

// TestLoginServer_SignIn covers the ways a sign-in ends.
func TestLoginServer_SignIn(t *testing.T) {
	suffixed := func(login *auth.BrowserLogin, landing string) string {
		return strings.Replace(landing, "state="+state(t, login), "state="+url.QueryEscape(state(t, login)+suffix), 1)
	}
	for name, row := range map[string]struct {
		change func(login *auth.BrowserLogin, landing string) string
		kind   auth.Kind
		page   string
	}{
		"as it came":      {func(_ *auth.BrowserLogin, l string) string { return l }, "", "Signed in"},
		"on localhost":    {func(_ *auth.BrowserLogin, l string) string { return strings.Replace(l, "127.0.0.1", "localhost", 1) }, "", "Signed in"},
		"with the suffix": {suffixed, "", "Signed in"},
		"a wrong code":    {func(_ *auth.BrowserLogin, l string) string { return strings.Replace(l, "ac_sandbox_", "ac_other_", 1) }, auth.KindFailed, "is not known"},
		"no code": {func(login *auth.BrowserLogin, _ string) string {
			return callback(t, login, url.Values{"state": {state(t, login)}})
		}, auth.KindFailed, "without a code"},
		"refused": {func(login *auth.BrowserLogin, _ string) string {
			return callback(t, login, url.Values{"state": {state(t, login)}, "error": {"access_denied"}})
		}, auth.KindDenied, "refused"},
	} {
		t.Run(name, func(t *testing.T) {
			server, issuer := startSandbox(t, sandbox.Config{AutoApprove: true})
			login := startBrowser(t, newClient(t, issuer))
			done := begin(t.Context(), login.Wait)
			landing := visit(t, http.MethodGet, login.URL()).header.Get("Location")
			got := visit(t, http.MethodGet, row.change(login, landing))
			came := <-done
			if got.status != 200 || !strings.Contains(got.body, row.page) {
				t.Errorf("%d %s", got.status, got.body)
			}
			code := query(t, landing).Get("code")
			if secret := secretIn(fmt.Sprint(got, came.err), code, state(t, login), came.login.Access.Reveal(), came.login.Refresh.Reveal()); secret != "" {
				t.Errorf("%s is shown", secret)
			}
			if row.kind != "" {
				if fault, ok := errors.AsType[*auth.Error](came.err); !ok || fault.Kind != row.kind {
					t.Errorf("%v", came.err)
				}
				return
			}
			l := came.login
			if came.err != nil || l.AccountID != server.AccountID() || l.Plan != "plus" || l.Email == "" || l.Issuer != issuer || l.Refresh.Empty() || l.Expires.Before(time.Now()) {
				t.Errorf("%+v %v", l, came.err)
			}
		})
	}
}

// TestLoginServer_PagesAreSelfContained: no script, no link, nothing from elsewhere.
func TestLoginServer_PagesAreSelfContained(t *testing.T) {
	_, issuer := startSandbox(t, sandbox.Config{AutoApprove: true})
	login := startBrowser(t, newClient(t, issuer))
	done := begin(t.Context(), login.Wait)
	got := visit(t, http.MethodGet, visit(t, http.MethodGet, login.URL()).header.Get("Location"))
	<-done
	for _, part := range []string{"<script", "src=", "href=", "http:", "https:", "url("} {
		if strings.Contains(got.body, part) {
			t.Errorf("it has %s", part)
		}
	}
	if policy := got.header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'") || got.header.Get("Referrer-Policy") != "no-referrer" ||
		got.header.Get("Cache-Control") != "no-store" || !strings.EqualFold(got.header.Get("Connection"), "close") && got.header.Get("Content-Length") == "" {
		t.Errorf("%v", got.header)
	}
}

// TestPaste signs in with the address that a browser elsewhere ended at.
func TestPaste(t *testing.T) {
	_, issuer := startSandbox(t, sandbox.Config{AutoApprove: true})
	login := startBrowser(t, newClient(t, issuer))
	landing := visit(t, http.MethodGet, login.URL()).header.Get("Location")
	for name, address := range map[string]string{
		"nothing":       "",
		"words":         "I am signed in",
		"another host":  strings.Replace(landing, "127.0.0.1", "evil.example", 1),
		"another port":  callbackPort.ReplaceAllString(landing, "127.0.0.1:9/"),
		"another path":  strings.Replace(landing, "/auth/callback", "/success", 1),
		"https":         strings.Replace(landing, "http:", "https:", 1),
		"a user":        strings.Replace(landing, "127.0.0.1", "a@127.0.0.1", 1),
		"a wrong state": strings.Replace(landing, "state=", "state=x", 1),
		"only the code": query(t, landing).Get("code"),
		"too long":      landing + "&x=" + strings.Repeat("x", 20<<10),
	} {
		err := login.Paste(address)
		if err == nil {
			t.Fatalf("%s was taken", name)
		}
		if secretIn(err.Error(), query(t, landing).Get("code"), state(t, login)) != "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := login.Paste("  " + strings.TrimPrefix(landing, "http://") + "\r\n"); err != nil {
		t.Fatal(err)
	}
	if err := login.Paste(landing); err == nil {
		t.Error("it was taken twice")
	}
	if came := <-begin(t.Context(), login.Wait); came.err != nil {
		t.Fatal(came.err)
	}
}

var callbackPort = regexp.MustCompile(`127\.0\.0\.1:\d+/`)

// TestGivingUp ends the wait with the reason and closes the port.
func TestGivingUp(t *testing.T) {
	_, issuer := startSandbox(t, sandbox.Config{})
	login := startBrowser(t, newClient(t, issuer))
	reason := errors.New("Ctrl-C")
	ctx, cancel := context.WithCancelCause(t.Context())
	done := begin(ctx, login.Wait)
	cancel(reason)
	if came := <-done; !errors.Is(came.err, reason) {
		t.Error(came.err)
	}
	if _, err := tryVisit(t, http.MethodGet, callback(t, login, nil)); err == nil {
		t.Error("the listener is still there")
	}
}

// TestClosedTab: a browser that leaves before its page comes does not end the
// sign-in that it has confirmed.
func TestClosedTab(t *testing.T) {
	_, issuer := startSandbox(t, sandbox.Config{AutoApprove: true})
	login := startBrowser(t, newClient(t, issuer))
	landing, err := url.Parse(visit(t, http.MethodGet, login.URL()).header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	tab, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", landing.Host)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fprintf(tab, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", landing.RequestURI(), landing.Host); err != nil {
		t.Fatal(err)
	}
	done := begin(t.Context(), login.Wait)
	_ = tab.Close()
	if came := <-done; came.err != nil {
		t.Error(came.err)
	}
}

// TestExchangeAnswers: the answer to a code must be whole and is not repeated.
func TestExchangeAnswers(t *testing.T) {
	id := jwt(`{"email":"a@b.c"}`)
	for name, row := range map[string]struct {
		status int
		body   string
		want   string // "" is success
	}{
		"opaque access token": {200, `{"access_token":"access-chatgpt","refresh_token":"r","id_token":"` + id + `"}`, ""},
		"no refresh token":    {200, `{"access_token":"a","id_token":"` + id + `"}`, "lacks a token"},
		"no id token":         {200, `{"access_token":"a","refresh_token":"r"}`, "lacks a token"},
		"no JWT":              {200, `{"access_token":"a","refresh_token":"r","id_token":"not-a-jwt"}`, "id token that cannot be read"},
		"a line break":        {200, `{"access_token":"a\nb","refresh_token":"r","id_token":"` + id + `"}`, "lacks a token"},
		"HTML":                {200, "<html>canary-code</html>", "cannot be read"},
		"its own words":       {400, `{"error":"invalid_grant","error_description":"no such canary-code"}`, "status 400"},
		"description first":   {400, `{"error":"invalid_grant","error_description":"no such code"}`, "400: no such code"},
		"object":              {400, `{"error":{"code":"x","message":"the message"}}`, "400: the message"},
		"code only":           {400, `{"error":"invalid_grant"}`, "400: invalid_grant"},
		"empty":               {500, "", "status 500"},
		"redirect":            {307, "", "307: it points to another address"},
	} {
		t.Run(name, func(t *testing.T) {
			asked := 0
			transport := transport(func(r *http.Request) (*http.Response, error) {
				asked++
				if got := r.Header.Get("Content-Type"); got != "application/x-www-form-urlencoded" {
					t.Error(got)
				}
				if r.Header.Get("Originator") != "" || !strings.HasPrefix(r.UserAgent(), "codexgen/") {
					t.Error(r.Header)
				}
				form := readForm(t, r)
				if len(form) != 5 || form.Get("code") != "canary-code" || len(form.Get("code_verifier")) != 86 || form.Get("client_id") != someClient {
					t.Error(form)
				}
				return answer(row.status, row.body), nil
			})
			login := startBrowser(t, newClient(t, "", func(o *auth.Options) { o.Transport = transport }))
			if err := login.Paste(callback(t, login, url.Values{"state": {state(t, login)}, "code": {"canary-code"}})); err != nil {
				t.Fatal(err)
			}
			came := <-begin(t.Context(), login.Wait)
			switch {
			case asked != 1:
				t.Errorf("asked %d times", asked)
			case row.want == "" && came.err != nil, row.want != "" && (came.err == nil || !strings.Contains(came.err.Error(), row.want)):
				t.Error(came.err)
			case row.want != "" && secretIn(came.err.Error(), "canary-code", id) != "":
				t.Error(came.err)
			}
		})
	}
}
