package report

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/codexgen/codexgen/pkg/codex"
	"github.com/codexgen/codexgen/pkg/probe"
	"github.com/codexgen/codexgen/pkg/sandbox"
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

// probed is a whole run against the emulated backend, with its pictures.
func probed(t *testing.T) (probe.Report, Options) {
	t.Helper()
	server, err := sandbox.New(sandbox.Config{Pace: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	base, err := server.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	client, err := codex.New(codex.Options{BaseURL: base, Tokens: loggedIn{server}})
	if err != nil {
		t.Fatal(err)
	}
	r, err := probe.Run(t.Context(), client, probe.Builtin(), probe.Options{Budget: 60, Folder: t.TempDir()}, probe.Observer{})
	if err != nil {
		t.Fatal(err)
	}
	return r, Options{Picture: func(name string) (io.ReadSeekCloser, error) {
		result, _ := r.Result(name)
		return os.Open(result.Evidence.Picture.Path)
	}}
}

type loggedIn struct{ server *sandbox.Server }

func (l loggedIn) Token(context.Context) (codex.Token, error) {
	return codex.Token{Access: codex.NewSecret(l.server.AccessToken()), AccountID: l.server.AccountID()}, nil
}

func (loggedIn) Refresh(context.Context, codex.Token) (codex.Token, error) {
	return codex.Token{}, codex.ErrNoRefresh
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

// browse opens a page on a telephone's screen and lets look at it.
func browse(t *testing.T, html string, look func(context.Context) error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(path, []byte(html), 0o600); err != nil {
		t.Fatal(err)
	}
	// Chromium's own sandbox needs a kernel that CI's containers often lack.
	ctx, stop := chromedp.NewExecAllocator(t.Context(), append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox)...)
	defer stop()
	ctx, closeTab := chromedp.NewContext(ctx)
	defer closeTab()
	seen := &visit{}
	err := chromedp.Listen(ctx, seen.listen)
	if err == nil {
		err = chromedp.Do(ctx, chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile, chromedp.EmulatePortrait), chromedp.Navigate("file://"+path))
	}
	if err == nil {
		err = look(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
	seen.mu.Lock()
	defer seen.mu.Unlock()
	if len(seen.requests) == 0 {
		t.Error("not even the page was seen to be asked for")
	}
	for _, request := range seen.requests {
		if request != "file://"+path && !strings.HasPrefix(request, "data:image/") {
			t.Errorf("the page asked for %.80s", request)
		}
	}
	if len(seen.faults) > 0 {
		t.Errorf("the browser complains: %q", seen.faults)
	}
}

// A measure is what a page says of itself.
type measure struct {
	Rows    [][2]string // variant and verdict
	Scroll  int         // width of what can be scrolled to
	Client  int         // width of the screen
	Broken  int         // pictures that are none
	Shown   int         // pictures that are
	Scripts int
	Ground  string // the colour of the page
	Text    string // the colour of its text
}

const measuring = `(async () => {
	document.querySelectorAll("details").forEach(d => d.open = true)
	const root = document.documentElement, body = getComputedStyle(document.body), images = [...document.images]
	images.forEach(i => i.loading = "eager")
	await Promise.allSettled(images.map(i => i.decode()))
	return {
		Rows: [...document.querySelectorAll("tr[data-variant]")].map(r => [r.dataset.variant, r.dataset.verdict]),
		Scroll: root.scrollWidth, Client: root.clientWidth, Scripts: document.scripts.length,
		Broken: images.filter(i => i.naturalWidth == 0).length, Shown: images.filter(i => i.naturalWidth > 0).length,
		Ground: body.backgroundColor, Text: body.color,
	}
})()`

// measured measures the page by day or by night.
func measured(ctx context.Context, scheme string, into *measure) error {
	night := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
	_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, night)
	if err == nil {
		*into, err = chromedp.Run(ctx, chromedp.Evaluate[measure](measuring, chromedp.EvalAwaitPromise))
	}
	return err
}

// TestPageInABrowser opens the page of a whole run in Chromium: no script, no
// fault, no request, no sideways scrolling on a telephone, every variant with
// its verdict, every picture, and colours for the night.
func TestPageInABrowser(t *testing.T) {
	slowTier(t)
	r, o := probed(t)
	var light, dark measure
	browse(t, written(t, "html", r, o), func(ctx context.Context) error {
		return errors.Join(measured(ctx, "light", &light), measured(ctx, "dark", &dark))
	})
	var want [][2]string
	pictures := 0
	for _, result := range r.Results {
		want = append(want, [2]string{result.Name, string(result.Verdict)})
		if result.Evidence != nil && result.Evidence.Picture != nil && result.Evidence.Picture.Path != "" {
			pictures++
		}
	}
	if len(want) != len(probe.Builtin()) || !slices.Equal(light.Rows, want) {
		t.Errorf("the page shows %v, want %v", light.Rows, want)
	}
	if light.Scroll != light.Client || light.Client != 390 || light.Scripts != 0 || light.Broken != 0 || light.Shown != pictures || pictures < 10 {
		t.Errorf("%d pictures: %+v", pictures, light)
	}
	if light.Ground != "rgb(255, 255, 255)" || brightness(t, dark.Ground) > 60 || brightness(t, dark.Text) < 180 {
		t.Errorf("by day %s, by night %s on %s", light.Ground, dark.Text, dark.Ground)
	}
}

// TestHostilePageInABrowser holds the same for texts that try to break out.
func TestHostilePageInABrowser(t *testing.T) {
	slowTier(t)
	r := hostile()
	r.Results[0].Name, r.Results[1].Why = strings.Repeat("x", 300), strings.Repeat("W", 3000)
	var m measure
	browse(t, written(t, "html", r, Options{Picture: gallery}), func(ctx context.Context) error { return measured(ctx, "light", &m) })
	if m.Scroll != m.Client || m.Client != 390 || m.Scripts != 0 || len(m.Rows) != 2 {
		t.Errorf("%d of %d columns, %d scripts, %d rows", m.Scroll, m.Client, m.Scripts, len(m.Rows))
	}
}

func brightness(t *testing.T, colour string) int {
	t.Helper()
	var red, green, blue int
	if _, err := fmt.Sscanf(colour, "rgb(%d, %d, %d)", &red, &green, &blue); err != nil {
		t.Fatalf("%s: %v", colour, err)
	}
	return (red + green + blue) / 3
}
