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
