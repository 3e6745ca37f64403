package auth_test

import (
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/codexgen/codexgen/pkg/auth"
	"github.com/codexgen/codexgen/pkg/internal/redact"
	"github.com/codexgen/codexgen/pkg/sandbox"
)

// stored is a login as a store would have it.
func stored(access string) auth.Login {
	return auth.Login{Access: redact.NewSecret(access), Refresh: redact.NewSecret("canary-refresh"), AccountID: "acc", Plan: "plus", FedRAMP: true, Email: "a@b.c"}
}

func accessOf(account string, more string) string {
	return jwt(`{"https://api.openai.com/auth":{"chatgpt_account_id":"` + account + `"}` + more + `}`)
}

// TestAuthRefresh_Answers: which answers renew a login, which end it, which pass.
func TestAuthRefresh_Answers(t *testing.T) {
	full := `{"access_token":"new","refresh_token":"rotated","id_token":"` + accessOf("acc", "") + `"}`
	for name, row := range map[string]struct {
		status          int
		body            string
		kind            auth.Kind // "" is success
		unsure          bool
		access, refresh string
	}{
		"all tokens":                   {200, full, "", false, "new", "rotated"},
		"no id token":                  {200, `{"access_token":"new","refresh_token":"rotated"}`, "", false, "new", "rotated"},
		"OA08 no refresh token":        {200, `{"access_token":"new"}`, "", false, "new", "canary-refresh"},
		"only a refresh token":         {200, `{"refresh_token":"rotated"}`, "", false, "old", "rotated"},
		"an access token with a break": {200, `{"access_token":"a\nb","refresh_token":"rotated"}`, "", false, "old", "rotated"},
		"OA08 empty access token":      {200, `{"access_token":""}`, auth.KindUnavailable, true, "", ""},
		"OA08 HTML":                    {200, `<html>canary-refresh</html>`, auth.KindUnavailable, true, "", ""},
		"OA08 cut JSON":                {200, full[:40], auth.KindUnavailable, true, "", ""},
		"OA08 another type":            {200, `{"access_token":["x"]}`, auth.KindUnavailable, true, "", ""},
		"OA08 500":                     {500, ``, auth.KindUnavailable, false, "", ""},
		"another account":              {200, strings.Replace(full, accessOf("acc", ""), accessOf("other", ""), 1), auth.KindOtherAccount, false, "", ""},
		"expired":                      {401, `{"error":{"code":"refresh_token_expired"}}`, auth.KindExpired, false, "", ""},
		"reused":                       {400, `{"error":{"code":"REFRESH_TOKEN_REUSED"}}`, auth.KindExpired, false, "", ""},
		"revoked":                      {403, `{"code":"refresh_token_invalidated"}`, auth.KindExpired, false, "", ""},
		"expired, as a string":         {500, `{"error":"refresh_token_expired"}`, auth.KindExpired, false, "", ""},
		"401 without words":            {401, ``, auth.KindExpired, false, "", ""},
		"400 invalid_grant":            {400, `{"error":"invalid_grant"}`, auth.KindExpired, false, "", ""},
		"403 invalid_grant":            {403, `{"error":"invalid_grant"}`, auth.KindUnavailable, false, "", ""},
		"another 400":                  {400, `{"error":"invalid_request","error_description":"canary-refresh is odd"}`, auth.KindUnavailable, false, "", ""},
		"403":                          {403, ``, auth.KindUnavailable, false, "", ""},
		"429":                          {429, ``, auth.KindUnavailable, false, "", ""},
		"503":                          {503, `<html>`, auth.KindUnavailable, false, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			asked := 0
			fake := transport(func(r *http.Request) (*http.Response, error) {
				asked++
				got := readJSON(t, r)
				if r.URL.String() != auth.DefaultIssuer+"/oauth/token" || r.Header.Get("Content-Type") != "application/json" || r.Header.Get("Originator") != "codexgen" ||
					len(got) != 3 || got["grant_type"] != "refresh_token" || got["refresh_token"] != "canary-refresh" || got["client_id"] != someClient {
					t.Errorf("%s %v %v", r.URL, r.Header, got)
				}
				return answer(row.status, row.body), nil
			})
			before := stored("old")
			fresh, err := newClient(t, "", func(o *auth.Options) { o.Transport = fake }).Refresh(t.Context(), before)
			fault, _ := errors.AsType[*auth.Error](err)
			switch {
			case asked != 1:
				t.Errorf("asked %d times", asked)
			case row.kind == "" && (err != nil || fresh.Access.Reveal() != row.access || fresh.Refresh.Reveal() != row.refresh || fresh.AccountID != "acc" || fresh.Plan != "plus" || !fresh.FedRAMP || fresh.Refreshed.IsZero()):
				t.Errorf("%+v %v", fresh, err)
			case row.kind != "" && (fault == nil || fault.Kind != row.kind || fault.Unsure != row.unsure || fault.Hint() == ""):
				t.Errorf("%v", err)
			case err != nil && secretIn(err.Error(), "canary-refresh") != "":
				t.Error(err)
			}
		})
	}
}

