package codex_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/codexgen/codexgen/pkg/codex"
)

// drip answers on the responses route with what write writes each pause, until
// the client goes away.
func drip(pause time.Duration, write func(io.Writer) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "text/event-stream")
		for write(w) == nil && http.NewResponseController(w).Flush() == nil {
			select {
			case <-time.After(pause):
			case <-r.Context().Done():
				return
			}
		}
	}
}

func once(text string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, _ = io.WriteString(w, text)
		return io.EOF
	}
}

// TestBounds: each bound of one answer is named in the error, or what goes
// beyond it is passed over.
func TestBounds(t *testing.T) {
	const completed = "data: {\"type\":\"response.completed\",\"response\":{\"id\":\"r\",\"output\":[]}}\n\n"
	long := strings.Repeat("0123456789abcdef", 1000) // longer than what stays in the JSON
	images := func(n int) (all string) {
		for i := range n {
			all += image(fmt.Sprint(i), "completed", long)
		}
		return all
	}
	for name, row := range map[string]struct {
		body             string
		max              int64
		drafts, finals   int
		warnings         int
		kind             codex.Kind
		says             string
		created, retries int
	}{
		"an image of all that may come": {body: image("i", "completed", long) + completed, max: 16_000, finals: 1, created: 1},
		"an image of a byte more":       {body: image("i", "completed", long) + completed, max: 15_999, kind: codex.KindTooMuch, says: "more than 15999 bytes of pictures", created: 1},
		"a short image":                 {body: image("i", "completed", "0123456789") + completed, max: 9, kind: codex.KindTooMuch, says: "more than 9 bytes", created: 1},
		"drafts count":                  {body: draft(0, long) + draft(1, long) + image("i", "completed", long) + completed, max: 40_000, drafts: 2, kind: codex.KindTooMuch, created: 3},
		"drafts that are dropped count": {body: strings.Repeat(sent("response.new.thing", `,"result":"`+long+`"`), 9) + completed, max: 100_000, kind: codex.KindTooMuch, created: 9},
		"repetitions count":             {body: draft(0, long), max: 40_000, drafts: 2, retries: 5, kind: codex.KindTooMuch, created: 3},
		"an image before it stays":      {body: image("i", "completed", long) + image("j", "completed", long), max: 16_000, finals: 1, warnings: 1, created: 2},
		"images without end":            {body: images(40) + completed, finals: 8, created: 40},
		"damaged drafts without end":    {body: strings.Repeat(sent("response.image_generation_call.partial_image", `,"partial_image_b64":"!"`), 500) + image("i", "completed", "A") + completed, finals: 1, warnings: 16, created: 17},
		"events without end":            {body: strings.Repeat("data: {}\n\n", 50_001) + completed, kind: codex.KindTooMuch, says: "more than 50000 events"},
		"events to the bound":           {body: strings.Repeat("data: {}\n\n", 49_998) + image("i", "completed", "A") + completed, finals: 1, created: 1},
		"one text too long":             {body: sent("x", `,"y":"`+strings.Repeat("z", 3<<20)+`"`), kind: codex.KindMalformed, says: "larger than 2048 KiB"},
		"nested without end":            {body: sent("x", `,"y":`+strings.Repeat("[", 100_000)), kind: codex.KindMalformed, says: "nested deeper than 1000"},
		"a list without end":            {body: sent("response.completed", `,"response":{"output":[`+strings.Repeat("{},", 600_000)+`{}]}`), kind: codex.KindEmpty},
	} {
		t.Run(name, func(t *testing.T) {
			options, _ := script(t, drip(0, once(row.body)))
			options.MaxBytes, options.Retries = row.max, row.retries
			spool := &memory{}
			got := generate(t, options, codex.Request{Prompt: "x", HostModel: "h", Route: codex.RouteResponses, Partials: 3}, spool)
			var failure *codex.Error
			if errors.As(got.err, &failure); row.kind != "" && (failure == nil || failure.Kind != row.kind || !strings.Contains(failure.Error(), row.says)) || row.kind == "" && got.err != nil {
				t.Errorf("%v", got.err)
			}
			if got.drafts != row.drafts || got.finals != row.finals || len(got.warnings) != row.warnings || spool.created != row.created {
				t.Errorf("%d drafts, %d images, %d files begun, warnings %q", got.drafts, got.finals, spool.created, got.warnings)
			}
		})
	}
}

