package jsonlift_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/codexgen/codexgen/pkg/internal/jsonlift"
)

func lift(r io.Reader) (*jsonlift.Document, []*bytes.Buffer, error) {
	var parts []*bytes.Buffer
	lifter := jsonlift.Lifter{Names: []string{"result", "b64_json"}, Create: func() (io.Writer, error) {
		parts = append(parts, &bytes.Buffer{})
		return parts[len(parts)-1], nil
	}}
	doc, err := lifter.Lift(r)
	return doc, parts, err
}

type object struct {
	Result jsonlift.Member `json:"result"`
	B64    jsonlift.Member `json:"b64_json"`
	X      any             `json:"x"`
}

func TestMemberStates(t *testing.T) {
	for name, row := range map[string]struct {
		text string
		want object
	}{
		"absent":         {`{"x":1}`, object{X: 1.0}},
		"null":           {`{"result": null ,"x":1}`, object{Result: jsonlift.Member{State: jsonlift.Null}, X: 1.0}},
		"empty":          {`{"result":""}`, object{Result: jsonlift.Member{State: jsonlift.Empty}}},
		"number":         {`{"result":-1.5e3,"x":"y"}`, object{Result: jsonlift.Member{State: jsonlift.Other}, X: "y"}},
		"object":         {`{"result":{"state":"lifted","part":7,"result":"deep","y":[1,{"z":"}"}]},"x":2}`, object{Result: jsonlift.Member{State: jsonlift.Other}, X: 2.0}},
		"array":          {`{"result":["a\"]",[]],"x":2}`, object{Result: jsonlift.Member{State: jsonlift.Other}, X: 2.0}},
		"inline":         {`{"result":"a\/b\u002bc\"","x":2}`, object{Result: jsonlift.Member{State: jsonlift.Inline, Text: `a/b+c"`}, X: 2.0}},
		"escaped name":   {`{"res\u0075lt":"YQ=="}`, object{Result: jsonlift.Member{State: jsonlift.Inline, Text: "YQ=="}}},
		"a value's text": {`{"x":"result","b64_json":"YQ"}`, object{B64: jsonlift.Member{State: jsonlift.Inline, Text: "YQ"}, X: "result"}},
		"last one wins":  {`{"result":null,"result":"YQ"}`, object{Result: jsonlift.Member{State: jsonlift.Inline, Text: "YQ"}}},
	} {
		for how, r := range map[string]io.Reader{"whole": strings.NewReader(row.text), "bytes": iotest.OneByteReader(strings.NewReader(row.text))} {
			doc, _, err := lift(r)
			if err != nil {
				t.Errorf("%s, %s: %v", name, how, err)
				continue
			}
			var got object
			if err := json.Unmarshal(doc.JSON, &got); err != nil || !cmp.Equal(got, row.want) {
				t.Errorf("%s, %s: %v, %s", name, how, err, cmp.Diff(row.want, got))
			}
		}
	}
}

func image(n int) []byte {
	data := make([]byte, n)
	random := rand.New(rand.NewPCG(1, 2))
	for i := range data {
		data[i] = byte(random.Uint32())
	}
	return data
}

