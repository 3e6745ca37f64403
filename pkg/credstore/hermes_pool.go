package credstore

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// hermesAuth is the part of Hermes's auth.json that is read
// (NousResearch/hermes-agent agent/credential_pool.py and
// website/docs/user-guide/features/credential-pools.md, read 2026-11-21).
type hermesAuth struct {
	Pool map[string]json.RawMessage `json:"credential_pool"`
	// Providers holds the one login of before there were pools, and of a pool
	// that Hermes has not filled yet.
	Providers map[string]json.RawMessage `json:"providers"`
}

// entries are the pool's, or the one login; what has another form is passed
// over, as Hermes does.
func (a hermesAuth) entries() []hermesEntry {
	var pool []json.RawMessage
	_ = json.Unmarshal(a.Pool[hermesProvider], &pool)
	var entries []hermesEntry
	for _, text := range pool {
		var entry hermesEntry
		if json.Unmarshal(text, &entry) == nil {
			entries = append(entries, entry)
		}
	}
	if len(entries) > 0 {
		return entries
	}
	var single struct {
		Tokens struct {
			Access string `json:"access_token"`
		} `json:"tokens"`
	}
	if json.Unmarshal(a.Providers[hermesProvider], &single) == nil && single.Tokens.Access != "" {
		return []hermesEntry{{Access: single.Tokens.Access}}
	}
	return nil
}

type hermesEntry struct {
	Priority int          `json:"priority"`
	AuthType string       `json:"auth_type"`
	Access   string       `json:"access_token"`
	BaseURL  string       `json:"base_url"`
	Enabled  *bool        `json:"enabled"`
	Status   string       `json:"last_status"`
	StatusAt absoluteTime `json:"last_status_at"`
	ResetAt  absoluteTime `json:"last_error_reset_at"`
	Code     int          `json:"last_error_code"`
	Failure  string       `json:"failure_reason"`
}

// problem says why an entry is passed over, or nothing.
func (e hermesEntry) problem(c Credential, now time.Time, alone bool) string {
	until := e.heldUntil(alone)
	switch {
	case e.Enabled != nil && !*e.Enabled:
		return "is switched off"
	case e.AuthType != "" && e.AuthType != "oauth":
		return "is no ChatGPT login but an API key"
	case strings.TrimSpace(e.Access) == "":
		return "has no access token"
	case !forChatGPT(e.BaseURL):
		return "is for another server"
	case e.Status == "dead":
		return "was refused for good"
	case e.Status == "exhausted" && now.Before(until):
		return "is held back until " + until.Local().Format("2006-01-02 15:04")
	case !c.Expires.IsZero() && !now.Before(c.Expires):
		return "expired at " + c.Expires.Local().Format("2006-01-02 15:04")
	}
	return ""
}

// heldUntil is the server's time, else a pause that depends on the answer and
// on whether there is another entry.
func (e hermesEntry) heldUntil(alone bool) time.Time {
	switch at := e.StatusAt.Time; {
	case !e.ResetAt.IsZero():
		return e.ResetAt.Time
	case at.IsZero():
		return time.Time{}
	case e.Code == 401:
		return at.Add(5 * time.Minute)
	case alone && e.Code != 402 && e.Failure != "billing":
		return at.Add(time.Minute)
	default:
		return at.Add(time.Hour)
	}
}

// forChatGPT: a token goes to the server that it is for and to no other.
func forChatGPT(base string) bool {
	address, err := url.Parse(base)
	return base == "" || err == nil && address.Hostname() == "chatgpt.com"
}

// An absoluteTime is seconds or milliseconds since 1970, or ISO 8601; anything
// else is no time.
type absoluteTime struct{ time.Time }

func (t *absoluteTime) UnmarshalJSON(text []byte) error {
	var word string
	if json.Unmarshal(text, &word) != nil {
		word = string(text)
	}
	for _, form := range []string{time.RFC3339, "2006-01-02T15:04:05"} {
		if at, err := time.ParseInLocation(form, word, time.Local); err == nil {
			t.Time = at
			return nil
		}
	}
	const tooLargeForSeconds = 1e12
	number, err := strconv.ParseFloat(word, 64)
	switch {
	case err != nil || !(number > 0) || number > 1e15:
	case number > tooLargeForSeconds:
		t.Time = time.UnixMilli(int64(number))
	default:
		t.Time = time.UnixMilli(int64(number * 1000))
	}
	return nil
}
