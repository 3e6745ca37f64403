package sandbox

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// dot is the smallest data URL that counts as a picture.
const dot = "data:image/png;base64,iVBORw0KGgo="

// sample is a body that exactly one rule refuses, and what comes back.
type sample struct {
	body object
	want string // a part of the answer
	edit edit
}

func responsesSamples(t *testing.T) map[string]sample {
	part := func(s string) []any { return said(jsonOf(t, s)) }
	h := func(c object) object { return hostedBody(c) }
	return map[string]sample{
		"max-output-tokens":     {h(object{"max_output_tokens": 9}), `{"detail":"Unsupported parameter: max_output_tokens"}`, nil},
		"previous-response-id":  {h(object{"previous_response_id": "r"}), `{"detail":"Unsupported parameter: previous_response_id"}`, nil},
		"cache-breakpoint":      {h(object{"prompt_cache_breakpoint": 1}), `prompt_cache_breakpoint is not supported on this model`, nil},
		"unsupported-parameter": {h(object{"temperature": 1}), `{"detail":"Unsupported parameter: temperature"}`, nil},
		"other-parameter":       {h(object{"zebra": 1, "apple": 1}), `Unsupported parameter: apple`, nil},
		"stream":                {h(object{"stream": false}), `{"detail":"Stream must be set to true"}`, nil},
		"store-true":            {h(object{"store": true}), `{"detail":"Store must be set to false"}`, nil},
		"store-absent":          {h(object{"store": nil}), `{"detail":"Store must be set to false"}`, nil},
		"instructions":          {h(object{"instructions": nil}), `{"detail":"Instructions are required"}`, nil},

		"model-absent":           {h(object{"model": nil}), `"param":"model"`, nil},
		"image-model-as-carrier": {h(object{"model": "gpt-image-2"}), `{"error":{"code":null,"message":"The 'gpt-image-2' model is not supported when using Codex with a ChatGPT account."`, nil},
		"unknown-model":          {h(object{"model": "gpt-4o"}), `{"detail":"The 'gpt-4o' model is not supported when using Codex with a ChatGPT account."}`, nil},
		"client-too-old":         {h(nil), `requires a newer version of Codex`, header("version", "0.10.0")},
		"spark-image-tool":       {h(object{"model": sparkModel}), `"message":"Tool 'image_generation' is not supported with gpt-5.3-codex-spark.","param":"tools"`, nil},
		"not-a-lite-model":       {h(nil), `This model is not supported when using X-OpenAI-Internal-Codex-Responses-Lite`, header("x-openai-internal-codex-responses-lite", "true")},
		"lite-header-image-tool": {h(object{"model": "gpt-5.6-sol"}), `"code":"unsupported_value"`, header("x-openai-internal-codex-responses-lite", "true")},
		"reasoning-effort":       {h(object{"reasoning": object{"effort": "minimal"}}), `reasoning.effort 'minimal'`, nil},

		"input-not-a-list":    {h(object{"input": "a cat"}), `{"detail":"Input must be a list"}`, nil},
		"role-system":         {h(object{"input": []any{object{"role": "system", "content": "x"}}}), `System messages are not allowed`, nil},
		"item-reference":      {h(object{"input": []any{object{"type": "item_reference", "id": "msg_1"}}}), `msg_1`, nil},
		"output-text-by-user": {h(object{"input": part(`{"type":"output_text","text":"x"}`)}), `Invalid value: 'output_text'. Supported values are: 'input_text', 'input_image', 'input_file', and 'scoped_content'.`, nil},
		"image-file-id":       {h(object{"input": part(`{"type":"input_image","file_id":"f"}`)}), `file_id`, nil},
		"image-bytes":         {h(object{"input": part(`{"type":"input_image","image_url":"data:image/png;base64,aGVsbG8="}`)}), `The image data you provided does not represent a valid image`, nil},

		"reserved-function":   {h(object{"tools": []any{object{"type": "image_generation"}, object{"type": "namespace", "name": "image_gen"}}}), `Function 'image_gen.imagegen' conflicts with a hosted tool in the same request.`, nil},
		"tool-n":              {tool(object{"n": 2}), `"code":"unknown_parameter","message":"Unknown parameter: 'tools[0].n'."`, nil},
		"tool-image-fields":   {tool(object{"mask": "x"}), `tools[0].mask`, nil},
		"tool-input-fidelity": {tool(object{"input_fidelity": "high"}), `input_fidelity`, nil},
		"tool-other-field":    {tool(object{"zebra": 1}), `tools[0].zebra`, nil},
		"tool-size":           {tool(object{"size": "3072x3072"}), `pixel budget`, nil},
		"tool-format":         {tool(object{"output_format": "gif"}), `Invalid value: 'gif'.`, nil},
		"tool-compression":    {tool(object{"output_compression": 50}), `image_generation_user_error`, nil},
		"tool-transparent":    {tool(object{"background": "transparent"}), `{"error":{"code":"invalid_value","message":"Transparent background is not supported for this model.","param":"tools","type":"image_generation_user_error"}}`, nil},
		"tool-background":     {tool(object{"background": "bogus"}), `{"error":{"code":"invalid_value","message":"Invalid value: 'bogus'. Supported values are: 'transparent', 'opaque', and 'auto'.","param":"tools[0].background","type":"invalid_request_error"}}`, nil},
		"tool-partials":       {tool(object{"partial_images": 4}), `got 4 instead`, nil},
		"tool-moderation":     {tool(object{"moderation": "none"}), `'none'`, nil},
		"tool-action":         {tool(object{"action": "paint"}), `'paint'`, nil},
		"tool-edit-nothing":   {tool(object{"action": "edit"}), `needs an image`, nil},

		"choice-string":    {h(object{"tool_choice": `{"type":"image_generation"}`}), `Invalid value: '{\"t...n\"}'. Supported values are: 'none', 'auto', and 'required'.`, nil},
		"choice-not-found": {h(object{"tools": nil}), `{"error":{"code":null,"message":"Tool choice 'image_generation' not found in 'tools' parameter.","param":"tool_choice","type":"invalid_request_error"}}`, nil},
		"choice-required":  {h(object{"tools": nil, "tool_choice": "required"}), `Tool choice 'required' must be specified with 'tools' parameter`, nil},
	}
}

