package sandbox_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"io"
	"net/http"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/codexgen/codexgen/pkg/sandbox"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type backend struct {
	*sandbox.Server
	base string
	http *http.Client
}

func start(t *testing.T, scenario string, faults ...string) *backend {
	t.Helper()
	server, err := sandbox.New(sandbox.Config{Scenario: scenario, Faults: faults})
	if err != nil {
		t.Fatal(err)
	}
	base, err := server.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := &backend{server, base, &http.Client{Transport: &http.Transport{}}}
	t.Cleanup(func() {
		b.http.CloseIdleConnections()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func (b *backend) send(t *testing.T, method, url, body string, header ...string) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+b.AccessToken())
	request.Header.Set("ChatGPT-Account-ID", b.AccountID())
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err := b.http.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(response.Body)
	return response, string(text)
}

// hosted is a request that the backend takes, with changes made to it.
func hosted(changes ...func(body, tool map[string]any)) string {
	tool := map[string]any{"type": "image_generation", "output_format": "png", "partial_images": 2}
	body := map[string]any{"model": "gpt-5.5", "instructions": "draw", "store": false, "stream": true, "tool_choice": map[string]any{"type": "image_generation"},
		"input": []any{map[string]any{"type": "message", "role": "user", "content": []any{map[string]any{"type": "input_text", "text": "a cat"}}}}, "tools": []any{tool}}
	for _, change := range changes {
		change(body, tool)
	}
	text, _ := json.Marshal(body)
	return string(text)
}

func field(name string, value any) func(body, tool map[string]any) {
	return func(body, _ map[string]any) { body[name] = value }
}

func without(name string) func(body, tool map[string]any) {
	return func(body, _ map[string]any) { delete(body, name) }
}

func inTool(name string, value any) func(body, tool map[string]any) {
	return func(_, tool map[string]any) { tool[name] = value }
}

// TestRefusals sends a body for every observed refusal of the hosted route.
func TestRefusals(t *testing.T) {
	b := start(t, "")
	for rule, row := range map[string]struct {
		body, message string
	}{
		"store-true":          {hosted(field("store", true)), "Store must be set to false"},
		"store absent":        {hosted(without("store")), "Store must be set to false"},
		"stream-false":        {hosted(field("stream", false)), "Stream must be set to true"},
		"no-model":            {hosted(without("model")), "model"},
		"input-list":          {hosted(field("input", "a cat")), "Input must be a list"},
		"no-instructions":     {hosted(without("instructions")), "Instructions are required"},
		"image-model-as-host": {hosted(field("model", "gpt-image-2")), "The 'gpt-image-2' model is not supported when using Codex with a ChatGPT account."},
		"spark":               {hosted(field("model", "gpt-5.3-codex-spark")), "Tool 'image_generation' is not supported with gpt-5.3-codex-spark."},
		"unknown-host":        {hosted(field("model", "gpt-3")), "not supported when using Codex"},
		"effort-minimal":      {hosted(field("reasoning", map[string]any{"effort": "minimal"})), "effort"},
		"tool-choice-string":  {hosted(field("tool_choice", `{"type":"image_generation"}`)), "'none', 'auto', and 'required'"},
		"stripped-forced":     {hosted(without("tools")), "Tool choice 'image_generation' not found in 'tools' parameter."},
		"stripped-required":   {hosted(without("tools"), field("tool_choice", "required")), "Tool choice 'required' must be specified with 'tools' parameter"},
		"transparent":         {hosted(inTool("background", "transparent")), "Transparent background is not supported for this model."},
		"background-enum":     {hosted(inTool("background", "bogus")), "'transparent', 'opaque', and 'auto'"},
		"format-enum":         {hosted(inTool("output_format", "gif")), "'png', 'webp', and 'jpeg'"},
		"quality-enum":        {hosted(inTool("quality", "best")), "'low', 'medium', 'high', and 'auto'"},
		"moderation-enum":     {hosted(inTool("moderation", "none")), "'low' and 'auto'"},
		"partials-over":       {hosted(inTool("partial_images", 4)), "partial_images"},
		"compression-png":     {hosted(inTool("output_compression", 50)), "Compression"},
		"size-rules":          {hosted(inTool("size", "3072x3072")), "size"},
		"edit-without-image":  {hosted(inTool("action", "edit")), "edit"},
		"tool-n":              {hosted(inTool("n", 2)), "Unknown parameter: 'tools[0].n'."},
		"tool-mask":           {hosted(inTool("mask", "x")), "Unknown parameter"},
		"tool-input_fidelity": {hosted(inTool("input_fidelity", "high")), "Unknown parameter"},

		"field-max_output_tokens":    {hosted(field("max_output_tokens", 9)), "Unsupported parameter: max_output_tokens"},
		"field-previous_response_id": {hosted(field("previous_response_id", "r")), "Unsupported parameter: previous_response_id"},
		"field-temperature":          {hosted(field("temperature", 1)), "Unsupported parameter: temperature"},
		"not-json":                   {"{", "parse"},
	} {
		response, text := b.send(t, "POST", b.base+"/responses", row.body)
		seen := b.Stats().Requests[len(b.Stats().Requests)-1]
		if response.StatusCode != 400 || !strings.Contains(text, row.message) || seen.Rule != rule && !strings.Contains(rule, " ") {
			t.Errorf("%s: %d by %q: %s", rule, response.StatusCode, seen.Rule, text)
		}
	}
	if images := b.Stats().Images; images != 0 {
		t.Errorf("%d images were drawn", images)
	}
}

// TestOfficialBody takes what the official client of November 2026 sends: a
// developer message in place of instructions.
func TestOfficialBody(t *testing.T) {
	b := start(t, "")
	body := hosted(without("instructions"), func(body, _ map[string]any) {
		body["input"] = append([]any{map[string]any{"type": "message", "role": "developer", "content": []any{}}}, body["input"].([]any)...)
	})
	if response, text := b.send(t, "POST", b.base+"/responses", body); response.StatusCode != 200 {
		t.Errorf("%d: %s", response.StatusCode, text)
	}
}

type event struct {
	Type  string `json:"type"`
	B64   string `json:"partial_image_b64"`
	Index int    `json:"partial_image_index"`
	Item  struct {
		Type, Status, Result string
	} `json:"item"`
	Response struct {
		Tools  []map[string]any `json:"tools"`
		Output []struct{ Result string }
	} `json:"response"`
}

func events(t *testing.T, text string) (list []event) {
	t.Helper()
	for line := range strings.Lines(text) {
		if data, ok := strings.CutPrefix(strings.TrimSpace(line), "data: "); ok {
			var e event
			if err := json.Unmarshal([]byte(data), &e); err != nil {
				t.Fatalf("%v in %.200s", err, data)
			}
			list = append(list, e)
		}
	}
	return list
}

func decode(t *testing.T, b64 string) image.Image {
	t.Helper()
	data, err := base64.StdEncoding.DecodeString(b64)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(data, []byte("SANDBOX: drawn by")) {
		t.Error("the picture carries no mark")
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// difference is the mean distance of two pictures' red values.
func difference(a, b image.Image) (sum int) {
	n := 0
	for y := a.Bounds().Min.Y; y < a.Bounds().Max.Y; y += 9 {
		for x := a.Bounds().Min.X; x < a.Bounds().Max.X; x += 9 {
			ra, _, _, _ := a.At(x, y).RGBA()
			rb, _, _, _ := b.At(x, y).RGBA()
			sum += max(int(ra)-int(rb), int(rb)-int(ra))
			n++
		}
	}
	return sum / n
}

func TestDraftsSharpenToTheFinal(t *testing.T) {
	b := start(t, "")
	response, text := b.send(t, "POST", b.base+"/responses", hosted())
	var order []string
	var drafts []image.Image
	var final image.Image
	for _, e := range events(t, text) {
		order = append(order, strings.TrimPrefix(e.Type, "response."))
		switch {
		case e.B64 != "":
			drafts = append(drafts, decode(t, e.B64))
		case e.Item.Result != "":
			final = decode(t, e.Item.Result)
		}
		if e.Type == "response.completed" && (len(e.Response.Output) != 0 || e.Response.Tools[0]["model"] != "gpt-image-2-codex") {
			t.Errorf("completed: %+v", e.Response)
		}
	}
	want := "created in_progress output_item.added image_generation_call.in_progress image_generation_call.generating image_generation_call.partial_image image_generation_call.partial_image output_item.done completed"
	if got := strings.Join(order, " "); got != want || len(drafts) != 2 || final == nil {
		t.Fatalf("events: %s", got)
	}
	first, second := difference(drafts[0], final), difference(drafts[1], final)
	if first <= second || second == 0 {
		t.Errorf("the drafts are %d and %d away from the final", first, second)
	}
	if final.Bounds().Dx() != 1254 || b.Stats().Images != 1 || response.Header.Get("x-codex-primary-used-percent") == "" || response.Header.Get("x-request-id") == "" {
		t.Errorf("%v, %+v, %v", final.Bounds(), b.Stats(), response.Header)
	}
}

func TestScenarios(t *testing.T) {
	official := `{"prompt":"a red circle, 16:9","background":"opaque","model":"gpt-image-2","quality":"auto","size":"1024x1024"}`
	for scenario, row := range map[string]struct {
		hosted, images int
		words          string // in the hosted answer
	}{
		"2026-10":        {200, 200, "partial_image"},
		"entitled":       {200, 200, "partial_image"},
		"2026-04":        {200, 404, "partial_image"},
		"honours-size":   {200, 404, "partial_image"},
		"stripped":       {400, 200, "not found in 'tools'"},
		"images-missing": {200, 404, "partial_image"},
		"usage-limit":    {429, 429, "usage_limit_reached"},
		"moderation":     {400, 400, "moderation_blocked"},
		"challenge":      {403, 403, "Cloudflare"},
		"text-only":      {200, 200, "can't make that picture"},
		"empty":          {200, 200, "response.completed"},
	} {
		b := start(t, scenario)
		response, text := b.send(t, "POST", b.base+"/responses", hosted())
		if response.StatusCode != row.hosted || !strings.Contains(text, row.words) {
			t.Errorf("%s, hosted: %d %.300s", scenario, response.StatusCode, text)
		}
		if response, text := b.send(t, "POST", b.base+"/images/generations", official); response.StatusCode != row.images {
			t.Errorf("%s, images: %d %.300s", scenario, response.StatusCode, text)
		}
	}
	b := start(t, "stripped")
	_, text := b.send(t, "POST", b.base+"/responses", hosted(field("tool_choice", "auto")))
	if !strings.Contains(text, `"tools":[]`) || strings.Contains(text, "image_generation_call") || b.Stats().Images != 0 {
		t.Errorf("stripped with auto: %.500s", text)
	}
}

func TestSizes(t *testing.T) {
	for name, row := range map[string]struct {
		scenario, prompt, size string
		w, h                   int
	}{
		"ignored":         {"2026-10", "a cat", "3840x2160", 1254, 1254},
		"words steer":     {"2026-10", "a cat, 16:9", "1024x1024", 1672, 941},
		"honoured to 4K":  {"2026-04", "a cat", "2048x1152", 2048, 1152},
		"portrait please": {"2026-10", "a portrait of a cat", "auto", 1024, 1536},
	} {
		b := start(t, row.scenario)
		_, text := b.send(t, "POST", b.base+"/responses", strings.ReplaceAll(hosted(inTool("size", row.size), inTool("partial_images", 0)), "a cat", row.prompt))
		for _, e := range events(t, text) {
			if e.Item.Result != "" {
				if got := decode(t, e.Item.Result).Bounds(); got.Dx() != row.w || got.Dy() != row.h {
					t.Errorf("%s: %v", name, got)
				}
			}
		}
		if b.Stats().Images != 1 {
			t.Errorf("%s: %s", name, text)
		}
	}
}

func TestCredential(t *testing.T) {
	b := start(t, "")
	for name, header := range map[string][]string{
		"no token":      {"Authorization", ""},
		"wrong token":   {"Authorization", "Bearer nope"},
		"wrong account": {"ChatGPT-Account-ID", "someone-else"},
	} {
		if response, text := b.send(t, "POST", b.base+"/responses", hosted(), header...); response.StatusCode != 401 {
			t.Errorf("%s: %d %s", name, response.StatusCode, text)
		}
	}
	if response, _ := b.send(t, "POST", b.base+"/responses", hosted(), "ChatGPT-Account-ID", ""); response.StatusCode != 200 {
		t.Errorf("no account: %d", response.StatusCode)
	}
}

func TestModelsAndUsage(t *testing.T) {
	b := start(t, "")
	for name, row := range map[string]struct {
		originator, version string
		status, models      int
	}{
		"a client of ours":   {"codexgen", "0.169.0", 200, 8},
		"another client":     {"pi", "0.169.0", 200, 8},
		"an old version":     {"pi", "0.124.0", 200, 5},
		"no version":         {"pi", "", 200, 0},
		"an official client": {"codex_exec", "0.169.0", 404, 0},
	} {
		response, text := b.send(t, "GET", b.base+"/models?client_version="+row.version, "", "originator", row.originator)
		var body struct{ Models []struct{ Slug string } }
		_ = json.Unmarshal([]byte(text), &body)
		if response.StatusCode != row.status || len(body.Models) != row.models || strings.Contains(text, "gpt-image") {
			t.Errorf("%s: %d %s", name, response.StatusCode, text)
		}
	}
	_, text := b.send(t, "GET", strings.TrimSuffix(b.base, "/codex")+"/wham/usage", "")
	if !strings.Contains(text, `"used_percent":12`) || !strings.Contains(text, `"plan_type":"plus"`) {
		t.Errorf("usage: %s", text)
	}
	for url, status := range map[string]int{b.base + "/responses": 405, b.base + "/nope": 404} {
		if response, _ := b.send(t, "GET", url, ""); response.StatusCode != status {
			t.Errorf("GET %s: %d", url, response.StatusCode)
		}
	}
	if response, text := b.send(t, "POST", strings.TrimSuffix(b.base, "/codex")+"/images/generations", "{}"); response.StatusCode != 403 || !strings.Contains(text, "<html") && !strings.Contains(text, "<!DOCTYPE") {
		t.Errorf("wrong path: %d %s", response.StatusCode, text)
	}
}

func TestRefusedConfigurations(t *testing.T) {
	for _, c := range []sandbox.Config{{Scenario: "nope"}, {Faults: []string{"nope"}}, {Faults: []string{"cut"}}, {Faults: []string{"cut=x"}}, {Faults: []string{"crlf=1"}}} {
		if _, err := sandbox.New(c); err == nil || !strings.Contains(err.Error(), "nope") && !strings.Contains(err.Error(), "cut") && !strings.Contains(err.Error(), "crlf") {
			t.Errorf("%+v: %v", c, err)
		}
	}
	server, err := sandbox.New(sandbox.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for _, addr := range []string{"0.0.0.0:0", ":0", "example.com:80", "127.0.0.1"} {
		if _, err := server.Start(addr); err == nil {
			t.Errorf("%s was accepted", addr)
		}
	}
}

func TestBigPictures(t *testing.T) {
	b := start(t, "", "big=8MB")
	_, text := b.send(t, "POST", b.base+"/images/generations", `{"prompt":"a cat"}`)
	var body struct {
		Data []struct {
			B64 string `json:"b64_json"`
		}
	}
	if err := json.Unmarshal([]byte(text), &body); err != nil {
		t.Fatal(err)
	}
	if size := len(body.Data[0].B64) / 4 * 3; size < 7_500_000 || size > 8_500_000 {
		t.Errorf("%d bytes", size)
	}
	decode(t, body.Data[0].B64)
}

func TestEveryRuleHasItsSource(t *testing.T) {
	for _, rule := range sandbox.Rules() {
		if rule.Name == "" || rule.Source == "" || !strings.Contains(rule.Source, "20") {
			t.Errorf("rule %+v has no source or date", rule)
		}
	}
}

func ExampleScenarios() {
	for _, s := range sandbox.Scenarios()[:2] {
		fmt.Println(s.Name, s.Aliases)
	}
	// Output:
	// 2026-10 [entitled]
	// 2026-04 [honours-size]
}
