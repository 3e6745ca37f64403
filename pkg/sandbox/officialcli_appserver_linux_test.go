package sandbox

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"
)

// appServer talks to `codex app-server`: JSON-RPC, one message a line.
type appServer struct {
	d   *officialDesk
	in  io.Writer
	out *bufio.Scanner
	id  int
}

// withAppServer starts one and ends it.
func (d *officialDesk) withAppServer(do func(*appServer)) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), time.Minute)
	defer cancel()
	cmd := d.command(ctx, "app-server")
	in, err := cmd.StdinPipe()
	if err != nil {
		d.t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		d.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	defer func() {
		_ = in.Close()
		cancel()
		_ = cmd.Wait() // killed, unless it ended with its input
	}()
	s := &appServer{d: d, in: in, out: bufio.NewScanner(out)}
	s.out.Buffer(nil, 4<<20)
	s.ask("initialize", object{"clientInfo": map[string]any{"name": "codex_desk", "title": "desk", "version": "1.0.0"}})
	s.send(object{"method": "initialized"})
	do(s)
}

func (s *appServer) send(message object) {
	s.d.t.Helper()
	if _, err := s.in.Write(append(mustJSON(message), '\n')); err != nil {
		s.d.t.Fatal(err)
	}
}

// ask returns the whole answer.
func (s *appServer) ask(method string, parameters any) object {
	s.d.t.Helper()
	s.id++
	s.send(object{"id": s.id, "method": method, "params": parameters})
	return s.until(func(o object) bool { return o.number("id") == float64(s.id) && !o.has("method") })
}

// until reads messages up to the one that is waited for.
func (s *appServer) until(is func(object) bool) object {
	s.d.t.Helper()
	for s.out.Scan() {
		var o object
		if err := json.Unmarshal(s.out.Bytes(), &o); err != nil {
			s.d.t.Fatalf("%v in %.300q", err, s.out.Bytes())
		}
		if is(o) {
			return o
		}
	}
	s.d.t.Fatalf("the app server ended: %v; %+v", s.out.Err(), s.d.server.Stats().Requests)
	return nil
}

func (d *officialDesk) readsUsage() {
	d.withAppServer(func(s *appServer) {
		answer := s.ask("account/rateLimits/read", nil)
		primary, _ := d.server.planWindows()
		window := answer.obj("result").obj("rateLimits").obj("primary")
		if int(window.number("usedPercent")) != primary.percent || int(window.number("windowDurationMins")) != primary.minutes {
			d.t.Errorf("%s", mustJSON(answer))
		}
	})
}

// signsInByBrowser opens the page that the app server names; the sandbox
// approves at once.
func (d *officialDesk) signsInByBrowser() {
	d.withAppServer(func(s *appServer) {
		answer := s.ask("account/login/start", object{"type": "chatgpt"})
		address := answer.obj("result").str("authUrl")
		if !strings.HasPrefix(address, IssuerURL(d.base)+"/oauth/authorize?") {
			d.t.Fatalf("%s", mustJSON(answer))
		}
		d.browse(address)
		done := s.until(func(o object) bool { return o.str("method") == "account/login/completed" })
		if done.obj("params")["success"] != true {
			d.t.Errorf("%s", mustJSON(done))
		}
	})
}

func (d *officialDesk) browse(address string) {
	d.t.Helper()
	request, err := http.NewRequestWithContext(d.t.Context(), http.MethodGet, address, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	answer, err := (&http.Client{Transport: transport, Timeout: 30 * time.Second}).Do(request)
	if err != nil {
		d.t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK || answer.Request.URL.Path != "/success" {
		d.t.Errorf("the browser ended at %s with %s", answer.Request.URL.Path, answer.Status)
	}
}
