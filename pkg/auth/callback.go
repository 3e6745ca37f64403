package auth

import (
	"cmp"
	"crypto/subtle"
	"errors"
	"net/http"
	"net/url"
	"strings"
)

// stateSuffix may follow the state (codex-rs/login/src/callback_params.rs,
// 2026-08-22).
const stateSuffix = ".onboarding_entrypoint=life_sciences"

// maxPasted bounds an address that was typed or pasted.
const maxPasted = 16 << 10

// ServeHTTP takes the redirect. Everything else, by whomever, is turned away
// and changes nothing: there is no path that ends the sign-in without the
// state.
func (b *BrowserLogin) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Connection", "close")
	switch {
	case !b.ownHost(r.Host): // a name that was rebound to this machine
		http.Error(w, "Forbidden", http.StatusForbidden)
	case r.Header["Origin"] != nil: // a page's script; a redirect has none
		http.Error(w, "Forbidden", http.StatusForbidden)
	case r.Method != http.MethodGet:
		w.Header().Set("Allow", http.MethodGet)
		http.Error(w, "Method Not Allowed", http.StatusMethodNotAllowed)
	case r.URL.Path != pathCallback || r.URL.RawPath != "":
		http.Error(w, "Not Found", http.StatusNotFound)
	default:
		b.callback(w, r)
	}
}

func (b *BrowserLogin) callback(w http.ResponseWriter, r *http.Request) {
	shown := make(chan struct{})
	defer close(shown)
	if why := b.take(r.URL.RawQuery, shown); why != nil {
		http.Error(w, "Bad Request: "+why.Error(), http.StatusBadRequest)
		return
	}
	select {
	case <-b.settled:
		showResult(w, b.outcome)
	case <-r.Context().Done(): // the tab was closed; the sign-in goes on
	}
}

// ownHost reports whether a Host names this listener.
func (b *BrowserLogin) ownHost(host string) bool {
	_, port, _ := strings.Cut(b.address, ":")
	return host == b.address || host == "localhost:"+port
}

// Paste takes the address at which a browser on another machine ended, as its
// address bar shows it. An error says what is wrong with it; the sign-in then
// still waits.
func (b *BrowserLogin) Paste(address string) error {
	address = strings.TrimSpace(address)
	if !strings.Contains(address, "://") { // some browsers hide it
		address = "http://" + address
	}
	u, err := url.Parse(address)
	switch {
	case len(address) > maxPasted || err != nil:
		return errors.New("that is no address")
	case u.Scheme != "http" || u.User != nil || !b.ownHost(u.Host) || u.Path != pathCallback || u.RawPath != "":
		return errors.New("that is not where this sign-in ends: it must begin with " + b.oauth.RedirectURL)
	}
	return b.take(u.RawQuery, nil)
}

var (
	errState = errors.New("the state is not that of the sign-in that is waiting")
	errUsed  = errors.New("this sign-in has ended")
)

// take judges a redirect's query and, if it is the one that is waited for,
// hands it to Wait, once. The state comes before anything else.
func (b *BrowserLogin) take(query string, shown chan struct{}) error {
	values, err := url.ParseQuery(query)
	if err != nil {
		return errors.New("the query cannot be read")
	}
	if !b.ownState(values["state"]) {
		return errState
	}
	came, err := b.read(values)
	if err != nil {
		return err
	}
	if !b.used.CompareAndSwap(false, true) {
		return errUsed
	}
	came.shown = shown
	b.arrived <- came // has room for the one
	return nil
}

func (b *BrowserLogin) ownState(states []string) bool {
	if len(states) != 1 {
		return false
	}
	given := []byte(strings.TrimSuffix(states[0], stateSuffix))
	return subtle.ConstantTimeCompare(given, []byte(b.state)) == 1
}

// read takes a redirect with the right state apart.
func (b *BrowserLogin) read(values url.Values) (arrival, error) {
	for _, name := range []string{"code", "error", "error_description", "iss"} {
		if len(values[name]) > 1 {
			return arrival{}, errors.New("a parameter is there twice")
		}
	}
	switch code, fault := values.Get("code"), values.Get("error"); {
	case values.Has("iss") && values.Get("iss") != b.client.issuer: // RFC 9207
		return arrival{}, errors.New("another issuer answered")
	case values.Has("error"):
		return arrival{err: denied(fault, values.Get("error_description"))}, nil
	case code == "":
		return arrival{err: &Error{Kind: KindFailed, Reason: "the sign-in page came back without a code", Advice: adviceLogin}}, nil
	default:
		return arrival{code: code}, nil
	}
}

// denied words a sign-in that the issuer or the person ended. The entitlement
// is found as the official client finds it (codex-rs/login/src/server.rs,
// 2026-08-22).
func denied(code, text string) *Error {
	if code == "access_denied" && strings.Contains(strings.ToLower(text), "missing_codex_entitlement") {
		return &Error{Kind: KindNotEntitled, Reason: "Codex is not switched on for this workspace", Advice: "ask the workspace's admin for access to Codex, or sign in to another workspace: " + adviceLogin}
	}
	advice := adviceLogin
	if code == "invalid_scope" {
		advice = "codexgen auth login --connector-scopes"
	}
	return &Error{Kind: KindDenied, Reason: "the sign-in was refused: " + said(cmp.Or(text, code, "no reason was given")), Advice: advice}
}