// TestOA08_LostAnswers: nothing is sent twice, and whether it was sent is told.
func TestOA08_LostAnswers(t *testing.T) {
	huge := func() *http.Response {
		r := answer(200, "")
		r.Body = io.NopCloser(io.LimitReader(endless{}, 100<<20))
		return r
	}
	for name, row := range map[string]struct {
		answer func(r *http.Request) (*http.Response, error)
		want   string
		unsure bool
	}{
		"not reached": {func(*http.Request) (*http.Response, error) {
			return nil, &net.OpError{Op: "dial", Err: errors.New("refused")}
		}, "cannot be reached", false},
		"100 MB": {func(*http.Request) (*http.Response, error) { return huge(), nil }, "longer than 1048576 bytes", true},
		"cut body": {func(*http.Request) (*http.Response, error) {
			r := answer(200, "")
			r.Body = io.NopCloser(broken{})
			return r, nil
		}, "cut off", true},
		"redirected": {func(*http.Request) (*http.Response, error) { return answer(308, ""), nil }, "308", false},
	} {
		asked := 0
		fake := transport(func(r *http.Request) (*http.Response, error) { asked++; return row.answer(r) })
		_, err := newClient(t, "", func(o *auth.Options) { o.Transport = fake }).Refresh(t.Context(), stored("old"))
		fault, ok := errors.AsType[*auth.Error](err)
		if !ok || fault.Kind != auth.KindUnavailable || fault.Unsure != row.unsure || !strings.Contains(fault.Reason, row.want) || asked != 1 {
			t.Errorf("%s: %v, asked %d times", name, err, asked)
		}
	}
}

type endless struct{}

func (endless) Read(b []byte) (int, error) { clear(b); return len(b), nil }

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// TestOA08_TimeoutAfterSending is over a socket: the server takes the request
// and says nothing.
func TestOA08_TimeoutAfterSending(t *testing.T) {
	listener, err := listen(t)
	if err != nil {
		t.Fatal(err)
	}
	asked := make(chan struct{}, 8)
	server := &http.Server{Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		asked <- struct{}{}
		panic(http.ErrAbortHandler)
	})}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	defer func() { _ = server.Close(); <-served }()
	_, err = newClient(t, "http://"+listener.Addr().String()).Refresh(t.Context(), auth.Login{Refresh: redact.NewSecret("canary-refresh")})
	fault, ok := errors.AsType[*auth.Error](err)
	if !ok || !fault.Unsure || !strings.Contains(fault.Reason, "broke off") || !strings.Contains(fault.Advice, "auth login") || len(asked) != 1 {
		t.Errorf("%v, asked %d times", err, len(asked))
	}
}

// TestOA07_RedirectsAreNotFollowed: from every endpoint, with every status.
func TestOA07_RedirectsAreNotFollowed(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, target := range []string{"https://evil.example/", "https://auth.openai.com:444/", "http://auth.openai.com/", "https://sub.auth.openai.com/"} {
			fake := transport(func(r *http.Request) (*http.Response, error) {
				if r.URL.Scheme+"://"+r.URL.Host != auth.DefaultIssuer {
					t.Errorf("%d: %s was asked", status, r.URL)
				}
				a := answer(status, "")
				a.Header.Set("Location", target)
				return a, nil
			})
			client := newClient(t, "", func(o *auth.Options) { o.Transport = fake })
			if _, err := client.Refresh(t.Context(), stored("old")); err == nil {
				t.Errorf("%d: refreshed", status)
			}
			if _, err := client.StartDevice(t.Context()); err == nil {
				t.Errorf("%d: started", status)
			}
			if err := client.Revoke(t.Context(), stored("old")); err == nil {
				t.Errorf("%d: revoked", status)
			}
			login := startBrowser(t, client)
			if err := login.Paste(callback(t, login, map[string][]string{"state": {state(t, login)}, "code": {"x"}})); err != nil {
				t.Fatal(err)
			}
			if _, err := login.Wait(t.Context()); err == nil {
				t.Errorf("%d: signed in", status)
			}
		}
	}
}

// TestAuthRefresh_Timeout: an issuer that is silent is given up on.
func TestAuthRefresh_Timeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		fake := transport(func(r *http.Request) (*http.Response, error) { <-r.Context().Done(); return nil, r.Context().Err() })
		_, err := newClient(t, "", func(o *auth.Options) { o.Transport = fake }).Refresh(t.Context(), stored("old"))
		if err == nil || !strings.Contains(err.Error(), "in time") || time.Since(start) != 30*time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
}

