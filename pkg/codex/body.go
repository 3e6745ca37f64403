package codex

import (
	"bytes"
	"crypto/rand"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// A body is a request's JSON with the pictures still where they are: they are
// read and encoded while the request is sent.
type body struct {
	parts  []part
	length int64
}

// A part is text, or the base64 of a picture.
type part struct {
	text  []byte
	input *Input
}

// body makes a plan's body ready to be sent.
func (p *Plan) body() (*body, error) {
	if form, err := p.form(); form != nil || err != nil {
		return &body{[]part{{text: form}}, int64(len(form))}, err
	}
	var inputs []Input
	boundary := rand.Text() // in no prompt
	marked := replaceInputs(p.Body, func(in Input) any {
		inputs = append(inputs, in)
		return boundary + strconv.Itoa(len(inputs)-1)
	})
	text, err := marshal(marked, "")
	if err != nil {
		return nil, err
	}
	b := &body{}
	for {
		before, after, found := bytes.Cut(text, []byte(boundary))
		b.addText(before)
		if !found {
			return b, nil
		}
		number, _, _ := bytes.Cut(after, []byte(`"`))
		i, err := strconv.Atoi(string(number))
		if err != nil {
			return nil, err
		}
		b.addInput(inputs[i])
		text = after[len(number):]
	}
}

func (b *body) addText(text []byte) {
	b.parts = append(b.parts, part{text: text})
	b.length += int64(len(text))
}

func (b *body) addInput(in Input) {
	b.addText([]byte(in.prefix()))
	b.parts = append(b.parts, part{input: &in})
	b.length += in.sent() - int64(len(in.prefix()))
}

// replaceInputs copies a JSON value with something else for its pictures.
func replaceInputs(node any, replace func(Input) any) any {
	switch node := node.(type) {
	case Input:
		return replace(node)
	case map[string]any:
		copied := make(map[string]any, len(node))
		for _, name := range slices.Sorted(maps.Keys(node)) {
			copied[name] = replaceInputs(node[name], replace)
		}
		return copied
	case []any:
		copied := slices.Clone(node)
		for i := range copied {
			copied[i] = replaceInputs(copied[i], replace)
		}
		return copied
	}
	return node
}

// hasInputs says that pictures go with the plan.
func (p *Plan) hasInputs() bool {
	found := false
	replaceInputs(p.Body, func(in Input) any { found = true; return in })
	return found
}

// attach gives a request the body, as often as it is sent.
func (b *body) attach(request *http.Request) {
	request.ContentLength = b.length
	request.GetBody = func() (io.ReadCloser, error) { return &bodyReader{parts: b.parts}, nil }
	request.Body, _ = request.GetBody()
}

// A bodyReader reads the parts in turn and has at most one picture open.
type bodyReader struct {
	parts   []part
	current io.ReadCloser
}

func (r *bodyReader) Read(p []byte) (int, error) {
	for {
		if r.current == nil {
			if len(r.parts) == 0 {
				return 0, io.EOF
			}
			current, err := r.parts[0].open()
			if err != nil {
				return 0, err
			}
			r.current, r.parts = current, r.parts[1:]
		}
		n, err := r.current.Read(p)
		if err != nil && err != io.EOF {
			return n, err
		}
		if err == io.EOF {
			_ = r.Close() // it was only read
		}
		if n > 0 {
			return n, nil
		}
	}
}

// String is what is still to be read, with what stands for the pictures.
func (r *bodyReader) String() string {
	var text strings.Builder
	for _, part := range r.parts {
		text.Write(part.text)
		if part.input != nil {
			text.WriteString(strings.TrimPrefix(part.input.String(), part.input.prefix()))
		}
	}
	return text.String()
}

func (r *bodyReader) Close() error {
	if r.current == nil {
		return nil
	}
	err := r.current.Close()
	r.current = nil
	return err
}

func (p part) open() (io.ReadCloser, error) {
	if p.input == nil {
		return io.NopCloser(bytes.NewReader(p.text)), nil
	}
	in, err := p.input.Open()
	if err != nil {
		return nil, err
	}
	return &encoder{in: in}, nil
}
