package sandbox

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// FaultInfo describes one fault that Config.Faults takes.
type FaultInfo struct {
	Name    string
	Usage   string // "cut=N"
	Summary string
}

// faults are what goes wrong on the image routes. The zero value is nothing.
type faults struct {
	cut, truncate, stall int64 // after so many body bytes, or never
	limits               bool  // one of the three above is set, else they mean nothing
	slow                 int   // bytes a second
	socketLimit          int64 // bytes of one message
	oneByte, crlf        bool

	corrupt                        string // "start", "middle", "end"
	badCRC, jpegBytes              bool
	small, plain                   bool
	big                            int64 // bytes of the final PNG
	onlyCompleted, onlyPartials    bool
	errorAfterImage                bool
	ignoreReferences, credentials  bool
	unauthorized, unauthorizedOnce bool
	status, statusOnce             int
	retryAfter                     string
}

// fault is a FaultInfo with what sets it.
type fault struct {
	FaultInfo
	set func(f *faults, value string) error
}

func allFaults() []fault {
	return []fault{
		{FaultInfo{"cut", "cut=N", "drop the connection after N bytes of the body"}, func(f *faults, v string) error { return count(&f.cut, v) }},
		{FaultInfo{"truncate", "truncate=N", "end the body cleanly after N bytes"}, func(f *faults, v string) error { return count(&f.truncate, v) }},
		{FaultInfo{"stall", "stall=N", "send nothing more after N bytes, until the client leaves"}, func(f *faults, v string) error { return count(&f.stall, v) }},
		{FaultInfo{"slow", "slow=N", "send N bytes a second"}, setSlow},
		{FaultInfo{"one-byte", "one-byte", "send each byte of the body alone (use with small)"}, flag(func(f *faults) *bool { return &f.oneByte })},
		{FaultInfo{"crlf", "crlf", "end lines of the event stream with CR LF"}, flag(func(f *faults) *bool { return &f.crlf })},
		{FaultInfo{"socket-limit", "socket-limit=N", "close a WebSocket with 1009 at a message of more than N bytes"}, func(f *faults, v string) error { return count(&f.socketLimit, v) }},
		{FaultInfo{"corrupt", "corrupt[=start|middle|end]", "put a character that is no base64 into the final picture"}, setCorrupt},
		{FaultInfo{"bad-crc", "bad-crc", "spoil the checksum of a PNG chunk in the final picture"}, flag(func(f *faults) *bool { return &f.badCRC })},
		{FaultInfo{"jpeg-bytes", "jpeg-bytes", "send JPEG, whatever was asked"}, flag(func(f *faults) *bool { return &f.jpegBytes })},
		{FaultInfo{"small", "small", "draw pictures of 64x64 pixels"}, flag(func(f *faults) *bool { return &f.small })},
		{FaultInfo{"plain", "plain", "draw one colour instead of a landscape: quick, and as large as ever"}, flag(func(f *faults) *bool { return &f.plain })},
		{FaultInfo{"big", "big=SIZE", "make the final PNG weigh about SIZE, such as 64MB (1MB to 512MB)"}, setBig},
		{FaultInfo{"only-completed", "only-completed", "put the picture into response.completed only"}, flag(func(f *faults) *bool { return &f.onlyCompleted })},
		{FaultInfo{"only-partials", "only-partials", "complete after the partial pictures, without a final one"}, flag(func(f *faults) *bool { return &f.onlyPartials })},
		{FaultInfo{"error-after-image", "error-after-image", "send an error event after the finished picture"}, flag(func(f *faults) *bool { return &f.errorAfterImage })},
		{FaultInfo{"ignore-references", "ignore-references", "draw without looking at the references, and count no tokens for them"}, flag(func(f *faults) *bool { return &f.ignoreReferences })},
		{FaultInfo{"credentials", "credentials", "put a C2PA chunk, with nothing signed in it, into the final PNG"}, flag(func(f *faults) *bool { return &f.credentials })},
		{FaultInfo{"status", "status=CODE", "answer with this HTTP status (400 to 599)"}, func(f *faults, v string) error { return setStatus(&f.status, v) }},
		{FaultInfo{"status-once", "status-once=CODE", "answer the first request with this HTTP status"}, func(f *faults, v string) error { return setStatus(&f.statusOnce, v) }},
		{FaultInfo{"unauthorized", "unauthorized", "call every token expired"}, flag(func(f *faults) *bool { return &f.unauthorized })},
		{FaultInfo{"unauthorized-once", "unauthorized-once", "call the token of the first request expired"}, flag(func(f *faults) *bool { return &f.unauthorizedOnce })},
		{FaultInfo{"retry-after", "retry-after=VALUE", "add Retry-After to answers with 429 and 503"}, setRetryAfter},
	}
}

