package gallery

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/codexgen/codexgen/pkg/history"
)

// slowTier leaves the browser to the slow tier.
func slowTier(t *testing.T) {
	t.Helper()
	if os.Getenv("CI_TIER") != "full" {
		t.Skip("run by .ci/run full, or with CI_TIER=full")
	}
	if _, err := exec.LookPath("chromium"); err != nil && os.Getenv("CI") == "" {
		t.Skip("no chromium here (Debian package chromium)")
	}
}

// A visit is what a browser saw of a page.
type visit struct {
	mu       sync.Mutex
	requests []string
	faults   []string
}

func (v *visit) note(list *[]string, text string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	*list = append(*list, text)
}

func (v *visit) listen(event any) {
	switch event := event.(type) {
	case *network.EventRequestWillBeSent:
		v.note(&v.requests, event.Request.URL)
	case *runtime.EventExceptionThrown:
		v.note(&v.faults, event.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		v.note(&v.faults, event.Entry.Text)
	case *cdppage.EventJavascriptDialogOpening:
		v.note(&v.faults, "a dialog: "+event.Message)
	}
}

// browse opens a page and lets look at it.
func browse(t *testing.T, path string, look func(context.Context) error) *visit {
	t.Helper()
	// Chromium's own sandbox needs a kernel that CI's containers often lack.
	limited, end := context.WithTimeout(t.Context(), 2*time.Minute)
	defer end()
	ctx, stop := chromedp.NewExecAllocator(limited, append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox)...)
	defer stop()
	ctx, closeTab := chromedp.NewContext(ctx)
	defer closeTab()
	seen := &visit{}
	err := chromedp.Listen(ctx, seen.listen)
	if err == nil {
		err = chromedp.Do(ctx, chromedp.Navigate("file://"+path))
	}
	if err == nil {
		err = look(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
	return seen
}

// A measure is what a page says of itself after a search.
type measure struct {
	Shown   int    // cards
	Prompt  string // of the first of them
	Found   string // what the search says
	Width   int    // of the first picture's file, in pixels
	Loaded  int    // pictures
	Scroll  int    // width of what can be scrolled to
	Client  int    // width of the screen
	Command string // that was copied or selected
	Button  string
	Scripts int
}

// searching types words as a person does, waits for the first picture and
// copies its command.
const searching = `(async (words) => {
	const input = document.getElementById("words"), root = document.documentElement
	input.focus()
	input.value = words
	input.dispatchEvent(new Event("input", {bubbles: true}))
	const cards = [...document.querySelectorAll("figure")].filter(c => c.checkVisibility()), first = cards[0]
	const image = first?.querySelector("img")
	if (image) {
		image.scrollIntoView()
		await image.decode()
	}
	const button = first?.querySelector(".copy")
	if (button) {
		button.closest("details").open = true
		button.click()
		for (let i = 0; i < 500 && button.textContent == "Copy"; i++) await new Promise(requestAnimationFrame)
	}
	return {
		Shown: cards.length, Prompt: first?.querySelector(".prompt").textContent ?? "", Found: document.getElementById("found").textContent,
		Width: image?.naturalWidth ?? 0, Loaded: [...document.images].filter(i => i.complete && i.naturalWidth > 0).length,
		Scroll: root.scrollWidth, Client: root.clientWidth, Command: getSelection().toString(), Button: button?.textContent ?? "", Scripts: document.scripts.length,
	}
})(%q)`

func searched(ctx context.Context, words string, into *measure) (err error) {
	*into, err = chromedp.Run(ctx, chromedp.Evaluate[measure](fmt.Sprintf(searching, words), chromedp.EvalAwaitPromise))
	return err
}

// TestPageInABrowser opens 2 000 pictures in Chromium: no fault, no request but
// for the pictures that are in view, and a search that finds by prompt. One in
// a hundred prompts tries to break out.
func TestPageInABrowser(t *testing.T) {
	slowTier(t)
	const pictures = 2000
	folder := t.TempDir()
	var entries []history.Entry
	for i := range pictures {
		prompt := fmt.Sprintf("picture %d of a harbour", i)
		if i%100 == 99 {
			prompt = fmt.Sprintf("%s number %d", attack, i)
		}
		e := picture(t, folder, fmt.Sprintf("%d #?%%.png", i), prompt)
		e.ID, e.Args = fmt.Sprint("id", i), []string{"--size", "1024x1024"}
		entries = append(entries, e)
	}
	start := time.Now()
	path, count, err := Save(t.Context(), Place{Folder: folder, Name: "gallery.html"}, sequence(entries...), day)
	if err != nil || count.Shown != pictures {
		t.Fatalf("%+v, %v", count, err)
	}
	t.Logf("written in %v", time.Since(start))
	var all, one, hostile, none measure
	start = time.Now()
	seen := browse(t, path, func(ctx context.Context) error {
		t.Logf("opened in %v", time.Since(start))
		return errors.Join(searched(ctx, "", &all), searched(ctx, "HARBOUR 1234", &one), searched(ctx, "<script>alert 1299", &hostile), searched(ctx, "no such words", &none))
	})
	t.Logf("opened and searched in %v, %d requests", time.Since(start), len(seen.requests))
	if all.Shown != pictures || all.Found != "2000 pictures" || all.Loaded == 0 || all.Loaded > pictures/4 || all.Scripts != 1 || all.Scroll != all.Client {
		t.Errorf("all: %+v", all)
	}
	if one.Shown != 1 || one.Prompt != "picture 1234 of a harbour" || one.Found != "1 of 2000" || one.Width == 0 {
		t.Errorf("one: %+v", one)
	}
	if one.Command != "codexgen gen --size 1024x1024 'picture 1234 of a harbour'" || one.Button != "Copied" && one.Button != "Selected" {
		t.Errorf("the command: %q, %q", one.Command, one.Button)
	}
	if hostile.Shown != 1 || !strings.HasSuffix(hostile.Prompt, "number 1299") || !strings.HasPrefix(hostile.Prompt, "<script>alert(1)</script>") {
		t.Errorf("hostile: %+v", hostile)
	}
	if none.Shown != 0 || none.Found != "0 of 2000" {
		t.Errorf("none: %+v", none)
	}
	seen.mu.Lock()
	defer seen.mu.Unlock()
	for _, request := range seen.requests {
		if !strings.HasPrefix(request, "file://"+filepath.ToSlash(folder)+"/") {
			t.Errorf("the page asked for %.80s", request)
		}
	}
	if len(seen.requests) < 2 || len(seen.requests) > pictures/4 || len(seen.faults) > 0 {
		t.Errorf("%d requests; the browser complains: %q", len(seen.requests), seen.faults)
	}
}
