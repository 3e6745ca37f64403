package codex

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"maps"
	"mime"
	"mime/multipart"
	"net/textproto"
	"slices"
	"strings"
)

// form writes the body as a form if the Content-Type says so: one gateway
// forwards it (EvanZhouDev/openai-oauth, 2026-07-11), and only a probe sends
// it. It is nil for JSON.
func (p *Plan) form() ([]byte, error) {
	kind, parameters, err := mime.ParseMediaType(p.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" || p.Body == nil {
		return nil, nil
	}
	var out bytes.Buffer
	form := multipart.NewWriter(&out)
	if err := form.SetBoundary(parameters["boundary"]); err != nil {
		return nil, fmt.Errorf("write the request body: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(p.Body)) {
		if err := writePart(form, name, p.Body[name]); err != nil {
			return nil, fmt.Errorf("write the request body: %w", err)
		}
	}
	return out.Bytes(), form.Close()
}

// writePart writes a text member as a field and each picture of a list as a
// file.
func writePart(form *multipart.Writer, name string, value any) error {
	list, ok := value.([]any)
	if !ok {
		return form.WriteField(name, fmt.Sprint(value))
	}
	for _, entry := range list {
		picture, _ := entry.(map[string]any)
		url, _ := picture["image_url"].(string)
		kind, data, _ := strings.Cut(strings.TrimPrefix(url, "data:"), ";base64,")
		content, err := base64.StdEncoding.DecodeString(data)
		if err != nil {
			return err
		}
		header := textproto.MIMEHeader{"Content-Disposition": {`form-data; name="image[]"; filename="image"`}, "Content-Type": {kind}}
		part, err := form.CreatePart(header)
		if err != nil {
			return err
		}
		if _, err := part.Write(content); err != nil {
			return err
		}
	}
	return nil
}
