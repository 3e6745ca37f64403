package codex

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// Placeholders stand in a plan for what is filled in when it is sent: the
// credential, and a host model that has to be looked up first.
const (
	tokenPlaceholder   = "Bearer {access token}"
	accountPlaceholder = "{account id}"
	modelPlaceholder   = "{first fitting model of GET models}"
)

// A Plan is one HTTP request, exactly: what is in it is sent and nothing else
// but the length, the connection's own fields and, for an account whose token
// claims them, X-OpenAI-Fedramp and x-openai-internal-codex-residency.
type Plan struct {
	Route  Route
	Method string
	URL    string
	Header http.Header
	Body   map[string]any // nil for a question; an Input stands for its data URL

	base string // that the URL begins with
}

func (p *Plan) setPath(path string) error {
	target, err := url.JoinPath(p.base, path)
	if err != nil {
		return fmt.Errorf("path %q: %w", path, err)
	}
	p.URL = target
	return nil
}

// Plan turns a valid request into the HTTP request for one route.
func (c *Client) Plan(r Request, route Route) *Plan {
	plan := &Plan{Route: route, Method: http.MethodPost, Header: c.identity(), base: c.base}
	if route == RouteWebSocket {
		plan.toSocket(r)
		return plan
	}
	plan.Header.Set("Content-Type", "application/json")
	if route == RouteImages {
		plan.URL = c.base + "/images/generations"
		if len(r.References) > 0 {
			plan.URL = c.base + "/images/edits"
		}
		plan.Header.Set("Accept", "application/json")
		plan.Header.Set("x-codex-image-turn-id", uuid.NewString())
		plan.Body = imagesBody(r)
		return plan
	}
	plan.URL = c.base + "/responses"
	plan.Header.Set("Accept", "text/event-stream")
	plan.Body = responsesBody(r)
	return plan
}

// socketBeta is what the handshake has to name (openai/codex
// codex-api/src/endpoint/responses_websocket.rs, 2026-08-22).
const socketBeta = "responses_websockets=2026-02-06"

// toSocket makes the plan a handshake with the body as its first and only
// message.
func (p *Plan) toSocket(r Request) {
	p.Method, p.base = http.MethodGet, "ws"+strings.TrimPrefix(p.base, "http") // wss for https
	p.URL = p.base + "/responses"
	p.Header.Set("Connection", "Upgrade")
	p.Header.Set("Upgrade", "websocket")
	p.Header.Set("OpenAI-Beta", socketBeta)
	p.Body = responsesBody(r)
	p.Body["type"] = "response.create"
}

// identity is who codexgen says it is: itself, never the official client
// (docs/protocol.md#headers).
func (c *Client) identity() http.Header {
	header := http.Header{}
	header.Set("Authorization", tokenPlaceholder)
	header.Set("ChatGPT-Account-ID", accountPlaceholder)
	header.Set("originator", "codexgen")
	header.Set("User-Agent", c.userAgent)
	return header
}

// instructions is never empty: the backend refused requests without it on
// 2026-05-04 (NousResearch/hermes-agent#19505).
const instructions = "Draw the picture that the user describes with the image_generation tool. Do not answer in words."

func responsesBody(r Request) map[string]any {
	tool := map[string]any{
		"type":           "image_generation",
		"output_format":  orElse(r.Format, "png"),
		"partial_images": r.Partials,
	}
	setIf(tool, "model", r.Model)
	setIf(tool, "size", r.Size)
	setIf(tool, "quality", r.Quality)
	setIf(tool, "background", r.Background)
	content := []any{map[string]any{"type": "input_text", "text": r.Prompt}}
	for _, in := range r.References {
		content = append(content, map[string]any{"type": "input_image", "image_url": in})
		tool["action"] = "edit" // accepted since 2026-04 (Soju06/codex-lb)
	}
	if r.Mask != nil {
		tool["input_image_mask"] = map[string]any{"image_url": *r.Mask}
	}
	return map[string]any{
		"model":        orElse(r.HostModel, modelPlaceholder),
		"instructions": instructions,
		"input": []any{map[string]any{
			"type": "message", "role": "user", "content": content,
		}},
		"tools":               []any{tool},
		"tool_choice":         map[string]any{"type": "image_generation"},
		"parallel_tool_calls": false,
		"store":               false,
		"stream":              true,
		"include":             []any{},
	}
}

// imagesBody is the official client's body (openai/codex, CLI 0.169.0,
// 2026-11-13), with the user's wishes in place of its fixed values. References
// are JSON, too: bare strings were refused (llxprt-code, 2026-08).
func imagesBody(r Request) map[string]any {
	body := map[string]any{
		"prompt":     r.Prompt,
		"model":      orElse(r.Model, DefaultModel),
		"background": orElse(r.Background, "opaque"),
		"quality":    orElse(r.Quality, "auto"),
		"size":       orElse(r.Size, "auto"),
	}
	var images []any
	for _, in := range r.References {
		images = append(images, map[string]any{"image_url": in})
	}
	if len(images) > 0 {
		body["images"] = images
	}
	return body
}

// needsHostModel reports whether the plan still lacks its chat model.
func (p *Plan) needsHostModel() bool { return p.Body["model"] == modelPlaceholder }

// HostModel is the chat model of a responses plan, "" otherwise.
func (p *Plan) HostModel() string {
	if !p.Route.Hosted() || p.needsHostModel() {
		return ""
	}
	model, _ := p.Body["model"].(string)
	return model
}

// JSON is the body as it is sent, but for pictures: they are told by type,
// length and sum.
func (p *Plan) JSON() ([]byte, error) {
	if p.Body == nil {
		return nil, nil
	}
	return marshal(p.Body, "")
}

// WriteTo prints the plan for people: placeholders stand where secrets and
// looked-up values will be.
func (p *Plan) WriteTo(w io.Writer) (int64, error) {
	var out strings.Builder
	fmt.Fprintf(&out, "%s %s\n", p.Method, p.URL)
	for _, name := range slices.Sorted(maps.Keys(p.Header)) {
		for _, value := range p.Header[name] {
			if name == "Authorization" && value != tokenPlaceholder {
				value = "[redacted]"
			}
			fmt.Fprintf(&out, "%s: %s\n", name, value)
		}
	}
	if p.Body != nil {
		body, err := marshal(p.Body, "  ")
		if err != nil {
			return 0, err
		}
		fmt.Fprintf(&out, "\n%s\n", body)
	}
	n, err := io.WriteString(w, out.String())
	return int64(n), err
}

func marshal(value any, indent string) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", indent)
	if err := encoder.Encode(value); err != nil {
		return nil, fmt.Errorf("write the request body: %w", err)
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

func orElse(value, fallback string) string {
	if value == "" {
		return fallback
	}
	return value
}

func setIf(object map[string]any, name, value string) {
	if value != "" {
		object[name] = value
	}
}
