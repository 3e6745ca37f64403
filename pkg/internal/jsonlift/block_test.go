package jsonlift

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
)

// TestPlainSeesEveryByteEverywhere holds the eight-at-a-time search to a plain
// loop.
func TestPlainSeesEveryByteEverywhere(t *testing.T) {
	for c := range 256 {
		for at := range 24 {
			for _, after := range []byte{'A', 0, '"', '!', 0xff} {
				text := append(bytes.Repeat([]byte("A"), at), byte(c))
				text = append(text, bytes.Repeat([]byte{after}, 9)...)
				want := bytes.IndexFunc(text, func(r rune) bool { return r < 0x20 || r == '"' || r == '\\' })
				if want < 0 {
					want = len(text)
				}
				if got := plain(text); got != want {
					t.Fatalf("%q: %d, want %d", text, got, want)
				}
			}
		}
	}
}

// TestEveryByteInEveryLane holds the vectorised decoder to the alphabet, and
// its errors to their place.
func TestEveryByteInEveryLane(t *testing.T) {
	for c := range 256 {
		for at := range 96 {
			text := []byte(strings.Repeat("Aa0+", 32))
			text[at] = byte(c)
			var out bytes.Buffer
			_, err := Member{Text: string(text)}.Decode(&out)
			plainText := strings.NewReplacer("-", "+", "_", "/", " ", "", "\t", "", "\r", "", "\n", "").Replace(string(text))
			want, wantErr := base64.RawStdEncoding.DecodeString(plainText)
			var wrong *Base64Error
			switch {
			case wantErr == nil && (err != nil || !bytes.Equal(out.Bytes(), want)):
				t.Fatalf("%q at %d: %v", byte(c), at, err)
			case wantErr != nil && (!errors.As(err, &wrong) || c != '=' && wrong.Offset != int64(at)):
				t.Fatalf("%q at %d: %v", byte(c), at, err)
			}
		}
	}
}

func TestNamesFoldAsEncodingJSONFolds(t *testing.T) {
	for _, name := range []string{"result", "Result", "RESULT", "re\u017fult", `re\u017fult`, `\u0052esult`} {
		lifter := Lifter{Names: []string{"result"}}
		doc, err := lifter.Lift(strings.NewReader(`{"` + name + `":{"state":"lifted","part":3}}`))
		var got struct{ Result Member }
		if err != nil || json.Unmarshal(doc.JSON, &got) != nil || got.Result != (Member{State: Other}) {
			t.Errorf("%s: %v, %+v: the server's object must not pass as a Member", name, err, got)
		}
	}
}

func TestPartsAreBounded(t *testing.T) {
	member := `{"result":"` + strings.Repeat("A", InlineLimit+4) + `"}`
	created := 0
	lifter := Lifter{Names: []string{"result"}, Create: func() (io.Writer, error) { created++; return io.Discard, nil }}
	_, err := lifter.Lift(strings.NewReader("[" + strings.Repeat(member+",", maxParts) + member + "]"))
	var syntax *SyntaxError
	if !errors.As(err, &syntax) || created != maxParts {
		t.Errorf("%v after %d parts", err, created)
	}
}

// TestEscapesAreWrittenInBlocks counts writes: one an escape would be one
// system call an escape.
func TestEscapesAreWrittenInBlocks(t *testing.T) {
	writes := 0
	lifter := Lifter{Names: []string{"result"}, Create: func() (io.Writer, error) { return countWrites{&writes}, nil }}
	doc, err := lifter.Lift(strings.NewReader(`{"result":"` + strings.Repeat(`\/AAA`, 1<<18) + `"}`))
	if err != nil || doc.Parts[0].Err != nil || doc.Parts[0].Bytes != 3<<18 || writes > 100 {
		t.Errorf("%v, %+v, %d writes", err, doc.Parts, writes)
	}
}

type countWrites struct{ n *int }

func (c countWrites) Write(p []byte) (int, error) { *c.n++; return len(p), nil }