func editsSamples(t *testing.T) map[string]sample {
	e := func(c object) object {
		return changed(imagesBody(object{"images": []any{object{"image_url": dot}}}), c)
	}
	return map[string]sample{
		"images-prompt":        {e(object{"prompt": nil}), `"param":"prompt"`, nil},
		"images-prompt-length": {e(object{"prompt": strings.Repeat("é", 32_001)}), `32000`, nil},
		"images-model":         {e(object{"model": 7}), `"param":"model"`, nil},
		"edits-images":         {e(object{"images": []any{dot}}), `"code":"missing_required_parameter"`, nil},
		"edits-https":          {e(object{"images": []any{object{"image_url": "https://example.invalid/a.png"}}}), `Error while downloading file`, nil},
		"edits-bytes":          {e(object{"images": []any{object{"image_url": "data:image/png;base64,!!!!"}}}), `The image data you provided does not represent a valid image`, nil},
	}
}

func jsonOf(t testing.TB, s string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(s), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestEachRule(t *testing.T) {
	k := start(t, Config{})
	for _, c := range []struct {
		path    string
		rules   []rule
		samples map[string]sample
	}{
		{"/responses", responsesRules(), responsesSamples(t)},
		{"/images/edits", editsRules(), editsSamples(t)},
	} {
		for _, r := range c.rules {
			s, ok := c.samples[r.name]
			if !ok {
				t.Errorf("rule %s has no sample", r.name)
				continue
			}
			var edits []edit
			if s.edit != nil {
				edits = append(edits, s.edit)
			}
			got := k.post(c.path, s.body, edits...)
			if got.status != r.status || !bytes.Contains(got.body, []byte(s.want)) {
				t.Errorf("%s: %d %s\nwant %d %s", r.name, got.status, got.body, r.status, s.want)
			}
			seen := k.Stats().Requests
			if by := seen[len(seen)-1].Rule; by != r.name {
				t.Errorf("%s: refused by %q", r.name, by)
			}
			delete(c.samples, r.name)
		}
		for name := range c.samples {
			t.Errorf("sample %s has no rule", name)
		}
	}
	if n := k.Stats().Images; n != 0 {
		t.Errorf("%d pictures were drawn for refused requests", n)
	}
}

func TestRulesNameTheirSource(t *testing.T) {
	day := regexp.MustCompile(`^2026-\d\d(-\d\d)?$`)
	var names []string
	for _, r := range slices.Concat(responsesRules(), editsRules()) {
		if r.source == "" || !day.MatchString(r.date) || r.text == 0 || r.status == 0 || r.body.message == "" {
			t.Errorf("rule %s lacks its source, date, wording, status or text", r.name)
		}
		names = append(names, r.name)
	}
	slices.Sort(names)
	if n := len(slices.Compact(slices.Clone(names))); n != len(names) {
		t.Errorf("%d names for %d rules", n, len(names))
	}
}

func TestToolRulesNameTheToolsPlace(t *testing.T) {
	k := start(t, Config{})
	b := hostedBody(object{"tools": []any{object{"type": "web_search"}, object{"type": "image_generation", "background": "bogus"}}})
	if p := k.post("/responses", b).json(t).obj("error").str("param"); p != "tools[1].background" {
		t.Errorf("param %q", p)
	}
}

func TestSizes(t *testing.T) {
	for s, ok := range map[string]bool{
		"": true, "auto": true, "1024x1024": true, "3840x2160": true, "2160x3840": true, "1536x1024": true, "640x1024": true, "1920x640": true,
		"1025x1024": false, "3072x3072": false, "4096x1024": false, "2048x512": false, "2896x2880": false, "2880x2880": true, "832x784": false, "832x800": true, "512x512": false, "big": false,
		"0x0": false, "-16x16": false, "1024x1024x2": false, "999999x16": false, " 1024x1024": false, "１０２４x1024": false,
	} {
		if got := badSize(s) == ""; got != ok {
			t.Errorf("%q: accepted %v (%s)", s, got, badSize(s))
		}
	}
}

func FuzzSize(f *testing.F) {
	for _, s := range []string{"auto", "1024x1024", "16x16", "99999x99999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if badSize(s) != "" || s == "" || s == "auto" {
			return
		}
		p, ok := parseSize(s)
		if !ok || p.X%16 != 0 || p.Y%16 != 0 || p.X*p.Y > maxPixels || p.X*p.Y < minPixels || max(p.X, p.Y) > maxEdge || sizeText(p) == "" {
			t.Errorf("%q was accepted as %v", s, p)
		}
	})
}

// Whatever is sent, the answer is a status of the tables and, when refused, it
// costs nothing and names a rule.
func FuzzBody(f *testing.F) {
	for _, s := range []string{"", "{}", "null", `{"input":[1,{"role":7}],"tools":[null,{"type":"image_generation","size":9}]}`,
		string(mustJSON(hostedBody(nil))), string(mustJSON(tool(object{"partial_images": -1})))} {
		f.Add([]byte(s))
	}
	shared := start(f, Config{Faults: []string{"small"}})
	f.Fuzz(func(t *testing.T, b []byte) {
		k := &kit{shared.Server, t, shared.base, shared.http}
		for _, path := range []string{"/responses", "/images/generations", "/images/edits"} {
			before := k.Stats().Images
			r := k.do("POST", path, b)
			st := k.Stats()
			seen := st.Requests[len(st.Requests)-1]
			if r.err != nil || seen.Status != r.status {
				t.Fatalf("%d %v, noted %+v", r.status, r.err, seen)
			}
			if refused := r.status != 200; refused != (seen.Rule != "") || refused && st.Images != before {
				t.Errorf("%s %d, rule %q, %d pictures", path, r.status, seen.Rule, st.Images-before)
			}
		}
	})
}
