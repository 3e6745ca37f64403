package auth_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/codexgen/codexgen/pkg/auth"
	"github.com/codexgen/codexgen/pkg/sandbox"
)

// poll is one answer to a device's question; 0 is a dropped connection.
type poll struct {
	status int
	body   string
	after  string // Retry-After
}

const (
	approved = `{"authorization_code":"canary-code","code_verifier":"0123456789012345678901234567890123456789abc","code_challenge":""}`
	pending  = 403
)

// deviceRun signs a device in against answers, in fake time, and tells the
// pauses between the questions in seconds.
func deviceRun(t *testing.T, interval string, polls ...poll) (gaps []float64, login auth.Login, err error) {
	t.Helper()
	var last time.Time
	fake := transport(func(r *http.Request) (*http.Response, error) {
		switch r.URL.Path {
		case "/api/accounts/deviceauth/usercode":
			last = time.Now()
			if got := readJSON(t, r); len(got) != 1 || got["client_id"] != someClient {
				t.Errorf("%v", got)
			}
			return answer(200, `{"device_auth_id":"canary-device","user_code":"ABCD-EFGH"`+interval+`}`), nil
		case "/api/accounts/deviceauth/token":
			gaps = append(gaps, time.Since(last).Seconds())
			last = time.Now()
			if got := readJSON(t, r); len(got) != 2 || got["device_auth_id"] != "canary-device" || got["user_code"] != "ABCD-EFGH" {
				t.Errorf("%v", got)
			}
			next := poll{status: pending}
			if len(polls) > 0 {
				next, polls = polls[0], polls[1:]
			}
			if next.status == 0 {
				return nil, errors.New("connection reset")
			}
			said := answer(next.status, next.body)
			said.Header.Set("Retry-After", next.after)
			return said, nil
		}
		form := readForm(t, r)
		if form.Get("redirect_uri") != auth.DefaultIssuer+"/deviceauth/callback" || form.Get("code") != "canary-code" || len(form.Get("code_verifier")) != 43 || form.Get("grant_type") != "authorization_code" {
			t.Errorf("%v", form)
		}
		return answer(200, `{"access_token":"a","refresh_token":"r","id_token":"`+jwt(`{}`)+`"}`), nil
	})
	device, err := newClient(t, "", func(o *auth.Options) { o.Transport = fake }).StartDevice(t.Context())
	if err != nil {
		return nil, login, err
	}
	if device.URL != auth.DefaultIssuer+"/codex/device" || device.UserCode != "ABCD-EFGH" || time.Until(device.Until) != auth.LoginTimeout {
		t.Errorf("%s %s %s", device.URL, device.UserCode, device.Until)
	}
	login, err = device.Wait(t.Context())
	return gaps, login, err
}

func TestOA10_DeviceFlow(t *testing.T) {
	for name, row := range map[string]struct {
		interval string
		polls    []poll
		gaps     []float64
		kind     auth.Kind // "" is success
		want     string
	}{
		"pending, then approved":      {`,"interval":"5"`, []poll{{status: 403}, {status: 404}, {status: 403}, {200, approved, ""}}, []float64{5, 5, 5, 5}, "", ""},
		"a number":                    {`,"interval":7`, []poll{{200, approved, ""}}, []float64{7}, "", ""},
		"no interval":                 {``, []poll{{200, approved, ""}}, []float64{5}, "", ""},
		"an interval of nothing":      {`,"interval":"0"`, []poll{{200, approved, ""}}, []float64{5}, "", ""},
		"an absurd interval":          {`,"interval":"1e99"`, []poll{{200, approved, ""}}, []float64{60}, "", ""},
		"an interval that is no such": {`,"interval":{"a":1}`, []poll{{200, approved, ""}}, []float64{5}, "", ""},
		"slow down twice":             {`,"interval":"5"`, []poll{{status: 403}, {status: 429}, {status: 429}, {status: 403}, {200, approved, ""}}, []float64{5, 5, 10, 20, 5}, "", ""},
		"slow down by so much":        {`,"interval":"5"`, []poll{{429, "", "17"}, {200, approved, ""}}, []float64{5, 17}, "", ""},
		"slow down for a day":         {`,"interval":"5"`, []poll{{429, "", "86400"}, {200, approved, ""}}, []float64{5, 60}, "", ""},
		"dropped and broken":          {`,"interval":"5"`, []poll{{}, {status: 500}, {status: 502}, {200, approved, ""}}, []float64{5, 10, 20, 40}, "", ""},
		"denied":                      {`,"interval":"5"`, []poll{{400, `{"error":"access_denied","error_description":"no"}`, ""}}, []float64{5}, auth.KindDenied, "refused: no"},
		"not entitled":                {`,"interval":"5"`, []poll{{400, `{"error":"access_denied","error_description":"missing_codex_entitlement"}`, ""}}, []float64{5}, auth.KindNotEntitled, "not switched on"},
		"expired":                     {`,"interval":"5"`, []poll{{400, `{"error":"expired_token","error_description":"canary-device is over"}`, ""}}, []float64{5}, auth.KindFailed, "status 400"},
		"gone":                        {`,"interval":"5"`, []poll{{status: 410}}, []float64{5}, auth.KindFailed, "410"},
		"redirected":                  {`,"interval":"5"`, []poll{{status: 302}}, []float64{5}, auth.KindFailed, "302"},
		"a wrong challenge":           {`,"interval":"5"`, []poll{{200, strings.Replace(approved, `challenge":"`, `challenge":"x`, 1), ""}}, []float64{5}, auth.KindFailed, "cannot be read"},
		"no code":                     {`,"interval":"5"`, []poll{{200, `{}`, ""}}, []float64{5}, auth.KindFailed, "cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				gaps, _, err := deviceRun(t, row.interval, row.polls...)
				if diff := cmp.Diff(row.gaps, gaps); diff != "" {
					t.Error(diff)
				}
				fault, _ := errors.AsType[*auth.Error](err)
				switch {
				case row.kind == "" && err != nil, row.kind != "" && (fault == nil || fault.Kind != row.kind || !strings.Contains(fault.Reason, row.want)):
					t.Error(err)
				case err != nil && secretIn(err.Error()+fault.Advice, "canary-device", "canary-code") != "":
					t.Error(err)
				}
			})
		})
	}
}