// TestLogout_Revokes sends the refresh token, or for want of one the access token.
func TestLogout_Revokes(t *testing.T) {
	var got map[string]string
	fake := transport(func(r *http.Request) (*http.Response, error) {
		got = readJSON(t, r)
		if r.URL.String() != auth.DefaultIssuer+"/oauth/revoke" {
			t.Error(r.URL)
		}
		return answer(200, ""), nil
	})
	client := newClient(t, "", func(o *auth.Options) { o.Transport = fake })
	if err := client.Revoke(t.Context(), stored("old")); err != nil || len(got) != 3 || got["token"] != "canary-refresh" || got["token_type_hint"] != "refresh_token" || got["client_id"] != someClient {
		t.Errorf("%v %v", got, err)
	}
	if err := client.Revoke(t.Context(), auth.Login{Access: redact.NewSecret("a")}); err != nil || len(got) != 2 || got["token"] != "a" || got["token_type_hint"] != "access_token" {
		t.Errorf("%v %v", got, err)
	}
}

// TestLogout_RevokeFails are told, without the token, and end in time.
func TestLogout_RevokeFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, fake := range []transport{
			func(*http.Request) (*http.Response, error) { return answer(500, `{"error":"canary-refresh"}`), nil },
			func(r *http.Request) (*http.Response, error) { <-r.Context().Done(); return nil, r.Context().Err() },
		} {
			start := time.Now()
			err := newClient(t, "", func(o *auth.Options) { o.Transport = fake }).Revoke(t.Context(), stored("old"))
			if err == nil || secretIn(err.Error(), "canary-refresh") != "" || time.Since(start) > 10*time.Second {
				t.Errorf("%v after %v", err, time.Since(start))
			}
		}
	})
}

// TestTheLoginsOwnIssuer is asked, wherever the client signs in.
func TestTheLoginsOwnIssuer(t *testing.T) {
	server, issuer := startSandbox(t, sandbox.Config{})
	login := auth.Login{Access: redact.NewSecret(server.AccessToken()), Refresh: redact.NewSecret(server.RefreshToken()), Issuer: issuer}
	fresh, err := newClient(t, "").Refresh(t.Context(), login)
	if err != nil || fresh.Access == login.Access || fresh.Refresh == login.Refresh {
		t.Errorf("%v", err)
	}
	login.Issuer = "http://evil.example"
	if _, err := newClient(t, "").Refresh(t.Context(), login); err == nil {
		t.Error("it was sent without https")
	}
}

// TestIssuers: which are allowed, in one spelling.
func TestIssuers(t *testing.T) {
	for issuer, want := range map[string]string{
		"https://auth.openai.com":     "https://auth.openai.com",
		"https://issuer.example/a/":   "https://issuer.example/a",
		"http://127.0.0.1:8080/":      "http://127.0.0.1:8080",
		"http://localhost:1":          "http://localhost:1",
		"http://[::1]:8080":           "http://[::1]:8080",
		"http://issuer.example":       "",
		"http://localhost.evil.com":   "",
		"http://127.0.0.1.evil.com":   "",
		"ftp://127.0.0.1":             "",
		"https://a@issuer.example":    "",
		"https://issuer.example?x=1":  "",
		"https://issuer.example?":     "",
		"https://issuer.example#x":    "",
		"https:issuer.example":        "",
		"issuer.example":              "",
		"":                            "",
		"https://issuer.example\x00/": "",
	} {
		got, err := auth.CheckIssuer(issuer)
		if fault, _ := errors.AsType[*auth.Error](err); got != want || (err == nil) != (want != "") || err != nil && fault.ExitCode() != 2 {
			t.Errorf("%q: %q %v", issuer, got, err)
		}
	}
}

// TestOA12_AnotherAccount: a login is only certain to be of the same account
// when it says so.
func TestOA12_AnotherAccount(t *testing.T) {
	login := func(account, email string) auth.Login { return auth.Login{AccountID: account, Email: email} }
	for name, row := range map[string]struct {
		a, b auth.Login
		want bool
	}{
		"same":              {login("x", "a@b.c"), login("x", "other@b.c"), true},
		"another workspace": {login("x", "a@b.c"), login("y", "a@b.c"), false},
		"only e-mails":      {login("", "a@b.c"), login("x", "a@b.c"), true},
		"nothing known":     {login("", ""), login("", ""), false},
	} {
		if row.a.SameAccount(row.b) != row.want || row.b.SameAccount(row.a) != row.want {
			t.Errorf("%s: not %v", name, row.want)
		}
	}
}
