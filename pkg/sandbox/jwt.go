package sandbox

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"
)

// mintJWT makes a token with the claims that a Codex client reads
// (openai/codex login/src/token_data.rs, 2026-08-22). The signature is random
// text: clients do not verify it, and the server compares whole tokens.
func mintJWT(account, plan string, now, exp time.Time) string {
	head := map[string]any{"alg": "RS256", "typ": "JWT", "kid": "sandbox"}
	claims := map[string]any{
		"iss":   "urn:sandbox",
		"sub":   "sandbox|" + account,
		"email": "sandbox@example.invalid",
		"iat":   now.Unix(),
		"exp":   exp.Unix(),
		"jti":   randomUUID(),
		// The claim's name is a URL by convention; nothing is fetched from it.
		"https://api.openai.com/auth": map[string]any{
			"chatgpt_account_id": account,
			"chatgpt_user_id":    "user-" + account,
			"chatgpt_plan_type":  plan,
		},
	}
	enc := base64.RawURLEncoding.EncodeToString
	return enc(mustJSON(head)) + "." + enc(mustJSON(claims)) + "." + enc([]byte(randomHex(64)))
}

// jwtExpiry reads exp of anything that looks like a JWT.
func jwtExpiry(token string) (time.Time, bool) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return time.Time{}, false
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return time.Time{}, false
	}
	var claims struct {
		Exp int64 `json:"exp"`
	}
	if json.Unmarshal(raw, &claims) != nil || claims.Exp == 0 {
		return time.Time{}, false
	}
	return time.Unix(claims.Exp, 0), true
}
