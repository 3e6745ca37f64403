package sandbox

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Config says what a Server emulates.
type Config struct {
	Scenario string           // "" is 2026-10
	Faults   []string         // as Faults lists them, "name" or "name=value"
	Pace     time.Duration    // pause between drawing phases
	Now      func() time.Time // nil is time.Now
}

// base is where the real backend has its routes below its host.
const base = "/backend-api/codex"

// maxRequest bounds a request's body; about 64 MB broke the real one oddly.
const maxRequest = 64 << 20

// A Server is an emulated backend. It is an http.Handler; Start also serves
// it on loopback.
type Server struct {
	scenario Scenario
	on       faults
	pace     time.Duration
	now      func() time.Time
	token    string
	account  string
	pictures pictures

	mu     sync.Mutex
	stats  Stats
	failed bool // status-once has happened
	http   *http.Server
	served chan struct{}
}

// Stats count what a server has done.
type Stats struct {
	Images   int    // final pictures sent
	Requests []Seen // the newest maxSeen
}

// Seen is one request.
type Seen struct {
	Method, Path string
	Status       int
	Rule         string // the rule that refused it
}

const maxSeen = 1000

// New makes a server. An unknown scenario or fault is an error that names it.
func New(c Config) (*Server, error) {
	scenario, err := findScenario(c.Scenario)
	if err != nil {
		return nil, err
	}
	on, err := parseFaults(c.Faults)
	if err != nil {
		return nil, err
	}
	s := &Server{scenario: scenario, on: on, pace: c.Pace, now: c.Now, account: "sandbox-" + rand.Text()}
	if s.now == nil {
		s.now = time.Now
	}
	s.token = s.accessToken()
	return s, nil
}

// accessToken is shaped like the real one: an unsigned JWT with the claims
// that clients read.
func (s *Server) accessToken() string {
	claims := map[string]any{
		"exp":                         s.now().Add(24 * time.Hour).Unix(),
		"jti":                         rand.Text(),
		"https://api.openai.com/auth": map[string]any{"chatgpt_plan_type": "plus", "chatgpt_account_id": s.account},
	}
	payload, _ := json.Marshal(claims)
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + encode(payload) + "." + encode([]byte("sandbox"))
}

// AccessToken is the throw-away credential that the server accepts.
func (s *Server) AccessToken() string { return s.token }

// AccountID is the account that the token belongs to.
func (s *Server) AccountID() string { return s.account }

// Stats reports what was done so far.
func (s *Server) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	stats := s.stats
	stats.Requests = append([]Seen(nil), stats.Requests...)
	return stats
}

// Start serves on a loopback address and returns the base URL for clients.
func (s *Server) Start(addr string) (string, error) {
	host, _, err := net.SplitHostPort(addr)
	if ip := net.ParseIP(host); err != nil || host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return "", fmt.Errorf("%q is not a loopback address with a port, such as 127.0.0.1:8080", addr)
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return "", fmt.Errorf("listen: %w", err)
	}
	s.http = &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	s.served = make(chan struct{})
	go func() {
		defer close(s.served)
		_ = s.http.Serve(listener)
	}()
	return "http://" + listener.Addr().String() + base, nil
}

