package sandbox

import (
	"net/http"
	"strings"
)

// token answers POST /oauth/token for the refresh grant, which is JSON (the
// other grants are forms). refresh_reason is sent by the official client
// since 0.169 and not by older ones (2026-11); both are taken.
func (s *Server) token(x *exchange) {
	o, rf := readBody(x)
	if rf == nil && o.str("grant_type") != "refresh_token" {
		rf = grantError("unsupported_grant_type", "the sandbox takes refresh_token only")
	}
	if rf == nil && (o.str("client_id") == "" || o.str("refresh_token") == "") {
		rf = grantError("invalid_request", "client_id and refresh_token are required")
	}
	if rf != nil {
		x.refuse(rf)
		return
	}
	access, refresh, rf := s.issuer.redeem(o.str("refresh_token"))
	if rf != nil {
		x.refuse(rf)
		return
	}
	x.json(map[string]any{
		"access_token": access, "refresh_token": refresh, "id_token": access,
		"token_type": "Bearer", "expires_in": int(accessLife.Seconds()),
	})
}

// grantError is an error in the form of RFC 6749, section 5.2.
func grantError(code, text string) *refusal {
	return &refusal{rule: "grant", status: http.StatusBadRequest, content: "application/json",
		body: mustJSON(map[string]any{"error": code, "error_description": text})}
}

// authorize judges Authorization and ChatGPT-Account-ID.
func (s *Server) authorize(x *exchange) *refusal {
	token, ok := strings.CutPrefix(x.r.Header.Get("Authorization"), "Bearer ")
	if !ok || token == "" {
		return unauthorized("auth-missing", "Missing bearer authentication.", "missing_token") // inferred
	}
	if exp, ok := jwtExpiry(token); ok && !s.now().Before(exp) {
		return tokenExpired()
	}
	if !s.issuer.knows(token) {
		return unauthorized("auth-invalid", "Provided authentication token is not valid.", "token_invalid") // inferred
	}
	// Inferred: a wrong account fails authentication; an absent one is let
	// through, since reports conflict (ZJP 2026-08-18 against others).
	if id := x.r.Header.Get("ChatGPT-Account-ID"); id != "" && id != s.issuer.account {
		return unauthorized("auth-account", "The account does not belong to this token.", "account_mismatch")
	}
	if x.faults.unauthorized || x.faults.unauthorizedOnce && s.ledger.first("unauthorized-once") {
		return tokenExpired()
	}
	return nil
}

// tokenExpired has the literal text that clients match.
func tokenExpired() *refusal {
	return unauthorized("auth-expired", "Provided authentication token is expired.", "token_expired")
}

func unauthorized(rule, message, code string) *refusal {
	return newRefusal(rule, http.StatusUnauthorized, body{message: message, code: code})
}
