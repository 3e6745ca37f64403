package sandbox

import (
	"encoding/base64"
	"encoding/json"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestOnlyLoopback(t *testing.T) {
	s, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	for _, addr := range []string{":0", "0.0.0.0:0", "[::]:0", "192.0.2.1:0", "example.invalid:0", "127.0.0.1", ""} {
		if _, err := s.Start(addr); err == nil {
			t.Errorf("%q was taken", addr)
		}
	}
	for _, addr := range []string{"127.0.0.1:0", "localhost:0"} {
		base, err := s.Start(addr)
		if err != nil || !strings.HasPrefix(base, "http://127.0.0.1:") || !strings.HasSuffix(base, "/backend-api/codex") {
			t.Errorf("%q: %q %v", addr, base, err)
		}
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := s.Start("127.0.0.1:0"); err == nil {
		t.Error("started after Close")
	}
}

func TestCloseFreesThePort(t *testing.T) {
	k := start(t, Config{})
	addr := strings.TrimSuffix(strings.TrimPrefix(k.base, "http://"), basePath)
	for range 2 { // twice is fine
		if err := k.Close(); err != nil {
			t.Error(err)
		}
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
}

func TestRoutes(t *testing.T) {
	k := start(t, Config{})
	for _, c := range []struct {
		method, path string
		status       int
		rule         string
	}{
		{"GET", "/responses", 405, "method"},
		{"GET", "/images/generations", 403, "images-challenge"},
		{"POST", "//backend-api/images/generations", 403, "path-without-codex"},
		{"GET", "//", 404, "not-found"},
		{"GET", "//backend-api/wham/accounts", 404, "not-found"},
		{"POST", "/models", 404, "not-found"},
		{"POST", "//backend-api//codex/responses", 404, "not-found"},
		{"POST", "/responses/compact", 404, "not-found"},
	} {
		r := k.do(c.method, c.path, []byte("{}"))
		seen := k.Stats().Requests
		if got := seen[len(seen)-1]; r.status != c.status || got.Rule != c.rule || got.Status != c.status {
			t.Errorf("%s %s: %d %+v", c.method, c.path, r.status, got)
		}
	}
}

func TestAuthorization(t *testing.T) {
	k := start(t, Config{Faults: []string{"small"}})
	old := mintJWT(k.AccountID(), "plus", time.Now(), time.Now().Add(-time.Minute))
	for _, c := range []struct {
		name, auth, account string
		status              int
		code                string
	}{
		{"good", "Bearer " + k.AccessToken(), k.AccountID(), 200, ""},
		{"no account", "Bearer " + k.AccessToken(), "", 200, ""},
		{"none", "", "", 401, "missing_token"},
		{"other scheme", "Basic " + k.AccessToken(), "", 401, "missing_token"},
		{"unknown", "Bearer nonsense", "", 401, "token_invalid"},
		{"prefix", "Bearer " + k.AccessToken()[:40], "", 401, "token_invalid"},
		{"expired", "Bearer " + old, "", 401, "token_expired"},
		{"foreign", "Bearer " + mintJWT("x", "plus", time.Now(), time.Now().Add(time.Hour)), "", 401, "token_invalid"},
		{"wrong account", "Bearer " + k.AccessToken(), "other", 401, "account_mismatch"},
	} {
		set := func(r *http.Request) {
			r.Header.Set("Authorization", c.auth)
			r.Header.Set("ChatGPT-Account-ID", c.account)
		}
		for path, b := range map[string]object{"/responses": hostedBody(nil), "/images/generations": imagesBody(nil)} {
			r := k.post(path, b, set)
			if r.status != c.status || c.status == 401 && r.json(t).obj("error").str("code") != c.code {
				t.Errorf("%s on %s: %d %s", c.name, path, r.status, r.body)
			}
		}
	}
}

func TestExpiryByTheClock(t *testing.T) {
	now := time.Unix(1_800_000_000, 0) // exp is in whole seconds
	k := start(t, Config{Now: func() time.Time { return now }})
	now = now.Add(DefaultTokenLife) // before any request is made
	r := k.do("GET", "//backend-api/wham/usage", nil)
	if e := r.json(t).obj("error"); r.status != 401 || e.str("message") != "Provided authentication token is expired." {
		t.Errorf("%d %s", r.status, r.body)
	}
}

func TestAccessTokenHasTheClaims(t *testing.T) {
	a, b := start(t, Config{}), start(t, Config{})
	if a.AccessToken() == b.AccessToken() || a.AccountID() == b.AccountID() || a.RefreshToken() == b.RefreshToken() {
		t.Error("two servers share a credential")
	}
	raw, err := base64.RawURLEncoding.DecodeString(strings.Split(a.AccessToken(), ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	var claims object
	if err := json.Unmarshal(raw, &claims); err != nil {
		t.Fatal(err)
	}
	auth := claims.obj("https://api.openai.com/auth")
	if auth.str("chatgpt_plan_type") != "plus" || auth.str("chatgpt_account_id") != a.AccountID() || claims.number("exp") < float64(time.Now().Unix()) {
		t.Errorf("%v", claims)
	}
}

func TestRefresh(t *testing.T) {
	k := start(t, Config{})
	first, access := k.RefreshToken(), k.AccessToken()
	body := func(rt string, extra object) object {
		return changed(object{"client_id": "c", "grant_type": "refresh_token", "refresh_token": rt}, extra)
	}
	for i, extra := range []object{nil, {"refresh_reason": "proactive_expiry"}} {
		r := k.post("//oauth/token", body(k.RefreshToken(), extra))
		o := r.json(t)
		if r.status != 200 || o.str("access_token") != k.AccessToken() || o.str("refresh_token") != k.RefreshToken() || o.str("id_token") == "" {
			t.Errorf("%d: %d %s", i, r.status, r.body)
		}
	}
	if k.RefreshToken() == first || k.AccessToken() == access {
		t.Error("nothing rotated")
	}
	// The token from before the rotation works until it expires.
	if r := k.do("GET", "//backend-api/wham/usage", nil, header("Authorization", "Bearer "+access)); r.status != 200 {
		t.Errorf("old access token: %d", r.status)
	}
	for want, b := range map[string]object{
		"refresh_token_reused":      body(first, nil),
		"refresh_token_invalidated": body("never seen", nil),
	} {
		r := k.post("//oauth/token", b)
		if r.status != 401 || r.json(t).obj("error").str("code") != want {
			t.Errorf("%s: %d %s", want, r.status, r.body)
		}
	}
	for want, b := range map[string]object{
		"unsupported_grant_type": body(first, object{"grant_type": "password"}),
		"invalid_request":        body(first, object{"client_id": nil}),
	} {
		r := k.post("//oauth/token", b)
		if r.status != 400 || r.json(t).str("error") != want {
			t.Errorf("%s: %d %s", want, r.status, r.body)
		}
	}
}

func TestLibraryUserAgentMeets1010OnImagesOnly(t *testing.T) {
	k := start(t, Config{Faults: []string{"small"}})
	ua := header("User-Agent", "Python-urllib/3.12")
	if r := k.post("/images/generations", imagesBody(nil), ua); r.status != 403 || !strings.Contains(string(r.body), "1010") {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := k.post("/responses", hostedBody(nil), ua); r.status != 200 {
		t.Errorf("hosted: %d", r.status)
	}
}

func TestBodiesAreBounded(t *testing.T) {
	k := start(t, Config{})
	for want, b := range map[string]string{
		"json": "[]", "body-too-large": strings.Repeat(" ", maxBody+1),
	} {
		k.do("POST", "/images/generations", []byte(b))
		seen := k.Stats().Requests
		if got := seen[len(seen)-1]; got.Rule != want {
			t.Errorf("%+v, want %s", got, want)
		}
	}
	k.post("/responses", hostedBody(nil), header("Content-Type", "text/plain"))
	if seen := k.Stats().Requests; seen[len(seen)-1].Rule != "content-type" {
		t.Errorf("%+v", seen[len(seen)-1])
	}
}

func TestManyAtOnce(t *testing.T) {
	k := start(t, Config{Faults: []string{"small"}})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 4 {
				if r := k.post("/responses", tool(object{"partial_images": 1})); r.status != 200 || r.err != nil {
					t.Errorf("%d %v", r.status, r.err)
				}
				k.post("/images/generations", imagesBody(nil))
				k.do("GET", "//backend-api/wham/usage", nil)
			}
		})
	}
	wg.Wait()
	if st := k.Stats(); st.Images != 64 || len(st.Requests) != 96 {
		t.Errorf("%d images, %d requests", st.Images, len(st.Requests))
	}
}

func TestStatsAreBounded(t *testing.T) {
	l := newLedger()
	for range maxSeen + 10 {
		l.note(&exchange{r: &http.Request{Method: "GET", URL: mustURL(t)}})
	}
	if len(l.seen) != maxSeen {
		t.Errorf("%d requests kept", len(l.seen))
	}
}

func TestUsage(t *testing.T) {
	for scenario, spent := range map[string]bool{"": false, "usage-limit": true} {
		k := start(t, Config{Scenario: scenario})
		r := k.do("GET", "//backend-api/wham/usage", nil)
		if strings.Contains(string(r.body), "openai.com") || strings.Contains(string(r.body), "chatgpt.com") {
			t.Errorf("a real host in %s", r.body)
		}
		o := r.json(t)
		limit := o.obj("rate_limit")
		p := limit.obj("primary_window").number("used_percent")
		if o.str("plan_type") != "plus" || limit["limit_reached"] != spent || (p == 100) != spent || p != float64(int(p)) {
			t.Errorf("%s", r.body)
		}
		if extra := objects(o.list("additional_rate_limits")); len(extra) != 1 || extra[0].str("limit_name") != imageLimit {
			t.Errorf("%s", r.body)
		}
	}
}

// Under another program's server a stalled request ends with Close, too.
func TestCloseEndsAStallWithoutASocket(t *testing.T) {
	s, err := New(Config{Faults: []string{"stall=10"}})
	if err != nil {
		t.Fatal(err)
	}
	w := &memory{wrote: make(chan struct{})}
	k := &kit{s, t, "http://127.0.0.1" + basePath, nil}
	r := k.request("POST", "/responses", mustJSON(hostedBody(nil)))
	var wg sync.WaitGroup
	wg.Go(func() { s.ServeHTTP(w, r) })
	<-w.wrote
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	wg.Wait()
	if w.Len() != 10 {
		t.Errorf("%d bytes", w.Len())
	}
	after := &memory{}
	if s.ServeHTTP(after, r); after.status != http.StatusServiceUnavailable {
		t.Errorf("after Close: %d", after.status)
	}
}
