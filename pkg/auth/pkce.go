package auth

import (
	"crypto/rand"
	"encoding/base64"
)

// Lengths of codex-rs/login/src/pkce.rs, 2026-08-22; RFC 7636, section 4.1,
// asks for 43 to 128 characters of verifier.
const (
	verifierBytes = 64 // 86 characters
	stateBytes    = 32 // 43 characters
)

// random is n random bytes as base64url without padding.
func random(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails since Go 1.24
	return base64.RawURLEncoding.EncodeToString(b)
}
