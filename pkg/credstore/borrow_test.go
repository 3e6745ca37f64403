package credstore

import (
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func folderWith(t *testing.T, files map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	for name, content := range files {
		path := filepath.Join(folder, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(content), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// The vector is in the official client's own tests
// (openai/codex codex-rs/login/src/auth/storage_tests.rs, 2026-08-22): a path
// that does not exist is taken as it is.
func TestCodexAccount(t *testing.T) {
	if got := codexAccount("~/.codex"); got != "cli|940db7b1d0e4eb40" {
		t.Error(got)
	}
	folder := t.TempDir()
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(folder, link); err != nil {
		t.Skip("no links here:", err)
	}
	if direct, linked := codexAccount(folder), codexAccount(link+"/."); direct != linked || direct == "" {
		t.Errorf("%s by its name, %s through a link", direct, linked)
	}
}

// Where Codex keeps its login is where it is looked for.
func TestCodexStores(t *testing.T) {
	file := func(token string) string { return `{"auth_mode":"chatgpt","tokens":{"access_token":"` + token + `"}}` }
	locked := &Error{Fault: Locked, Reason: "locked", Advice: "unlock"}
	for name, row := range map[string]struct {
		config, file, entry string
		ring                error // of every call
		encrypted           bool
		want                string // the token
		fault               Fault
	}{
		"nothing said, file":               {file: file("file"), entry: file("entry"), want: "file"},
		"nothing said, no file":            {entry: file("entry"), fault: NotFound},
		"file":                             {config: `"file"`, file: file("file"), entry: file("entry"), want: "file"},
		"keyring":                          {config: `"keyring"`, file: file("stale"), entry: file("entry"), want: "entry"},
		"keyring, nothing there":           {config: `"keyring"`, file: file("stale"), fault: NotFound},
		"keyring, locked":                  {config: `"keyring"`, file: file("stale"), ring: locked, fault: Locked},
		"keyring, damaged":                 {config: `"keyring"`, entry: `{"tokens":{"` + canary, fault: Damaged},
		"keyring, an API key":              {config: `"keyring"`, entry: `{"OPENAI_API_KEY":"` + canary + `"}`, fault: Unusable},
		"keyring, encrypted":               {config: `"keyring"`, encrypted: true, fault: Unusable},
		"auto, both":                       {config: `"auto"`, file: file("stale"), entry: file("entry"), want: "entry"},
		"auto, only a file":                {config: `"auto"`, file: file("file"), want: "file"},
		"auto, a file, locked":             {config: `"auto"`, file: file("file"), ring: locked, want: "file"},
		"auto, no file, locked":            {config: `"auto"`, ring: locked, fault: Locked},
		"auto, nothing":                    {config: `"auto"`, fault: NotFound},
		"ephemeral":                        {config: `"ephemeral"`, file: file("stale"), fault: NotFound},
		"a word of the future":             {config: `"cloud"`, file: file("stale"), fault: Unusable},
		"no word":                          {config: `7`, file: file("stale"), fault: Unusable},
		"a configuration that is no TOML":  {config: `"`, file: file("file"), want: "file"},
		"a configuration without that key": {config: "\"file\"\n[x]\ny = 1", file: file("file"), want: "file"},
	} {
		files := map[string]string{}
		if row.config != "" {
			files["config.toml"] = "model = \"x\"\ncli_auth_credentials_store = " + row.config + "\n"
		}
		if row.file != "" {
			files["auth.json"] = row.file
		}
		if row.encrypted {
			files["secrets/codex_auth.age"] = "age-encryption.org/v1"
		}
		home := folderWith(t, files)
		ring := newMemory("linux")
		if row.entry != "" {
			ring.held[codexAccount(home)] = row.entry
		}
		if row.ring != nil {
			ring.err, ring.fault = row.ring, func(int) (bool, bool) { return true, false }
		}
		before := len(ring.held)
		got, err := (Codex{Home: home, entries: ring}).Borrow(t.Context())
		if fault := kindOf(err); fault != row.fault || got.Access.Reveal() != row.want {
			t.Errorf("%s: %s, %s (%v)", name, got.Access.Reveal(), fault, err)
		}
		if err != nil && (strings.Contains(err.Error(), canary) || hintOf(err) == "") {
			t.Errorf("%s: %v", name, err)
		}
		if len(ring.held) != before {
			t.Errorf("%s: the keyring was changed", name)
		}
	}
}

// kindOf is a fault as programs see it.
func kindOf(err error) Fault {
	var typed *Error
	if !errors.As(err, &typed) {
		return ""
	}
	return Fault(typed.ErrorType())
}

// tokenUntil is a token with that end.
func tokenUntil(end time.Time) string {
	part := base64.RawURLEncoding.EncodeToString
	return part([]byte("{}")) + "." + part(fmt.Appendf(nil, `{"exp":%d}`, end.Unix())) + ".c2ln"
}

func TestHermes(t *testing.T) {
	now := time.Unix(1_790_000_000, 0)
	at := func(d time.Duration) int64 { return now.Add(d).Unix() }
	expired, valid := tokenUntil(now.Add(-time.Minute)), tokenUntil(now.Add(time.Hour))
	for name, row := range map[string]struct {
		pool string // of openai-codex
		want string // the token, or words of the error
	}{
		"one":                         {`{"auth_type":"oauth","access_token":"a"}`, "a"},
		"only a token":                {`{"access_token":"a"}`, "a"},
		"the order of the list":       {`{"access_token":"a"},{"access_token":"b"}`, "a"},
		"the order of priority":       {`{"access_token":"a","priority":2},{"access_token":"b","priority":1}`, "b"},
		"dead first":                  {`{"access_token":"a","last_status":"dead"},{"access_token":"b","priority":1}`, "b"},
		"dead alone":                  {`{"access_token":"a","last_status":"dead"}`, "refused for good"},
		"switched off":                {`{"access_token":"a","enabled":false},{"access_token":"b","enabled":true}`, "b"},
		"an API key":                  {`{"access_token":"a","auth_type":"api_key"},{"access_token":"b"}`, "b"},
		"no token":                    {`{"source":"shared"},{"access_token":" "},{"access_token":"b"}`, "b"},
		"of another server":           {`{"access_token":"a","base_url":"https://gateway.example/codex"},{"access_token":"b","base_url":"https://chatgpt.com/backend-api/codex"}`, "b"},
		"of a server of a like name":  {`{"access_token":"a","base_url":"https://chatgpt.com.example/"}`, "another server"},
		"expired":                     {`{"access_token":"` + expired + `"},{"access_token":"` + valid + `"}`, valid},
		"all expired":                 {`{"access_token":"` + expired + `"}`, "expired at"},
		"reset to come, seconds":      {fmt.Sprintf(`{"access_token":"a","last_status":"exhausted","last_error_reset_at":%d},{"access_token":"b"}`, at(time.Minute)), "b"},
		"reset to come, milliseconds": {fmt.Sprintf(`{"access_token":"a","last_status":"exhausted","last_error_reset_at":%d},{"access_token":"b"}`, at(time.Minute)*1000), "b"},
		"reset to come, ISO":          {`{"access_token":"a","last_status":"exhausted","last_error_reset_at":"` + now.Add(time.Minute).UTC().Format(time.RFC3339) + `"},{"access_token":"b"}`, "b"},
		"reset is over":               {fmt.Sprintf(`{"access_token":"a","last_status":"exhausted","last_error_reset_at":%d},{"access_token":"b"}`, at(-time.Minute)), "a"},
		"held back for an hour":       {fmt.Sprintf(`{"access_token":"a","last_status":"exhausted","last_status_at":%d.5,"last_error_code":429},{"access_token":"b"}`, at(-59*time.Minute)), "b"},
		"the hour is over":            {fmt.Sprintf(`{"access_token":"a","last_status":"exhausted","last_status_at":%d,"last_error_code":429},{"access_token":"b"}`, at(-61*time.Minute)), "a"},
		"401 for five minutes":        {fmt.Sprintf(`{"access_token":"a","last_status":"exhausted","last_status_at":%d,"last_error_code":401},{"access_token":"b"}`, at(-6*time.Minute)), "a"},
		"alone for a minute":          {fmt.Sprintf(`{"access_token":"a","last_status":"exhausted","last_status_at":%d,"last_error_code":429}`, at(-2*time.Minute)), "a"},
		"alone, billing":              {fmt.Sprintf(`{"access_token":"a","last_status":"exhausted","last_status_at":%d,"last_error_code":402}`, at(-2*time.Minute)), "held back until"},
		"alone with a dead one":       {fmt.Sprintf(`{"access_token":"x","last_status":"dead"},{"access_token":"a","last_status":"exhausted","last_status_at":%d,"last_error_code":429}`, at(-2*time.Minute)), "a"},
		"times that are none":         {`{"access_token":"a","last_status":"exhausted","last_status_at":"soon","last_error_reset_at":{"x":1}}`, "a"},
		"an entry of another form":    {`"` + canary + `",{"access_token":7},{"access_token":"b"}`, "b"},
	} {
		home := folderWith(t, map[string]string{"auth.json": `{"version":1,"credential_pool":{"openrouter":[{"access_token":"other"}],"openai-codex":[` + row.pool + `]}}`})
		got, err := (Hermes{Home: home, Now: func() time.Time { return now }}).Borrow(t.Context())
		if got.Access.Reveal() != row.want && (err == nil || !strings.Contains(err.Error(), row.want)) {
			t.Errorf("%s: %s, %v", name, got.Access.Reveal(), err)
		}
		if err != nil && (strings.Contains(err.Error()+hintOf(err), canary) || isFault(err, NotFound)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A profile of Hermes has its own pool, and the root's for what it has none of.
func TestHermesProfiles(t *testing.T) {
	pool := func(token string) string {
		return `{"credential_pool":{"openai-codex":[{"access_token":"` + token + `"}]}}`
	}
	home := folderWith(t, map[string]string{
		"auth.json":                pool("root"),
		"profiles/own/auth.json":   pool("own"),
		"profiles/empty/auth.json": `{"credential_pool":{"openai-codex":[]}}`,
		"profiles/first/auth.json": `{"providers":{"openai-codex":{"tokens":{"access_token":"first"}}}}`,
		"profiles/other/auth.json": `{"credential_pool":{"openai-codex":{"odd":1}}}`,
	})
	for profile, want := range map[string]string{"own": "own", "empty": "root", "none": "root", "first": "first", "other": "root", "": "root"} {
		folder := home
		if profile != "" {
			folder = filepath.Join(home, "profiles", profile)
		}
		if got, err := (Hermes{Home: folder}).Borrow(t.Context()); got.Access.Reveal() != want || err != nil {
			t.Errorf("%q: %s, %v", profile, got.Access.Reveal(), err)
		}
	}
	_, err := (Hermes{Home: t.TempDir()}).Borrow(t.Context())
	if !isFault(err, NotFound) {
		t.Error(err)
	}
}

func TestHermesHalfWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		home := folderWith(t, map[string]string{"auth.json": `{"credential_pool":{"openai-codex":[{"acc`})
		go func() {
			<-time.After(100 * time.Millisecond)
			whole := `{"credential_pool":{"openai-codex":[{"access_token":"whole"}]}}`
			if err := os.WriteFile(filepath.Join(home, "auth.json"), []byte(whole), 0o600); err != nil {
				t.Error(err)
			}
		}()
		if got, err := (Hermes{Home: home}).Borrow(t.Context()); got.Access.Reveal() != "whole" || err != nil {
			t.Error(got, err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		_, err := (Hermes{Home: folderWith(t, map[string]string{"auth.json": `{"` + canary})}).Borrow(t.Context())
		if kindOf(err) != Unusable || strings.Contains(err.Error(), canary) || time.Since(begin) > time.Second {
			t.Errorf("after %v: %v", time.Since(begin), err)
		}
	})
}

func TestLenderByName(t *testing.T) {
	env := map[string]string{"CODEX_HOME": "/c", "HERMES_HOME": ""}
	s := Surroundings{HomeDir: "/home/x", LookupEnv: func(name string) (string, bool) { value, ok := env[name]; return value, ok }}
	codex, err := LenderByName("codex", s)
	if c, ok := codex.(Codex); !ok || c.Home != "/c" || err != nil {
		t.Error(codex, err)
	}
	hermes, err := LenderByName("hermes", s)
	if h, ok := hermes.(Hermes); !ok || h.Home != filepath.Join("/home/x", ".hermes") || err != nil {
		t.Error(hermes, err)
	}
	if _, err := LenderByName("claude", s); !isFault(err, BadName) {
		t.Error(err)
	}
}

// Nothing of what is borrowed is changed.
func TestBorrowingWritesNothing(t *testing.T) {
	home := folderWith(t, map[string]string{"auth.json": `{"tokens":{"access_token":"a"},"credential_pool":{"openai-codex":[{"access_token":"a"}]}}`, "config.toml": `cli_auth_credentials_store = "auto"`})
	snapshot := func() (list []string) {
		entries, err := os.ReadDir(home)
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			info, _ := entry.Info()
			content, _ := os.ReadFile(filepath.Join(home, entry.Name()))
			list = append(list, fmt.Sprint(entry.Name(), info.Mode(), info.ModTime(), string(content)))
		}
		return list
	}
	before := snapshot()
	for _, lender := range []Lender{Codex{Home: home, entries: newMemory("linux")}, Hermes{Home: home}} {
		if _, err := lender.Borrow(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if !slices.Equal(before, snapshot()) {
		t.Errorf("before %q, after %q", before, snapshot())
	}
}
