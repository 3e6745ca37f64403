package sandbox

import (
	"net/http"
	"slices"
	"testing"
)

func TestCookiesAreGivenUntilTheyComeBack(t *testing.T) {
	k := start(t, Config{})
	first := k.do("GET", "/models", nil)
	given := (&http.Response{Header: first.header}).Cookies()
	if len(given) != 3 {
		t.Fatalf("given: %v", given)
	}
	again := k.do("GET", "/models", nil, func(r *http.Request) {
		r.AddCookie(&http.Cookie{Name: "_cfuvid", Value: "altered"})
		r.AddCookie(&http.Cookie{Name: given[0].Name, Value: given[0].Value})
	})
	if given := (&http.Response{Header: again.header}).Cookies(); len(given) != 2 {
		t.Errorf("given again: %v", given)
	}
	if seen := k.Stats().Requests; seen[0].Cookies != nil || !slices.Equal(seen[1].Cookies, []string{"__cf_bm"}) {
		t.Errorf("seen: %+v", seen)
	}
	if other := k.do("GET", "//codex/device", nil); other.header.Get("Set-Cookie") != "" {
		t.Errorf("the issuer gives %s", other.header.Get("Set-Cookie"))
	}
}
