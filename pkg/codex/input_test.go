package codex_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/codexgen/codexgen/pkg/codex"
	"github.com/codexgen/codexgen/pkg/corpus"
	"github.com/codexgen/codexgen/pkg/sandbox"
)

// input is a picture that lies in memory and counts how often it is opened
// and closed.
type input struct {
	codex.Input
	opened, closed int
}

func newInput(media string, content []byte) *input {
	sum := sha256.Sum256(content)
	in := &input{Input: codex.Input{MediaType: media, Length: int64(len(content)), SHA256: hex.EncodeToString(sum[:])}}
	in.Open = func() (io.ReadCloser, error) {
		in.opened++
		// Data and the end may come in one read, or bytes one by one.
		r := iotest.DataErrReader(bytes.NewReader(content))
		if in.opened%2 == 0 && len(content) < 1000 {
			r = iotest.OneByteReader(bytes.NewReader(content))
		}
		return &closing{r, in}, nil
	}
	return in
}

type closing struct {
	io.Reader
	in *input
}

func (c *closing) Close() error { c.in.closed++; return nil }

var pictureBytes = corpus.PNG(corpus.Halves(48, 32))

func withReferences(route codex.Route, inputs ...*input) codex.Request {
	r := codex.Request{Prompt: "a hat on it", HostModel: "gpt-5.5", Route: route}
	for _, in := range inputs {
		r.References = append(r.References, in.Input)
	}
	return r
}

// TestEditPlans holds what references and a mask add to the two bodies.
func TestEditPlans(t *testing.T) {
	in, mask := newInput("image/png", pictureBytes), newInput("image/png", pictureBytes)
	r := withReferences("", in, in)
	shown := fmt.Sprintf("data:image/png;base64,{%d bytes, sha256 %s}", len(pictureBytes), in.SHA256)

	plan := client(t).Plan(r, codex.RouteImages)
	body, err := plan.JSON()
	if err != nil || !strings.HasSuffix(plan.URL, "/images/edits") || len(plan.Header.Get("x-codex-image-turn-id")) != 36 {
		t.Errorf("%s, %v", plan.URL, err)
	}
	if want := `"images":[{"image_url":"` + shown + `"},{"image_url":"` + shown + `"}]`; !strings.Contains(string(body), want) {
		t.Errorf("%s lacks %s", body, want)
	}

	r.Mask = &mask.Input
	plan = client(t).Plan(r, codex.RouteResponses)
	body, _ = plan.JSON()
	for _, want := range []string{
		`"content":[{"text":"a hat on it","type":"input_text"},{"image_url":"` + shown + `","type":"input_image"},{"image_url":"` + shown + `","type":"input_image"}]`,
		`"input_image_mask":{"image_url":"` + shown + `"}`, `"action":"edit"`,
	} {
		if !strings.Contains(string(body), want) {
			t.Errorf("%s lacks %s", body, want)
		}
	}
	var printed bytes.Buffer
	if _, err := plan.WriteTo(&printed); err != nil || strings.Count(printed.String(), shown) != 3 || in.opened+mask.opened > 0 {
		t.Errorf("%s, %v, opened %d times", printed.String(), err, in.opened)
	}
	changed, err := plan.With(codex.Set("input.0.content.1.image_url", "x"), codex.Delete("tools.0.input_image_mask"))
	if err != nil {
		t.Fatal(err)
	}
	if body, _ = changed.JSON(); strings.Count(string(body), shown) != 1 {
		t.Errorf("%s", body)
	}
}

