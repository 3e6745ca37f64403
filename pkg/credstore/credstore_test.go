package credstore_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/codexgen/codexgen/pkg/credstore"
)

const canary = "canary-access-7d21"

func claims(account string) string {
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{}`)) + "." + encode([]byte(`{"exp":1800000000,"https://api.openai.com/auth":{"chatgpt_account_id":"`+account+`"}}`)) + ".c2ln"
}

func write(t *testing.T, content string) string {
	t.Helper()
	home := t.TempDir()
	if err := os.WriteFile(filepath.Join(home, "auth.json"), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return home
}

func TestCodexFileAccountID(t *testing.T) {
	for name, row := range map[string]struct{ content, want string }{
		"stored":            {`{"auth_mode":"chatgpt","OPENAI_API_KEY":null,"tokens":{"id_token":"` + claims("from-id") + `","access_token":"` + canary + `","account_id":"stored"},"last_refresh":"2026-11-20T00:00:00Z"}`, "stored"},
		"id token":          {`{"tokens":{"id_token":"` + claims("from-id") + `","access_token":"` + claims("from-access") + `","account_id":null}}`, "from-id"},
		"access token":      {`{"tokens":{"id_token":"","access_token":"` + claims("from-access") + `"}}`, "from-access"},
		"none":              {`{"tokens":{"access_token":"` + canary + `"}}`, ""},
		"unknown keys kept": {`{"future":{"x":1},"tokens":{"access_token":"` + canary + `","account_id":"a","oauth_provenance":{}}}`, "a"},
	} {
		got, err := (credstore.Codex{Home: write(t, row.content)}).Borrow(t.Context())
		if err != nil || got.AccountID != row.want || got.Anywhere {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestCodexFileRefuses(t *testing.T) {
	tokens := `"tokens":{"access_token":"` + canary + `"}`
	for name, row := range map[string]struct{ content, want string }{
		"an API key by order":      {`{"OPENAI_API_KEY":"sk-` + canary + `",` + tokens + `}`, "API key"},
		"an API key by mode":       {`{"auth_mode":"apikey",` + tokens + `}`, "API key"},
		"a personal token":         {`{"personal_access_token":"at-` + canary + `",` + tokens + `}`, "personal access token"},
		"a personal token by mode": {`{"auth_mode":"personalAccessToken"}`, "personal access token"},
		"Bedrock":                  {`{"bedrock_api_key":{"api_key":"` + canary + `"},"OPENAI_API_KEY":"x"}`, "Bedrock"},
		"an agent":                 {`{"auth_mode":"agentIdentity","agent_identity":"` + canary + `"}`, "agent"},
		"headers":                  {`{"auth_mode":"headers"}`, "headers"},
		"a mode of the future":     {`{"auth_mode":"` + canary + `",` + tokens + `}`, "does not know"},
		"no tokens":                {`{"auth_mode":"chatgpt","bedrock_api_key":null}`, "no access token"},
		"half a file, forever":     {`{"tokens":{"access_token":"` + canary, "cannot be read"},
		"an empty file":            {``, "cannot be read"},
		"tokens of another type":   {`{"tokens":["` + canary + `"]}`, "cannot be read"},
		"a large file":             {strings.Repeat(" ", 1<<20) + `{}`, "larger than"},
	} {
		synctest.Test(t, func(t *testing.T) {
			refused(t, name, credstore.Codex{Home: write(t, row.content)}, row.want)
		})
	}
	_, err := (credstore.Codex{Home: t.TempDir()}).Borrow(t.Context())
	var typed *credstore.Error
	if !errors.As(err, &typed) || !typed.Missing {
		t.Errorf("no file: %v", err)
	}
}

// refused wants an error in these words that is not "not logged in".
func refused(t *testing.T, name string, lender credstore.Lender, want string) {
	t.Helper()
	_, err := lender.Borrow(t.Context())
	var typed *credstore.Error
	if !errors.As(err, &typed) || typed.Missing || typed.ExitCode() != 3 || typed.Hint() == "" ||
		!strings.Contains(err.Error(), want) || strings.Contains(err.Error()+typed.Hint(), canary) {
		t.Errorf("%s: %v", name, err)
	}
}

func TestAHalfWrittenFileIsReadAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		home := write(t, `{"tokens":{"access_tok`)
		go func() {
			<-time.After(100 * time.Millisecond)
			if err := os.WriteFile(filepath.Join(home, "auth.json"), []byte(`{"tokens":{"access_token":"whole"}}`), 0o600); err != nil {
				t.Error(err)
			}
		}()
		got, err := (credstore.Codex{Home: home}).Borrow(t.Context())
		if err != nil || got.Access.Reveal() != "whole" {
			t.Errorf("%v, %v", got, err)
		}
	})
}

func TestCheck(t *testing.T) {
	now := time.Unix(1700000000, 0)
	for name, row := range map[string]struct {
		token string
		now   time.Time
		ok    bool
	}{
		"opaque":       {canary, now, true},
		"valid":        {claims("a"), now, true},
		"expired":      {claims("a"), time.Unix(1900000000, 0), false},
		"a line break": {canary + "\n", now, false},
		"a space":      {"Bearer " + canary, now, false},
	} {
		err := credstore.FromToken(row.token, "", "here").Check(row.now)
		if (err == nil) != row.ok || err != nil && strings.Contains(err.Error(), canary) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// KR-10: a token from the environment needs no keyring and no folder.
func TestKR10TokenFromTheEnvironment(t *testing.T) {
	credential := credstore.FromToken(claims("a"), "given", "CODEXGEN_ACCESS_TOKEN")
	if err := credential.Check(time.Unix(1700000000, 0)); err != nil || credential.AccountID != "given" || credential.Source != "CODEXGEN_ACCESS_TOKEN" {
		t.Errorf("%+v, %v", credential, err)
	}
	if text := fmt.Sprintf("%v %+v", credential, credential); strings.Contains(text, claims("a")) {
		t.Error(text)
	}
}
