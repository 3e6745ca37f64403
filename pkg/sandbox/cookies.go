package sandbox

import "net/http"

// setCookies gives what Cloudflare gives to whoever comes without it, and one
// cookie of another kind, which the official client does not bring back
// (official CLI 0.169.0 on the wire, 2026-11; openai/codex
// chatgpt_cloudflare_cookies.rs, 2026-08-22). They are not Secure, since the
// sandbox speaks plain HTTP.
func (s *Server) setCookies(x *exchange) {
	for _, name := range []string{"__cf_bm", "_cfuvid", "oai-sandbox"} {
		if cookie, err := x.r.Cookie(name); err != nil || cookie.Value != s.cookie {
			http.SetCookie(x.w, &http.Cookie{Name: name, Value: s.cookie, Path: "/", HttpOnly: true})
		}
	}
}

// cookies are the names that came back as they were given.
func (s *Server) cookies(r *http.Request) (names []string) {
	for _, cookie := range r.Cookies() {
		if cookie.Value == s.cookie {
			names = append(names, cookie.Name)
		}
	}
	return names
}
