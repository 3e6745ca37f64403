package cli

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/codexgen/codexgen/pkg/auth"
	"github.com/codexgen/codexgen/pkg/codex"
	"github.com/codexgen/codexgen/pkg/credstore"
)

// outcome is what a test looks at in a check.
func outcome(c check) string { return c.Name + " " + c.Status }

func outcomes(checks []check) string {
	var all []string
	for _, c := range checks {
		all = append(all, outcome(c))
	}
	return strings.Join(all, ", ")
}

func TestAClockThatIsWrongIsNamedWithItsDirection(t *testing.T) {
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	for server, want := range map[time.Time]string{
		{}:                              "clock skipped: no answer told the time",
		now:                             "clock ok: within 1s of the backend's",
		now.Add(-maxSkew):               "clock ok: within 2m0s of the backend's",
		now.Add(-maxSkew - time.Second): "clock warn: this machine's clock is 2m1s ahead of the backend's",
		now.Add(26 * time.Hour):         "clock warn: this machine's clock is 26h0m0s behind the backend's",
	} {
		if c := clockCheck(server, now); outcome(c)+": "+c.Says != want {
			t.Errorf("%v: %+v, want %s", server, c, want)
		}
	}
}

func TestWhatEndsTheWayIsToldApart(t *testing.T) {
	address, _ := url.Parse("https://chatgpt.com/backend-api/codex")
	answered := codex.Reached{Status: 401, TLS: "TLS 1.3"}
	refused := codex.Reached{Status: 403, TLS: "TLS 1.3"}
	for name, row := range map[string]struct {
		answer codex.Reached
		err    error
		want   string
	}{
		"answered":      {answered, nil, "connection ok, tls ok, challenge ok"},
		"no connection": {codex.Reached{}, &codex.Error{Kind: codex.KindConnect}, "connection fail, tls skipped, challenge skipped"},
		"timeout":       {codex.Reached{}, &codex.Error{Kind: codex.KindTimeout}, "connection fail, tls skipped, challenge skipped"},
		"not trusted":   {codex.Reached{}, &codex.Error{Kind: codex.KindTLS, Err: x509.UnknownAuthorityError{}}, "connection ok, tls fail, challenge skipped"},
		"challenge":     {refused, &codex.Error{Kind: codex.KindChallenge}, "connection ok, tls ok, challenge fail"},
		"portal":        {refused, &codex.Error{Kind: codex.KindWebPage}, "connection ok, tls ok, challenge fail"},
		"outage":        {refused, &codex.Error{Kind: codex.KindServer}, "connection fail, tls ok, challenge ok"},
		"not ours":      {codex.Reached{}, errors.New("x"), "connection fail, tls skipped, challenge skipped"},
	} {
		if got := outcomes(wayChecks(address, row.answer, row.err)); got != row.want {
			t.Errorf("%s: %s, want %s", name, got, row.want)
		}
	}
}

func TestTheProxysPasswordIsNotShown(t *testing.T) {
	address, _ := url.Parse("https://chatgpt.com/")
	for setting, want := range map[string]string{
		"":                           "proxy ok: none",
		"http://me:canary@proxy:80":  "proxy ok: http://proxy:80, from the environment",
		"http://me:canary@proxy:x80": "proxy fail: the proxy setting is not a URL",
	} {
		c, proxied := proxyCheck(address, func(*http.Request) (*url.URL, error) {
			if setting == "" {
				return nil, nil
			}
			return url.Parse(setting)
		})
		if got := outcome(c) + ": " + c.Says; got != want || proxied != (setting != "") || strings.Contains(c.Next, "canary") {
			t.Errorf("%s: %+v", setting, c)
		}
	}
}

func TestANameThatIsNotFoundIsTheNetwork(t *testing.T) {
	look := func(found []string, err error) func(context.Context, string) ([]string, error) {
		return func(context.Context, string) ([]string, error) { return found, err }
	}
	for name, row := range map[string]struct {
		base    string
		proxied bool
		found   []string
		err     error
		want    string
	}{
		"found":   {"https://chatgpt.com/", false, []string{"192.0.2.1"}, nil, "dns ok"},
		"empty":   {"https://chatgpt.com/", false, nil, nil, "dns fail"},
		"error":   {"https://chatgpt.com/", false, nil, errors.New("x"), "dns fail"},
		"proxied": {"https://chatgpt.com/", true, nil, errors.New("x"), "dns skipped"},
		"number":  {"http://127.0.0.1:1/", false, nil, errors.New("x"), "dns skipped"},
		"six":     {"http://[::1]:1/", false, nil, errors.New("x"), "dns skipped"},
	} {
		address, _ := url.Parse(row.base)
		c := dnsCheck(t.Context(), address, row.proxied, look(row.found, row.err))
		if outcome(c) != row.want || c.Status == statusFail && (c.exit != 8 || c.Next == "") {
			t.Errorf("%s: %+v", name, c)
		}
	}
}