// TestBodyIsStreamed: what arrives is the plan's JSON with the pictures in it,
// of exactly the length that was announced, whatever the pictures' lengths.
func TestBodyIsStreamed(t *testing.T) {
	var got struct {
		Images []struct {
			URL string `json:"image_url"`
		}
		Prompt string
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.ContentLength != int64(len(body)) || len(r.TransferEncoding) > 0 {
			t.Errorf("%d bytes, announced %d (%v), %v", len(body), r.ContentLength, r.TransferEncoding, err)
		}
		if err := json.Unmarshal(body, &got); err != nil {
			t.Error(err)
		}
		http.NotFound(w, r)
	}))
	defer server.Close()
	for _, length := range []int{1, 2, 3, 3<<13 - 1, 3 << 13, 3<<13 + 1, 100_000} {
		content := bytes.Repeat([]byte{0xfb, 0xff, 'x'}, length/3+1)[:length]
		first, second := newInput("image/webp", content), newInput("image/jpeg", pictureBytes)
		r := withReferences(codex.RouteImages, first, second)
		r.Prompt = "\"<\u2028 data:image/webp;base64,"
		generate(t, codex.Options{BaseURL: server.URL, Tokens: fixed("t")}, r, &memory{})
		if got.Prompt != r.Prompt || len(got.Images) != 2 {
			t.Fatalf("%+v", got)
		}
		for i, want := range []string{"data:image/webp;base64," + base64.StdEncoding.EncodeToString(content), "data:image/jpeg;base64," + base64.StdEncoding.EncodeToString(pictureBytes)} {
			if got.Images[i].URL != want {
				t.Errorf("length %d: picture %d differs", length, i)
			}
		}
		if first.opened != 1 || first.closed != 1 {
			t.Errorf("opened %d times, closed %d", first.opened, first.closed)
		}
	}
}

// bare is a store without account ids, which the sandbox would check.
type bare struct{ *tokens }

func (s bare) Token(ctx context.Context) (codex.Token, error) {
	token, err := s.tokens.Token(ctx)
	token.AccountID = ""
	return token, err
}

func (s bare) Refresh(ctx context.Context, refused codex.Token) (codex.Token, error) {
	token, err := s.tokens.Refresh(ctx, refused)
	token.AccountID = ""
	return token, err
}

func startBare(t *testing.T, faults ...string) (*sandbox.Server, codex.Options) {
	t.Helper()
	server, options := startSandbox(t, "", faults...)
	options.Tokens = bare{&tokens{stored: []string{server.AccessToken()}, refreshed: server.AccessToken()}}
	return server, options
}

// TestBodyIsSentAgain: after a 401 the pictures are read anew.
func TestBodyIsSentAgain(t *testing.T) {
	_, options := startBare(t, "unauthorized-once")
	in := newInput("image/png", pictureBytes)
	got := generate(t, options, withReferences(codex.RouteImages, in), &memory{})
	if got.err != nil || got.finals != 1 || in.opened < 2 || in.opened != in.closed {
		t.Errorf("%v, %d images, opened %d times, closed %d", got.err, got.finals, in.opened, in.closed)
	}
}

// TestEditsOverTheSandbox: on both routes the picture is another than without
// references, and the backend counts them.
func TestEditsOverTheSandbox(t *testing.T) {
	for _, route := range []codex.Route{codex.RouteImages, codex.RouteResponses} {
		_, options := startBare(t, "small")
		plain := generate(t, options, withReferences(route), &memory{})
		in := newInput("image/png", pictureBytes)
		edit := generate(t, options, withReferences(route, in, in), &memory{})
		if plain.err != nil || edit.err != nil || edit.finals != 1 || bytes.Equal(plain.image, edit.image) {
			t.Errorf("%s: %v, %v, %d images, of the same bytes: %v", route, plain.err, edit.err, edit.finals, bytes.Equal(plain.image, edit.image))
		}
		if plain.usage.ImageTokens != 0 || edit.usage.ImageTokens == 0 || plain.ignored || edit.ignored {
			t.Errorf("%s: %+v, %+v", route, plain.usage, edit.usage)
		}

		_, options = startBare(t, "small", "ignore-references")
		if got := generate(t, options, withReferences(route, in), &memory{}); got.err != nil || got.finals != 1 || !got.ignored {
			t.Errorf("%s: %v, %d images, told as ignored: %v", route, got.err, got.finals, got.ignored)
		}
	}
}