func TestN29Base64Forms(t *testing.T) {
	data := image(9001) // not a multiple of three
	std := base64.StdEncoding.EncodeToString(data)
	for name, row := range map[string]struct {
		text string
		bad  int64 // -1: good
	}{
		"standard":           {std, -1},
		"URL alphabet":       {base64.URLEncoding.EncodeToString(data), -1},
		"no padding":         {base64.RawStdEncoding.EncodeToString(data), -1},
		"URL, no padding":    {base64.RawURLEncoding.EncodeToString(data), -1},
		"line breaks":        {strings.Join(chunks(std, 76), `\r\n`), -1},
		"spaces":             {strings.Join(chunks(std, 5), " "), -1},
		"escaped slash":      {strings.ReplaceAll(std, "/", `\/`), -1},
		"unicode escapes":    {strings.ReplaceAll(std, "+", `\u002b`), -1},
		"data URL":           {"data:image/png;base64," + std, -1},
		"bad first":          {"!" + std, 0},
		"bad in the middle":  {std[:6000] + "!" + std[6001:], 6000},
		"bad last":           {std[:len(std)-1] + "!", int64(len(std) - 1)},
		"a character over":   {base64.RawStdEncoding.EncodeToString(data[:9000]) + "A", 12001},
		"padding in between": {std[:6000] + "==" + std[6002:], 6000},
		"data after padding": {std + "AAAA", int64(len(std))},
		"5 MB of =":          {strings.Repeat("=", 5<<20), 0},
		"not ASCII":          {std[:6000] + "é" + std[6002:], 6000},
	} {
		doc, parts, err := lift(strings.NewReader(`{"b64_json":"` + row.text + `","x":1}`))
		if err != nil || len(doc.Parts) != 1 {
			t.Errorf("%s: %v, %d parts", name, err, len(doc.Parts))
			continue
		}
		var wrong *jsonlift.Base64Error
		switch bad := errors.As(doc.Parts[0].Err, &wrong); {
		case bad != (row.bad >= 0):
			t.Errorf("%s: %v", name, doc.Parts[0].Err)
		case bad && wrong.Offset != row.bad:
			t.Errorf("%s: offset %d, want %d", name, wrong.Offset, row.bad)
		case !bad && strings.HasPrefix(row.text, base64.RawStdEncoding.EncodeToString(data)[:100]) && !bytes.Equal(parts[0].Bytes(), data):
			t.Errorf("%s: other bytes", name)
		}
		var rest object
		if err := json.Unmarshal(doc.JSON, &rest); err != nil || rest.X != 1.0 {
			t.Errorf("%s: the rest is %s", name, doc.JSON)
		}
	}
}

func chunks(text string, n int) (parts []string) {
	for len(text) > n {
		parts, text = append(parts, text[:n]), text[n:]
	}
	return append(parts, text)
}

func TestInlineDecode(t *testing.T) {
	for text, want := range map[string]string{"YQ==": "a", "YQ": "a", "data:image/png;base64,YWJj": "abc", "YW Jj\n": "abc"} {
		var out bytes.Buffer
		if _, err := (jsonlift.Member{State: jsonlift.Inline, Text: text}).Decode(&out); err != nil || out.String() != want {
			t.Errorf("%q: %q, %v", text, out.String(), err)
		}
	}
	if _, err := (jsonlift.Member{Text: "Y"}).Decode(io.Discard); err == nil {
		t.Error("a single character was accepted")
	}
}

