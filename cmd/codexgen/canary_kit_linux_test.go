package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/codexgen/codexgen/pkg/corpus"
	"github.com/codexgen/codexgen/pkg/sandbox"
)

// lines are the command lines that are tried of a command. One that is not
// named here is run without arguments.
func (c *canary) lines(path string) [][]string {
	words := strings.Fields(path)
	with := func(more ...string) []string { return append(append([]string{}, words...), more...) }
	switch path {
	case "gen":
		return [][]string{with("a cat", "-o", "cat.png", "--force", "--open"), with("a cat", "--json", "--sidecar"), with("a cat", "--route", "images", "--events"), with("a cat", "--dry-run"), with("a cat", "--base-url", c.untrusted.URL)}
	case "edit":
		return [][]string{with("cat.png", "a hat")}
	case "auth login":
		return [][]string{with("--store", "file"), with("--device", "--store", "file"), with("--no-browser", "--store", "file"), with("--with-token", "--store", "file", "--profile", "third", "--yes")}
	case "auth status", "usage", "models", "auth list", "doctor":
		return [][]string{with(), with("--json")}
	case "probe":
		return [][]string{with("--yes", "--budget", "2", "--save", "report.json"), with("--yes", "--format", "html")}
	case "batch":
		return [][]string{with("prompts.txt", "-o", "many", "--retry-unknown", "--resume")}
	case "auth switch":
		return [][]string{with("second")}
	case "auth logout":
		return [][]string{with("--profile", "second"), with("--all")}
	}
	return [][]string{with()}
}

// canary is a machine with issuer, backend and browser.
type canary struct {
	folder  string
	server  *httptest.Server
	hostile atomic.Int32 // the status of errors that repeat what was sent
	sandbox *sandbox.Server

	silent    atomic.Bool      // the backend takes a request and says nothing
	untrusted *httptest.Server // has a certificate of its own

	mu      sync.Mutex
	secrets []string
}

// brokenHeader is the hostile mode that repeats in a header line which no
// library can read, and which is quoted in its error.
const brokenHeader = 1

func newCanary(t *testing.T) *canary {
	t.Helper()
	server, err := sandbox.New(sandbox.Config{})
	if err != nil {
		t.Fatal(err)
	}
	c := &canary{folder: t.TempDir(), sandbox: server, secrets: []string{"canary-access", "canary-refresh", "canary-code", "canary-device", "canary-handed-over", "canary-cookie", "canary-session", canaryID}}
	c.server = httptest.NewServer(c)
	c.untrusted = httptest.NewUnstartedServer(c)
	c.untrusted.Config.ErrorLog = log.New(io.Discard, "", 0) // of clients that go away
	c.untrusted.StartTLS()
	t.Cleanup(func() {
		c.untrusted.Close()
		c.server.CloseClientConnections()
		c.server.Close()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	script := "#!/bin/sh\n{ printf '%s\\n' \"$@\"; env; } >> started\ncase $1 in http*) exec browser \"$1\";; esac\n"
	if err := errors.Join(os.Mkdir(filepath.Join(c.folder, "bin"), 0o700), os.WriteFile(filepath.Join(c.folder, "bin", "xdg-open"), []byte(script), 0o700),
		os.WriteFile(filepath.Join(c.folder, "seed.png"), corpus.PNG(corpus.Halves(64, 64)), 0o600),
		os.WriteFile(filepath.Join(c.folder, "prompts.txt"), []byte("a dog\na hen\n"), 0o600)); err != nil {
		t.Fatal(err)
	}
	return c
}

// ServeHTTP is the issuer, and the backend behind a token that it knows.
func (c *canary) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	form, _ := url.ParseQuery(string(body))
	w.Header().Set("Content-Type", "application/json")
	w.Header().Add("Set-Cookie", "__cf_bm=canary-cookie; Path=/")
	w.Header().Add("Set-Cookie", "session=canary-session; Path=/")
	c.keep(form.Get("code_verifier"))
	switch path := r.URL.Path; {
	case path == "/oauth/authorize":
		q := r.URL.Query()
		http.Redirect(w, r, q.Get("redirect_uri")+"?"+url.Values{"state": {q.Get("state")}, "code": {"canary-code"}}.Encode(), http.StatusFound)
	case path == "/api/accounts/deviceauth/usercode":
		fmt.Fprint(w, `{"device_auth_id":"canary-device","user_code":"ABCD-EFGH","interval":"5"}`)
	case c.hostile.Load() == brokenHeader:
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			line := strings.NewReplacer("\r", "", "\n", "").Replace(string(body))
			fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nX-Echo: \x01%s %s\r\n\r\n", r.Header.Get("Authorization"), line)
			_ = conn.Close()
		}
	case c.hostile.Load() != 0:
		echo := "not taken: " + strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ") + " " + string(body) + " " + r.URL.RawQuery
		w.WriteHeader(int(c.hostile.Load()))
		_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]any{"message": echo, "code": echo, "type": echo}, "error_description": echo, "detail": echo})
	case path == "/api/accounts/deviceauth/token":
		fmt.Fprint(w, `{"authorization_code":"canary-code","code_verifier":"canary-code-verifier-of-the-server-0123456789"}`)
	case path == "/oauth/token":
		fmt.Fprintf(w, `{"access_token":"canary-access","refresh_token":"canary-refresh","id_token":%q}`, canaryID)
	case strings.HasPrefix(path, "/backend-api/") && c.silent.Load():
		<-r.Context().Done()
	case strings.HasPrefix(path, "/backend-api/"):
		r.Body = io.NopCloser(bytes.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+c.sandbox.AccessToken())
		r.Header.Del("ChatGPT-Account-ID")
		c.sandbox.ServeHTTP(w, r)
	}
}

