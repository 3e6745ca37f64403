package sandbox

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// A FaultInfo describes a fault that can be added to any scenario.
type FaultInfo struct{ Name, Usage, Summary string }

var faultInfos = []FaultInfo{
	{"cut", "cut=BYTES", "drop the connection after so many bytes of the answer"},
	{"truncate", "truncate=BYTES", "end the answer cleanly after so many bytes"},
	{"stall", "stall=BYTES", "go silent after so many bytes"},
	{"slow", "slow=BYTES", "send so many bytes a second"},
	{"one-byte", "one-byte", "send each byte on its own; add small"},
	{"crlf", "crlf", "end lines with CR LF"},
	{"corrupt", "corrupt", "put a wrong character into the final image's base64"},
	{"bad-crc", "bad-crc", "give the final PNG a wrong checksum"},
	{"only-completed", "only-completed", "send the result in response.completed alone"},
	{"only-partials", "only-partials", "send drafts but no final image"},
	{"error-after-image", "error-after-image", "send an error event after the finished image"},
	{"small", "small", "draw 64x64 pixels"},
	{"big", "big=SIZE", "make the final PNG about so large, for example 64MB"},
	{"jpeg-bytes", "jpeg-bytes", "send a JPEG whatever was asked"},
	{"status", "status=CODE", "answer image requests with this HTTP status"},
	{"status-once", "status-once=CODE", "the same, for the first image request only"},
	{"unauthorized", "unauthorized", "answer every request with 401"},
	{"retry-after", "retry-after=VALUE", "add this Retry-After to error answers"},
}

// Faults lists what can be added to a scenario.
func Faults() []FaultInfo { return append([]FaultInfo(nil), faultInfos...) }

// faults are the ones switched on, with their values.
type faults map[string]string

func parseFaults(list []string) (faults, error) {
	on := faults{}
	for _, text := range list {
		name, value, hasValue := strings.Cut(text, "=")
		info, ok := findFault(name)
		if !ok {
			return nil, fmt.Errorf("unknown fault %q; known are %s", name, faultNames())
		}
		if wants := strings.Contains(info.Usage, "="); wants != hasValue {
			return nil, fmt.Errorf("fault %q is written %s", text, info.Usage)
		}
		if _, err := parseSize(value); hasValue && name != "retry-after" && err != nil {
			return nil, fmt.Errorf("fault %q: %w", text, err)
		}
		on[name] = value
	}
	return on, nil
}

func findFault(name string) (FaultInfo, bool) {
	for _, info := range faultInfos {
		if info.Name == name {
			return info, true
		}
	}
	return FaultInfo{}, false
}

func faultNames() string {
	var names []string
	for _, info := range faultInfos {
		names = append(names, info.Name)
	}
	return strings.Join(names, ", ")
}

// parseSize reads a number of bytes, with kB or MB if it is followed by one.
func parseSize(text string) (int64, error) {
	factor := int64(1)
	for suffix, by := range map[string]int64{"kB": 1000, "MB": 1000 * 1000} {
		if cut, ok := strings.CutSuffix(text, suffix); ok {
			text, factor = cut, by
		}
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n > math.MaxInt64/factor {
		return 0, fmt.Errorf("%q is not a number of bytes", text)
	}
	return n * factor, nil
}

func (f faults) has(name string) bool { _, ok := f[name]; return ok }

// bytes is a fault's value, or a number that is never reached.
func (f faults) bytes(name string) int64 {
	if !f.has(name) {
		return math.MaxInt64
	}
	n, _ := parseSize(f[name])
	return n
}

// A wire writes an answer's body with the faults of the connection.
type wire struct {
	w      http.ResponseWriter
	r      *http.Request
	on     faults
	sent   int64
	closed bool
}

func (w *wire) Write(p []byte) (int, error) {
	for written := 0; written < len(p); {
		if w.closed || w.r.Context().Err() != nil {
			return written, http.ErrHandlerTimeout
		}
		n := w.next(len(p) - written)
		if n == 0 {
			w.fault()
			continue
		}
		m, err := w.w.Write(p[written : written+n])
		written, w.sent = written+m, w.sent+int64(m)
		if err != nil {
			return written, err
		}
		w.pause(m)
	}
	return len(p), nil
}

// next is how much may be written before the next fault.
func (w *wire) next(n int) int {
	limit := min(w.on.bytes("cut"), w.on.bytes("truncate"), w.on.bytes("stall")) - w.sent
	n = int(min(int64(n), max(limit, 0)))
	if w.on.has("one-byte") {
		n = min(n, 1)
	}
	if w.on.has("slow") {
		n = min(n, max(int(w.on.bytes("slow")/20), 1))
	}
	return n
}

func (w *wire) fault() {
	w.flush()
	switch w.sent {
	case w.on.bytes("cut"):
		panic(http.ErrAbortHandler)
	case w.on.bytes("stall"):
		<-w.r.Context().Done()
	}
	w.closed = true
}

func (w *wire) pause(n int) {
	switch {
	case w.on.has("one-byte"):
		w.flush()
	case w.on.has("slow"):
		w.flush()
		wait(w.r, time.Duration(float64(n)/float64(max(w.on.bytes("slow"), 1))*float64(time.Second)))
	}
}

func (w *wire) flush() { _ = http.NewResponseController(w.w).Flush() }

// wait pauses unless the client leaves.
func wait(r *http.Request, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
	}
}