func TestFaults(t *testing.T) {
	long := strings.Repeat("A", 8000)
	for name, row := range map[string]struct {
		text string
		want error
	}{
		"empty":                {"", io.ErrUnexpectedEOF},
		"cut in an object":     {`{"x":1`, io.ErrUnexpectedEOF},
		"cut in a name":        {`{"x`, io.ErrUnexpectedEOF},
		"cut in an image":      {`{"result":"` + long, io.ErrUnexpectedEOF},
		"cut in an escape":     {`{"result":"\u00`, io.ErrUnexpectedEOF},
		"cut in a bad image":   {`{"result":"!` + long, io.ErrUnexpectedEOF},
		"brackets":             {`{"x":[1}]`, new(jsonlift.SyntaxError)},
		"two values":           {`{} {}`, new(jsonlift.SyntaxError)},
		"missing value":        {`{"result":,"x":1}`, new(jsonlift.SyntaxError)},
		"an unknown escape":    {`{"result":"\q"}`, new(jsonlift.SyntaxError)},
		"N31 depth":            {strings.Repeat("[", 100000), new(jsonlift.SyntaxError)},
		"N31 depth, not kept":  {`{"result":` + strings.Repeat("[", 100000), new(jsonlift.SyntaxError)},
		"N31 a long number":    {`{"x":` + strings.Repeat("1", 3<<20) + "}", new(jsonlift.SyntaxError)},
		"N31 too many members": {`{` + strings.Repeat(`"k":"v",`, 1<<20), new(jsonlift.SyntaxError)},
	} {
		_, _, err := lift(strings.NewReader(row.text))
		var syntax *jsonlift.SyntaxError
		if wantSyntax := errors.As(row.want, &syntax); wantSyntax && !errors.As(err, &syntax) || !wantSyntax && !errors.Is(err, row.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

type full struct{}

var errFull = errors.New("no space left")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestWriteFailures(t *testing.T) {
	text := `{"result":"` + strings.Repeat("A", 80000) + `"}`
	for name, create := range map[string]func() (io.Writer, error){
		"create": func() (io.Writer, error) { return nil, errFull },
		"write":  func() (io.Writer, error) { return full{}, nil },
	} {
		lifter := jsonlift.Lifter{Names: []string{"result"}, Create: create}
		_, err := lifter.Lift(strings.NewReader(text))
		var write *jsonlift.WriteError
		if !errors.As(err, &write) || !errors.Is(err, errFull) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestMemoryIsFlat(t *testing.T) {
	var before, after runtime.MemStats
	lifter := jsonlift.Lifter{Names: []string{"result"}, Create: func() (io.Writer, error) { return io.Discard, nil }}
	text := io.MultiReader(strings.NewReader(`{"result":"`), io.LimitReader(letters{}, 64<<20), strings.NewReader(`"}`))
	runtime.ReadMemStats(&before)
	doc, err := lifter.Lift(text)
	runtime.ReadMemStats(&after)
	if err != nil || doc.Parts[0].Err != nil || doc.Parts[0].Bytes != 48<<20 {
		t.Fatalf("%v %+v", err, doc.Parts)
	}
	if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 1<<20 {
		t.Errorf("%d bytes allocated for 64 MiB", allocated)
	}
}

type letters struct{}

func (letters) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'A'
	}
	return len(p), nil
}

// FuzzLift states: any split gives the same document, and what was lifted is
// what encoding/json and encoding/base64 make of the same text.
func FuzzLift(f *testing.F) {
	f.Add(image(5000), `,"x":[{"result":"YQ"}]`, uint16(7))
	f.Add([]byte{}, "", uint16(1))
	f.Fuzz(func(t *testing.T, data []byte, tail string, size uint16) {
		text := `{"result":"` + base64.StdEncoding.EncodeToString(data) + `"` + tail + `}`
		whole, parts, err := lift(strings.NewReader(text))
		var small []io.Reader
		for _, chunk := range chunks(text, 1+int(size)) {
			small = append(small, strings.NewReader(chunk))
		}
		split, splitParts, splitErr := lift(io.MultiReader(small...))
		if (err == nil) != (splitErr == nil) || err == nil && !bytes.Equal(whole.JSON, split.JSON) || len(parts) != len(splitParts) {
			t.Fatalf("%v, split: %v\n%s\n%s", err, splitErr, whole.JSON, split.JSON)
		}
		if err == nil != json.Valid([]byte(text)) && err == nil {
			var syntax *json.SyntaxError
			if !errors.As(json.Unmarshal([]byte(text), new(any)), &syntax) {
				t.Fatalf("accepted %q", text)
			}
		}
		if len(parts) > 0 && whole.Parts[0].Err == nil && err == nil && !bytes.Equal(parts[0].Bytes(), data) {
			t.Fatal("other bytes")
		}
	})
}

func BenchmarkLift(b *testing.B) {
	text := []byte(`{"type":"x","result":"` + base64.StdEncoding.EncodeToString(image(16<<20)) + `"}`)
	lifter := jsonlift.Lifter{Names: []string{"result"}, Create: func() (io.Writer, error) { return io.Discard, nil }}
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if doc, err := lifter.Lift(bytes.NewReader(text)); err != nil || doc.Parts[0].Err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncodingJSON(b *testing.B) {
	text := []byte(`{"type":"x","result":"` + base64.StdEncoding.EncodeToString(image(16<<20)) + `"}`)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		var out struct{ Result []byte }
		if err := json.Unmarshal(text, &out); err != nil {
			b.Fatal(err)
		}
	}
}

// TestWrongTextIsPassedOverFast: text that ends inside a group and goes on is
// read for its end in large pieces. A character at a time, each with a search
// for the quote, took 16 s for what takes 50 ms.
func TestWrongTextIsPassedOverFast(t *testing.T) {
	for _, filler := range []string{"A", " "} {
		text := strings.NewReader(`{"result":"AAA=` + strings.Repeat(filler, 16<<20) + `"}`)
		lifter := jsonlift.Lifter{Names: []string{"result"}, Create: func() (io.Writer, error) { return io.Discard, nil }}
		start := time.Now()
		doc, err := lifter.Lift(text)
		if took := time.Since(start); err != nil || len(doc.Parts) != 1 || (doc.Parts[0].Err == nil) != (filler == " ") || took > 4*time.Second {
			t.Errorf("%q: %v, %+v after %v", filler, err, doc, took)
		}
	}
}
