package auth

import (
	"net/url"
	"strings"
	"testing"
)

// waiting is a sign-in without a listener.
func waiting(t testing.TB) *BrowserLogin {
	t.Helper()
	client, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	address := "127.0.0.1:1455"
	return &BrowserLogin{client: client, address: address, oauth: client.oauth("http://" + address + pathCallback),
		state: random(stateBytes), arrived: make(chan arrival, 1), settled: make(chan struct{})}
}

// TestCallbackParams_State: the state, or the state and one suffix.
func TestCallbackParams_State(t *testing.T) {
	for name, row := range map[string]struct {
		state func(string) string
		want  bool
	}{
		"exact":           {func(s string) string { return s }, true},
		"one suffix":      {func(s string) string { return s + stateSuffix }, true},
		"another nonce":   {func(s string) string { return "x" + s[1:] }, false},
		"suffix twice":    {func(s string) string { return s + stateSuffix + stateSuffix }, false},
		"another suffix":  {func(s string) string { return s + ".onboarding_entrypoint=other" }, false},
		"suffix in front": {func(s string) string { return stateSuffix + s }, false},
		"empty":           {func(string) string { return "" }, false},
	} {
		b := waiting(t)
		if err := b.take(url.Values{"state": {row.state(b.state)}, "code": {"x"}}.Encode(), nil); (err == nil) != row.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzRedirect: whatever comes, only a query with the state ends the sign-in,
// at most once, and an error repeats nothing of it.
func FuzzRedirect(f *testing.F) {
	for _, seed := range []string{"", "state=x&code=y", "state=STATE&code=y", "state=STATE&error=access_denied", "state=STATE&code=a&code=b", "state=STATE&iss=x", "%zz", "state=STATE;code=x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		b := waiting(t)
		query = strings.ReplaceAll(query, "STATE", b.state)
		err := b.take(query, nil)
		values, _ := url.ParseQuery(query)
		if err == nil && (len(values["state"]) != 1 || !strings.HasPrefix(values.Get("state"), b.state)) {
			t.Errorf("%q was taken", query)
		}
		if err != nil && strings.Contains(err.Error(), b.state) {
			t.Errorf("%v", err)
		}
		if again := b.take(query, nil); err == nil && again == nil {
			t.Errorf("%q was taken twice", query)
		}
	})
}

// FuzzReadClaims: a token is read, or not; what is read can be shown and sent,
// and the times are those of people.
func FuzzReadClaims(f *testing.F) {
	for _, seed := range []string{"", "a.b.c", "e30.e30.x", "e30.eyJleHAiOjF9.x", "e30.eyJleHAiOi0xfQ.x", "e30.eyJleHAiOjFlMzAwfQ==.x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, token string) {
		claims, ok := ReadClaims(token)
		if !ok && claims != (UnverifiedClaims{}) {
			t.Errorf("refused, but read: %+v", claims)
		}
		if year := claims.Expires.UTC().Year(); !claims.Expires.IsZero() && (year < 1970 || year > 5200) {
			t.Errorf("ends in %d", year)
		}
	})
}
