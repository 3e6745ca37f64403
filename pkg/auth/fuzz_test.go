package auth

import (
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode"
)

// FuzzIssuerAnswer: what an issuer answers to a device sign-in, or refuses it
// with, can be typed, printed and waited for, and repeats no secret.
func FuzzIssuerAnswer(f *testing.F) {
	for _, seed := range []string{
		"", "null", `{"device_auth_id":"d","user_code":"ABCD-EFGH","interval":"5"}`, `{"device_auth_id":"d","usercode":"A\u001b","interval":-1}`, `{"device_auth_id":"d","user_code":"ABCD","interval":"1e400"}`,
		`{"error":"access_denied","error_description":"no\u001b[31m\u202e"}`, `{"error":{"code":"x","message":"the SECRET-token is wrong"}}`, `{"error":[],"code":{}}`,
	} {
		f.Add([]byte(seed), 400)
	}
	f.Fuzz(func(t *testing.T, body []byte, status int) {
		client, err := New(Options{})
		if err != nil {
			t.Fatal(err)
		}
		said := answer{status: status, header: http.Header{}, body: body}
		words := said.refusal("secret-token")
		if strings.ContainsFunc(words, func(r rune) bool { return !unicode.IsPrint(r) }) || len(words) > 8*maxSaid {
			t.Errorf("%q", words)
		}
		if strings.Contains(strings.ToLower(words), "secret-token") {
			t.Errorf("%q", words)
		}
		login, err := client.readDevice(said)
		if err != nil {
			return
		}
		if !typeable(login.UserCode) || login.interval < pollFloor || login.interval > pollCeiling || time.Until(login.Until) > LoginTimeout {
			t.Errorf("%q, every %s until %s", login.UserCode, login.interval, login.Until)
		}
	})
}

// FuzzPaste: an address that a person pastes ends the sign-in only with the
// registered host, path and state, and an error repeats nothing of it.
func FuzzPaste(f *testing.F) {
	for _, seed := range []string{"", "ADDRESS?state=STATE&code=c", "http://localhost:1455/auth/callback?state=STATE&code=c", "https://evil.example/auth/callback?state=STATE&code=c", "ADDRESS?state=x&code=c", "ADDRESS/../auth/callback?state=STATE&code=c", "ADDRESS?state=STATE&code=c#x", "\x1b[31m"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		b := waiting(t)
		text = strings.NewReplacer("STATE", b.state, "ADDRESS", "http://"+b.address+"/auth/callback").Replace(text)
		err := b.Paste(text)
		if err == nil && (!strings.Contains(text, b.state) || !strings.Contains(text, "/auth/callback")) {
			t.Errorf("%q was taken", text)
		}
		if err != nil && (strings.Contains(err.Error(), b.state) || strings.ContainsFunc(err.Error(), func(r rune) bool { return !unicode.IsPrint(r) })) {
			t.Errorf("%q", err)
		}
	})
}
