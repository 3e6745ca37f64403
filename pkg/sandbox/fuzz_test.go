package sandbox

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// FuzzRequest sends any method, path, type and body to any route, with the
// account's token. Whatever it is, it is answered with a status, and with JSON
// where that is announced; a refusal names its rule and draws nothing.
func FuzzRequest(f *testing.F) {
	for _, path := range []string{basePath + "/responses", basePath + "/images/edits", basePath + "/images/generations", basePath + "/models",
		"/backend-api/wham/usage", "/oauth/token", "/oauth/revoke", "/oauth/authorize", "/api/accounts/deviceauth/usercode", "/api/accounts/deviceauth/token", "/codex/device", "/", "/backend-api//images/../x"} {
		f.Add("POST", path, "", "application/json", []byte(`{"client_id":1,"grant_type":"refresh_token","input":[{"content":[{"type":"input_image","image_url":"data:,"}]}]}`))
		f.Add("POST", path, "a=b", "application/x-www-form-urlencoded", []byte("grant_type=authorization_code&code=%zz"))
		f.Add("GET", path, "state=%00&redirect_uri=x", "", []byte(nil))
	}
	server, err := New(Config{Faults: []string{"small"}})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = server.Close() })
	f.Fuzz(func(t *testing.T, method, path, query, content string, body []byte) {
		request, err := http.NewRequestWithContext(t.Context(), method, "http://127.0.0.1"+path, strings.NewReader(string(body)))
		if err != nil {
			return
		}
		request.URL.RawQuery = query
		request.Header.Set("Authorization", "Bearer "+server.AccessToken())
		request.Header.Set("Content-Type", content)
		before := server.Stats().Images
		answer := httptest.NewRecorder()
		server.ServeHTTP(answer, request)
		after := server.Stats()
		seen := after.Requests[len(after.Requests)-1]
		if answer.Code < 200 || answer.Code > 599 || seen.Status != answer.Code {
			t.Fatalf("%s %q: %d, noted %+v", method, path, answer.Code, seen)
		}
		if strings.HasPrefix(answer.Header().Get("Content-Type"), "application/json") && !json.Valid(answer.Body.Bytes()) {
			t.Errorf("%s %q: %q is no JSON", method, path, answer.Body)
		}
		if seen.Rule != "" && (answer.Code < 300 || after.Images != before) {
			t.Errorf("%s %q: %d by rule %s, %d pictures", method, path, answer.Code, seen.Rule, after.Images-before)
		}
		if strings.HasPrefix(path, basePath) && answer.Code >= 400 && seen.Rule == "" {
			t.Errorf("%s %q: %d by no rule", method, path, answer.Code)
		}
	})
}
