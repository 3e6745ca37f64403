package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/coder/websocket"
)

// dial opens a WebSocket as k's account does.
func (k *kit) dial(edits ...edit) (*websocket.Conn, *http.Response, error) {
	k.t.Helper()
	request := k.request("GET", "/responses", nil, edits...)
	conn, answer, err := websocket.Dial(k.t.Context(), request.URL.String(), &websocket.DialOptions{HTTPClient: k.http, HTTPHeader: request.Header})
	if err == nil {
		conn.SetReadLimit(-1)
		k.t.Cleanup(func() { _ = conn.CloseNow() })
	}
	return conn, answer, err
}

// turn sends a message and reads events to the last of them, or to an error.
func (k *kit) turn(conn *websocket.Conn, message object) (evs []event, err error) {
	k.t.Helper()
	if err := conn.Write(k.t.Context(), websocket.MessageText, mustJSON(message)); err != nil {
		return nil, err
	}
	for {
		kind, text, err := conn.Read(k.t.Context())
		if err != nil {
			return evs, err
		}
		var e event
		if err := json.Unmarshal(text, &e.data); err != nil || kind != websocket.MessageText {
			k.t.Fatalf("%v in %.300q", err, text)
		}
		if e.name = e.data.str("type"); int(e.data.number("sequence_number")) != len(evs) {
			k.t.Fatalf("event %d has number %v", len(evs), e.data["sequence_number"])
		}
		evs = append(evs, e)
		if e.name == "error" || e.name == "response.completed" {
			return evs, nil
		}
	}
}

func create(body object) object {
	body["type"] = "response.create"
	return body
}

// TestSocketSaysWhatTheStreamSays has two turns on one connection, each with
// the events of a POST.
func TestSocketSaysWhatTheStreamSays(t *testing.T) {
	k := start(t, Config{Faults: []string{"small"}})
	want := names(k.post("/responses", tool(object{"partial_images": 1})).events(t))
	conn, _, err := k.dial()
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		evs, err := k.turn(conn, create(tool(object{"partial_images": 1})))
		if got := names(evs); err != nil || got != "codex.rate_limits "+want {
			t.Fatalf("%v\n%s, want\n%s", err, got, want)
		}
		decodePNG(t, last(evs, "response.output_item.done").obj("item").str("result"))
	}
	if got := k.Stats(); got.Images != 3 {
		t.Errorf("%d images", got.Images)
	}
}

// TestSocketHandshake is as strict as POST is.
func TestSocketHandshake(t *testing.T) {
	for name, row := range map[string]struct {
		config Config
		edit   edit
		status int
	}{
		"wrong token":     {Config{}, header("Authorization", "Bearer x"), 401},
		"no token":        {Config{}, header("Authorization", ""), 401},
		"other account":   {Config{}, header("ChatGPT-Account-ID", "x"), 401},
		"expired":         {Config{Faults: []string{"unauthorized"}}, header("a", "b"), 401},
		"official client": {Config{}, header("originator", "codex_exec"), 426},
		"no WebSocket":    {Config{Faults: []string{"status=426"}}, header("a", "b"), 426},
		"wall":            {Config{Scenario: "challenge"}, header("a", "b"), 403},
	} {
		t.Run(name, func(t *testing.T) {
			_, answer, err := start(t, row.config).dial(row.edit)
			if err == nil || answer == nil || answer.StatusCode != row.status {
				t.Errorf("%v %v", answer, err)
			}
			if row.status == 426 && answer.Header.Get("Upgrade") == "" {
				t.Error("it names no protocol")
			}
		})
	}
	if got := start(t, Config{}).do("GET", "/responses", nil); got.status != 405 {
		t.Errorf("a GET without an upgrade: %d", got.status)
	}
}