func TestOA10_DeviceFlowEndsInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		gaps, _, err := deviceRun(t, `,"interval":"5"`)
		fault, ok := errors.AsType[*auth.Error](err)
		if !ok || fault.Kind != auth.KindTimeout || time.Since(start) != auth.LoginTimeout || len(gaps) < 100 {
			t.Errorf("%v after %v and %d questions", err, time.Since(start), len(gaps))
		}
	})
}

// TestDeviceCodeLogin_Start: the ways a device sign-in does not begin.
func TestDeviceCodeLogin_Start(t *testing.T) {
	for name, row := range map[string]struct {
		status int
		body   string
		kind   auth.Kind
	}{
		"not enabled":         {404, "", auth.KindNoDevice},
		"refused":             {400, `{"error":{"message":"no"}}`, auth.KindFailed},
		"an alias":            {200, `{"device_auth_id":"d","usercode":"X"}`, ""},
		"no code":             {200, `{"device_auth_id":"d"}`, auth.KindFailed},
		"a code with escapes": {200, `{"device_auth_id":"d","user_code":"\u001b[31m"}`, auth.KindFailed},
		"a code too long":     {200, `{"device_auth_id":"d","user_code":"` + strings.Repeat("X", 40) + `"}`, auth.KindFailed},
		"HTML":                {200, "<html>", auth.KindFailed},
		"dropped":             {0, "", auth.KindUnavailable},
	} {
		fake := transport(func(*http.Request) (*http.Response, error) {
			if row.status == 0 {
				return nil, errors.New("reset")
			}
			return answer(row.status, row.body), nil
		})
		_, err := newClient(t, "", func(o *auth.Options) { o.Transport = fake }).StartDevice(t.Context())
		fault, _ := errors.AsType[*auth.Error](err)
		if row.kind == "" && err != nil || row.kind != "" && (fault == nil || fault.Kind != row.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestDeviceCodeLogin_AtTheSandbox goes all the way over sockets: a person approves
// before the first question.
func TestDeviceCodeLogin_AtTheSandbox(t *testing.T) {
	t.Parallel() // it waits the five seconds of the interval
	server, issuer := startSandbox(t, sandbox.Config{})
	device, err := newClient(t, issuer).StartDevice(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{"user_code": {device.UserCode}, "decision": {"approve"}}
	response, err := http.PostForm(device.URL, form)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	login, err := device.Wait(t.Context())
	if err != nil || login.AccountID != server.AccountID() || login.Refresh.Empty() {
		t.Errorf("%+v %v", login, err)
	}
	if printed := fmt.Sprintf("%+v %#v", device, login); secretIn(printed, login.Access.Reveal(), login.Refresh.Reveal(), "deviceauth_") != "" {
		t.Error(printed)
	}
}
