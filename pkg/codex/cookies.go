package codex

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// cloudflareCookies are the names that the official client keeps, and
// cloudflarePrefix begins the others
// (https://github.com/openai/codex, codex-rs/http-client/src/chatgpt_cloudflare_cookies.rs,
// 2026-08-22; __oailb since c248f6d4, 2026-09-29).
var cloudflareCookies = []string{"__cf_bm", "__cflb", "__cfruid", "__cfseq", "__cfwaitingroom", "_cfuvid", "cf_clearance", "cf_ob_info", "cf_use_ob", "__oailb"}

const cloudflarePrefix = "cf_chl_"

// What a server can make this process keep.
const (
	maxCookies     = 32
	maxCookieValue = 4 << 10
)

// cookieTransport keeps Cloudflare's cookies in this process, for the origin
// of the backend alone, and drops every other. An answer goes on without its
// cookies, so that nothing above can write them down.
type cookieTransport struct {
	next   http.RoundTripper
	origin url.URL // scheme and host
	jar    *cookiejar.Jar

	mu   sync.Mutex
	kept map[string]bool // what is in jar, by name, domain and path
}

func newCookieTransport(next http.RoundTripper, base string) (*cookieTransport, error) {
	address, err := url.Parse(base)
	if err != nil {
		return nil, err
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	return &cookieTransport{next: next, origin: url.URL{Scheme: address.Scheme, Host: address.Host}, jar: jar, kept: map[string]bool{}}, nil
}

func (t *cookieTransport) RoundTrip(request *http.Request) (*http.Response, error) {
	ours := t.ours(request.URL)
	if cookies := t.jar.Cookies(request.URL); ours && len(cookies) > 0 {
		request = request.Clone(request.Context())
		for _, cookie := range cookies {
			request.AddCookie(cookie)
		}
	}
	response, err := t.next.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	if ours {
		t.keep(request.URL, response.Cookies())
	}
	response.Header.Del("Set-Cookie")
	return response, nil
}

// ours is the backend's own origin, over https or within this machine.
func (t *cookieTransport) ours(address *url.URL) bool {
	return address.Scheme == t.origin.Scheme && address.Host == t.origin.Host &&
		(address.Scheme == "https" || isLoopback(address.Hostname()))
}

func (t *cookieTransport) keep(address *url.URL, cookies []*http.Cookie) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, cookie := range cookies {
		known := slices.Contains(cloudflareCookies, cookie.Name) || strings.HasPrefix(cookie.Name, cloudflarePrefix)
		place := cookie.Name + ";" + cookie.Domain + ";" + cookie.Path
		if !known || len(cookie.Value) > maxCookieValue || !t.kept[place] && len(t.kept) == maxCookies {
			continue
		}
		t.kept[place] = true
		t.jar.SetCookies(address, []*http.Cookie{cookie})
	}
}
