package sandbox

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// newRequest prepares a body of /responses for the rules: it finds the tools
// where either generation of clients puts them and takes the image tool out
// when the scenario does.
func newRequest(sc scenario, header http.Header, o object) *request {
	q := &request{scenario: sc, header: header, body: o, tools: objects(o.list("tools"))}
	for _, item := range objects(o.list("input")) {
		if item.str("type") == "additional_tools" { // lite clients, observed 2026-11
			q.tools = append(q.tools, objects(item.list("tools"))...)
		}
	}
	isImage := isType("image_generation")
	if sc.hosted == stripped {
		q.tools = slices.DeleteFunc(q.tools, isImage)
	}
	if i := slices.IndexFunc(q.tools, isImage); i >= 0 {
		q.image, q.imageAt = q.tools[i], strconv.Itoa(i)
	}
	return q
}

// carrier is the chat model that was asked for.
func (q *request) carrier() (model, bool) { return findModel(q.scenario.date, q.body.str("model")) }

func (q *request) lite() bool {
	return q.header.Get("X-OpenAI-Internal-Codex-Responses-Lite") == "true"
}

// callsTool reports whether the chat model will draw: it always does when it
// may.
func (q *request) callsTool() bool { return q.image != nil && q.body.str("tool_choice") != "none" }

// messages are the input's messages; the type may be left out.
func messages(q *request) []object {
	return slices.DeleteFunc(objects(q.body.list("input")), func(o object) bool {
		t := o.str("type")
		return t != "" && t != "message"
	})
}

func hasRole(q *request, role string) bool {
	return slices.ContainsFunc(objects(q.body.list("input")), func(o object) bool { return o.str("role") == role })
}

// userParts are the content parts of all user messages.
func userParts(q *request) []object {
	var out []object
	for _, m := range messages(q) {
		if m.str("role") == "user" {
			out = append(out, objects(m.list("content"))...)
		}
	}
	return out
}

// prompt is the text of the last user message that has any.
func (q *request) prompt() string {
	for _, m := range slices.Backward(messages(q)) {
		if m.str("role") != "user" {
			continue
		}
		texts := []string{}
		if s := m.str("content"); s != "" {
			texts = append(texts, s)
		}
		for _, p := range objects(m.list("content")) {
			if p.str("type") == "input_text" {
				texts = append(texts, p.str("text"))
			}
		}
		if len(texts) > 0 {
			return strings.Join(texts, "\n")
		}
	}
	return ""
}

// badDataURL reports a data: URL whose first bytes are no image's. Other URLs
// are not fetched: the sandbox takes them as they are.
func badDataURL(url string) bool {
	data, ok := strings.CutPrefix(url, "data:")
	if !ok {
		return false
	}
	_, enc, ok := strings.Cut(data, ";base64,")
	head, err := base64.StdEncoding.DecodeString(enc[:min(len(enc), 64)&^3])
	return !ok || err != nil || !strings.HasPrefix(http.DetectContentType(head), "image/")
}