// Close ends every request and waits for the listener's end.
func (s *Server) Close() error {
	if s.http == nil {
		return nil
	}
	err := s.http.Close()
	<-s.served
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// An answer is a request under way: what came in and what goes out.
type answer struct {
	*wire
	s    *Server
	body map[string]any
	seen Seen
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a := &answer{wire: &wire{w: w, r: r}, s: s, seen: Seen{Method: r.Method, Path: r.URL.Path, Status: http.StatusOK}}
	defer a.record()
	s.commonHeader(w.Header())
	if refused := a.authorise(); refused != nil {
		a.refuse(refused)
		return
	}
	switch path, method := r.URL.Path, r.Method; {
	case path == base+"/models" && method == http.MethodGet:
		a.models()
	case path == "/backend-api/wham/usage" && method == http.MethodGet:
		a.usage()
	case path == base+"/responses" && method == http.MethodPost:
		a.image(responsesRules, a.responses)
	case path == base+"/responses":
		a.refuse(&refusal{Rule: "get-responses", Status: http.StatusMethodNotAllowed, Source: "PI 2026-09-11"})
	case path == base+"/images/generations" && method == http.MethodPost && !s.scenario.noImages:
		a.image(imagesRules, a.images)
	case path == "/backend-api/images/generations":
		a.refuse(&refusal{Rule: "wrong-path", Status: http.StatusForbidden, HTML: "<!DOCTYPE html><title>Forbidden</title>", Source: "OCL#70675 2026-04-23"})
	default:
		a.refuse(&refusal{Rule: "no-route", Status: http.StatusNotFound, Source: "OC#43250"})
	}
}

func (a *answer) record() {
	a.s.mu.Lock()
	defer a.s.mu.Unlock()
	if len(a.s.stats.Requests) == maxSeen {
		a.s.stats.Requests = a.s.stats.Requests[1:]
	}
	a.s.stats.Requests = append(a.s.stats.Requests, a.seen)
}

func (a *answer) countImage() {
	a.s.mu.Lock()
	defer a.s.mu.Unlock()
	a.s.stats.Images++
}

// authorise checks the credential before anything else.
func (a *answer) authorise() *refusal {
	given, ok := strings.CutPrefix(a.r.Header.Get("Authorization"), "Bearer ")
	account := a.r.Header.Get("ChatGPT-Account-ID")
	switch {
	case a.s.on.has("unauthorized"):
		return &refusal{Rule: "unauthorized", Status: 401, Code: "token_expired", Message: "Provided authentication token is expired.", Source: "fault"}
	case !ok || given != a.s.token:
		return &refusal{Rule: "bad-token", Status: 401, Type: "invalid_request_error", Code: "invalid_token", Message: "Could not validate your token.", Source: "inferred"}
	case account != "" && account != a.s.account:
		return &refusal{Rule: "bad-account", Status: 401, Type: "invalid_request_error", Code: "invalid_account", Message: "The account does not match the token.", Source: "inferred: a wrong account id should fail auth"}
	}
	return nil
}

// image reads and judges a request for an image, then answers it.
func (a *answer) image(rules []rule, respond func()) {
	a.on = a.s.on
	if refused := a.early(); refused != nil {
		a.refuse(refused)
		return
	}
	if err := json.NewDecoder(http.MaxBytesReader(a.w, a.r.Body, maxRequest)).Decode(&a.body); err != nil {
		a.refuse(&refusal{Rule: "not-json", Status: 400, Type: "invalid_request_error", Message: "We could not parse the JSON body of your request.", Source: "public API"})
		return
	}
	for _, rule := range rules {
		if rule.when(a.body, a.s.scenario) {
			a.refuse(&rule.refusal)
			return
		}
	}
	respond()
}

// early are the answers that do not depend on the request's body.
func (a *answer) early() *refusal {
	a.s.mu.Lock()
	once := a.s.on.has("status-once") && !a.s.failed
	a.s.failed = true
	a.s.mu.Unlock()
	switch {
	case once:
		return a.status("status-once")
	case a.s.on.has("status"):
		return a.status("status")
	case a.s.scenario.refusal == "usage-limit":
		return a.usageLimit()
	case a.s.scenario.refusal == "moderation":
		return &refusal{Rule: "moderation", Status: 400, Type: "image_generation_user_error", Code: "moderation_blocked",
			Message: "Your request was rejected by the safety system.", Extra: map[string]any{"moderation_details": map[string]any{"moderation_stage": "input", "categories": []string{"violence"}}}, Source: "OC#46737"}
	case a.s.scenario.refusal == "challenge":
		a.w.Header().Set("cf-mitigated", "challenge")
		return &refusal{Rule: "challenge", Status: 403, HTML: "<!DOCTYPE html><title>Just a moment...</title><p>Cloudflare: you have been blocked</p>", Source: "CLI#3980 2026-06-24"}
	}
	return nil
}

func (a *answer) status(fault string) *refusal {
	code := int(a.s.on.bytes(fault))
	if code < 400 || code > 599 {
		code = 500
	}
	kind := "server_error"
	switch code {
	case http.StatusServiceUnavailable:
		kind = "server_is_overloaded"
	case http.StatusTooManyRequests:
		kind = "TooManyRequests"
	}
	return &refusal{Rule: fault, Status: code, Type: kind, Code: kind, Message: http.StatusText(code), Source: "fault"}
}

func (a *answer) usageLimit() *refusal {
	resets := a.s.now().Add(2*time.Hour + 10*time.Minute).Unix()
	h := a.w.Header()
	h.Set("x-codex-active-limit", "imagegen_premium")
	h.Set("x-imagegen-premium-primary-used-percent", "100")
	h.Set("x-imagegen-premium-primary-window-minutes", "1440")
	h.Set("x-imagegen-premium-primary-reset-at", fmt.Sprint(resets))
	return &refusal{Rule: "usage-limit", Status: 429, Type: "usage_limit_reached", Message: "The usage limit has been reached",
		Extra: map[string]any{"plan_type": "plus", "resets_at": resets}, Source: "PIPI 2026-10-03"}
}

func (s *Server) commonHeader(h http.Header) {
	h.Set("x-request-id", "req_"+strings.ToLower(rand.Text()))
	h.Set("cf-ray", "sandbox-"+strings.ToLower(rand.Text()[:8]))
	h.Set("x-codex-plan-type", "plus")
	for window, minutes := range map[string]int{"primary": 300, "secondary": 10080} {
		h.Set("x-codex-"+window+"-used-percent", "12")
		h.Set("x-codex-"+window+"-window-minutes", fmt.Sprint(minutes))
		h.Set("x-codex-"+window+"-reset-at", fmt.Sprint(s.now().Add(time.Duration(minutes)*time.Minute/2).Unix()))
	}
}