// Faults lists what Config.Faults takes. They apply to the image routes only
// and can be combined.
func Faults() []FaultInfo {
	var out []FaultInfo
	for _, f := range allFaults() {
		out = append(out, f.FaultInfo)
	}
	return out
}

func parseFaults(list []string) (faults, error) {
	f := faults{cut: never, truncate: never, stall: never}
	for _, item := range list {
		if err := f.add(item); err != nil {
			return faults{}, err
		}
	}
	f.limits = f.cut != never || f.truncate != never || f.stall != never
	return f, nil
}

const never = -1

func (f *faults) add(item string) error {
	name, value, _ := strings.Cut(item, "=")
	var known []string
	for _, ft := range allFaults() {
		if ft.Name != name {
			known = append(known, ft.Usage)
			continue
		}
		if err := ft.set(f, value); err != nil {
			return fmt.Errorf("sandbox fault %q: %w (usage: %s)", item, err, ft.Usage)
		}
		return nil
	}
	return fmt.Errorf("unknown sandbox fault %q (known: %s)", item, strings.Join(known, ", "))
}

func flag(at func(*faults) *bool) func(*faults, string) error {
	return func(f *faults, v string) error {
		if v != "" {
			return fmt.Errorf("takes no value")
		}
		*at(f) = true
		return nil
	}
}

func count(to *int64, v string) error {
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil || n < 0 {
		return fmt.Errorf("%q is not a number of bytes", v)
	}
	*to = n
	return nil
}

func setSlow(f *faults, v string) error {
	n, err := strconv.Atoi(v)
	if err != nil || n <= 0 {
		return fmt.Errorf("%q is not a number of bytes a second", v)
	}
	f.slow = n
	return nil
}

func setCorrupt(f *faults, v string) error {
	switch v {
	case "":
		v = "middle"
	case "start", "middle", "end":
	default:
		return fmt.Errorf("%q is no place in the picture", v)
	}
	f.corrupt = v
	return nil
}

func setStatus(to *int, v string) error {
	n, err := strconv.Atoi(v)
	if err != nil || n < http.StatusBadRequest || n > 599 {
		return fmt.Errorf("%q is not a status from 400 to 599", v)
	}
	*to = n
	return nil
}

func setRetryAfter(f *faults, v string) error {
	if v == "" || strings.ContainsAny(v, "\r\n") {
		return fmt.Errorf("a value is needed")
	}
	f.retryAfter = v
	return nil
}

// Bounds of big.
const (
	minBig = 1_000_000
	maxBig = 512 << 20
)

func setBig(f *faults, v string) error {
	digits := strings.TrimRight(v, "KkMmGgBbi")
	scale, ok := map[string]int64{"": 1, "b": 1, "k": 1e3, "kb": 1e3, "kib": 1 << 10,
		"m": 1e6, "mb": 1e6, "mib": 1 << 20}[strings.ToLower(v[len(digits):])]
	n, err := strconv.ParseInt(digits, 10, 32)
	if !ok || err != nil || n*scale < minBig || n*scale > maxBig {
		return fmt.Errorf("%q is not a size from 1MB to 512MB", v)
	}
	f.big = n * scale
	return nil
}
