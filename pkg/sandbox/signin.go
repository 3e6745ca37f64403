package sandbox

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// codexClient is the client id that Codex's own programs use, with the only
// redirects that are registered for it (openai/codex login/src/server.rs,
// 2026-08-22, for the ports; observed with 0.129 to 0.169, 2026-11, for both
// hosts). Any other client may come back to any port of this machine.
const codexClient = "app_EMoamEEZ73f0CkXaXp7hrann"

var codexRedirects = []string{
	"http://127.0.0.1:1455/auth/callback", "http://localhost:1455/auth/callback",
	"http://127.0.0.1:1457/auth/callback", "http://localhost:1457/auth/callback",
}

// s256 is the shape of a challenge: 32 bytes, base64url without padding.
var s256 = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

// signIn is what a client asks for at /oauth/authorize.
type signIn struct {
	client, redirect, state, challenge string
}

// back is the redirect with parameters added.
func (r signIn) back(parameters url.Values) string {
	if r.state != "" {
		parameters.Set("state", r.state)
	}
	return r.redirect + "?" + parameters.Encode()
}

// authorizePage answers GET /oauth/authorize: a page that asks, or with
// Config.AutoApprove the redirect at once. What is wrong with the client or
// its redirect is shown and never redirected (RFC 6749, section 4.1.2.1).
func (s *Server) authorizePage(x *exchange) {
	r, code, problem := readSignIn(x.r.URL.Query())
	switch {
	case problem != "" && code == "":
		x.refuse(page(http.StatusBadRequest, "authorize", view{Title: "This sign-in cannot go on", Text: problem}))
	case problem != "":
		x.redirect(r.back(url.Values{"error": {code}, "error_description": {problem}}))
	case s.autoApprove:
		x.redirect(s.decide(r, true))
	default:
		x.show(view{Title: "Sign in to the sandbox", Text: "A program on this machine asks for a login:", Detail: r.client,
			Action: "/oauth/authorize", Hidden: x.r.URL.RawQuery})
	}
}

// authorizeDecision answers the page's form. The sandbox has no session to
// steal: whoever reaches this page is its one person.
func (s *Server) authorizeDecision(x *exchange) {
	form, rf := readForm(x)
	if rf != nil {
		x.refuse(rf)
		return
	}
	query, _ := url.ParseQuery(form.Get("request")) // what is wrong with it is found below
	r, code, problem := readSignIn(query)
	if problem != "" || code != "" {
		x.refuse(page(http.StatusBadRequest, "authorize", view{Title: "This sign-in cannot go on", Text: problem}))
		return
	}
	x.redirect(s.decide(r, form.Get("decision") == "approve"))
}

// decide gives the address that ends the sign-in. The words for a workspace
// without Codex are those that openai/codex looks for (login/src/server.rs,
// 2026-08-22).
func (s *Server) decide(r signIn, approved bool) string {
	switch {
	case s.scenario.notEntitled:
		return r.back(url.Values{"error": {"access_denied"}, "error_description": {"missing_codex_entitlement"}})
	case !approved:
		return r.back(url.Values{"error": {"access_denied"}, "error_description": {"The sign-in was refused on the page."}})
	}
	s.issuer.mu.Lock()
	defer s.issuer.mu.Unlock()
	return r.back(url.Values{"code": {s.issuer.newCode(r.client, r.redirect, r.challenge)}})
}

// readSignIn judges the query. A problem without a code must not be
// redirected.
func readSignIn(q url.Values) (r signIn, code, problem string) {
	r = signIn{client: q.Get("client_id"), redirect: q.Get("redirect_uri"), state: q.Get("state"), challenge: q.Get("code_challenge")}
	for key, list := range q {
		if len(list) > 1 {
			return r, "", "The parameter " + key + " is there twice."
		}
	}
	switch {
	case r.client == "":
		return r, "", "client_id is missing."
	case !registered(r.client, r.redirect):
		return r, "", "redirect_uri is not registered for this client."
	case q.Get("response_type") != "code":
		return r, "unsupported_response_type", "response_type must be code."
	case q.Get("code_challenge_method") != "S256" || !s256.MatchString(r.challenge):
		return r, "invalid_request", "A code_challenge with the method S256 is required."
	case !slices.Contains(strings.Fields(q.Get("scope")), "openid"):
		return r, "invalid_scope", "The scope openid is required."
	}
	return r, "", ""
}

// registered reports whether a client may come back there.
func registered(client, redirect string) bool {
	if client == codexClient {
		return slices.Contains(codexRedirects, redirect)
	}
	u, err := url.Parse(redirect)
	return err == nil && u.Scheme == "http" && u.User == nil && u.RawQuery == "" && u.Fragment == "" &&
		(u.Hostname() == "127.0.0.1" || u.Hostname() == "localhost")
}
