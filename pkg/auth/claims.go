// Package auth is the OAuth side of a Codex login: signing in with a browser
// here or elsewhere (Client.StartBrowser, Client.StartDevice), renewing
// (Client.Refresh) and ending a login (Client.Revoke), and a Source that gives
// a fresh access token to many processes at once.
//
// It keeps nothing: what a sign-in leaves goes into a Store of the caller's.
// No error, page or address that it makes holds a token, a code or a verifier.
package auth

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"
)

// UnverifiedClaims are what a token says of itself. Its signature was not
// checked: they choose headers and words for people, and grant nothing.
type UnverifiedClaims struct {
	Email     string
	Plan      string
	AccountID string
	FedRAMP   bool
	Residency string // data residency, else compute residency
	Issued    time.Time
	Expires   time.Time
}

const maxToken = 64 << 10

// ReadClaims reads a JWT's payload. It reports false for a token that is no
// JWT: access tokens may be opaque.
func ReadClaims(token string) (UnverifiedClaims, bool) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 || len(token) > maxToken {
		return UnverifiedClaims{}, false
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return UnverifiedClaims{}, false
	}
	// The names of openai/codex login/src/token_data.rs, 2026-08-22; the
	// residency claims are those that Hermes reads.
	var wire struct {
		Email   string  `json:"email"`
		Issued  float64 `json:"iat"`
		Expires float64 `json:"exp"`
		Profile struct {
			Email string `json:"email"`
		} `json:"https://api.openai.com/profile"`
		Auth struct {
			Plan      string `json:"chatgpt_plan_type"`
			AccountID string `json:"chatgpt_account_id"`
			FedRAMP   bool   `json:"chatgpt_account_is_fedramp"`
			Data      string `json:"chatgpt_data_residency"`
			Compute   string `json:"chatgpt_compute_residency"`
		} `json:"https://api.openai.com/auth"`
	}
	if err := json.Unmarshal(payload, &wire); err != nil {
		return UnverifiedClaims{}, false
	}
	claims := UnverifiedClaims{Email: wire.Email, Plan: wire.Auth.Plan, AccountID: wire.Auth.AccountID,
		FedRAMP: wire.Auth.FedRAMP, Residency: wire.Auth.Data}
	if claims.Email == "" {
		claims.Email = wire.Profile.Email
	}
	if claims.Residency == "" {
		claims.Residency = wire.Auth.Compute
	}
	claims.Issued, claims.Expires = numericDate(wire.Issued), numericDate(wire.Expires)
	return claims, true
}

// numericDate is a time of RFC 7519, section 2; an absurd one is none.
func numericDate(seconds float64) time.Time {
	if seconds > 0 && seconds < 1e11 {
		return time.Unix(int64(seconds), 0)
	}
	return time.Time{}
}