func (c *canary) keep(secret string) {
	if secret == "" {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.secrets = append(c.secrets, secret)
}

// found names a secret in text.
func (c *canary) found(text string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return foundIn(text, c.secrets)
}

func foundIn(text string, secrets []string) string {
	for _, secret := range secrets {
		if slices.ContainsFunc(forms(secret), func(form string) bool { return strings.Contains(text, form) }) {
			return secret
		}
	}
	return ""
}

// forms are how a text can stand in another one: plain, escaped, in hex, and in
// base64, where it looks different at each of three places.
func forms(secret string) []string {
	all := []string{secret, url.QueryEscape(secret), url.PathEscape(secret), hex.EncodeToString([]byte(secret)), strings.ToUpper(hex.EncodeToString([]byte(secret)))}
	for before := range 3 {
		encoded := base64.StdEncoding.EncodeToString(append(make([]byte, before), secret...))
		own := encoded[(before*8+5)/6 : (before+len(secret))*8/6] // without what its neighbours share
		all = append(all, own, strings.NewReplacer("+", "-", "/", "_").Replace(own))
	}
	return all
}

// command is codexgen with this machine's environment.
func (c *canary) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "codexgen", args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGINT) }
	cmd.WaitDelay = 20 * time.Second
	cmd.Dir = c.folder
	cmd.Env = []string{"PATH=" + filepath.Join(c.folder, "bin") + ":" + os.Getenv("PATH"), "HOME=" + c.folder, "DISPLAY=:0", "GOTRACEBACK=all", "BROWSER_LOG=" + filepath.Join(c.folder, "shown"),
		"CODEXGEN_HISTORY=true", "CODEXGEN_BASE_URL=" + c.server.URL + "/backend-api/codex", "CODEXGEN_ISSUER=" + c.server.URL}
	return cmd
}

// run tries a command line with and without a token from the environment,
// ends it after a while if it goes on, and looks around.
func (c *canary) run(t *testing.T, stdin string, args ...string) {
	t.Helper()
	for _, more := range [][]string{nil, {"CODEXGEN_ACCESS_TOKEN=canary-handed-over"}} {
		if more != nil && len(args) > 1 && args[1] == "login" {
			continue // the same
		}
		wait := 20 * time.Second
		if args[0] == "sandbox" || len(args) > 2 && args[2] == "--no-browser" {
			wait = 500 * time.Millisecond // they go on until they are told
		}
		ctx, cancel := context.WithTimeout(t.Context(), wait)
		cmd := c.command(ctx, args...)
		cmd.Env = append(cmd.Env, more...)
		cmd.Stdin = strings.NewReader(stdin)
		var out, log bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &log
		_ = cmd.Run() // some are to fail
		cancel()
		c.look(t, args, out.String(), log.String())
	}
}

func (c *canary) look(t *testing.T, args []string, out, log string) {
	t.Helper()
	line := strings.Join(args, " ")
	if secret := c.found(log); secret != "" {
		t.Errorf("%s: %s is on standard error:\n%s", line, secret, log)
	}
	if secret := c.found(out); secret != "" && !strings.HasPrefix(line, "auth token") {
		t.Errorf("%s: %s is on standard output:\n%s", line, secret, out)
	}
	err := filepath.WalkDir(c.folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() || entry.Name() == "login.json" {
			return err
		}
		content, err := os.ReadFile(path)
		if secret := c.found(string(content)); secret != "" {
			t.Errorf("%s: %s is in %s", line, secret, path)
		}
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

// crash ends a command in the midst of its work, as a fault of its own would.
func (c *canary) crash(t *testing.T, once string, args ...string) {
	t.Helper()
	cmd := c.command(t.Context(), args...)
	log, err := cmd.StderrPipe()
	if err != nil || cmd.Start() != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	buffer := make([]byte, 4096)
	for !strings.Contains(said.String(), once) {
		n, err := log.Read(buffer)
		said.Write(buffer[:n])
		if err != nil {
			t.Fatalf("%v\n%s", err, said.String())
		}
	}
	if err := cmd.Process.Signal(syscall.SIGQUIT); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(&said, log); err != nil {
		t.Error(err)
	}
	_ = cmd.Wait()
	if !strings.Contains(said.String(), "goroutine ") {
		t.Fatalf("it did not crash:\n%s", said.String())
	}
	c.look(t, cmd.Args, "", said.String())
}