// TestImagesRouteIsBounded too: there the whole answer is one JSON text.
func TestImagesRouteIsBounded(t *testing.T) {
	for name, row := range map[string]struct {
		body string
		kind codex.Kind
	}{
		"too large an image":         {`{"data":[{"b64_json":"` + strings.Repeat("AAAA", 10_000) + `"}]}`, codex.KindTooMuch},
		"many of them":               {`{"data":[` + strings.Repeat(`{"b64_json":"`+strings.Repeat("AAAA", 2000)+`"},`, 5) + `{}]}`, codex.KindTooMuch},
		"entries without end":        {`{"data":[` + strings.Repeat(`{},`, 600_000) + `{}]}`, codex.KindMalformed},
		"members without end":        {`{` + strings.Repeat(`"a":0,`, 1_000_000) + `"b":0}`, codex.KindMalformed},
		"a number without end":       {`{"data":` + strings.Repeat("9", 3<<20), codex.KindMalformed},
		"lifted strings without end": {`{"data":[` + strings.Repeat(`{"b64_json":"`+strings.Repeat("AAAA", 1025)+`"},`, 200) + `{}]}`, codex.KindTooMuch},
		"nothing but white space":    {strings.Repeat(" ", 8<<20), codex.KindMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			options, _ := script(t, status(http.StatusOK, row.body))
			options.MaxBytes = 20_000
			got := generate(t, options, codex.Request{Prompt: "x", Route: codex.RouteImages}, &memory{})
			var failure *codex.Error
			if errors.As(got.err, &failure); failure == nil || failure.Kind != row.kind {
				t.Errorf("%v", got.err)
			}
		})
	}
}

// TestDripsEndInTime: what keeps the line busy does not outlast the limit of
// the whole request, or of a question.
func TestDripsEndInTime(t *testing.T) {
	picture := image("i", "completed", strings.Repeat("A", 100_000))
	object := `{"data":[{"b64_json":"` + strings.Repeat("A", 100_000)
	for name, row := range map[string]struct {
		route codex.Route // "" asks for the catalogue
		text  string
		whole bool // the text again and again, else byte by byte
		after time.Duration
	}{
		"comments":           {codex.RouteResponses, ": still here\n\n", true, codex.DefaultTimeout},
		"keep-alives":        {codex.RouteResponses, sent("keepalive", ""), true, codex.DefaultTimeout},
		"words":              {codex.RouteResponses, sent("response.output_text.delta", `,"delta":"so "`), true, codex.DefaultTimeout},
		"drawing":            {codex.RouteResponses, sent("response.image_generation_call.generating", ""), true, codex.DefaultTimeout},
		"one by one":         {codex.RouteResponses, picture, false, codex.DefaultTimeout},
		"one by one, images": {codex.RouteImages, object, false, codex.DefaultTimeout},
		"a catalogue":        {"", `{"models":[` + strings.Repeat(" ", 1000), false, 5 * time.Second},
	} {
		t.Run(name, inFakeTime(func(t *testing.T) {
			at := 0
			options := overPipes(t, drip(999*time.Millisecond, func(w io.Writer) error {
				next := row.text
				if !row.whole {
					next = row.text[at : at+1]
					at++
				}
				_, err := io.WriteString(w, next)
				return err
			}))
			start := time.Now()
			var err error
			if row.route == "" {
				client, newErr := codex.New(options)
				if newErr != nil {
					t.Fatal(newErr)
				}
				_, err = client.Models(t.Context())
			} else {
				err = generate(t, options, codex.Request{Prompt: "x", HostModel: "h", Route: row.route}, &memory{}).err
			}
			var failure *codex.Error
			if errors.As(err, &failure); failure == nil || failure.Kind != codex.KindTimeout || time.Since(start) != row.after {
				t.Errorf("%v after %v", err, time.Since(start))
			}
		}))
	}
}

// TestAttemptsAreBounded, however many repetitions a caller allows.
func TestAttemptsAreBounded(t *testing.T) {
	options, count := script(t, status(http.StatusInternalServerError, ""))
	options.Retries = 1000
	got := generate(t, options, codex.Request{Prompt: "x", Route: codex.RouteImages}, &memory{})
	if count.Load() != 8 || got.err == nil {
		t.Errorf("%d requests, %v", count.Load(), got.err)
	}
}
