package sandbox

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// maxBody bounds a request's body; above about 64 MB the real backend was
// seen to misbehave (omp-tools notes, 2026-10-08).
const maxBody = 64 << 20

// maxWindow is what decoders of zstd should take at least and need not exceed
// (RFC 8878, section 3.1.1.1.2).
const maxWindow = 8 << 20

// object is a JSON object with forgiving readers: a member of another type
// reads as absent.
type object map[string]any

func (o object) str(key string) string     { v, _ := o[key].(string); return v }
func (o object) list(key string) []any     { v, _ := o[key].([]any); return v }
func (o object) obj(key string) object     { v, _ := o[key].(map[string]any); return v }
func (o object) has(key string) bool       { v, ok := o[key]; return ok && v != nil }
func (o object) number(key string) float64 { v, _ := o[key].(float64); return v }

// objects are the members of list that are objects.
func objects(list []any) []object {
	var out []object
	for _, v := range list {
		if o, ok := v.(map[string]any); ok {
			out = append(out, o)
		}
	}
	return out
}

// request is what the rules judge.
type request struct {
	scenario scenario
	header   http.Header
	body     object
	tools    []object // what is left of them when the tool was stripped
	image    object   // the hosted image tool, nil without one
	imageAt  string   // its index, for param
}

// readBody reads and decodes a JSON body, or says why not.
func readBody(x *exchange) (object, *refusal) {
	plain, rf := unpacked(x)
	if rf != nil {
		return nil, rf
	}
	defer plain.Close()
	raw, err := io.ReadAll(http.MaxBytesReader(x.w, plain, maxBody))
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, newRefusal("body-too-large", http.StatusRequestEntityTooLarge, body{detail: true, message: "Request body too large"})
	}
	if err != nil {
		return nil, newRefusal("body-cut", http.StatusBadRequest, body{detail: true, message: "Request body ended early or cannot be unpacked"})
	}
	if kind := x.r.Header.Get("Content-Type"); !strings.HasPrefix(kind, "application/json") {
		return nil, newRefusal("content-type", http.StatusBadRequest, body{detail: true, message: "Expected application/json"})
	}
	var o object
	if err := json.Unmarshal(raw, &o); err != nil || o == nil {
		return nil, newRefusal("json", http.StatusBadRequest, body{message: "The request body is not a JSON object."})
	}
	return o, nil
}

// unpacked is the body without its compression: the official client packs
// turns with zstd (0.129.0 to 0.169.0, 2026-11). Its window is bounded as the
// body is.
func unpacked(x *exchange) (io.ReadCloser, *refusal) {
	switch x.r.Header.Get("Content-Encoding") {
	case "", "identity":
		return x.r.Body, nil
	case "zstd":
		packed := http.MaxBytesReader(x.w, x.r.Body, maxBody)
		d, err := zstd.NewReader(packed, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
		if err == nil {
			return d.IOReadCloser(), nil
		}
	}
	return nil, newRefusal("content-encoding", http.StatusUnsupportedMediaType, body{detail: true, message: "Unsupported content encoding"}) // inferred
}
