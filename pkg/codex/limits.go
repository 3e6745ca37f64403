package codex

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/codexgen/codexgen/pkg/internal/retry"
)

// A Window is one of a plan's usage windows, from the headers
// x-NAME-primary-… and x-NAME-secondary-… of an answer.
type Window struct {
	Limit       string    `json:"limit"`  // "codex", or another limit's name; never a fixed list
	Window      string    `json:"window"` // "primary" or "secondary"
	UsedPercent float64   `json:"used_percent"`
	Minutes     int       `json:"window_minutes,omitempty"`
	Resets      time.Time `json:"resets_at,omitzero"`
}

// What a hostile answer can make of its limits is bounded.
const (
	maxWindows = 32
	maxPercent = 1e6
	maxMinutes = 366 * 24 * 60
)

// ParseLimits reads the windows from an answer's headers, sorted by name.
// Families are found by their used-percent field, since their names change
// (imagegen_premium was new on 2026-10-03).
func ParseLimits(header http.Header, now time.Time) []Window {
	var windows []Window
	for name := range header {
		lower := strings.ToLower(name)
		family, ok := strings.CutSuffix(lower, "-used-percent")
		limit, which := "", ""
		for _, suffix := range []string{"primary", "secondary"} {
			if l, cut := strings.CutSuffix(family, "-"+suffix); ok && cut && strings.HasPrefix(l, "x-") {
				limit, which = strings.TrimPrefix(l, "x-"), suffix
			}
		}
		used, err := strconv.ParseFloat(header.Get(name), 64)
		if which == "" || err != nil || !(used >= 0 && used <= maxPercent) || len(windows) == maxWindows {
			continue
		}
		minutes, _ := strconv.Atoi(header.Get(family + "-window-minutes"))
		windows = append(windows, Window{Limit: short(limit), Window: which, UsedPercent: used,
			Minutes: min(max(minutes, 0), maxMinutes), Resets: resetTime(header.Get(family+"-reset-at"), now)})
	}
	slices.SortFunc(windows, func(a, b Window) int {
		return strings.Compare(a.Limit+" "+a.Window, b.Limit+" "+b.Window)
	})
	return windows
}

func resetTime(field string, now time.Time) time.Time {
	seconds, err := strconv.ParseFloat(field, 64)
	if err != nil || !(seconds > 0 && seconds < 1e11) {
		return time.Time{}
	}
	return clampReset(time.Unix(int64(seconds), 0), now)
}

// clampReset keeps a server's time between now and a year from now.
func clampReset(at, now time.Time) time.Time {
	if at.Before(now) {
		return now
	}
	if latest := now.Add(retry.MaxDelay); at.After(latest) {
		return latest
	}
	return at
}

// fullWindowsReset is the latest reset of the active limit's full windows, of
// all full windows when the active limit has none.
func fullWindowsReset(windows []Window, active string) time.Time {
	var latest, ofActive time.Time
	for _, window := range windows {
		if window.UsedPercent < 100 {
			continue
		}
		if window.Resets.After(latest) {
			latest = window.Resets
		}
		if window.Limit == headerName(active) && window.Resets.After(ofActive) {
			ofActive = window.Resets
		}
	}
	if !ofActive.IsZero() {
		return ofActive
	}
	return latest
}

// headerName is a limit's name as the header families spell it.
func headerName(limit string) string {
	return strings.ReplaceAll(strings.ToLower(limit), "_", "-")
}

// Until words a time for people: the local time, and how far off it is.
func Until(at, now time.Time) string {
	left := at.Sub(now).Round(time.Minute)
	days, hours, minutes := int(left.Hours())/24, int(left.Hours())%24, int(left.Minutes())%60
	local := at.Local().Format("15:04")
	switch {
	case at.Sub(now) < time.Minute:
		return local + ", in under a minute"
	case days > 0:
		return fmt.Sprintf("%s, in %d d %d h", at.Local().Format("2006-01-02 15:04"), days, hours)
	case hours > 0:
		return fmt.Sprintf("%s, in %d h %d min", local, hours, minutes)
	}
	return fmt.Sprintf("%s, in %d min", local, minutes)
}
