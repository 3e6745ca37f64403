package codex

import (
	"encoding/json"
	"net/http"

	"github.com/codexgen/codexgen/pkg/internal/jsonlift"
)

// wireEvent is what codexgen reads of an event; the rest is ignored.
type wireEvent struct {
	Type     string          `json:"type"`
	Item     *wireItem       `json:"item"`
	Response *wireResponse   `json:"response"`
	Delta    looseString     `json:"delta"`
	Index    int             `json:"partial_image_index"`
	Partial  jsonlift.Member `json:"partial_image_b64"`
	wireFailure
}

// wireFailure is what an error event of a WebSocket has of the HTTP answer
// that it stands for (openai/codex codex-api endpoint/responses_websocket.rs,
// 2026-08-22).
type wireFailure struct {
	Status     int                    `json:"status"`
	StatusCode int                    `json:"status_code"`
	Headers    map[string]looseString `json:"headers"`
}

func (w wireFailure) status() int { return max(w.Status, w.StatusCode) }

// headers are the event's own, then those of the handshake.
func (w wireFailure) headers(handshake http.Header) http.Header {
	header := handshake.Clone()
	for name, value := range w.Headers {
		header.Set(name, string(value))
	}
	return header
}

type wireItem struct {
	Type          string           `json:"type"`
	ID            string           `json:"id"`
	Status        string           `json:"status"`
	Result        jsonlift.Member  `json:"result"`
	RevisedPrompt looseString      `json:"revised_prompt"`
	Size          looseString      `json:"size"`
	Quality       looseString      `json:"quality"`
	Background    looseString      `json:"background"`
	OutputFormat  looseString      `json:"output_format"`
	Content       few[wireContent] `json:"content"`
}

type wireContent struct {
	Text    looseString `json:"text"`
	Refusal looseString `json:"refusal"`
}

type wireResponse struct {
	ID        string         `json:"id"`
	Model     looseString    `json:"model"`
	Tools     *few[wireTool] `json:"tools"`
	Output    few[wireItem]  `json:"output"`
	Usage     *wireUsage     `json:"usage"`
	ToolUsage struct {
		ImageGen *wireUsage `json:"image_gen"`
	} `json:"tool_usage"`
	Error      json.RawMessage `json:"error"`
	Incomplete struct {
		Reason looseString `json:"reason"`
	} `json:"incomplete_details"`
}

type wireTool struct {
	Type looseString `json:"type"`
	ToolEcho
}

type wireUsage struct {
	Input   int64 `json:"input_tokens"`
	Output  int64 `json:"output_tokens"`
	Total   int64 `json:"total_tokens"`
	Details struct {
		Image *int64 `json:"image_tokens"`
	} `json:"input_tokens_details"`
}

func (u *wireUsage) event() Usage {
	usage := Usage{Input: u.Input, Output: u.Output, Total: u.Total}
	if told := u.Details.Image; told != nil {
		usage.ImageTokens, usage.noImageTokens = *told, *told == 0
	}
	return usage
}

// usage is that of the chat model, with the references as the image tool
// counted them, where it did.
func (r *wireResponse) usage() Usage {
	if tool := r.ToolUsage.ImageGen; tool != nil && tool.Details.Image != nil {
		r.Usage.Details.Image = tool.Details.Image
	}
	return r.Usage.event()
}
