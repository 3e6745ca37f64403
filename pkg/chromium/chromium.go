// Package chromium gives tests a headless browser, and what it saw of a page.
//
// It is for tests alone, those of the slow tier: [Need] leaves them out
// elsewhere. A browser, and each tab of it, is a context, as chromedp has it.
package chromium

import (
	"context"
	"os"
	"os/exec"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience bounds all that one browser does.
const patience = 3 * time.Minute

// Need leaves a test to .ci/run full, which installs Chromium.
func Need(t testing.TB) {
	t.Helper()
	if os.Getenv("CI_TIER") != "full" {
		t.Skip("run by .ci/run full, or with CI_TIER=full")
	}
	if _, err := exec.LookPath("chromium"); err != nil && os.Getenv("CI") == "" {
		t.Skip("no chromium here (Debian package chromium)")
	}
}

// Start starts a browser, which ends with the test.
func Start(t testing.TB) (browser context.Context) {
	t.Helper()
	limited, end := context.WithTimeout(t.Context(), patience)
	t.Cleanup(end)
	// Chromium's own sandbox needs a kernel that CI's containers often lack.
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.Flag("no-proxy-server", true))
	program, stop := chromedp.NewExecAllocator(limited, options...)
	t.Cleanup(stop)
	browser, quit := chromedp.NewContext(program)
	t.Cleanup(quit)
	if err := chromedp.Do(browser); err != nil {
		t.Fatal(err)
	}
	return browser
}

// A Visit is what the browser saw of a page.
type Visit struct {
	mu               sync.Mutex
	requests, faults []string
}

// Requests are the addresses that were asked for, the page's own among them.
func (v *Visit) Requests() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.requests)
}

// Faults are errors of scripts, what the browser complains of, and dialogs.
func (v *Visit) Faults() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.faults)
}

func (v *Visit) note(list *[]string, text string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	*list = append(*list, text)
}

func (v *Visit) listen(event any) {
	switch event := event.(type) {
	case *network.EventRequestWillBeSent:
		v.note(&v.requests, event.Request.URL)
	case *runtime.EventExceptionThrown:
		v.note(&v.faults, event.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		v.note(&v.faults, event.Entry.Text)
	case *page.EventJavascriptDialogOpening:
		v.note(&v.faults, "a dialog: "+event.Message)
	}
}

// Open opens an address in a tab of its own, after steps such as the size of
// the screen. The tab is closed by shut, or with the browser.
func Open(t testing.TB, browser context.Context, address string, before ...chromedp.Action[chromedp.Void]) (tab context.Context, shut func(), seen *Visit) {
	t.Helper()
	tab, shut = chromedp.NewContext(browser)
	seen = &Visit{}
	err := chromedp.Listen(tab, seen.listen)
	if err == nil {
		err = chromedp.Do(tab, append(before, chromedp.Navigate(address))...)
	}
	if err != nil {
		t.Fatal(err)
	}
	return tab, shut, seen
}
