package sandbox

import "net/http"

// gate is what stands before a route.
type gate int

const (
	open     gate = iota // nothing
	walled               // Cloudflare's wall only
	members              // the wall, then a bearer token
	pictures             // as members, and the faults apply
)

// routes is the map of everything that is answered; the rest is 404.
func (s *Server) routes() *http.ServeMux {
	mux := http.NewServeMux()
	add := func(pattern string, g gate, h func(*exchange)) {
		mux.Handle(pattern, route{gate: g, answer: h})
	}
	add("POST "+basePath+"/responses", pictures, s.responses)
	add("GET "+basePath+"/responses", walled, s.socket)
	add(basePath+"/responses", walled, methodNotAllowed)
	add("POST "+basePath+"/images/generations", pictures, s.generations)
	add("POST "+basePath+"/images/edits", pictures, s.edits)
	add(basePath+"/images/", walled, challenge("images-challenge"))
	add("GET "+basePath+"/models", members, s.models)
	add("GET /backend-api/wham/usage", members, s.usage)
	add("GET /backend-api/wham/accounts/check", members, s.accountsCheck)
	add("GET /backend-api/wham/config/bundle", members, s.configBundle)
	add("GET /oauth/authorize", open, s.authorizePage)
	add("POST /oauth/authorize", open, s.authorizeDecision)
	add("POST /oauth/token", open, s.token)
	add("POST /oauth/revoke", open, s.revoke)
	add("POST /api/accounts/deviceauth/usercode", open, s.deviceStart)
	add("POST /api/accounts/deviceauth/token", open, s.devicePoll)
	add("GET /codex/device", open, s.devicePage)
	add("POST /codex/device", open, s.deviceDecision)
	add("/backend-api/images/", walled, challenge("path-without-codex"))
	add("/", open, notFound)
	return mux
}

// route is a handler that is never called as one: the mux only finds it.
type route struct {
	gate   gate
	answer func(*exchange)
}

func (route) ServeHTTP(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) }

// serve finds the route of a request, passes its gate and answers.
func (s *Server) serve(x *exchange) {
	h, _ := s.mux.Handler(x.r)
	rt, ok := h.(route)
	if !ok { // the mux would clean the path with a redirect
		rt = route{answer: notFound}
	}
	if rt.gate != pictures {
		x.faults = faults{}
	}
	setIDs(x)
	if rt.gate >= walled {
		s.setCookies(x)
	}
	if rt.gate >= walled && s.scenario.walled {
		challenge("challenge")(x)
		return
	}
	if rt.gate >= members {
		if rf := s.authorize(x); rf != nil {
			x.refuse(rf)
			return
		}
	}
	rt.answer(x)
}

func notFound(x *exchange) { x.refuse(&refusal{rule: "not-found", status: http.StatusNotFound}) }

// methodNotAllowed is what a GET on /responses got (jvm/pi-mono, 2026-09-11).
func methodNotAllowed(x *exchange) {
	x.w.Header().Set("Allow", "POST")
	x.refuse(newRefusal("method", http.StatusMethodNotAllowed, body{detail: true, message: "Method Not Allowed"}))
}
