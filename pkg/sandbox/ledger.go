package sandbox

import (
	"slices"
	"sync"
)

// maxSeen bounds the requests that are remembered; older ones are dropped.
const maxSeen = 1024

// Seen is one request and how it ended.
type Seen struct {
	Method string
	Path   string
	Status int    // 0 when the connection was dropped before an answer
	Rule   string // the rule that refused it, "" when none did

	Cookies []string // the names of the sandbox's own that came back
}

// Stats is what a Server has done so far.
type Stats struct {
	Images   int    // pictures drawn: what an account would have paid for
	Requests []Seen // the last 1024, oldest first
}

// ledger counts what happened.
type ledger struct {
	mu     sync.Mutex
	images int
	seen   []Seen
	once   map[string]bool // faults that have had their one turn
}

func newLedger() *ledger { return &ledger{once: map[string]bool{}} }

func (l *ledger) note(x *exchange) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.seen) >= maxSeen {
		l.seen = slices.Delete(l.seen, 0, len(l.seen)-maxSeen+1)
	}
	l.seen = append(l.seen, Seen{x.r.Method, x.r.URL.Path, x.status, x.rule, x.cookies})
}

// drew counts one picture and returns how many there are now.
func (l *ledger) drew() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.images++
	return l.images
}

func (l *ledger) drawn() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.images
}

// first reports, once per name, true.
func (l *ledger) first(name string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	seen := l.once[name]
	l.once[name] = true
	return !seen
}

// Stats returns a copy of the counts.
func (s *Server) Stats() Stats {
	l := s.ledger
	l.mu.Lock()
	defer l.mu.Unlock()
	return Stats{Images: l.images, Requests: slices.Clone(l.seen)}
}