func TestACredentialIsJudgedWithoutBeingShown(t *testing.T) {
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	env := Env{Now: func() time.Time { return now }}
	login := func(in time.Duration, change ...func(*found)) found {
		f := found{source: "profile", own: new(auth.Source), where: "the keyring", login: auth.Login{Refresh: codex.NewSecret("canary")},
			credential: credstore.Credential{Access: codex.NewSecret("canary7d21"), AccountID: "account-canary", Source: "somewhere"}}
		if in != 0 {
			f.credential.Expires = now.Add(in)
		}
		for _, c := range change {
			c(&f)
		}
		return f
	}
	borrowed := func(f *found) { f.source, f.own, f.login = "codex", nil, auth.Login{} }
	for name, row := range map[string]struct {
		found found
		want  string
	}{
		"opaque":             {login(0), "store ok, credential ok"},
		"long":               {login(240 * time.Hour), "store ok, credential ok"},
		"renewed soon":       {login(time.Minute), "store ok, credential ok"},
		"past, but renewed":  {login(-time.Minute), "store ok, credential ok"},
		"borrowed, long":     {login(soon, borrowed), "store ok, credential ok"},
		"borrowed, short":    {login(soon-time.Second, borrowed), "store ok, credential warn"},
		"no account":         {login(0, func(f *found) { f.credential.AccountID = "" }), "store ok, credential warn"},
		"in the environment": {login(0, borrowed, func(f *found) { f.source = "environment" }), "store skipped, credential ok"},
	} {
		checks := loginChecks(env, &connection{found: row.found}, nil)
		if got := outcomes(checks); got != row.want || strings.Contains(fmt.Sprint(checks), "canary") || checks[1].Status == statusWarn && checks[1].Next == "" {
			t.Errorf("%s: %+v", name, checks)
		}
	}
}

func TestAStoreThatFailsIsNotAMissingLogin(t *testing.T) {
	for fault, want := range map[credstore.Fault]string{
		credstore.NotFound: "store skipped, credential fail",
		credstore.Unusable: "store skipped, credential fail",
		credstore.Locked:   "store fail, credential skipped",
		credstore.Unsafe:   "store fail, credential skipped",
		credstore.Damaged:  "store fail, credential skipped",
	} {
		checks := loginChecks(Env{}, nil, &credstore.Error{Fault: fault, Reason: "x", Advice: "y"})
		failed := checks[0]
		if failed.Status != statusFail {
			failed = checks[1]
		}
		if outcomes(checks) != want || failed.exit != 3 || failed.Next != "y" || failed.Type != string(fault) {
			t.Errorf("%s: %+v", fault, checks)
		}
	}
}

func TestABorrowedFileThatOthersCanRead(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a file's mode says nothing there")
	}
	file := filepath.Join(t.TempDir(), "auth.json")
	for mode, want := range map[os.FileMode]string{0o600: "store ok", 0o640: "store warn", 0o604: "store warn"} {
		if err := errors.Join(os.WriteFile(file, nil, mode), os.Chmod(file, mode)); err != nil {
			t.Fatal(err)
		}
		if c := storeCheck(found{source: "codex", where: file}); outcome(c) != want || c.Status == statusWarn && c.Next != "chmod 600 "+file {
			t.Errorf("%v: %+v", mode, c)
		}
	}
}

func TestLimitsTellTheNearest(t *testing.T) {
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	env := Env{Now: func() time.Time { return now }}
	limit := func(name string, images, reached bool, used ...float64) codex.PlanLimit {
		limit := codex.PlanLimit{Name: name, Images: images, Reached: reached}
		for _, percent := range used {
			limit.Windows = append(limit.Windows, codex.Window{Limit: name, Window: "primary", UsedPercent: percent, Minutes: 300, Resets: now.Add(time.Hour)})
		}
		return limit
	}
	for name, row := range map[string]struct {
		limits []codex.PlanLimit
		want   string
	}{
		"none":             {nil, "limits warn: the backend tells none"},
		"room":             {[]codex.PlanLimit{limit("codex", false, false, 3, 60), limit("x", false, false, 4)}, "limits ok: 40 % of codex"},
		"nearly":           {[]codex.PlanLimit{limit("codex", false, false, 3), limit("x", false, false, 91)}, "limits warn: 9 % of x"},
		"the plan's":       {[]codex.PlanLimit{limit(codex.PlanLimitName, false, true, 100, 50)}, "limits fail: codex is used up, resets"},
		"images":           {[]codex.PlanLimit{limit("codex", false, false, 3), limit("imagegen_new", true, true, 100)}, "limits fail: imagegen_new is used up"},
		"something else's": {[]codex.PlanLimit{limit("codex", false, false, 3), limit("reviews", false, true, 100)}, "limits warn: reviews is used up"},
	} {
		c := limitsCheck(env, codex.PlanUsage{Limits: row.limits})
		if got := outcome(c) + ": " + c.Says; !strings.HasPrefix(got, row.want) || c.Status != statusOK && c.Next == "" {
			t.Errorf("%s: %+v", name, c)
		}
	}
}

func TestTheTerminalAndItsFolders(t *testing.T) {
	dumb := Env{StderrTTY: true, LookupEnv: func(string) (string, bool) { return "dumb", true }}
	if c := terminalCheck(dumb); outcome(c) != "terminal warn" || c.Next == "" {
		t.Errorf("%+v", c)
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for output, want := range map[string]string{
		"-":                               "output ok",
		dir:                               "output ok",
		file:                              "output ok", // gen will say that it is there
		filepath.Join(dir, "no", "x"):     "output fail",
		file + string(filepath.Separator): "output fail",
	} {
		if c := outputCheck(output); outcome(c) != want || c.Status == statusFail && (c.exit != 9 || c.Next == "") {
			t.Errorf("%s: %+v", output, c)
		}
	}
	for state, want := range map[string]string{"": "state warn", dir: "state ok", filepath.Join(dir, "later"): "state ok", file: "state warn"} {
		if c := stateCheck(Env{StateDir: state}); outcome(c) != want || c.Status != statusOK && c.Next == "" {
			t.Errorf("%q: %+v", state, c)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}

func TestANameServerThatIsSilentIsNotWaitedForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		got := dnsCheck(t.Context(), &url.URL{Host: "backend.example"}, false, func(ctx context.Context, _ string) ([]string, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		})
		if outcome(got) != "dns fail" || time.Since(start) != lookupTimeout {
			t.Errorf("%s after %s", outcome(got), time.Since(start))
		}
	})
}
