package sandbox

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"image"
	"image/png"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	// net/http lingers half a second over a connection that it has closed.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("net/http.(*conn).closeWriteAndWait"))
}

// kit is a running server with a client for it.
type kit struct {
	*Server
	t    testing.TB
	base string
	http *http.Client
}

func start(t testing.TB, c Config) *kit {
	t.Helper()
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	base, err := s.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	tr := &http.Transport{}
	t.Cleanup(func() {
		tr.CloseIdleConnections()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return &kit{s, t, base, &http.Client{Transport: tr}}
}

// edit changes a request before it is sent; paths start at the host's root
// when they start with "//".
type edit func(r *http.Request)

func header(k, v string) edit { return func(r *http.Request) { r.Header.Set(k, v) } }

func (k *kit) request(method, path string, body []byte, edits ...edit) *http.Request {
	url := k.base + path
	if p, ok := strings.CutPrefix(path, "/"); ok && strings.HasPrefix(p, "/") {
		url = strings.TrimSuffix(k.base, basePath) + p
	}
	r, err := http.NewRequestWithContext(k.t.Context(), method, url, bytes.NewReader(body))
	if err != nil {
		k.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+k.AccessToken())
	r.Header.Set("ChatGPT-Account-ID", k.AccountID())
	r.Header.Set("Content-Type", "application/json")
	for _, e := range edits {
		e(r)
	}
	return r
}

type reply struct {
	status int
	header http.Header
	body   []byte
	err    error // of reading the body
}

func (k *kit) do(method, path string, body []byte, edits ...edit) reply {
	k.t.Helper()
	resp, err := k.http.Do(k.request(method, path, body, edits...))
	if err != nil {
		return reply{err: err}
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return reply{resp.StatusCode, resp.Header, b, err}
}

func (k *kit) post(path string, body object, edits ...edit) reply {
	k.t.Helper()
	return k.do("POST", path, mustJSON(body), edits...)
}

func (r reply) json(t testing.TB) object {
	t.Helper()
	var o object
	if err := json.Unmarshal(r.body, &o); err != nil {
		t.Fatalf("%v in %.300q", err, r.body)
	}
	return o
}

type event struct {
	name string
	data object
}

func (r reply) events(t testing.TB) []event {
	t.Helper()
	var out []event
	name := ""
	sc := bufio.NewScanner(bytes.NewReader(r.body))
	sc.Buffer(nil, 64<<20)
	for sc.Scan() {
		line := sc.Text()
		if n, ok := strings.CutPrefix(line, "event: "); ok {
			name = n
		}
		if d, ok := strings.CutPrefix(line, "data: "); ok {
			e := event{name: name}
			if err := json.Unmarshal([]byte(d), &e.data); err != nil {
				t.Fatalf("%v in %.300q", err, d)
			}
			if e.data.str("type") != name || int(e.data.number("sequence_number")) != len(out) {
				t.Fatalf("event %d is %q with type %q and number %v", len(out), name, e.data.str("type"), e.data["sequence_number"])
			}
			out = append(out, e)
		}
	}
	return out
}

func names(evs []event) string {
	var out []string
	for _, e := range evs {
		n := strings.TrimPrefix(e.name, "response.")
		out = append(out, strings.TrimPrefix(n, "image_generation_call."))
	}
	return strings.Join(out, " ")
}

// last is the last event of that name, empty without one.
func last(evs []event, name string) object {
	var out object
	for _, e := range evs {
		if e.name == name {
			out = e.data
		}
	}
	return out
}

func decodeB64(t testing.TB, s string) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func decodePNG(t testing.TB, b64 string) image.Image {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(decodeB64(t, b64)))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// hostedBody is a whole body for /responses, with changes: a nil value takes
// a member out.
func hostedBody(changes object) object {
	o := object{
		"model": "gpt-5.5", "instructions": "Draw.", "stream": true, "store": false,
		"input": []any{map[string]any{"type": "message", "role": "user", "content": []any{
			map[string]any{"type": "input_text", "text": "a cat"}}}},
		"tools":       []any{map[string]any{"type": "image_generation", "output_format": "png"}},
		"tool_choice": map[string]any{"type": "image_generation"},
	}
	return changed(o, changes)
}

func changed(o, changes object) object {
	maps.Copy(o, changes)
	maps.DeleteFunc(o, func(_ string, v any) bool { return v == nil })
	return o
}

// tool is a hosted body whose image tool has these fields.
func tool(fields object) object {
	m := map[string]any{"type": "image_generation"}
	maps.Copy(m, fields)
	return hostedBody(object{"tools": []any{m}})
}

func said(parts ...any) []any {
	return []any{map[string]any{"type": "message", "role": "user", "content": parts}}
}

func prompt(p string) []any { return said(map[string]any{"type": "input_text", "text": p}) }

func imagesBody(changes object) object {
	return changed(object{"prompt": "a cat", "model": "gpt-image-2", "background": "opaque", "quality": "auto", "size": "auto"}, changes)
}
