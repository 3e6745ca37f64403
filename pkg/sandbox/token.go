package sandbox

import (
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
)

// Grants of /oauth/token.
const (
	grantCode     = "authorization_code"
	grantRefresh  = "refresh_token"
	grantExchange = "urn:ietf:params:oauth:grant-type:token-exchange"
)

// token answers POST /oauth/token. Official clients send codes and token
// exchanges as forms and refreshes as JSON (openai/codex login, 2026-08-22);
// other clients refresh with forms, too. refresh_reason is sent by the
// official client since 0.169 and not by older ones (2026-11); both are taken.
func (s *Server) token(x *exchange) {
	o, form, rf := readGrant(x)
	if rf == nil && o.str("client_id") == "" {
		rf = grantError("invalid_request", "client_id is required")
	}
	if rf != nil {
		x.refuse(rf)
		return
	}
	var t tokenSet
	switch kind := o.str("grant_type"); {
	case kind == grantRefresh && o.str("refresh_token") == "":
		rf = grantError("invalid_request", "refresh_token is required")
	case kind == grantRefresh:
		t, rf = s.issuer.redeem(o.str("client_id"), o.str("refresh_token"))
	case kind == grantCode && form:
		t, rf = s.issuer.exchange(o.str("code"), o.str("client_id"), o.str("redirect_uri"), o.str("code_verifier"))
	case kind == grantExchange && form:
		s.tokenExchange(x, o)
		return
	default:
		rf = grantError("unsupported_grant_type", "the sandbox takes refresh_token, and as forms authorization_code and token-exchange")
	}
	if rf != nil {
		x.refuse(rf)
		return
	}
	x.json(map[string]any{
		"access_token": t.access, "refresh_token": t.refresh, "id_token": t.id,
		"token_type": "Bearer", "expires_in": int(s.issuer.life.Seconds()),
	})
}

// tokenExchange gives official clients the API key that they ask for after a
// browser login (openai/codex login server.rs, 2026-08-22). This one opens
// nothing, not even here.
func (s *Server) tokenExchange(x *exchange, o object) {
	exp, ok := jwtExpiry(o.str("subject_token"))
	switch {
	case o.str("requested_token") != "openai-api-key" || o.str("subject_token_type") != "urn:ietf:params:oauth:token-type:id_token":
		x.refuse(grantError("invalid_request", "requested_token and subject_token_type are not those of an API key"))
	case !ok || !s.now().Before(exp):
		x.refuse(grantError("invalid_grant", "subject_token is no id token, or has expired"))
	default:
		x.json(map[string]any{"access_token": "sk-sandbox-" + randomHex(40), "token_type": "Bearer",
			"issued_token_type": "urn:ietf:params:oauth:token-type:access_token"})
	}
}

// revoke answers POST /oauth/revoke, JSON or form: 200, whatever the token.
func (s *Server) revoke(x *exchange) {
	o, _, rf := readGrant(x)
	if rf == nil && o.str("token") == "" {
		rf = grantError("invalid_request", "token is required")
	}
	if rf != nil {
		x.refuse(rf)
		return
	}
	s.issuer.revoke(o.str("token"))
	x.json(map[string]any{})
}

// maxForm bounds a form of ours: a few tokens.
const maxForm = 256 << 10

// readGrant reads a form or a JSON object, and says which it was.
func readGrant(x *exchange) (o object, form bool, rf *refusal) {
	kind, _, _ := mime.ParseMediaType(x.r.Header.Get("Content-Type"))
	if kind != "application/x-www-form-urlencoded" {
		o, rf = readBody(x)
		return o, false, rf
	}
	values, rf := readForm(x)
	o = object{}
	for key := range values {
		o[key] = values.Get(key)
	}
	return o, true, rf
}

func readForm(x *exchange) (url.Values, *refusal) {
	raw, err := io.ReadAll(http.MaxBytesReader(x.w, x.r.Body, maxForm))
	if err != nil {
		return nil, grantError("invalid_request", "the body is too long, or ended early")
	}
	values, err := url.ParseQuery(string(raw))
	if err != nil {
		return nil, grantError("invalid_request", "the body is no form")
	}
	for _, list := range values {
		if len(list) > 1 { // RFC 6749, section 3.2
			return nil, grantError("invalid_request", "a parameter is there twice")
		}
	}
	return values, nil
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
