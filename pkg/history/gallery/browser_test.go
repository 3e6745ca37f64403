package gallery

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/codexgen/codexgen/pkg/chromium"
	"github.com/codexgen/codexgen/pkg/history"
)

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
	chromium.Need(t)
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
	tab, _, seen := chromium.Open(t, chromium.Start(t), "file://"+path)
	t.Logf("opened in %v", time.Since(start))
	if err := errors.Join(searched(tab, "", &all), searched(tab, "HARBOUR 1234", &one), searched(tab, "<script>alert 1299", &hostile), searched(tab, "no such words", &none)); err != nil {
		t.Fatal(err)
	}
	requests := seen.Requests()
	t.Logf("opened and searched in %v, %d requests", time.Since(start), len(requests))
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
	for _, request := range requests {
		if !strings.HasPrefix(request, "file://"+filepath.ToSlash(folder)+"/") {
			t.Errorf("the page asked for %.80s", request)
		}
	}
	if faults := seen.Faults(); len(requests) < 2 || len(requests) > pictures/4 || len(faults) > 0 {
		t.Errorf("%d requests; the browser complains: %q", len(requests), faults)
	}
}
