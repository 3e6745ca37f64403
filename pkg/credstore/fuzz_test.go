package credstore

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// FuzzAuthJSON: a login file of another program is read, or refused in words
// that repeat nothing of it; what is read has a token.
func FuzzAuthJSON(f *testing.F) {
	for _, seed := range []string{
		"", "{", "[]", "null", `{"tokens":{"access_token":"canary","account_id":"acc"}}`, `{"tokens":{"access_token":"canary","id_token":"e30.e30.x"}}`,
		`{"auth_mode":"canary","tokens":null}`, `{"OPENAI_API_KEY":"canary"}`, `{"auth_mode":"chatgpt","tokens":{"access_token":7}}`, `{"bedrock_api_key":{"canary":1}}`,
		`{"credential_pool":{"openai-codex":[{"access_token":"canary","priority":1,"enabled":false,"last_error_reset_at":"2026-11-21T10:00:00Z","base_url":"https://canary"}]}}`,
		`{"providers":{"openai-codex":{"tokens":{"access_token":"canary"}}}}`, `{"credential_pool":{"openai-codex":{"canary":[]}}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(t.TempDir(), "auth.json")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		var codex codexAuth
		var hermes hermesAuth
		check := func(credential Credential, err error) {
			var refused *Error
			switch {
			case err == nil && credential.Access.Reveal() == "":
				t.Errorf("%q: no token", content)
			case err != nil && (!errors.As(err, &refused) || refused.Hint() == ""):
				t.Errorf("%q: %v", content, err)
			}
			if said := err; said != nil && strings.Contains(said.Error()+hintOf(said), "canary") {
				t.Errorf("%q: %v", content, said)
			}
		}
		if err := readLentOnce(path, &codex); err == nil {
			check(codex.credential("the file"))
		} else if strings.Contains(err.Error(), "canary") {
			t.Error(err)
		}
		if readLentOnce(path, &hermes) == nil && len(hermes.entries()) > 0 {
			check(pick(hermes.entries(), "the file", time.Unix(1_790_000_000, 0)))
		}
	})
}
