package codex_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/codexgen/codexgen/pkg/codex"
)

// Pieces of an answer of the responses route.
func sent(kind, rest string) string {
	return fmt.Sprintf("data: {\"type\":%q%s}\n\n", kind, rest)
}

func draft(index any, content string) string {
	return sent("response.image_generation_call.partial_image", fmt.Sprintf(`,"partial_image_index":%v,"partial_image_b64":%q`, index, base64.StdEncoding.EncodeToString([]byte(content))))
}

func image(id, status, content string) string {
	return sent("response.output_item.done", fmt.Sprintf(`,"item":{"type":"image_generation_call","id":%q,"status":%q,"result":%q}`, id, status, base64.StdEncoding.EncodeToString([]byte(content))))
}

// TestStreamsOfEveryKind reads answers that others tripped over. The numbers
// are those of a list of faults.
func TestStreamsOfEveryKind(t *testing.T) {
	const completed = "data: {\"type\":\"response.completed\",\"response\":{\"id\":\"r\",\"output\":[]}}\n\n"
	words := sent("response.output_text.delta", `,"delta":"I would "`) + sent("response.output_text.delta", `,"delta":"rather not."`)
	for name, row := range map[string]struct {
		body   string
		kind   codex.Kind // "" is an image
		image  string
		drafts int
		says   string // in the error
	}{
		"N23 response.failed":             {body: sent("response.failed", `,"response":{"error":{"code":"moderation_blocked","message":"no\u001b[31m"}}`), kind: codex.KindModeration, says: "no"},
		"N23 error, nested":               {body: sent("error", `,"error":{"code":"rate_limit_exceeded","message":"try again in 1s"}`), kind: codex.KindRateLimit, says: "in under a minute"},
		"N23 error, flat":                 {body: sent("error", `,"code":"server_error","message":"oh"`), kind: codex.KindServer, says: "oh"},
		"N23 error after a draft":         {body: draft(0, "d") + sent("error", `,"code":"slow_down","message":"oh"`), kind: codex.KindOverloaded, drafts: 1},
		"N24 incomplete, content filter":  {body: sent("response.incomplete", `,"response":{"incomplete_details":{"reason":"content_filter"}}`), kind: codex.KindContentFilter},
		"N24 incomplete":                  {body: sent("response.incomplete", `,"response":{"incomplete_details":{"reason":"max_output_tokens"}}`), kind: codex.KindIncomplete, says: "max_output_tokens"},
		"N24 incomplete after an image":   {body: image("i", "completed", "A") + sent("response.incomplete", ``), image: "A"},
		"N25 nothing":                     {body: completed, kind: codex.KindEmpty},
		"N25 words":                       {body: words + completed, kind: codex.KindText, says: "I would rather not."},
		"N25 only drafts":                 {body: draft(0, "d") + completed, kind: codex.KindEmpty, drafts: 1},
		"N25 an empty result":             {body: image("i", "completed", "") + completed, kind: codex.KindEmpty, says: "completed"},
		"N25 the call failed":             {body: image("i", "failed", "A") + completed, kind: codex.KindEmpty, says: "failed"},
		"N26 one image, told twice":       {body: image("i", "completed", "A") + image("i", "completed", "A") + strings.Replace(completed, "[]", `[{"type":"image_generation_call","id":"i","result":"QQ=="}]`, 1), image: "A"},
		"N26 only in completed":           {body: strings.Replace(completed, "[]", `[{"type":"image_generation_call","id":"i","result":"QQ=="}]`, 1), image: "A"},
		"N27 indexes of any kind":         {body: draft(2, "d") + draft(0, "d") + draft(1, "d") + draft(1, "d") + draft(-1, "d") + draft(1_000_000_000, "d") + draft(`"x"`, "d") + image("i", "completed", "A") + completed, image: "A", drafts: 7},
		"N27 drafts without end":          {body: strings.Repeat(draft(0, "d"), 500) + image("i", "completed", "A") + completed, image: "A", drafts: 16},
		"N28 another than the last draft": {body: draft(0, "B") + image("i", "generating", "A") + completed, image: "A", drafts: 1},
		"N32 events that nobody knows":    {body: strings.Repeat(sent("response.new.thing", `,"x":{"y":[1,2,3]}`), 10_000) + image("i", "completed", "A") + completed, image: "A"},
		"comments, CRLF and [DONE]":       {body: ": hello\r\n\r\n" + strings.ReplaceAll(image("i", "completed", "A"), "\n", "\r\n") + "data: [DONE]\r\n\r\n" + completed, image: "A"},
		"an image, and no goodbye":        {body: image("i", "completed", "A"), image: "A"},
		"an image, and then an error":     {body: image("i", "completed", "A") + sent("error", `,"code":"server_error"`), image: "A"},
	} {
		t.Run(name, func(t *testing.T) {
			options, count := script(t, status(http.StatusOK, row.body, "Content-Type", "text/event-stream"))
			got := generate(t, options, codex.Request{Prompt: "x", HostModel: "h", Route: codex.RouteResponses, Partials: 3}, &memory{})
			if row.kind != "" {
				charged := codex.ChargedUnknown
				if row.kind == codex.KindRateLimit {
					charged = codex.ChargedNo
				}
				checkBroken(t, got, row.kind, charged)
			} else if got.err != nil || got.finals != 1 || string(got.image) != row.image {
				t.Errorf("%d images, %q, %v", got.finals, got.image, got.err)
			}
			if got.drafts != row.drafts || count.Load() != 1 || row.says != "" && !strings.Contains(fmt.Sprint(got.err), row.says) {
				t.Errorf("%d drafts, %d requests, %v", got.drafts, count.Load(), got.err)
			}
		})
	}
}
