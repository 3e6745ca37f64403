package sandbox

import (
	"encoding/json"
	"net/http"
	"strings"
)

// A refusal is an answer that is no image, with where it was seen. Literal
// says that the message is word for word what was observed.
type refusal struct {
	Rule, Source      string
	Literal           bool
	Status            int
	Type, Code, Param string
	Message           string
	Detail            bool // {"detail": message} instead of {"error": {…}}
	HTML              string
	Extra             map[string]any
}

// A rule refuses request bodies.
type rule struct {
	refusal
	when func(body map[string]any, s Scenario) bool
}

// refuse writes a refusal.
func (a *answer) refuse(f *refusal) {
	a.seen.Status, a.seen.Rule = f.Status, f.Rule
	header := a.w.Header()
	if value := a.s.on["retry-after"]; value != "" {
		header.Set("Retry-After", value)
	}
	body, kind := f.body()
	if kind != "" {
		header.Set("Content-Type", kind)
	}
	a.w.WriteHeader(f.Status)
	_, _ = a.w.Write(body)
}

func (f *refusal) body() ([]byte, string) {
	switch {
	case f.HTML != "":
		return []byte(f.HTML), "text/html; charset=utf-8"
	case f.Message == "":
		return nil, "" // some refusals come with an empty body
	case f.Detail:
		text, _ := json.Marshal(map[string]any{"detail": f.Message})
		return text, "application/json"
	}
	fields := map[string]any{"message": f.Message, "type": orNull(f.Type), "param": orNull(f.Param), "code": orNull(f.Code)}
	for name, value := range f.Extra {
		fields[name] = value
	}
	text, _ := json.Marshal(map[string]any{"error": fields})
	return text, "application/json"
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

const invalidRequest = "invalid_request_error"

// detail is a refusal of the layer in front of the model.
func detail(name, source string, literal bool, message string, when func(map[string]any, Scenario) bool) rule {
	return rule{refusal{Rule: name, Source: source, Literal: literal, Status: http.StatusBadRequest, Detail: true, Message: message}, when}
}

// bad is a refusal in the public API's shape.
func bad(name, source string, literal bool, param, code, message string, when func(map[string]any, Scenario) bool) rule {
	return rule{refusal{Rule: name, Source: source, Literal: literal, Status: http.StatusBadRequest, Type: invalidRequest, Param: param, Code: code, Message: message}, when}
}

func has(name string) func(map[string]any, Scenario) bool {
	return func(body map[string]any, _ Scenario) bool { _, ok := body[name]; return ok }
}

// hostedTool is the request's image tool, nil without one.
func hostedTool(body map[string]any) map[string]any {
	tools, _ := body["tools"].([]any)
	for _, entry := range tools {
		if tool, ok := entry.(map[string]any); ok && tool["type"] == "image_generation" {
			return tool
		}
	}
	return nil
}

func text(object map[string]any, name string) string {
	value, _ := object[name].(string)
	return value
}

// tool makes a condition on the hosted tool.
func tool(when func(tool map[string]any) bool) func(map[string]any, Scenario) bool {
	return func(body map[string]any, s Scenario) bool {
		tool := hostedTool(body)
		return tool != nil && !s.noTool && when(tool)
	}
}

// outside is true for a value that is there but not in the enum.
func outside(name string, known ...string) func(map[string]any) bool {
	return func(object map[string]any) bool {
		value, ok := object[name]
		return ok && !strings.Contains(" "+strings.Join(known, " ")+" ", " "+asText(value)+" ")
	}
}

func asText(value any) string {
	if s, ok := value.(string); ok {
		return s
	}
	encoded, _ := json.Marshal(value)
	return string(encoded)
}

// A RuleInfo describes one refusal of the backend.
type RuleInfo struct {
	Name, Source string
	Literal      bool // the message is word for word what was observed
}

// Rules lists what request bodies are refused for.
func Rules() []RuleInfo {
	var infos []RuleInfo
	for _, rules := range [][]rule{responsesRules, imagesRules} {
		for _, r := range rules {
			infos = append(infos, RuleInfo{r.Rule, r.Source, r.Literal})
		}
	}
	return infos
}
