package sandbox

import (
	"fmt"
	"slices"
	"strings"
)

// The ways in which the official client offers its image tool to the chat
// model (observed with 0.129.0 to 0.169.0, 2026-11): hosted up to 0.143, since
// then as a function in a namespace, which for models in code mode is a
// function of JavaScript behind the tool exec. The client runs the last two.
type offer int

const (
	noOffer offer = iota
	asHosted
	asFunction
	asCode
)

// offered finds how the image tool is offered.
func (q *request) offered() offer {
	switch {
	case q.image != nil:
		return asHosted
	case slices.ContainsFunc(q.tools, imagegenNamespace):
		return asFunction
	case slices.ContainsFunc(q.tools, execTool):
		return asCode
	}
	return noOffer
}

func imagegenNamespace(o object) bool {
	return o.str("type") == "namespace" && o.str("name") == "image_gen" &&
		slices.ContainsFunc(objects(o.list("tools")), func(f object) bool { return f.str("name") == "imagegen" })
}

// execTool is a code tool, at the top or in its namespace, that tells of the
// image tool.
func execTool(o object) bool {
	if o.str("type") == "namespace" {
		return slices.ContainsFunc(objects(o.list("tools")), execTool)
	}
	return o.str("name") == "exec" && strings.Contains(string(mustJSON(o)), "image_gen__imagegen")
}

// errand is what the emulated chat model was told to do with an image tool.
type errand struct{ prompt, path string }

// errand reads "DRAW prompt" and "EDIT PATH prompt" from the last user text.
// Once a tool has answered it is done.
func (q *request) errand() (e errand, ok bool) {
	input := objects(q.body.list("input"))
	if len(input) > 0 && strings.HasSuffix(input[len(input)-1].str("type"), "_call_output") {
		return e, false
	}
	verb, rest, _ := strings.Cut(strings.TrimSpace(q.lastText()), " ")
	switch verb {
	case "DRAW":
		return errand{prompt: rest}, true
	case "EDIT":
		path, prompt, _ := strings.Cut(rest, " ")
		return errand{prompt, path}, path != ""
	}
	return e, false
}

// lastText is the last piece of user text: attached pictures come with pieces
// of their own before it.
func (q *request) lastText() string {
	for _, part := range slices.Backward(userParts(q)) {
		if isType("input_text")(part) {
			return part.str("text")
		}
	}
	return ""
}

// arguments are those of imagegen.
func (e errand) arguments() map[string]any {
	arguments := map[string]any{"prompt": e.prompt}
	if e.path != "" {
		arguments["referenced_image_paths"] = []any{e.path}
	}
	return arguments
}

// call asks the client to run the image tool, as it was offered.
func (t *turn) call(e errand, how offer) {
	arguments := string(mustJSON(e.arguments()))
	item := map[string]any{"type": "function_call", "id": "fc_" + randomHex(48), "call_id": "call_" + randomHex(24),
		"name": "imagegen", "namespace": "image_gen", "arguments": arguments, "status": "completed"}
	if how == asCode {
		item = map[string]any{"type": "custom_tool_call", "id": "ctc_" + randomHex(48), "call_id": "call_" + randomHex(24),
			"name": "exec", "namespace": "functions", "status": "completed",
			"input": fmt.Sprintf("const r = await tools.image_gen__imagegen(%s); generatedImage(r);", arguments)}
	}
	t.st.send("response.output_item.added", fields{"output_index": 0, "item": item}, nil)
	t.st.send("response.output_item.done", fields{"output_index": 0, "item": item}, nil)
	t.complete(false, nil, nil)
}

// choose is the chat model's decision in a conversation with the official
// client, which offers its tools on every turn: it draws when it is told to
// and talks otherwise.
func (t *turn) choose() {
	e, told := t.q.errand()
	how := t.q.offered()
	switch {
	case !told:
		t.say("This is the sandbox's answer in words. Begin with DRAW, or with EDIT and a path, for a picture.")
	case how == noOffer:
		t.say("I was told to draw, but no image tool was offered. (sandbox)")
	case how == asHosted:
		t.draw()
		return
	default:
		t.call(e, how)
		return
	}
	t.complete(false, nil, nil)
}
