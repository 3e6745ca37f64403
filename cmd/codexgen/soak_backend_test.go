package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/codexgen/codexgen/pkg/sandbox"
)

// A mishap is what a backend may do to a request, and what has to become of it.
type mishap struct {
	name     string
	scenario string
	faults   string // of the sandbox, separated by blanks
	fails    string // error_type; "" is a picture all the same
	hosted   bool   // the responses route alone knows it
	free     bool   // nothing is drawn
	once     bool   // the request is sent again, and then all is well
}

// mishaps are all that a long run may meet; the first, which is none, is most
// likely.
var mishaps = []mishap{
	{name: "none"},
	{name: "JPEG", faults: "jpeg-bytes"},
	{name: "credentials", faults: "credentials"},
	{name: "too often", faults: "status=429 retry-after=0", free: true, once: true},
	{name: "overloaded", faults: "status=503 retry-after=0", free: true, once: true},
	{name: "status 500", faults: "status=500", fails: "api_error", free: true},
	{name: "expired", faults: "unauthorized", fails: "unauthorized", free: true},
	{name: "moderation", scenario: "moderation", fails: "moderation_blocked", free: true},
	{name: "challenge", scenario: "challenge", fails: "challenge", free: true},
	{name: "cut", faults: "cut=3000", fails: "stream_cut"},
	{name: "truncated", faults: "truncate=3000", fails: "stream_cut"},
	{name: "stalled", faults: "stall=3000", fails: "stalled"},
	{name: "no base64", faults: "corrupt=middle", fails: "damaged_image"},
	{name: "bad CRC", faults: "bad-crc", fails: "damaged_image"},
	{name: "byte by byte", faults: "one-byte"},
	{name: "CR LF", faults: "crlf", hosted: true},
	{name: "late picture", faults: "only-completed", hosted: true},
	{name: "error after it", faults: "error-after-image", hosted: true},
	{name: "drafts only", faults: "only-partials", fails: "empty_response", hosted: true},
}

// onTheWay is the responses route, which every other job takes.
func onTheWay(n int) bool { return n%2 == 1 }

// An unsteady backend has for each job, which is known by the number in its
// prompt, a mishap that the seed decides.
type unsteady struct {
	seed    uint64
	front   *httptest.Server
	servers []*sandbox.Server // by mishap
	jobs    perJob
}

func startUnsteady(t *testing.T, seed uint64) *unsteady {
	t.Helper()
	u := &unsteady{seed: seed}
	for _, m := range mishaps {
		server, err := sandbox.New(sandbox.Config{Scenario: m.scenario, Faults: append(strings.Fields(m.faults), "small")})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = server.Close() })
		u.servers = append(u.servers, server)
	}
	u.front = httptest.NewServer(u)
	t.Cleanup(u.front.Close)
	return u
}

// settings point the program at it.
func (u *unsteady) settings() map[string]string {
	return map[string]string{"CODEXGEN_BASE_URL": u.front.URL + "/backend-api/codex", "CODEXGEN_ACCESS_TOKEN": u.servers[0].AccessToken(), "CODEXGEN_HOST_MODEL": "gpt-5.5"}
}

// of is the mishap of a job: three of five have none.
func (u *unsteady) of(n int) int {
	random := rand.New(rand.NewPCG(u.seed, uint64(n)))
	if random.IntN(5) < 3 {
		return 0
	}
	for {
		if i := 1 + random.IntN(len(mishaps)-1); !mishaps[i].hosted || onTheWay(n) {
			return i
		}
	}
}

func (u *unsteady) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	meets := u.servers[0]
	if forImage(r) {
		n, times := u.jobs.note(r)
		if i := u.of(n); !mishaps[i].once || times == 1 {
			meets = u.servers[i]
		}
	}
	if r.Header.Get("Authorization") == "Bearer "+u.servers[0].AccessToken() { // each has its own
		r.Header.Set("Authorization", "Bearer "+meets.AccessToken())
		r.Header.Set("ChatGPT-Account-ID", meets.AccountID())
	}
	meets.ServeHTTP(w, r)
}

// want says what has to become of the jobs from first to last, by number: ""
// for a picture. It fails the test if a job was asked for more often than its
// mishap allows, or if the backend drew more or less than that.
func (u *unsteady) want(t *testing.T, first, last int) map[int]string {
	t.Helper()
	want, drawn := map[int]string{}, 0
	for n := first; n <= last; n++ {
		m := mishaps[u.of(n)]
		want[n] = m.fails
		times := 1
		if m.once {
			times = 2
		}
		if !m.free || m.once {
			drawn++
		}
		if asked := u.jobs.of(n); asked != times {
			t.Errorf("job %d, which meets %q, was asked for %d times", n, m.name, asked)
		}
	}
	for _, server := range u.servers {
		drawn -= server.Stats().Images
	}
	if drawn != 0 {
		t.Errorf("%d pictures fewer were drawn than expected", drawn)
	}
	return want
}

// manifest has a line for each job, half of them with drafts.
func (u *unsteady) manifest(jobs int) string {
	var text strings.Builder
	for n := 1; n <= jobs; n++ {
		if onTheWay(n) {
			fmt.Fprintf(&text, `{"prompt": "picture %d", "route": "responses", "partials": 1}`+"\n", n)
		} else {
			fmt.Fprintf(&text, `{"prompt": "picture %d"}`+"\n", n)
		}
	}
	return text.String()
}
