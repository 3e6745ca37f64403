package sandbox

import (
	"crypto/rand"
	"net/http"
	"strings"
	"time"
)

// Of the device login (openai/codex login/src/device_code_auth.rs, 2026-08-22).
const (
	deviceLife     = 15 * time.Minute
	deviceInterval = "5" // seconds, as a string: that is how it comes
	maxDevices     = 64
)

// device is one program that waits for a person elsewhere.
type device struct {
	id, user, client string
	until            time.Time
	decided, granted bool
}

// deviceStart answers POST /api/accounts/deviceauth/usercode.
func (s *Server) deviceStart(x *exchange) {
	o, rf := readBody(x)
	if rf == nil && o.str("client_id") == "" {
		rf = grantError("invalid_request", "client_id is required")
	}
	if rf != nil {
		x.refuse(rf)
		return
	}
	d := &device{id: "deviceauth_" + randomHex(32), user: userCode(), client: o.str("client_id"),
		until: s.now().Add(deviceLife), decided: s.autoApprove, granted: s.autoApprove && !s.scenario.notEntitled}
	s.issuer.mu.Lock()
	defer s.issuer.mu.Unlock()
	s.issuer.devices = lastOf(append(s.issuer.devices, d), maxDevices)
	x.json(map[string]any{"device_auth_id": d.id, "user_code": d.user, "interval": deviceInterval})
}

// userCode is eight characters that are not mistaken for one another.
func userCode() string {
	const letters = "BCDFGHJKLMNPQRSTVWXZ23456789"
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	for n := range b {
		b[n] = letters[int(b[n])%len(letters)]
	}
	return string(b[:4]) + "-" + string(b[4:])
}

// devicePoll answers POST /api/accounts/deviceauth/token: 403 until a person
// has decided, then once the code, with a PKCE pair that the server made.
func (s *Server) devicePoll(x *exchange) {
	o, rf := readBody(x)
	if rf != nil {
		x.refuse(rf)
		return
	}
	s.issuer.mu.Lock()
	defer s.issuer.mu.Unlock()
	d := s.issuer.findDevice(o.str("user_code"))
	switch {
	case d == nil || d.id != o.str("device_auth_id"): // inferred
		x.refuse(newRefusal("device-unknown", http.StatusNotFound, body{message: "Unknown device code.", code: "deviceauth_unknown"}))
	case !d.decided:
		x.refuse(newRefusal("device-pending", http.StatusForbidden, body{message: "Not approved yet.", code: "deviceauth_authorization_pending"}))
	case !d.granted: // inferred: that a refusal is told at all
		s.issuer.forget(d)
		x.refuse(grantError("access_denied", s.refusedBecause()))
	default:
		s.issuer.forget(d)
		verifier := randomHex(64)
		x.json(map[string]any{
			"authorization_code": s.issuer.newCode(d.client, origin(x.r)+"/deviceauth/callback", challengeOf(verifier)),
			"code_verifier":      verifier, "code_challenge": challengeOf(verifier),
		})
	}
}

func (s *Server) refusedBecause() string {
	if s.scenario.notEntitled {
		return "missing_codex_entitlement"
	}
	return "The sign-in was refused on the page."
}

// devicePage answers GET /codex/device.
func (s *Server) devicePage(x *exchange) {
	x.show(view{Title: "Let a device sign in", Text: "Type the code that the device shows. Type none that you did not ask for yourself.",
		Action: "/codex/device", AskCode: true})
}

// deviceDecision answers the page's form.
func (s *Server) deviceDecision(x *exchange) {
	form, rf := readForm(x)
	if rf != nil {
		x.refuse(rf)
		return
	}
	s.issuer.mu.Lock()
	defer s.issuer.mu.Unlock()
	d := s.issuer.findDevice(form.Get("user_code"))
	if d == nil || d.decided {
		x.refuse(page(http.StatusNotFound, "device-code", view{Title: "There is no such code", Text: "It may have expired. Codes last 15 minutes."}))
		return
	}
	d.decided, d.granted = true, form.Get("decision") == "approve" && !s.scenario.notEntitled
	if !d.granted {
		x.show(view{Title: "Refused", Text: "The device was not signed in. You can close this page."})
		return
	}
	x.show(view{Title: "The device may go on", Text: "You can close this page."})
}

// findDevice finds a device that still waits; people type codes in any case,
// with or without the hyphen.
func (i *issuer) findDevice(user string) *device {
	plain := func(code string) string { return strings.ToUpper(strings.ReplaceAll(strings.TrimSpace(code), "-", "")) }
	for _, d := range i.devices {
		if plain(d.user) == plain(user) && i.now().Before(d.until) {
			return d
		}
	}
	return nil
}

func (i *issuer) forget(gone *device) {
	for n, d := range i.devices {
		if d == gone {
			i.devices = append(i.devices[:n:n], i.devices[n+1:]...)
			return
		}
	}
}
