package codex

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/codexgen/codexgen/pkg/internal/redact"
	"github.com/codexgen/codexgen/pkg/internal/retry"
)

// maxErrorBody bounds what is read of an answer that is no image.
const maxErrorBody = 64 << 10

// A failure is what the backend, or something in front of it, said of a
// request that it did not fulfil: in an HTTP answer, in an event, or in an
// item. It is parsed here once; everything else branches on Kinds.
type failure struct {
	status                     int
	header                     http.Header
	errType, code, param, text string
	html                       bool
	plan, stage                string
	categories                 []string
	resetsAt, resetsIn         float64
}

// wireError is the union of the bodies seen: {"error":{…}}, {"error":"code"},
// {"detail":"…"}, {"detail":{…}}, {"code":…,"message":…} and the fields of an
// `error` event, which may stand at the top.
type wireError struct {
	Type        looseString     `json:"type"`
	Code        looseString     `json:"code"`
	Param       looseString     `json:"param"`
	Message     looseString     `json:"message"`
	PlanType    looseString     `json:"plan_type"`
	ResetsAt    float64         `json:"resets_at"`
	ResetsIn    float64         `json:"resets_in_seconds"`
	Error       json.RawMessage `json:"error"`
	Detail      json.RawMessage `json:"detail"`
	Moderation  *wireModeration `json:"moderation_details"`
	Description looseString     `json:"error_description"`
}

type wireModeration struct {
	Stage      looseString      `json:"moderation_stage"`
	Categories few[looseString] `json:"categories"`
}

// looseString takes a string, or the JSON of anything else but null.
type looseString string

func (s *looseString) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) != nil && string(data) != "null" {
		text = string(data)
	}
	*s = looseString(text)
	return nil
}

// readFailure reads the body of an answer that is no image, bounded.
func readFailure(response *http.Response) failure {
	body, _ := io.ReadAll(io.LimitReader(response.Body, maxErrorBody))
	f := parseFailure(withoutToken(body, response.Request))
	f.status, f.header = response.StatusCode, response.Header
	f.html = f.html || strings.HasPrefix(response.Header.Get("Content-Type"), "text/html")
	if f.code == "" {
		f.code = codeFromHeader(response.Header.Get("x-error-json"))
	}
	return f
}

// minToken is less than any token has; what is shorter may be part of a word.
const minToken = 8

// withoutToken takes the token that a request carried out of its answer: an
// opaque one has no shape by which it could be known later.
func withoutToken(text []byte, request *http.Request) []byte {
	if request == nil {
		return text
	}
	if _, token, ok := strings.Cut(request.Header.Get("Authorization"), " "); ok && len(token) >= minToken {
		return bytes.ReplaceAll(text, []byte(token), []byte(redact.Mark))
	}
	return text
}

// codeFromHeader reads x-error-json: standard base64 of a JSON error.
func codeFromHeader(field string) string {
	body, err := base64.StdEncoding.DecodeString(field)
	if err != nil || field == "" {
		return ""
	}
	return parseFailure(body).code
}

func parseFailure(body []byte) failure {
	text := strings.TrimSpace(string(body))
	var top wireError
	if err := json.Unmarshal(body, &top); err != nil && !isTypeError(err) {
		lower := strings.ToLower(text)
		return failure{text: text, html: strings.HasPrefix(lower, "<!doctype html") || strings.HasPrefix(lower, "<html")}
	}
	f := top.failure()
	for _, nested := range []json.RawMessage{top.Error, top.Detail} {
		f = f.over(nested)
	}
	return f
}

func (w wireError) failure() failure {
	f := failure{errType: string(w.Type), code: string(w.Code), param: string(w.Param), text: string(w.Message),
		plan: string(w.PlanType), resetsAt: w.ResetsAt, resetsIn: w.ResetsIn}
	if f.text == "" {
		f.text = string(w.Description)
	}
	if w.Moderation != nil {
		f.stage = string(w.Moderation.Stage)
		for _, category := range w.Moderation.Categories {
			f.categories = append(f.categories, string(category))
		}
	}
	return f
}

// over lets a nested error object, or a bare string, say it more exactly.
func (f failure) over(nested json.RawMessage) failure {
	if len(nested) == 0 || string(nested) == "null" {
		return f
	}
	var text string
	if json.Unmarshal(nested, &text) == nil {
		if f.text == "" {
			f.text = text
		}
		if f.code == "" && !strings.Contains(text, " ") {
			f.code = text
		}
		return f
	}
	var inner wireError
	if err := json.Unmarshal(nested, &inner); err != nil && !isTypeError(err) {
		return f
	}
	return inner.failure()
}

// isTypeError is true for a member of an unexpected type: the other members
// have been read all the same.
func isTypeError(err error) bool {
	var wrong *json.UnmarshalTypeError
	return errors.As(err, &wrong)
}

// error turns the failure into the typed error.
func (f failure) error(now time.Time) *Error {
	e := newError(classify(f), nil)
	e.Status, e.Type, e.Code, e.Param = f.status, short(f.errType), short(f.code), short(f.param)
	e.IDs = requestIDs(f.header)
	if !f.html {
		e.Message = safe(f.text)
	}
	e.Resets = f.resets(now)
	e.Detail = f.detail(e, now)
	return e
}

func (f failure) detail(e *Error, now time.Time) string {
	var parts []string
	if f.stage != "" {
		parts = append(parts, "stage "+short(f.stage))
	}
	for _, category := range f.categories[:min(len(f.categories), 8)] {
		parts = append(parts, short(category))
	}
	if why := f.header.Get("x-openai-authorization-error"); why != "" && e.ExitCode() == 3 {
		parts = append(parts, short(why))
	}
	if limit := f.header.Get("x-codex-active-limit"); limit != "" && e.ExitCode() == 5 {
		parts = append(parts, "limit "+short(limit))
	}
	if f.plan != "" && e.ExitCode() == 5 {
		parts = append(parts, "plan "+short(f.plan))
	}
	if !e.Resets.IsZero() && e.ExitCode() == 5 {
		parts = append(parts, "resets "+Until(e.Resets, now))
	}
	return strings.Join(parts, ", ")
}

// resets is when the limit ends: the body's own time, else that of the
// windows that are full, else Retry-After, else the words "try again in"; clamped
// to a year.
func (f failure) resets(now time.Time) time.Time {
	if f.resetsAt > 0 {
		return clampReset(time.Unix(int64(min(f.resetsAt, 1e11)), 0), now)
	}
	if f.resetsIn > 0 {
		wait, _ := retry.Seconds(f.resetsIn)
		return clampReset(now.Add(wait), now)
	}
	if at := fullWindowsReset(ParseLimits(f.header, now), f.header.Get("x-codex-active-limit")); !at.IsZero() {
		return at
	}
	if wait, ok := retry.After(f.header.Get("Retry-After"), now); ok {
		return clampReset(now.Add(wait), now)
	}
	if wait, ok := retry.InMessage(f.text); ok {
		return clampReset(now.Add(wait), now)
	}
	return time.Time{}
}

func requestIDs(header http.Header) RequestIDs {
	request := header.Get("x-request-id")
	if request == "" {
		request = header.Get("x-oai-request-id")
	}
	return RequestIDs{Request: short(request), ImageGen: short(header.Get("x-codex-imagegen-request-id")), Ray: short(header.Get("cf-ray"))}
}
