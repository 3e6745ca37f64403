package auth

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/codexgen/codexgen/pkg/internal/redact"
	"github.com/codexgen/codexgen/pkg/internal/retry"
)

// Waits between two polls. The provider's flow is not RFC 8628: it has no
// slow_down (codex-rs/login/src/device_code_auth.rs, 2026-08-22).
const (
	pollFloor   = 5 * time.Second // an interval of 0 would ask without pause
	pollCeiling = time.Minute
)

// A DeviceLogin is a sign-in by a browser anywhere.
type DeviceLogin struct {
	URL      string    // the page to open, always the issuer's own
	UserCode string    // what to type there, safe to print
	Until    time.Time // when the code ends

	client   *Client
	id       redact.Secret
	interval time.Duration
}

// Format keeps the device's id out of whatever prints a sign-in.
func (*DeviceLogin) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "device sign-in") }

// StartDevice asks the issuer for a code.
func (c *Client) StartDevice(ctx context.Context) (*DeviceLogin, error) {
	said, err := c.ask(ctx, c.issuer+pathUserCode, map[string]string{"client_id": c.clientID})
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	switch {
	case err != nil:
		return nil, &Error{Kind: KindUnavailable, Reason: fmt.Sprintf("the device sign-in at %s did not begin: %v", c.issuer, err), Advice: "try again later", Cause: err}
	case said.status == http.StatusNotFound:
		return nil, &Error{Kind: KindNoDevice, Reason: c.issuer + " has no device sign-in", Advice: adviceLogin}
	case said.status != http.StatusOK:
		return nil, &Error{Kind: KindFailed, Reason: fmt.Sprintf("the device sign-in at %s did not begin: %s", c.issuer, said.refusal()), Advice: adviceLogin}
	}
	return c.readDevice(said)
}

func (c *Client) readDevice(said answer) (*DeviceLogin, error) {
	var wire struct {
		ID       string          `json:"device_auth_id"`
		Code     string          `json:"user_code"`
		Alias    string          `json:"usercode"`
		Interval json.RawMessage `json:"interval"`
	}
	err := json.Unmarshal(said.body, &wire)
	code := wire.Code + wire.Alias
	if wire.Code != "" {
		code = wire.Code
	}
	if err != nil || wire.ID == "" || !typeable(code) {
		return nil, &Error{Kind: KindFailed, Reason: "the answer of " + c.issuer + " to the device sign-in cannot be read", Advice: adviceLogin}
	}
	return &DeviceLogin{URL: c.issuer + pathDevicePage, UserCode: code, Until: c.now().Add(LoginTimeout),
		client: c, id: redact.NewSecret(wire.ID), interval: pollInterval(wire.Interval)}, nil
}

// typeable reports whether a person can read a code and type it.
func typeable(code string) bool {
	const most = 32
	return code != "" && len(code) <= most && !strings.ContainsFunc(code, func(r rune) bool { return r <= ' ' || r > '~' })
}

// pollInterval reads seconds, which come as a string; a number is taken, too.
func pollInterval(raw json.RawMessage) time.Duration {
	seconds, err := strconv.ParseFloat(strings.Trim(string(raw), `" `), 64)
	wait, ok := retry.Seconds(seconds)
	if err != nil || !ok {
		wait = 0
	}
	return min(max(wait, pollFloor), pollCeiling)
}

// Wait asks until the person has decided, for LoginTimeout in all. What
// passes, passes: 429, a server's error and a broken connection only make the
// pauses longer.
func (d *DeviceLogin) Wait(ctx context.Context) (Login, error) {
	late := &Error{Kind: KindTimeout, Reason: fmt.Sprintf("nobody approved the code within %d minutes", int(LoginTimeout.Minutes())), Advice: adviceDevice}
	waiting, stop := context.WithTimeoutCause(ctx, LoginTimeout, late)
	defer stop()
	for wait := d.interval; ; {
		if err := retry.Sleep(waiting, wait); err != nil {
			return Login{}, err
		}
		said, err := d.client.ask(waiting, d.client.issuer+pathDevicePoll, map[string]string{"device_auth_id": d.id.Reveal(), "user_code": d.UserCode})
		switch {
		case waiting.Err() != nil:
			return Login{}, context.Cause(waiting)
		case err != nil || said.status == http.StatusTooManyRequests || said.status >= 500:
			wait = d.longer(wait, said.header)
		case said.status == http.StatusForbidden || said.status == http.StatusNotFound:
			wait = d.interval // both mean: not yet
		case said.status == http.StatusOK:
			return d.finish(ctx, said)
		default:
			return Login{}, d.refused(said)
		}
	}
}

// longer is the pause after a failure: twice the last one, or what the server
// asks for.
func (d *DeviceLogin) longer(wait time.Duration, header http.Header) time.Duration {
	asked, _ := retry.After(header.Get("Retry-After"), d.client.now())
	return min(max(2*wait, asked), pollCeiling)
}

func (d *DeviceLogin) refused(said answer) error {
	code, text := said.failure()
	if code == "access_denied" {
		return denied(code, text)
	}
	return &Error{Kind: KindFailed, Reason: "the device sign-in was ended: " + said.refusal(d.id.Reveal()), Advice: adviceDevice}
}

// finish exchanges the code with the verifier that the server made.
func (d *DeviceLogin) finish(ctx context.Context, said answer) (Login, error) {
	var wire struct {
		Code      string `json:"authorization_code"`
		Verifier  string `json:"code_verifier"`
		Challenge string `json:"code_challenge"`
	}
	err := json.Unmarshal(said.body, &wire)
	fits := wire.Challenge == "" || subtle.ConstantTimeCompare([]byte(wire.Challenge), []byte(oauth2.S256ChallengeFromVerifier(wire.Verifier))) == 1
	if err != nil || wire.Code == "" || wire.Verifier == "" || !fits {
		return Login{}, &Error{Kind: KindFailed, Reason: "the answer of " + d.client.issuer + " to the device sign-in cannot be read", Advice: adviceDevice}
	}
	return d.client.exchange(ctx, d.client.issuer+pathDeviceBack, wire.Code, wire.Verifier)
}
