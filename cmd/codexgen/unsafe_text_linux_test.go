package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/codexgen/codexgen/pkg/corpus"
)

// unsafeText holds what a server may put into any text: escape sequences that
// colour, retitle, copy to the clipboard and link, C1 bytes, marks that reorder
// and hide, NUL, a line of its own, a way out of the folder, and markup.
const unsafeText = "\x1b[31mred\x1b]0;title\x07\x1b]52;c;aGk=\x07\x1b]8;;http://evil.example\x1b\\link\u009b31m\u202eback\u2066\u200b\ufeff\x7f\x00" +
	"../../../up\r\nINJECTED line\u2028INJECTED too\\<script>alert(1)</script><img src=x onerror=alert(1)>|`x`[y](javascript:alert(1))"

// TestUnsafeText drives a backend and an issuer whose every text is hostile
// through every command that shows one, and looks at the bytes of both streams
// and of every file that is left.
func TestUnsafeText(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{"short": unsafeText, "of a megabyte": strings.Repeat(unsafeText, 1<<20/len(unsafeText))} {
		for _, mode := range []string{"image", "words", "failed", "incomplete", "error", "html", "raw headers"} {
			t.Run(mode+", "+name, func(t *testing.T) {
				t.Parallel()
				if len(text) > len(unsafeText) && mode != "image" && os.Getenv("CI_TIER") != "full" {
					t.Skip("takes a while: CI_TIER=full runs it")
				}
				u := newUnsafe(t, mode, text)
				for _, line := range unsafeLines {
					u.run(t, line...)
				}
				if made, _ := filepath.Glob(filepath.Join(u.folder, "*cat*.png")); mode == "image" && len(made) < 6 {
					t.Errorf("only %q were made", made)
				}
			})
		}
	}
}

// unsafeLines are run one after the other in one home: what the first leave
// there, the last show.
var unsafeLines = [][]string{
	{"auth", "login", "--store", "file"},
	{"auth", "login", "--store", "file", "--profile", "other", "--device"},
	{"auth", "status"}, {"auth", "status", "--json"}, {"auth", "list"}, {"auth", "list", "--json"},
	{"models"}, {"models", "--json"}, {"usage"}, {"usage", "--json"}, {"doctor"}, {"doctor", "--json"},
	{"gen", "a cat", "-v", "--sidecar", "--history", "--quality", "low"},
	{"gen", "a cat", "-v", "--debug=full", "--route", "images", "--history"},
	{"gen", "a cat", "--json", "--history"}, {"gen", "a cat", "--route", "images", "--json", "--debug"},
	{"gen", "a cat", "--events"}, {"gen", "a cat", "-n", "2"}, {"gen", "a cat", "-o", "-"},
	{"edit", "seed.png", "a hat", "-v"}, {"batch", "prompts.txt", "-o", "many", "--json"},
	{"probe", "--yes", "--budget", "2", "--save", "report.json"}, {"probe", "--yes", "--format", "markdown"},
	{"probe", "--yes", "--format", "html"}, {"probe", "--yes", "--format", "junit"}, {"probe", "--yes", "--format", "json"},
	{"history"}, {"history", "--json"}, {"history", "show", "ID"}, {"history", "show", "ID", "--json"},
	{"gallery", "-o", "gallery.html"}, {"auth", "logout", "--all"},
}

// An unsafe is a machine with an issuer and a backend that put text wherever
// one goes.
type unsafe struct {
	mode, folder string
	quoted       string // text in JSON
	server       *httptest.Server
}

