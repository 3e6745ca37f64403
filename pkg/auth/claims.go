// Package auth knows the OAuth side of a Codex login.
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
	if wire.Expires > 0 && wire.Expires < 1e11 {
		claims.Expires = time.Unix(int64(wire.Expires), 0)
	}
	return claims, true
}
