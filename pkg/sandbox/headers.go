package sandbox

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// randomUUID is a version 4 UUID.
func randomUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func randomHex(n int) string {
	b := make([]byte, (n+1)/2)
	_, _ = rand.Read(b)
	return fmt.Sprintf("%x", b)[:n]
}

// setIDs gives an answer the two ids that every answer was seen to carry.
// The colo is one that does not exist.
func setIDs(x *exchange) {
	x.w.Header().Set("X-Request-Id", randomUUID())
	x.w.Header().Set("Cf-Ray", randomHex(16)+"-SBX")
}

// window is one usage window of the account.
type window struct {
	limit   string // "codex", "imagegen_premium", …
	percent int
	minutes int
	resetAt time.Time
}

// setWindows writes the header family of each limit: x-codex-… for the plan,
// x-<limit with hyphens>-… for others (openai/codex codex-api rate_limits.rs,
// 2026-08-22; a 1440-minute window named imagegen_premium was live on
// 2026-10-03, PipiCOC).
func (s *Server) setWindows(h http.Header, primary, secondary window) {
	now := s.now()
	h.Set("X-Codex-Plan-Type", s.scenario.plan)
	for part, w := range map[string]window{"primary": primary, "secondary": secondary} {
		p := "X-" + strings.ReplaceAll(w.limit, "_", "-") + "-" + part + "-"
		h.Set(p+"used-percent", strconv.Itoa(w.percent))
		h.Set(p+"window-minutes", strconv.Itoa(w.minutes))
		h.Set(p+"reset-at", strconv.FormatInt(w.resetAt.Unix(), 10))
		h.Set(p+"reset-after-seconds", strconv.Itoa(int(w.resetAt.Sub(now).Seconds())))
	}
}

// planWindows are the account's two Codex windows: five hours and a week.
// They fill a little with each picture.
func (s *Server) planWindows() (primary, secondary window) {
	now := s.now()
	used := s.ledger.drawn()
	primary = window{"codex", min(12+3*used, 99), 300, now.Add(2*time.Hour + 10*time.Minute)}
	secondary = window{"codex", min(31+used, 99), 10080, now.Add(75 * time.Hour)}
	if s.scenario.spent {
		primary.percent = 100
	}
	return primary, secondary
}
