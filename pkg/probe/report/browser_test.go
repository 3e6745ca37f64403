package report

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/codexgen/codexgen/pkg/chromium"
	"github.com/codexgen/codexgen/pkg/codex"
	"github.com/codexgen/codexgen/pkg/probe"
	"github.com/codexgen/codexgen/pkg/sandbox"
)

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

// browse opens a page on a telephone's screen and lets look at it.
func browse(t *testing.T, html string, look func(context.Context) error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(path, []byte(html), 0o600); err != nil {
		t.Fatal(err)
	}
	tab, _, seen := chromium.Open(t, chromium.Start(t), "file://"+path, chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile, chromedp.EmulatePortrait))
	if err := look(tab); err != nil {
		t.Fatal(err)
	}
	if len(seen.Requests()) == 0 {
		t.Error("not even the page was seen to be asked for")
	}
	for _, request := range seen.Requests() {
		if request != "file://"+path && !strings.HasPrefix(request, "data:image/") {
			t.Errorf("the page asked for %.80s", request)
		}
	}
	if faults := seen.Faults(); len(faults) > 0 {
		t.Errorf("the browser complains: %q", faults)
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
	chromium.Need(t)
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
	chromium.Need(t)
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
