package redact_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/codexgen/codexgen/pkg/internal/redact"
)

const canary = "canary-3f9a1c-secret"

func TestSecretNeverPrintsItsValue(t *testing.T) {
	secret := redact.NewSecret(canary)
	holder := struct{ Token redact.Secret }{secret}
	asJSON, err := json.Marshal(holder)
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "token", secret, "holder", holder)
	for _, text := range []string{
		fmt.Sprint(secret), fmt.Sprintf("%s %q %v %+v %#v", secret, secret, secret, secret, secret),
		fmt.Sprintf("%v %+v", holder, holder), string(asJSON), log.String(),
	} {
		if strings.Contains(text, canary) {
			t.Errorf("the value shows in %q", text)
		}
	}
	if secret.Reveal() != canary {
		t.Error("Reveal lost the value")
	}
}

func TestScrub(t *testing.T) {
	for name, text := range map[string]string{
		"JWT":          "bad token eyJhbGciOiJub25lIn0.eyJzdWIiOiJjYW5hcnkifQ.c2ln here",
		"bearer":       "header Bearer abcdefgh12345678 was refused",
		"API key":      "key sk-proj-abcdefghijklmnop",
		"member":       `{"refresh_token":"0123456789abcdefXYZ"}`,
		"callback":     "GET /auth/callback?code=ac_0123456789abcdef&state=x",
		"form":         "code_verifier=0123456789abcdefghijkl",
		"old personal": "at-0123456789abcdef",
	} {
		if got := redact.Scrub(text); !strings.Contains(got, redact.Mark) || strings.Contains(got, "0123456789abcdef") || strings.Contains(got, "abcdefgh") || strings.Contains(got, "eyJ") {
			t.Errorf("%s: %q", name, got)
		}
	}
	plain := "Tool choice 'image_generation' not found in 'tools' parameter."
	if got := redact.Scrub(plain); got != plain {
		t.Errorf("plain text was changed: %q", got)
	}
}
