package sandbox

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

const (
	someClient   = "app_test"
	someRedirect = "http://127.0.0.1:40123/auth/callback"
	someVerifier = "0123456789-0123456789-0123456789-0123456789-0123456789-0123456789"
)

// browser is the kit's client without following redirects.
func (k *kit) browse(method, path string, form url.Values) reply {
	k.t.Helper()
	client := *k.http
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	r, err := http.NewRequestWithContext(k.t.Context(), method, IssuerURL(k.base)+path, strings.NewReader(form.Encode()))
	if err != nil {
		k.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := client.Do(r)
	if err != nil {
		k.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return reply{resp.StatusCode, resp.Header, body, err}
}

func signInQuery(changes url.Values) url.Values {
	q := url.Values{"response_type": {"code"}, "client_id": {someClient}, "redirect_uri": {someRedirect}, "state": {"st"},
		"scope": {"openid profile"}, "code_challenge": {challengeOf(someVerifier)}, "code_challenge_method": {"S256"}}
	for key, list := range changes {
		q[key] = list
	}
	return q
}

// landed reads where a redirect leads.
func (r reply) landed(t testing.TB) url.Values {
	t.Helper()
	u, err := url.Parse(r.header.Get("Location"))
	if err != nil || r.status != http.StatusFound {
		t.Fatalf("%d %q %.200s", r.status, r.header.Get("Location"), r.body)
	}
	return u.Query()
}

func codeForm(code string, changes url.Values) url.Values {
	f := url.Values{"grant_type": {"authorization_code"}, "client_id": {someClient}, "code": {code},
		"redirect_uri": {someRedirect}, "code_verifier": {someVerifier}}
	for key, list := range changes {
		f[key] = list
	}
	return f
}

func TestBrowserSignIn(t *testing.T) {
	k := start(t, Config{})
	query := signInQuery(nil).Encode()
	page := k.browse("GET", "/oauth/authorize?"+query, nil)
	if page.status != 200 || !strings.Contains(string(page.body), "SANDBOX") || !strings.Contains(string(page.body), someClient) {
		t.Fatalf("%d %s", page.status, page.body)
	}
	denied := k.browse("POST", "/oauth/authorize", url.Values{"request": {query}, "decision": {"deny"}}).landed(t)
	if denied.Get("error") != "access_denied" || denied.Get("state") != "st" || denied.Has("code") {
		t.Errorf("deny: %v", denied)
	}
	got := k.browse("POST", "/oauth/authorize", url.Values{"request": {query}, "decision": {"approve"}}).landed(t)
	if got.Get("state") != "st" || got.Get("code") == "" {
		t.Fatalf("approve: %v", got)
	}
	r := k.browse("POST", "/oauth/token", codeForm(got.Get("code"), nil))
	o := r.json(t)
	if r.status != 200 || o.str("id_token") == "" || o.str("refresh_token") == "" {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if r := k.do("GET", "//backend-api/wham/usage", nil, header("Authorization", "Bearer "+o.str("access_token"))); r.status != 200 {
		t.Errorf("the token does not open the backend: %d", r.status)
	}
}

func TestSignInRefusals(t *testing.T) {
	k := start(t, Config{AutoApprove: true})
	codexAt := func(redirect string) url.Values {
		return url.Values{"client_id": {codexClient}, "redirect_uri": {redirect}}
	}
	for name, row := range map[string]struct {
		changes url.Values
		status  int
		code    string // in the redirect
	}{
		"good":                      {nil, 302, ""},
		"codex at 1455":             {codexAt("http://127.0.0.1:1455/auth/callback"), 302, ""},
		"codex at localhost:1457":   {codexAt("http://localhost:1457/auth/callback"), 302, ""},
		"codex at another port":     {codexAt("http://127.0.0.1:1456/auth/callback"), 400, ""},
		"codex at another path":     {codexAt("http://127.0.0.1:1455/callback"), 400, ""},
		"another host":              {url.Values{"redirect_uri": {"http://example.invalid/auth/callback"}}, 400, ""},
		"a host that looks like it": {url.Values{"redirect_uri": {"http://127.0.0.1@example.invalid/"}}, 400, ""},
		"no client":                 {url.Values{"client_id": {""}}, 400, ""},
		"two redirects":             {url.Values{"redirect_uri": {someRedirect, someRedirect}}, 400, ""},
		"plain":                     {url.Values{"code_challenge_method": {"plain"}}, 302, "invalid_request"},
		"no challenge":              {url.Values{"code_challenge": {""}}, 302, "invalid_request"},
		"token":                     {url.Values{"response_type": {"token"}}, 302, "unsupported_response_type"},
		"no openid":                 {url.Values{"scope": {"profile"}}, 302, "invalid_scope"},
	} {
		r := k.browse("GET", "/oauth/authorize?"+signInQuery(row.changes).Encode(), nil)
		if r.status != row.status {
			t.Errorf("%s: %d %s", name, r.status, r.body)
			continue
		}
		if r.status == 302 && r.landed(t).Get("error") != row.code {
			t.Errorf("%s: %s", name, r.header.Get("Location"))
		}
	}
}

func TestPagesEscapeAndNeedNothing(t *testing.T) {
	k := start(t, Config{})
	r := k.browse("GET", "/oauth/authorize?"+signInQuery(url.Values{"client_id": {"<script>alert(1)</script>"}}).Encode(), nil)
	text := string(r.body)
	if strings.Contains(text, "<script") || strings.Contains(text, "http://") || strings.Contains(text, "https://") {
		t.Errorf("%s", text)
	}
	if policy := r.header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'") || r.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%v", r.header)
	}
}

func TestCodeExchangeRefusals(t *testing.T) {
	now := time.Now()
	k := start(t, Config{AutoApprove: true, Now: func() time.Time { return now }})
	code := func() string {
		return k.browse("GET", "/oauth/authorize?"+signInQuery(nil).Encode(), nil).landed(t).Get("code")
	}
	for name, changes := range map[string]url.Values{
		"another verifier":  {"code_verifier": {"x" + someVerifier[1:]}},
		"no verifier":       {"code_verifier": {""}},
		"another redirect":  {"redirect_uri": {"http://localhost:40123/auth/callback"}},
		"another client":    {"client_id": {"app_other"}},
		"a code twice":      {"code": {"a", "b"}},
		"a code of no kind": {"code": {"a"}},
	} {
		if r := k.browse("POST", "/oauth/token", codeForm(code(), changes)); r.status != 400 {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}
	late := code()
	now = now.Add(codeLife + time.Second)
	if r := k.browse("POST", "/oauth/token", codeForm(late, nil)); r.status != 400 {
		t.Errorf("an old code: %d", r.status)
	}
	if r := k.post("//oauth/token", object{"grant_type": "authorization_code", "client_id": someClient, "code": code()}); r.status != 400 {
		t.Errorf("a code as JSON: %d", r.status)
	}
}

func TestCodeReuseEndsWhatItGave(t *testing.T) {
	k := start(t, Config{AutoApprove: true})
	code := k.browse("GET", "/oauth/authorize?"+signInQuery(nil).Encode(), nil).landed(t).Get("code")
	first := k.browse("POST", "/oauth/token", codeForm(code, nil)).json(t)
	if r := k.browse("POST", "/oauth/token", codeForm(code, nil)); r.status != 400 || r.json(t).str("error") != "invalid_grant" {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := k.refresh(first.str("refresh_token")); r.status != 401 {
		t.Errorf("the first one's refresh token lives: %d", r.status)
	}
}

func (k *kit) refresh(token string) reply {
	k.t.Helper()
	return k.post("//oauth/token", object{"client_id": someClient, "grant_type": "refresh_token", "refresh_token": token})
}

func TestRefreshReuseRevokesTheFamily(t *testing.T) {
	k := start(t, Config{})
	first := k.RefreshToken()
	second := k.refresh(first).json(t)
	if r := k.refresh(first); r.status != 401 || r.json(t).obj("error").str("code") != "refresh_token_reused" {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if r := k.refresh(second.str("refresh_token")); r.status != 401 || r.json(t).obj("error").str("code") != "refresh_token_invalidated" {
		t.Errorf("the newest token lives: %d %s", r.status, r.body)
	}
	if r := k.do("GET", "//backend-api/wham/usage", nil, header("Authorization", "Bearer "+second.str("access_token"))); r.status != 401 {
		t.Errorf("the access token lives: %d", r.status)
	}
}

func TestRevoke(t *testing.T) {
	for name, key := range map[string]string{"refresh": "refresh_token", "access": "access_token"} {
		k := start(t, Config{})
		token := map[string]string{"refresh": k.RefreshToken(), "access": k.AccessToken()}[name]
		if r := k.post("//oauth/revoke", object{"token": token, "token_type_hint": key, "client_id": someClient}); r.status != 200 {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
		if r := k.refresh(k.RefreshToken()); r.status != 401 {
			t.Errorf("%s: still refreshes: %d", name, r.status)
		}
		if r := k.post("//oauth/revoke", object{"token": "unknown"}); r.status != 200 {
			t.Errorf("unknown: %d", r.status)
		}
		if r := k.post("//oauth/revoke", object{}); r.status != 400 {
			t.Errorf("no token: %d", r.status)
		}
	}
}

func TestTokenExchange(t *testing.T) {
	k := start(t, Config{})
	form := url.Values{"grant_type": {grantExchange}, "client_id": {someClient}, "requested_token": {"openai-api-key"},
		"subject_token": {k.AccessToken()}, "subject_token_type": {"urn:ietf:params:oauth:token-type:id_token"}}
	if r := k.browse("POST", "/oauth/token", form); r.status != 200 || !strings.HasPrefix(r.json(t).str("access_token"), "sk-sandbox-") {
		t.Errorf("%d %s", r.status, r.body)
	}
	form.Set("subject_token", "opaque")
	if r := k.browse("POST", "/oauth/token", form); r.status != 400 {
		t.Errorf("opaque: %d", r.status)
	}
}

func TestDeviceSignIn(t *testing.T) {
	for decision, want := range map[string]int{"approve": 200, "deny": 400} {
		k := start(t, Config{})
		o := k.post("//api/accounts/deviceauth/usercode", object{"client_id": someClient}).json(t)
		if o.str("interval") != "5" || o.str("user_code") == "" {
			t.Fatalf("%v", o)
		}
		poll := object{"device_auth_id": o.str("device_auth_id"), "user_code": o.str("user_code")}
		if r := k.post("//api/accounts/deviceauth/token", poll); r.status != 403 {
			t.Errorf("pending: %d", r.status)
		}
		typed := strings.ToLower(strings.ReplaceAll(o.str("user_code"), "-", " "))
		if r := k.browse("POST", "/codex/device", url.Values{"user_code": {typed}, "decision": {decision}}); r.status != 404 {
			t.Errorf("a wrong code: %d", r.status)
		}
		typed = strings.ReplaceAll(typed, " ", "")
		if r := k.browse("POST", "/codex/device", url.Values{"user_code": {typed}, "decision": {decision}}); r.status != 200 {
			t.Errorf("%s: %d %s", decision, r.status, r.body)
		}
		r := k.post("//api/accounts/deviceauth/token", poll)
		if r.status != want {
			t.Fatalf("%s: %d %s", decision, r.status, r.body)
		}
		if decision == "approve" {
			c := r.json(t)
			form := codeForm(c.str("authorization_code"), url.Values{"code_verifier": {c.str("code_verifier")}, "redirect_uri": {IssuerURL(k.base) + "/deviceauth/callback"}})
			if r := k.browse("POST", "/oauth/token", form); r.status != 200 {
				t.Errorf("%d %s", r.status, r.body)
			}
		}
		if r := k.post("//api/accounts/deviceauth/token", poll); r.status != 404 {
			t.Errorf("a second answer: %d", r.status)
		}
	}
}

func TestDeviceCodesExpire(t *testing.T) {
	now := time.Now()
	k := start(t, Config{Now: func() time.Time { return now }, AutoApprove: true})
	o := k.post("//api/accounts/deviceauth/usercode", object{"client_id": someClient}).json(t)
	now = now.Add(deviceLife)
	if r := k.post("//api/accounts/deviceauth/token", o); r.status != 404 {
		t.Errorf("%d %s", r.status, r.body)
	}
}

func TestNotEntitled(t *testing.T) {
	k := start(t, Config{Scenario: "not-entitled", AutoApprove: true})
	got := k.browse("GET", "/oauth/authorize?"+signInQuery(nil).Encode(), nil).landed(t)
	if got.Get("error") != "access_denied" || got.Get("error_description") != "missing_codex_entitlement" {
		t.Errorf("%v", got)
	}
	o := k.post("//api/accounts/deviceauth/usercode", object{"client_id": someClient}).json(t)
	if r := k.post("//api/accounts/deviceauth/token", o); r.status != 400 || r.json(t).str("error_description") != "missing_codex_entitlement" {
		t.Errorf("%d %s", r.status, r.body)
	}
}