func newUnsafe(t *testing.T, mode, text string) *unsafe {
	t.Helper()
	quoted, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	u := &unsafe{mode: mode, folder: t.TempDir(), quoted: string(quoted)}
	u.server = httptest.NewServer(u)
	t.Cleanup(func() {
		u.server.CloseClientConnections()
		u.server.Close()
	})
	script := "#!/bin/sh\ncase $1 in http*) exec browser \"$1\";; esac\n"
	for name, content := range map[string][]byte{"seed.png": corpus.PNG(corpus.Halves(64, 64)), "prompts.txt": []byte("a cat\na dog\n"), ".bin/xdg-open": []byte(script)} {
		path := filepath.Join(u.folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return u
}

// run runs one command line, however it ends, and looks at what it wrote.
func (u *unsafe) run(t *testing.T, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	if kept, _ := os.ReadFile(filepath.Join(u.folder, ".local", "state", "codexgen", "history.jsonl")); slices.Contains(args, "ID") {
		if _, id, ok := strings.Cut(string(kept), `"id":"`); ok {
			args = append(args[:2:2], append([]string{id[:strings.IndexByte(id, '"')]}, args[3:]...)...)
		}
	}
	cmd := exec.CommandContext(ctx, "codexgen", args...)
	cmd.Dir = u.folder
	cmd.Env = []string{"PATH=" + filepath.Join(u.folder, ".bin") + ":" + os.Getenv("PATH"), "HOME=" + u.folder, "DISPLAY=:0", "BROWSER_CHOICE=close", "BROWSER_LOG=" + filepath.Join(u.folder, "shown"), "DBUS_SESSION_BUS_ADDRESS=disabled:",
		"CODEXGEN_BASE_URL=" + u.server.URL + "/backend-api/codex", "CODEXGEN_ISSUER=" + u.server.URL, "CODEXGEN_TIMEOUT=1m"}
	var out, log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &log
	_ = cmd.Run() // most are to fail
	if ctx.Err() != nil {
		t.Errorf("%q goes on for ever", args)
	}
	line := strings.Join(args, " ")
	if !strings.HasSuffix(line, "-o -") {
		safely(t, line+": stdout", out.Bytes())
	}
	safely(t, line+": stderr", log.Bytes())
	if log.Len() > 64<<10 {
		t.Errorf("%s: %d bytes on stderr", line, log.Len())
	}
	u.files(t, line)
}

// files looks at everything in the folder but pictures and the store.
func (u *unsafe) files(t *testing.T, line string) {
	t.Helper()
	err := filepath.WalkDir(u.folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		safely(t, line+": the name of a file", []byte(entry.Name()))
		if !entry.Type().IsRegular() || entry.Name() == "login.json" || strings.HasSuffix(path, ".png") || strings.HasSuffix(path, ".rejected") {
			return nil
		}
		content, err := os.ReadFile(path)
		safely(t, line+": "+entry.Name(), content)
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// safely finds what could move a cursor, hide or reorder text, begin a line of
// its own, or run in a page.
func safely(t *testing.T, where string, content []byte) {
	t.Helper()
	if at := bytes.IndexFunc(content, func(r rune) bool { return r != '\n' && r != '\t' && !unicode.IsPrint(r) }); at >= 0 {
		t.Errorf("%s: byte %d: %.200q", where, at, content[max(0, at-60):])
	}
	if !utf8.Valid(content) {
		t.Errorf("%s is no text", where)
	}
	page := bytes.Contains(content, []byte("<html")) || strings.HasSuffix(where, "markdown: stdout")
	if !page && bytes.Contains(content, []byte("\nINJECTED")) {
		t.Errorf("%s has a line of the server's", where)
	}
	if page && (bytes.Contains(content, []byte("<script>alert")) || bytes.Contains(content, []byte("<img src=x"))) {
		t.Errorf("%s has the server's markup", where)
	}
}

func (u *unsafe) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	form, _ := url.ParseQuery(string(body))
	w.Header().Set("Content-Type", "application/json")
	switch path := r.URL.Path; {
	case path == "/oauth/authorize":
		u.signIn(w, r)
	case path == "/api/accounts/deviceauth/usercode":
		u.say(w, `{"device_auth_id":"d","user_code":"ABCD-EFGH","interval":"0"}`)
	case path == "/oauth/token" && form.Get("code") == "good":
		claims := `{"email":TEXT,"jti":TEXT,"https://api.openai.com/auth":{"chatgpt_plan_type":TEXT,"chatgpt_account_id":ACCOUNT}}`
		if u.mode != "html" { // no header could take it
			claims = strings.ReplaceAll(claims, "ACCOUNT", `"account-0001"`)
		}
		claims = strings.ReplaceAll(claims, "ACCOUNT", "TEXT")
		token := "e30." + base64.RawURLEncoding.EncodeToString([]byte(strings.ReplaceAll(claims, "TEXT", u.short()))) + ".c2ln"
		fmt.Fprintf(w, `{"access_token":"secret","refresh_token":"renew","id_token":%q}`, token)
	case strings.HasPrefix(path, "/oauth/"), strings.HasPrefix(path, "/api/accounts/"):
		w.WriteHeader(http.StatusBadRequest) // a longer answer would be asked for again, for 15 minutes
		_, _ = io.WriteString(w, strings.ReplaceAll(`{"error":{"code":TEXT,"message":TEXT,"type":TEXT},"error_description":TEXT,"detail":TEXT}`, "TEXT", u.short()))
	case u.mode == "raw headers":
		u.rawHeaders(w)
	case r.Method == http.MethodGet:
		u.say(w, `{"plan_type":TEXT,"rate_limit":{"primary_window":{"used_percent":100,"reset_after_seconds":TEXT}},
			"additional_rate_limits":[{"limit_name":TEXT,"metered_feature":TEXT,"rate_limit":{"primary_window":{"used_percent":2}}}],
			"credits":{"has_credits":true,"balance":TEXT},"rate_limit_reached_type":{"type":TEXT},
			"models":[{"slug":TEXT,"visibility":TEXT},{"slug":"m","visibility":TEXT},{"slug":"n","input_modalities":[TEXT]}]}`)
	default:
		u.draw(w, r)
	}
}

// short is a claim that a token can hold.
func (u *unsafe) short() string {
	quoted, _ := json.Marshal(unsafeText) // a constant
	return string(quoted)
}

// say fills the last place with the long text, and the others with the short
// one: together they would be more than is read.
func (u *unsafe) say(w io.Writer, template string) {
	if last := strings.LastIndex(template, "TEXT"); last >= 0 {
		template = template[:last] + u.quoted + template[last+len("TEXT"):]
	}
	_, _ = io.WriteString(w, strings.ReplaceAll(template, "TEXT", u.short()))
}

// signIn brings back an error in the first attempts' words, or a code.
func (u *unsafe) signIn(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	back := url.Values{"state": {q.Get("state")}, "code": {"good"}}
	if u.mode == "error" {
		back = url.Values{"state": {q.Get("state")}, "error": {unsafeText}, "error_description": {unsafeText}}
	}
	http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode(), http.StatusFound)
}

func (u *unsafe) draw(w http.ResponseWriter, r *http.Request) {
	picture := base64.StdEncoding.EncodeToString(corpus.PNG(corpus.Halves(64, 64)))
	media, status, body := "text/event-stream", http.StatusOK, ""
	event := func(text string) {
		body += "data: " + strings.ReplaceAll(text, "PICTURE", picture) + "\n\n"
	}
	event(`{"type":"response.created","response":{"id":TEXT,"model":TEXT,"tools":[{"type":"image_generation","model":TEXT,"size":TEXT,"quality":TEXT}]}}`)
	event(`{"type":TEXT,"item":{"type":TEXT,"status":TEXT}}`)
	switch {
	case u.mode == "image" && !strings.HasSuffix(r.URL.Path, "/responses"):
		media, body = "application/json", strings.ReplaceAll(`{"size":TEXT,"quality":TEXT,"background":TEXT,"output_format":TEXT,"data":[{"generation_id":TEXT,"b64_json":"PICTURE","revised_prompt":TEXT}]}`, "PICTURE", picture)
	case u.mode == "image":
		event(`{"type":"response.image_generation_call.partial_image","partial_image_index":TEXT,"partial_image_b64":"PICTURE"}`)
		event(`{"type":"response.output_item.done","item":{"type":"image_generation_call","id":TEXT,"status":TEXT,"size":TEXT,"quality":TEXT,"background":TEXT,"output_format":TEXT,"result":"PICTURE","revised_prompt":TEXT}}`)
		event(`{"type":"error","error":{"type":TEXT,"code":TEXT,"param":TEXT,"message":TEXT}}`)
	case u.mode == "words":
		event(`{"type":"response.output_text.delta","delta":TEXT}`)
		event(`{"type":"response.completed","response":{"id":TEXT}}`)
	case u.mode == "failed":
		event(`{"type":"response.failed","response":{"error":{"code":TEXT,"message":TEXT,"plan_type":TEXT,"moderation_details":{"moderation_stage":TEXT,"categories":[TEXT]}}}}`)
	case u.mode == "incomplete":
		event(`{"type":"response.incomplete","response":{"incomplete_details":{"reason":TEXT}}}`)
	case u.mode == "html":
		media, status, body = "text/html", http.StatusForbidden, "<html><title>TEXT</title>TEXT"
	default:
		media, status = "application/json", http.StatusTooManyRequests
		body = `{"error":{"type":TEXT,"code":TEXT,"param":TEXT,"message":TEXT,"plan_type":TEXT,"resets_at":1e99},"detail":TEXT}`
	}
	w.Header().Set("Content-Type", media)
	w.WriteHeader(status)
	for part := range strings.SplitAfterSeq(body, "\n\n") {
		u.say(w, part)
	}
}

// rawHeaders are lines that no server library would write.
func (u *unsafe) rawHeaders(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	// Go's own library refuses a header with control characters.
	value := strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, unsafeText) + "\x9b31m\xff"
	fmt.Fprintf(conn, "HTTP/1.1 429 %s\r\nContent-Length: 2\r\n", value)
	for _, name := range []string{"Content-Type", "Content-Encoding", "X-Request-Id", "X-Oai-Request-Id", "X-Codex-Imagegen-Request-Id", "Cf-Ray", "Retry-After", "X-Codex-Active-Limit",
		"X-Codex-Plan-Type", "X-Openai-Authorization-Error", "X-Codex-Primary-Used-Percent", "X-Codex-Primary-Reset-At", "Set-Cookie", "Server", "Date", "Location"} {
		fmt.Fprintf(conn, "%s: %s\r\n", name, value)
	}
	fmt.Fprintf(conn, "X-Error-Json: %s\r\n\r\n{}", base64.StdEncoding.EncodeToString([]byte(`{"error":{"code":`+u.short()+`}}`)))
}
