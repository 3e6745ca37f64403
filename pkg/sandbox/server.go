package sandbox

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// basePath is where the Codex routes live below the host.
const basePath = "/backend-api/codex"

// headerTimeout bounds the wait for a request's header.
const headerTimeout = 30 * time.Second

// Config says which backend to be. Its zero value is the newest one.
type Config struct {
	Scenario string           // a name or alias of Scenarios; "" is the newest date
	Faults   []string         // "name" or "name=value" of Faults
	Pace     time.Duration    // pause between drawing phases; 0 is none
	Now      func() time.Time // nil is time.Now

	AutoApprove bool          // both sign-in flows are granted without a person
	TokenLife   time.Duration // of access tokens; 0 is DefaultTokenLife
}

// Server is one emulated backend with one account.
type Server struct {
	scenario scenario
	faults   faults
	pace     time.Duration
	now      func() time.Time
	issuer   *issuer
	ledger   *ledger
	mux      *http.ServeMux
	cookie   string // the value of each cookie that it gives

	autoApprove bool

	mu      sync.Mutex
	closed  bool
	stop    chan struct{} // closed by Close: ends stalls and pauses
	running sync.WaitGroup
	servers []*http.Server
}

// New makes a server that does not listen yet. An unknown scenario or fault
// is an error that names it and lists the known ones.
func New(c Config) (*Server, error) {
	sc, err := findScenario(c.Scenario)
	if err != nil {
		return nil, err
	}
	fs, err := parseFaults(c.Faults)
	if err != nil {
		return nil, err
	}
	now := c.Now
	if now == nil {
		now = time.Now
	}
	s := &Server{
		scenario: sc,
		faults:   fs,
		pace:     c.Pace,
		now:      now,
		issuer:   newIssuer(sc.plan, now, c.TokenLife),
		ledger:   newLedger(),
		stop:     make(chan struct{}),
		cookie:   randomHex(40),

		autoApprove: c.AutoApprove,
	}
	s.mux = s.routes()
	return s, nil
}

// Start listens on addr, which must be a loopback address ("127.0.0.1:0" for
// a free port), and serves until Close. It returns the Codex base URL; the
// issuer's URL is the same without its path (IssuerURL).
func (s *Server) Start(addr string) (string, error) {
	l, err := listenLoopback(addr)
	if err != nil {
		return "", err
	}
	hs := &http.Server{Handler: s, ReadHeaderTimeout: headerTimeout}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return "", errors.Join(errors.New("sandbox is closed"), l.Close())
	}
	s.servers = append(s.servers, hs)
	s.running.Go(func() { _ = hs.Serve(l) }) // ends with Close
	return "http://" + l.Addr().String() + basePath, nil
}

// IssuerURL is the OAuth issuer that belongs to a base URL of Start.
func IssuerURL(base string) string { return strings.TrimSuffix(base, basePath) }

// origin is this server as the request's sender calls it.
func origin(r *http.Request) string { return "http://" + r.Host }

// Close stops listening, cuts what is still running and waits for it.
func (s *Server) Close() error {
	s.mu.Lock()
	if !s.closed {
		s.closed = true
		close(s.stop)
	}
	servers := s.servers
	s.servers = nil
	s.mu.Unlock()
	var errs []error
	for _, hs := range servers {
		errs = append(errs, hs.Close())
	}
	s.running.Wait()
	return errors.Join(errs...)
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !s.enter() {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	defer s.running.Done()
	x := &exchange{w: w, r: r, faults: s.faults, stop: s.stop, cookies: s.cookies(r)}
	defer func() { s.ledger.note(x) }() // runs for a dropped connection, too
	s.serve(x)
}

// enter counts a request in, unless Close has begun.
func (s *Server) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.running.Add(1)
	return true
}

// listenLoopback opens addr, unless others than this machine could reach it.
func listenLoopback(addr string) (net.Listener, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("sandbox address %q: %w", addr, err)
	}
	if host == "localhost" {
		host = "127.0.0.1"
	}
	ip := net.ParseIP(host)
	if ip == nil || !ip.IsLoopback() {
		return nil, fmt.Errorf("sandbox address %q: not a loopback address such as 127.0.0.1:0", addr)
	}
	l, err := net.Listen("tcp", net.JoinHostPort(host, port))
	if err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	return l, nil
}
