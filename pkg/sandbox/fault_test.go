package sandbox

import (
	"bytes"
	"encoding/base64"
	"errors"
	"image"
	"image/png"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func small(faults ...string) Config { return Config{Faults: append(faults, "small")} }

func TestCutAndTruncate(t *testing.T) {
	for _, path := range []string{"/responses", "/images/generations"} {
		body := hostedBody(nil)
		if path != "/responses" {
			body = imagesBody(nil)
		}
		r := start(t, small("cut=500")).post(path, body)
		if len(r.body) != 500 || !errors.Is(r.err, io.ErrUnexpectedEOF) {
			t.Errorf("%s cut: %d bytes, %v", path, len(r.body), r.err)
		}
		r = start(t, small("truncate=500")).post(path, body)
		if len(r.body) != 500 || r.err != nil {
			t.Errorf("%s truncate: %d bytes, %v", path, len(r.body), r.err)
		}
	}
}

func TestCutIsInTheStats(t *testing.T) {
	k := start(t, small("cut=0"))
	k.post("/images/generations", imagesBody(nil))
	if err := k.Close(); err != nil {
		t.Fatal(err)
	}
	if st := k.Stats(); st.Images != 1 || len(st.Requests) != 1 || st.Requests[0].Status != 200 {
		t.Errorf("%+v", st)
	}
}

func TestFirstLimitWins(t *testing.T) {
	if r := start(t, small("cut=900", "truncate=300")).post("/responses", hostedBody(nil)); len(r.body) != 300 || r.err != nil {
		t.Errorf("%d bytes, %v", len(r.body), r.err)
	}
}

// A stalled answer ends when the client leaves, and when the server closes.
func TestStall(t *testing.T) {
	k := start(t, small("stall=200"))
	for _, closing := range []bool{false, true} {
		resp, err := k.http.Do(k.request("POST", "/responses", mustJSON(hostedBody(nil))))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(resp.Body, make([]byte, 200)); err != nil {
			t.Fatal(err)
		}
		if closing {
			if err := k.Close(); err != nil {
				t.Error(err)
			}
			if _, err := resp.Body.Read(make([]byte, 1)); err == nil {
				t.Error("a byte came after the stall")
			}
		}
		resp.Body.Close()
	}
}

// In fake time: so many bytes take so many seconds.
func TestSlowAndPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, err := New(Config{Faults: []string{"small", "slow=1000"}, Pace: time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		w := &memory{}
		r, err := http.NewRequestWithContext(t.Context(), "POST", basePath+"/responses", bytes.NewReader(mustJSON(tool(object{"partial_images": 1}))))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+s.AccessToken())
		r.Header.Set("Content-Type", "application/json")
		s.ServeHTTP(w, r)
		pauses := 3 * time.Minute // before generating, the partial and the end
		want := pauses + time.Duration(w.Len())*time.Second/1000
		if took := time.Since(began); took < want-time.Second || took > want+time.Second {
			t.Errorf("%d bytes took %v, want %v", w.Len(), took, want)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

// memory is a ResponseWriter without a socket.
type memory struct {
	bytes.Buffer
	h      http.Header
	status int
	wrote  chan struct{} // if set, closed by the first write
}

func (m *memory) Header() http.Header {
	if m.h == nil {
		m.h = http.Header{}
	}
	return m.h
}
func (m *memory) WriteHeader(code int) { m.status = code }
func (m *memory) Flush()               {}

func (m *memory) Write(p []byte) (int, error) {
	if m.wrote != nil && m.Len() == 0 && len(p) > 0 {
		defer close(m.wrote)
	}
	return m.Buffer.Write(p)
}

// Whatever the pieces, exactly the asked number of bytes passes.
func TestLimitIsExact(t *testing.T) {
	for limit := range int64(24) {
		for size := 1; size < 9; size++ {
			w := &memory{}
			f := faults{cut: never, truncate: limit, stall: never, limits: true}
			o := &wire{x: &exchange{w: w, faults: f}, to: w}
			var err error
			for sent := 0; sent < 32 && err == nil; sent += size {
				_, err = o.Write(make([]byte, size))
			}
			if int64(w.Len()) != limit || !errors.Is(err, errCut) {
				t.Errorf("limit %d in pieces of %d: %d bytes, %v", limit, size, w.Len(), err)
			}
		}
	}
}

func TestSpoilerLeavesTheSourceAlone(t *testing.T) {
	var out bytes.Buffer
	src := []byte("abcdef")
	s := &spoiler{w: &out, at: 2}
	for range 2 {
		if _, err := s.Write(src); err != nil {
			t.Fatal(err)
		}
	}
	if out.String() != "ab!defabcdef" || string(src) != "abcdef" {
		t.Errorf("%q from %q", out.String(), src)
	}
}

func TestOneByteAndCRLFChangeOnlyTheFraming(t *testing.T) {
	r := start(t, small("one-byte", "crlf")).post("/responses", hostedBody(nil))
	if bytes.Count(r.body, []byte("\n")) != bytes.Count(r.body, []byte("\r\n")) || names(r.events(t)) != drawnEvents {
		t.Errorf("%.300q", r.body)
	}
	decodePNG(t, last(r.events(t), "response.output_item.done").obj("item").str("result"))
}

func TestCorrupt(t *testing.T) {
	for where, part := range map[string]float64{"start": 0, "middle": 0.5, "end": 1} {
		b64 := finalB64(t, start(t, small("corrupt="+where)))
		at := strings.IndexByte(b64, '!')
		if at < 0 || strings.Count(b64, "!") != 1 {
			t.Fatalf("%s: %d spoilt characters", where, strings.Count(b64, "!"))
		}
		if off := float64(at)/float64(len(b64)) - part; off < -0.05 || off > 0.05 {
			t.Errorf("%s: at %d of %d", where, at, len(b64))
		}
		if _, err := base64.StdEncoding.DecodeString(b64); err == nil {
			t.Errorf("%s: still base64", where)
		}
	}
}

// finalB64 is the picture of a hosted turn.
func finalB64(t *testing.T, k *kit) string {
	t.Helper()
	return last(k.post("/responses", hostedBody(nil)).events(t), "response.output_item.done").obj("item").str("result")
}

func TestBadCRC(t *testing.T) {
	for _, f := range []string{"small", "big=1MB"} {
		k := start(t, Config{Faults: []string{"bad-crc", f}})
		_, err := png.Decode(bytes.NewReader(decodeB64(t, finalB64(t, k))))
		if _, ok := errors.AsType[png.FormatError](err); !ok {
			t.Errorf("%s: %v", f, err)
		}
	}
}

func TestJPEGBytes(t *testing.T) {
	if got := http.DetectContentType(decodeB64(t, finalB64(t, start(t, small("jpeg-bytes"))))); got != "image/jpeg" {
		t.Error(got)
	}
}

func TestPlaceOfTheResult(t *testing.T) {
	evs := start(t, small("only-completed")).post("/responses", hostedBody(nil)).events(t)
	out := objects(last(evs, "response.completed").obj("response").list("output"))
	if strings.Contains(names(evs), "output_item.done") || len(out) != 1 {
		t.Fatalf("events %q", names(evs))
	}
	decodePNG(t, out[0].str("result"))

	evs = start(t, small("only-partials")).post("/responses", tool(object{"partial_images": 2})).events(t)
	if want := "created in_progress output_item.added in_progress generating partial_image partial_image completed"; names(evs) != want {
		t.Errorf("events %q", names(evs))
	}
	evs = start(t, small("error-after-image")).post("/responses", hostedBody(nil)).events(t)
	if want := strings.Replace(drawnEvents, "completed", "error", 1); names(evs) != want {
		t.Errorf("events %q", names(evs))
	}
	decodePNG(t, last(evs, "response.output_item.done").obj("item").str("result"))
}

func TestStatusFaults(t *testing.T) {
	k := start(t, small("status-once=503", "retry-after=2"))
	r := k.post("/images/generations", imagesBody(nil))
	if r.status != 503 || r.header.Get("Retry-After") != "2" || r.json(t).obj("error").str("code") != "server_is_overloaded" {
		t.Errorf("%d %v %s", r.status, r.header, r.body)
	}
	if r := k.post("/responses", hostedBody(nil)); r.status != 200 || r.header.Get("Retry-After") != "" {
		t.Errorf("second: %d", r.status)
	}
	k = start(t, small("status=404"))
	for range 2 {
		if r := k.post("/images/generations", imagesBody(nil)); r.status != 404 || len(r.body) != 0 {
			t.Errorf("%d %s", r.status, r.body)
		}
	}
	if r := k.do("GET", "/models?client_version=1.0.0", nil); r.status != 200 {
		t.Errorf("models: %d", r.status)
	}
	if n := k.Stats().Images; n != 0 {
		t.Errorf("%d images", n)
	}
}

func TestUnauthorizedFaults(t *testing.T) {
	k := start(t, small("unauthorized-once"))
	for i, want := range []int{401, 200, 200} {
		r := k.post("/responses", hostedBody(nil))
		if r.status != want || want == 401 && r.json(t).obj("error").str("code") != "token_expired" {
			t.Errorf("request %d: %d", i, r.status)
		}
	}
	k = start(t, small("unauthorized"))
	for range 2 {
		if r := k.post("/responses", hostedBody(nil)); r.status != 401 {
			t.Error(r.status)
		}
	}
	if r := k.do("GET", "//backend-api/wham/usage", nil); r.status != 200 {
		t.Errorf("usage: %d", r.status)
	}
}

func TestFaultsAreChecked(t *testing.T) {
	for _, bad := range []string{"", "nonsense", "cut", "cut=x", "cut=-1", "slow=0", "small=1", "corrupt=left", "status=200", "status=600",
		"big=1", "big=9GB", "big=MB", "big=99999999999999999999MB", "big=3000MB", "retry-after"} {
		if _, err := New(Config{Faults: []string{bad}}); err == nil || !strings.Contains(err.Error(), `"`+bad+`"`) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if _, err := New(Config{Scenario: "1999"}); err == nil || !strings.Contains(err.Error(), `"1999"`) || !strings.Contains(err.Error(), "2026-10, entitled") {
		t.Error(err)
	}
	if _, err := New(Config{Faults: []string{"nonsense"}}); !strings.Contains(err.Error(), "cut=N") {
		t.Error(err)
	}
	for _, f := range Faults() {
		if f.Name == "" || f.Usage == "" || f.Summary == "" {
			t.Errorf("%+v", f)
		}
	}
}

func TestPlainKeepsItsSize(t *testing.T) {
	k := start(t, Config{Faults: []string{"plain"}})
	for background, alpha := range map[string]bool{"opaque": false, "transparent": true} {
		o := k.post("/images/generations", imagesBody(object{"background": background})).json(t)
		data := objects(o.list("data"))[0].str("b64_json")
		if size := decodePNG(t, data).Bounds().Size(); size != image.Pt(1254, 1254) || opaque(t, data) == alpha {
			t.Errorf("%s: %v", background, size)
		}
	}
}
