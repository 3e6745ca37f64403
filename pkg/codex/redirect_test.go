package codex_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/codexgen/codexgen/pkg/codex"
)

// elsewhere answers each request with a redirect and counts those that go on.
type elsewhere struct {
	status   int
	location string
	asked    atomic.Int32
	followed atomic.Int32
}

func (e *elsewhere) RoundTrip(r *http.Request) (*http.Response, error) {
	e.asked.Add(1)
	if !strings.HasPrefix(r.URL.String(), codex.DefaultBaseURL) && r.URL.String() != "https://chatgpt.com/backend-api/wham/usage" {
		e.followed.Add(1)
		return nil, errors.New("a redirect was followed")
	}
	if r.Body != nil {
		_ = r.Body.Close()
	}
	return &http.Response{StatusCode: e.status, Header: http.Header{"Location": {e.location}}, Body: http.NoBody, Request: r}, nil
}

// TestOA07_RedirectsAreNotFollowed: neither token, account id nor prompt goes
// on, wherever an answer points and whatever was asked.
func TestOA07_RedirectsAreNotFollowed(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		for name, location := range map[string]string{
			"other host": "https://evil.example/", "other port": "https://chatgpt.com:444/backend-api/codex/x", "no TLS": "http://chatgpt.com/backend-api/codex/x",
			"subdomain": "https://sub.chatgpt.com/", "relative to another host": "//evil.example/", "user in front": "https://chatgpt.com@evil.example/",
		} {
			t.Run(fmt.Sprint(status, " to ", name), func(t *testing.T) {
				away := &elsewhere{status: status, location: location}
				options := codex.Options{Tokens: fixed("token"), Transport: away}
				for _, r := range []codex.Request{{Prompt: "x", Route: codex.RouteImages}, {Prompt: "x", Route: codex.RouteResponses, HostModel: "h"}} {
					checkBroken(t, generate(t, options, r, &memory{}), codex.KindRedirect, codex.ChargedNo)
				}
				client, err := codex.New(options)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := client.Models(t.Context()); err == nil {
					t.Error("a catalogue came")
				}
				if _, err := client.PlanUsage(t.Context()); err == nil {
					t.Error("a plan came")
				}
				if away.asked.Load() != 4 || away.followed.Load() != 0 {
					t.Errorf("%d requests, %d elsewhere", away.asked.Load(), away.followed.Load())
				}
			})
		}
	}
}
