package gallery

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/codexgen/codexgen/pkg/corpus"
	"github.com/codexgen/codexgen/pkg/history"
)

var day = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)

const attack = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)> \x1b]0;owned\x07\x1b[2J\u009b31m\u202e javascript:alert(1) </style></pre>--> http://evil.invalid/ {{.Policy}} `${alert(1)}`\n$(touch x)"

// picture is an entry whose picture is there.
func picture(t *testing.T, folder, name, prompt string) history.Entry {
	t.Helper()
	path := filepath.Join(folder, name)
	if err := os.WriteFile(path, corpus.Files()["plain.png"], 0o600); err != nil {
		t.Fatal(err)
	}
	return history.Entry{Schema: 1, ID: "abc", At: day, OK: true, Prompt: prompt, Path: path, Format: "png", Width: 64, Height: 48, Bytes: 1234, Quality: "high", Route: "images", Seconds: 2.5}
}

func sequence(entries ...history.Entry) iter.Seq2[history.Entry, error] {
	return func(yield func(history.Entry, error) bool) {
		for _, e := range entries {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func written(t *testing.T, folder string, entries ...history.Entry) (string, Count) {
	t.Helper()
	var out bytes.Buffer
	count, err := Write(t.Context(), &out, folder, sequence(entries...), day)
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), count
}

func TestPage(t *testing.T) {
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, "in a folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	cat, fox := picture(t, folder, "a cat?.png", "a cat"), picture(t, filepath.Join(folder, "in a folder"), "a:fox.png", "a fox")
	fox.Revised, fox.References = "a red fox", []string{"/photos/den.jpg"}
	gone, failed, piped := cat, cat, cat
	gone.Path, failed.OK, piped.Path = filepath.Join(folder, "gone.png"), false, ""
	text, count := written(t, folder, cat, fox, gone, failed, piped)
	if count != (Count{Shown: 2, Gone: 1}) {
		t.Errorf("%+v", count)
	}
	for _, want := range []string{
		`<img src="a%20cat%3F.png" alt="a cat?.png" width="64" height="48" loading="lazy"`, `<a href="in%20a%20folder/a:fox.png">`,
		`<p class="prompt">a red fox</p>`, `from den.jpg`, `gone.png is no longer where it was`, `png 64 × 48 · 0.0 MB · quality high · 2.5 s · images route`,
		`<code>codexgen gen &#39;a cat&#39;</code>`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if n := strings.Count(text, "<figure"); n != 3 {
		t.Errorf("%d figures", n)
	}
}

// TestHostileTexts holds that nothing an entry says is more than text.
func TestHostileTexts(t *testing.T) {
	folder := t.TempDir()
	e := picture(t, folder, "x.png", attack)
	e.ID, e.Revised, e.Format, e.Quality, e.Route, e.Args, e.References = attack, attack+".", attack, attack, attack, []string{attack}, []string{attack}
	elsewhere := e
	elsewhere.Path = folder + "/" + attack
	text, count := written(t, folder, e, elsewhere)
	if count != (Count{Shown: 1, Gone: 1}) {
		t.Errorf("%+v", count)
	}
	_, main, _ := strings.Cut(text, "<main")
	main, script, _ := strings.Cut(main, "</main>")
	if found := regexp.MustCompile(`(?i)<(script|style|img src="?x[^.])|</(pre|style)>[^<\n]|\b(href|src)="(javascript|http|//)|<[^>]*\son[a-z]+=|{{`).FindString(strings.ReplaceAll(main, "{{.Policy}}", "")); found != "" {
		t.Errorf("the page holds %q", found)
	}
	if strings.Count(script, "<script>") != 1 || strings.Count(text, "<script") != 1 {
		t.Error("there is another script")
	}
	if i := strings.IndexFunc(text, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }); i >= 0 {
		t.Errorf("the page holds %q", text[i:i+10])
	}
}

// TestTextsAreCut: a history that others wrote into makes no page that a
// browser cannot hold.
func TestTextsAreCut(t *testing.T) {
	folder, long := t.TempDir(), strings.Repeat("long ", 100_000)
	e := picture(t, folder, "x.png", "a cat") // the command has to hold it whole
	e.Revised, e.Format, e.Quality, e.Route = long, long, long, long
	empty, _ := written(t, folder)
	text, _ := written(t, folder, e)
	if grown := len(text) - len(empty); grown < 32_000 || grown > 64_000 {
		t.Errorf("one entry takes %d bytes of the page", grown)
	}
}

func TestLink(t *testing.T) {
	for path, want := range map[string]string{
		"/a/b/c.png": "c.png", "/a/x/c.png": "../x/c.png", "/a/b/javascript:alert(1)": "./javascript:alert%281%29", "/a/b/%2e%2e/#?.png": "%252e%252e/%23%3F.png",
		"//host/share/x.png": "../../host/share/x.png", `/a/b/"><script>`: "%22%3E%3Cscript%3E",
	} {
		if filepath.Separator != '/' {
			t.Skip("paths of another kind")
		}
		if got, ok := link("/a/b", path); string(got) != want || !ok {
			t.Errorf("%s: %s, %t", path, got, ok)
		}
	}
}

// TestPolicy holds the page to its own script and style.
func TestPolicy(t *testing.T) {
	text, _ := written(t, t.TempDir())
	if !strings.Contains(text, "default-src &#39;none&#39;; img-src &#39;self&#39; file:; base-uri &#39;none&#39;; form-action &#39;none&#39;; script-src &#39;sha256-") {
		t.Error("the page has another policy")
	}
	if found := regexp.MustCompile(`<link|https?://|\son[a-z]+=|style=|innerHTML|eval`).FindString(text); found != "" {
		t.Errorf("the page holds %q", found)
	}
}

func names(t *testing.T, folder string) (list []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		list = append(list, entry.Name())
	}
	return list
}

// TestSaveIsWholeOrNothing holds that a page replaces nothing, and that one
// which could not be finished leaves nothing behind.
func TestSaveIsWholeOrNothing(t *testing.T) {
	folder := t.TempDir()
	e := history.Entry{ID: "abc", OK: true, Prompt: "a cat", Path: filepath.Join(folder, "gone.png")}
	numbered := Place{Folder: folder, Name: "page.html", Number: true}
	for _, want := range []string{"page.html", "page-2.html", "page-3.html"} {
		if path, count, err := Save(t.Context(), numbered, sequence(e), day); err != nil || path != filepath.Join(folder, want) || count.Gone != 1 {
			t.Errorf("%s, %+v, %v", path, count, err)
		}
	}
	if _, _, err := Save(t.Context(), Place{Folder: folder, Name: "page.html"}, sequence(e), day); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over another: %v", err)
	}
	broken := errors.New("the disk is gone")
	fails := func(yield func(history.Entry, error) bool) { _ = yield(e, nil) && yield(e, broken) }
	if _, _, err := Save(t.Context(), numbered, fails, day); !errors.Is(err, broken) {
		t.Error(err)
	}
	stopped := errors.New("stopped")
	ctx, stop := context.WithCancelCause(t.Context())
	stop(stopped)
	if _, _, err := Save(ctx, numbered, sequence(e), day); !errors.Is(err, stopped) {
		t.Error(err)
	}
	if _, _, err := Save(t.Context(), Place{Folder: filepath.Join(folder, "none"), Name: "x"}, sequence(e), day); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if list := names(t, folder); fmt.Sprint(list) != "[page-2.html page-3.html page.html]" {
		t.Error(list)
	}
}
