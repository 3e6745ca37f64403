package auth_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/codexgen/codexgen/pkg/auth"
)

// memory is a store that can fail.
type memory struct {
	mu                    sync.Mutex
	turn                  chan struct{}
	login, rescued        auth.Login
	load, ready, save     error
	rescue                error
	loads, saves, readies int
	ended                 map[string]string
}

func newMemory(login auth.Login) *memory {
	return &memory{login: login, turn: make(chan struct{}, 1), ended: map[string]string{}}
}

func (m *memory) Load(context.Context) (auth.Login, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.loads++
	return m.login, m.load
}

func (m *memory) Save(_ context.Context, login auth.Login) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.saves++
	if m.save == nil {
		m.login = login
	}
	return m.save
}

func (m *memory) Ready(context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.readies++
	return m.ready
}

func (m *memory) Rescue(login auth.Login) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.rescued = login
	return m.rescue
}

func (m *memory) Ended(login auth.Login) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.ended[login.Refresh.Reveal()]
}

func (m *memory) End(login auth.Login, why string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ended[login.Refresh.Reveal()] = why
	return nil
}

func (m *memory) Lock(ctx context.Context) (func(), error) {
	select {
	case m.turn <- struct{}{}:
		return func() { <-m.turn }, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

func (m *memory) put(login auth.Login) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.login = login
}

// tokenServer answers refreshes with numbered tokens, or as it is told.
type tokenServer struct {
	mu     sync.Mutex
	asked  int
	answer func(asked int) *http.Response
	life   time.Duration // of the tokens; 0 is an hour
	skew   time.Duration // of its clock
	delay  time.Duration
}

func (s *tokenServer) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(s.delay)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	if s.answer != nil {
		return s.answer(s.asked), nil
	}
	life := s.life
	if life == 0 {
		life = time.Hour
	}
	now := time.Now().Add(s.skew)
	access := jwt(fmt.Sprintf(`{"n":%d,"iat":%d,"exp":%d}`, s.asked, now.Unix(), now.Add(life).Unix()))
	return answer(200, fmt.Sprintf(`{"access_token":%q,"refresh_token":"r%d"}`, access, s.asked)), nil
}

func (s *tokenServer) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

// expiring is a login of yesterday whose token ends in so long.
func expiring(in time.Duration) auth.Login {
	l := stored(jwt(fmt.Sprintf(`{"exp":%d}`, time.Now().Add(in).Unix())))
	l.Created, l.Expires = time.Now().Add(-24*time.Hour), time.Now().Add(in)
	return l
}

// rig is a source with everything behind it.
type rig struct {
	*auth.Source
	store  *memory
	server *tokenServer
	mu     sync.Mutex
	warned []error
}

func newRig(t *testing.T, login auth.Login) *rig {
	t.Helper()
	r := &rig{store: newMemory(login), server: &tokenServer{}}
	client := newClient(t, "", func(o *auth.Options) { o.Transport = r.server })
	r.Source = auth.NewSource(r.store, client, func(err error) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.warned = append(r.warned, err)
	})
	return r
}

// inFakeTime runs a test where waits take no time.
func inFakeTime(t *testing.T, run func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, run)
}