// TestMaskRoute: a mask goes where it is known to be taken, or nowhere.
func TestMaskRoute(t *testing.T) {
	in := newInput("image/png", pictureBytes)
	r := withReferences("", in)
	r.Mask, r.PreferOneShot = &in.Input, true
	if route, _, err := codex.ChooseRoute(r, true); err != nil || route != codex.RouteResponses {
		t.Errorf("%s, %v", route, err)
	}
	_, options := startBare(t, "small")
	if got := generate(t, options, r, &memory{}); got.err != nil || got.finals != 1 {
		t.Errorf("%v, %d images", got.err, got.finals)
	}
	for _, change := range []func(*codex.Request){
		func(r *codex.Request) { r.Route = codex.RouteImages },
		func(r *codex.Request) { r.Background = "transparent" },
	} {
		other := r
		change(&other)
		if _, _, err := codex.ChooseRoute(other, false); err == nil {
			t.Errorf("%+v is accepted", other)
		}
	}
}

func TestInputLimits(t *testing.T) {
	of := func(length int64) codex.Input {
		return codex.Input{MediaType: "image/png", Length: length, Open: func() (io.ReadCloser, error) { return nil, io.EOF }}
	}
	gif, empty, mask := of(1), of(0), of(1)
	gif.MediaType = "image/gif"
	for name, c := range map[string]struct {
		references []codex.Input
		mask       *codex.Input
		part       string
	}{
		"five":            {references: []codex.Input{of(1), of(1), of(1), of(1), of(1)}},
		"six":             {references: []codex.Input{of(1), of(1), of(1), of(1), of(1), of(1)}, part: "at most 5"},
		"just fitting":    {references: []codex.Input{of(22_000_000), of(22_000_000)}},
		"too large":       {references: []codex.Input{of(25_000_000), of(20_000_000)}, part: "at most 60 MB"},
		"mask counts too": {references: []codex.Input{of(25_000_000)}, mask: func() *codex.Input { in := of(20_000_000); return &in }(), part: "at most 60 MB"},
		"mask alone":      {mask: &mask, part: "mask"},
		"gif":             {references: []codex.Input{gif}, part: "no PNG, JPEG or WebP"},
		"empty":           {references: []codex.Input{empty}, part: "no PNG, JPEG or WebP"},
	} {
		err := codex.Request{Prompt: "a", References: c.references, Mask: c.mask}.Validate()
		var invalid *codex.InvalidRequestError
		if c.part == "" && err != nil || c.part != "" && (!errors.As(err, &invalid) || invalid.Hint() == "" || !strings.Contains(err.Error(), c.part)) {
			t.Errorf("%s: %v, want %q", name, err, c.part)
		}
	}
}

// brokenError is typed as the errors of package reference are.
type brokenError struct{}

func (brokenError) Error() string { return "it was changed" }
func (brokenError) ExitCode() int { return 2 }

// TestBrokenInput: a picture that fails while it is sent ends the request
// before it is complete, and says why.
func TestBrokenInput(t *testing.T) {
	server, options := startBare(t, "small")
	long := bytes.Repeat([]byte("x"), 200_000)
	for name, open := range map[string]func() (io.ReadCloser, error){
		"at once":    func() (io.ReadCloser, error) { return nil, brokenError{} },
		"at the end": func() (io.ReadCloser, error) { return io.NopCloser(failing{bytes.NewReader(long)}), nil },
	} {
		in := newInput("image/png", long)
		in.Open = open
		got := generate(t, options, withReferences(codex.RouteImages, in), &memory{})
		if !errors.Is(got.err, brokenError{}) || server.Stats().Images != 0 {
			t.Errorf("%s: %v, %d images drawn", name, got.err, server.Stats().Images)
		}
	}
}

// failing ends with an error in place of the end.
type failing struct{ io.Reader }

func (f failing) Read(p []byte) (int, error) {
	n, err := f.Reader.Read(p)
	if errors.Is(err, io.EOF) {
		err = brokenError{}
	}
	return n, err
}
