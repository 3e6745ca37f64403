package probe

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"unicode"
)

// evil is what a server may put wherever a text is expected.
const evil = "\x1b]0;owned\x07\x1b[31m\u202e$(touch x)`x`\r\n<script>alert(1)</script>"

// hostile answers everything with evil texts in every place that is read.
func hostile(w http.ResponseWriter, r *http.Request) {
	long := quoted(strings.Repeat(evil, 40))
	body := strings.ReplaceAll(`{"plan_type":EVIL,"rate_limit":{"primary_window":{"used_percent":1}},"additional_rate_limits":[{"limit_name":EVIL,"metered_feature":EVIL,"rate_limit":{"primary_window":{"used_percent":2}}}],
		"models":[{"slug":EVIL},{"slug":EVIL}]}`, "EVIL", long)
	w.Header().Set("Content-Type", "application/json; "+strings.Repeat("x", 500))
	for _, name := range []string{"x-request-id", "cf-ray", "x-codex-active-limit", "x-codex-plan-type", "x-codex-imagegen-request-id"} {
		w.Header().Set(name, "\u202e"+strings.Repeat("<b>", 500))
	}
	if r.Method == http.MethodPost {
		w.Header().Set("Content-Type", "text/event-stream")
		answer := stream(
			`{"type":"response.created","response":{"id":EVIL,"model":EVIL,"tools":[{"type":"image_generation","model":EVIL,"size":EVIL,"quality":EVIL,"background":EVIL,"output_format":EVIL}]}}`,
			`{"type":EVIL}`,
			`{"type":"response.output_item.added","item":{"type":EVIL,"status":EVIL}}`,
			`{"type":"response.output_item.added","item":{"type":"image_generation_call","status":EVIL}}`,
			`{"type":"response.output_item.done","item":{"id":EVIL,"type":"image_generation_call","status":EVIL,"size":EVIL,"quality":EVIL,"background":EVIL,"output_format":EVIL,"result":"`+onePixel()+`"}}`,
			`{"type":"response.output_text.delta","delta":EVIL}`,
			`{"type":"error","error":{"type":EVIL,"code":EVIL,"param":EVIL,"message":EVIL}}`)
		body = strings.ReplaceAll(answer.body, "EVIL", long)
	}
	_, _ = w.Write([]byte(body))
}

// TestHostileServer: what is kept of a server's words is bounded and has no
// control characters, wherever it ends up.
func TestHostileServer(t *testing.T) {
	client := served(t, http.HandlerFunc(hostile))
	report := probed(t, client, everything(t), Options{Budget: 60})
	forced, _ := report.Result(nameForced)
	if forced.Verdict != Image || len(forced.Evidence.Timeline) == 0 || forced.Evidence.Echo == nil {
		t.Fatalf("%s %+v", forced.Verdict, forced.Evidence)
	}
	text, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	var whole any
	if err := json.Unmarshal(text, &whole); err != nil {
		t.Fatal(err)
	}
	each(whole, "", func(path, text string) {
		if strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) && r != '\n' }) || len(text) > 8<<10 {
			t.Errorf("%s: %.200q (%d bytes)", path, text, len(text))
		}
	})
	if advice := report.Diagnosis.Advice; strings.Contains(advice, "$(") {
		t.Errorf("a command made of a server's words: %s", advice)
	}
}

// each visits the texts of a JSON value.
func each(node any, path string, visit func(path, text string)) {
	switch node := node.(type) {
	case map[string]any:
		for name, child := range node {
			each(child, path+"."+name, visit)
		}
	case []any:
		for _, child := range node {
			each(child, path, visit)
		}
	case string:
		visit(path, node)
	}
}

// TestAdviceIsNoServersCommand: a model's name that is none is not offered as
// part of a command.
func TestAdviceIsNoServersCommand(t *testing.T) {
	list := results(t, "plus", "hosted-forced=stripped/tool_stripped hosted-other-carrier=image")
	list[1].Evidence.HostModel = "x; rm -rf ~"
	if d := Diagnose(list); strings.Contains(d.Advice, "rm") || !strings.Contains(d.Advice, "--host-model NAME") {
		t.Error(d.Advice)
	}
}
