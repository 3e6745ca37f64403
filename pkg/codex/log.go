package codex

import (
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/codexgen/codexgen/pkg/internal/redact"
)

// shownHeaders are the fields that say nothing of a person or a credential;
// of the rest only the names are logged.
var shownHeaders = []string{"Accept", "Content-Type", "Content-Length", "Originator", "User-Agent", "Retry-After", "Cf-Ray",
	"X-Request-Id", "X-Oai-Request-Id", "X-Codex-Imagegen-Request-Id", "X-Codex-Active-Limit", "X-Codex-Image-Turn-Id", "Cf-Mitigated", "Server"}

// logTransport writes one line a request and one an answer, without tokens;
// prompts and account ids only where bodies is on.
type logTransport struct {
	next   http.RoundTripper
	log    *slog.Logger
	bodies bool
}

func (t *logTransport) RoundTrip(request *http.Request) (*http.Response, error) {
	ctx := request.Context()
	t.log.DebugContext(ctx, "request", "method", request.Method, "url", request.URL.Redacted(), "header", t.header(request.Header), "body", t.body(request))
	start := time.Now()
	response, err := t.next.RoundTrip(request)
	took := time.Since(start).Round(time.Millisecond)
	if err != nil {
		t.log.DebugContext(ctx, "no answer", "after", took, "error", t.fault(request, err))
		return nil, err
	}
	t.log.DebugContext(ctx, "answer", "status", response.StatusCode, "proto", response.Proto, "after", took, "header", t.header(response.Header))
	return response, nil
}

// fault is the kind of an error alone, unless bodies are shown too: net/http
// quotes what it could not read, and that may be what was sent.
func (t *logTransport) fault(request *http.Request, err error) string {
	if !t.bodies {
		return string(kindOf(transportError(request.Context(), err)))
	}
	return safe(string(withoutToken([]byte(err.Error()), request)))
}

func (t *logTransport) header(header http.Header) slog.Value {
	var fields []slog.Attr
	for name := range header {
		value := redact.Mark
		for _, shown := range shownHeaders {
			if strings.EqualFold(shown, name) {
				value = safe(header.Get(name))
			}
		}
		if t.bodies && strings.EqualFold(name, "ChatGPT-Account-ID") {
			value = safe(header.Get(name))
		}
		fields = append(fields, slog.String(name, value))
	}
	return slog.GroupValue(fields...)
}

func (t *logTransport) body(request *http.Request) string {
	if request.GetBody == nil {
		return ""
	}
	if !t.bodies {
		return redact.Mark
	}
	body, err := request.GetBody()
	if err != nil {
		return ""
	}
	defer body.Close()
	own, ok := body.(*bodyReader)
	if !ok {
		return redact.Mark
	}
	text := own.String() // pictures are told by their sums
	return redact.Scrub(text[:min(len(text), maxErrorBody)])
}
