package codex

import (
	"net/http"
	"net/url"
	"testing"
)

func TestCookiesBelongToOneOrigin(t *testing.T) {
	for _, row := range []struct {
		base, to string
		ours     bool
	}{
		{"https://chatgpt.com/backend-api/codex", "https://chatgpt.com/backend-api/wham/usage", true},
		{"https://chatgpt.com/backend-api/codex", "http://chatgpt.com/backend-api/wham/usage", false},
		{"https://chatgpt.com/backend-api/codex", "https://chatgpt.com:8443/", false},
		{"https://chatgpt.com/backend-api/codex", "https://a.chatgpt.com/", false},
		{"https://chatgpt.com/backend-api/codex", "https://example.com/", false},
		{"http://127.0.0.1:80/", "http://127.0.0.1:80/x", true},
		{"http://127.0.0.1:80/", "http://127.0.0.1:81/x", false},
		{"http://example.com/", "http://example.com/x", false},
	} {
		transport, err := newCookieTransport(http.DefaultTransport, row.base)
		if err != nil {
			t.Fatal(err)
		}
		to, _ := url.Parse(row.to)
		if got := transport.ours(to); got != row.ours {
			t.Errorf("%s, to %s: %v", row.base, row.to, got)
		}
	}
}
