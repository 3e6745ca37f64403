package auth

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strings"
	"sync/atomic"
)

// Bounds of an answer of the issuer; a real one has a few kilobytes.
const (
	maxAnswer = 1 << 20
	maxHeader = 256 << 10
)

// answer is what the issuer said.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// lost is a request without a whole answer.
type lost struct {
	why  string
	sent bool // it left this machine, so that it may have had its effect
	err  error
}

func (l *lost) Error() string { return l.why }
func (l *lost) Unwrap() error { return l.err }

// ask posts JSON. Any error is a *lost, or the context's cause.
func (c *Client) ask(ctx context.Context, url string, in any) (answer, error) {
	body, err := json.Marshal(in)
	if err != nil {
		return answer{}, err
	}
	var sent atomic.Bool // set by the connection's goroutine
	trace := &httptrace.ClientTrace{WroteHeaders: func() { sent.Store(true) }}
	request, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, trace), http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json")
	request.Header.Set("Originator", originator)
	response, err := c.http.Do(request)
	if err != nil {
		return answer{}, &lost{noConnection(err), sent.Load(), err}
	}
	defer response.Body.Close()
	content, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	switch {
	case err != nil:
		return answer{}, &lost{"its answer was cut off", true, err}
	case len(content) > maxAnswer:
		return answer{}, &lost{fmt.Sprintf("its answer is longer than %d bytes", maxAnswer), true, nil}
	}
	return answer{response.StatusCode, response.Header, content}, nil
}

// noConnection says in words for people why there was no answer. An error of
// net/http names the URL, which has no secret in it, but is long.
func noConnection(err error) string {
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		return "it did not answer in time"
	}
	if refused, ok := errors.AsType[*net.OpError](err); ok && refused.Op == "dial" {
		return "it cannot be reached"
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return "its certificate is not trusted"
	}
	return "the connection broke off"
}

// failure is the code and the words of an error answer, in all the forms that
// were seen (codex-rs/login/src/auth/manager.rs and server.rs, 2026-08-22).
// Both are empty when there are none.
func (a answer) failure() (code, text string) {
	var wire struct {
		Error       json.RawMessage `json:"error"`
		Code        string          `json:"code"`
		Description string          `json:"error_description"`
	}
	if json.Unmarshal(a.body, &wire) != nil {
		return "", ""
	}
	code = wire.Code
	var object struct{ Code, Message string }
	var name string
	if json.Unmarshal(wire.Error, &object) == nil && (object.Code != "" || object.Message != "") {
		code, text = object.Code, object.Message
	} else if json.Unmarshal(wire.Error, &name) == nil && name != "" {
		code = name
	}
	if wire.Description != "" {
		text = wire.Description
	}
	return strings.ToLower(code), text
}

// refusal words an error answer for people: the status and what the issuer
// says of it, never the body. Words that repeat one of the secrets that it was
// sent are left out.
func (a answer) refusal(secrets ...string) string {
	code, text := a.failure()
	words := cmp.Or(text, code)
	switch {
	case words != "" && !repeats(words, secrets):
		return fmt.Sprintf("%d: %s", a.status, said(words))
	case a.status >= 300 && a.status < 400:
		return fmt.Sprintf("%d: it points to another address, which is not followed", a.status)
	}
	return fmt.Sprintf("status %d", a.status)
}

// repeats looks past upper and lower case, since codes are compared in lower
// case.
func repeats(words string, secrets []string) bool {
	return slices.ContainsFunc(secrets, func(secret string) bool {
		return secret != "" && strings.Contains(strings.ToLower(words), strings.ToLower(secret))
	})
}