// TestSocketRefusals are those of POST, in an error event with the status.
func TestSocketRefusals(t *testing.T) {
	for name, row := range map[string]struct {
		scenario string
		message  object
		status   float64
		says     string
	}{
		"no type":     {"", hostedBody(nil), 400, "response.create"},
		"store":       {"", create(hostedBody(object{"store": true})), 400, "Store must be set to false"},
		"stripped":    {"stripped", create(hostedBody(nil)), 400, "not found in 'tools' parameter"},
		"limit":       {"usage-limit", create(hostedBody(nil)), 429, "usage_limit_reached"},
		"an id":       {"", create(hostedBody(object{"previous_response_id": "resp_0"})), 400, "previous_response_not_found"},
		"moderation":  {"moderation", create(hostedBody(nil)), 400, "moderation_blocked"},
		"a proxy's":   {"codex-lb-strict", create(hostedBody(nil)), 400, ""},
		"no tool now": {"2026-05-free", create(hostedBody(nil)), 400, "not found in 'tools' parameter"},
	} {
		t.Run(name, func(t *testing.T) {
			k := start(t, Config{Scenario: row.scenario})
			conn, _, err := k.dial()
			if err != nil {
				t.Fatal(err)
			}
			evs, err := k.turn(conn, row.message)
			if err != nil || len(evs) != 1 || evs[0].name != "error" || evs[0].data.number("status") != row.status || !strings.Contains(string(mustJSON(evs[0].data)), row.says) {
				t.Errorf("%v %v", evs, err)
			}
			if k.Stats().Images != 0 {
				t.Error("it drew")
			}
		})
	}
}

// TestSocketStrip: a gateway takes the tool out here, and leaves it in a POST.
func TestSocketStrip(t *testing.T) {
	k := start(t, Config{Scenario: "socket-strip", Faults: []string{"small"}})
	conn, _, err := k.dial()
	if err != nil {
		t.Fatal(err)
	}
	evs, err := k.turn(conn, create(hostedBody(nil)))
	if tools := last(evs, "response.created").obj("response").list("tools"); err != nil || len(tools) != 0 || k.Stats().Images != 0 {
		t.Errorf("%v, tools %v", err, tools)
	}
	if k.post("/responses", hostedBody(nil)); k.Stats().Images != 1 {
		t.Error("a POST did not draw")
	}
}

// TestSocketCloses ends conversations in the ways that were seen, and in those
// that a network has.
func TestSocketCloses(t *testing.T) {
	huge := create(hostedBody(object{"instructions": strings.Repeat("x", maxMessage)}))
	for name, row := range map[string]struct {
		fault   string
		message object
		code    websocket.StatusCode // -1: none came
	}{
		"a message of more than 16 MiB": {"plain", huge, websocket.StatusMessageTooBig},
		"a proxy's limit, in":           {"socket-limit=100", create(hostedBody(nil)), websocket.StatusMessageTooBig},
		"a proxy's limit, out":          {"socket-limit=3000", create(hostedBody(nil)), websocket.StatusMessageTooBig},
		"a goodbye in an image":         {"truncate=3000", create(hostedBody(nil)), websocket.StatusNormalClosure},
		"none in an image":              {"cut=3000", create(hostedBody(nil)), -1},
	} {
		t.Run(name, func(t *testing.T) {
			k := start(t, Config{Faults: []string{"small", row.fault}})
			conn, _, err := k.dial()
			if err != nil {
				t.Fatal(err)
			}
			evs, err := k.turn(conn, row.message)
			if err != nil && name == "a message of more than 16 MiB" && websocket.CloseStatus(err) == -1 {
				_, _, err = conn.Read(t.Context()) // the close frame came while it was written
			}
			if err == nil || websocket.CloseStatus(err) != row.code {
				t.Errorf("%d events, then %v", len(evs), err)
			}
		})
	}
}

// TestSocketStalls until the client leaves; closing the server waits for no
// client.
func TestSocketStalls(t *testing.T) {
	k := start(t, Config{Faults: []string{"small", "stall=3000"}})
	for _, leave := range []bool{true, false} {
		conn, _, err := k.dial()
		if err != nil {
			t.Fatal(err)
		}
		if err := conn.Write(t.Context(), websocket.MessageText, mustJSON(create(hostedBody(nil)))); err != nil {
			t.Fatal(err)
		}
		if _, _, err := conn.Read(t.Context()); err != nil {
			t.Fatal(err)
		}
		if leave {
			_ = conn.CloseNow()
		}
	}
	if err := k.Close(); err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
