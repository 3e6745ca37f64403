package codex

import (
	"encoding/json"
	"errors"
	"iter"

	"github.com/codexgen/codexgen/pkg/internal/jsonlift"
)

// wireImages is the one JSON answer of the images route. Strings are taken as
// they come: the official client refuses unknown enum values, which would
// lose a paid-for image.
type wireImages struct {
	Data         *few[wireImage] `json:"data"`
	Size         looseString     `json:"size"`
	Quality      looseString     `json:"quality"`
	Background   looseString     `json:"background"`
	OutputFormat looseString     `json:"output_format"`
	Usage        *wireUsage      `json:"usage"`
	Error        json.RawMessage `json:"error"`
}

type wireImage struct {
	B64           jsonlift.Member `json:"b64_json"`
	GenerationID  looseString     `json:"generation_id"`
	RevisedPrompt looseString     `json:"revised_prompt"`
}

// imagesEvents yields the events of one answer of the images route.
func (c *Client) imagesEvents(x *exchange, spool Spool) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		x.watch.start()
		if !yield(Started{IDs: requestIDs(x.Header)}, nil) {
			return
		}
		final, usage, err := c.readImages(x, spool)
		if err != nil {
			yield(nil, err)
			return
		}
		if yield(final, nil) && (usage == nil || yield(usage.event(), nil)) {
			yield(Completed{}, nil)
		}
	}
}

func (c *Client) readImages(x *exchange, spool Spool) (Final, *wireUsage, error) {
	l, err := newLifter(spool).lift(x.Body)
	if err != nil {
		var typed *Error
		if !errors.As(err, &typed) {
			err = x.readError(err)
		}
		return Final{}, nil, err
	}
	defer l.discardRest()
	var answer wireImages
	if err := json.Unmarshal(l.doc.JSON, &answer); err != nil && !isTypeError(err) {
		return Final{}, nil, c.malformed(x, "it is no JSON object")
	}
	if len(answer.Error) > 0 && string(answer.Error) != "null" {
		f := parseFailure(withoutToken(l.doc.JSON, x.Request))
		f.status, f.header = x.StatusCode, x.Header
		return Final{}, nil, f.error(c.now())
	}
	if answer.Data == nil {
		return Final{}, nil, c.malformed(x, "the field data is missing")
	}
	if len(*answer.Data) == 0 {
		failure := newError(KindEmpty, nil)
		failure.Status, failure.IDs, failure.Message = x.StatusCode, requestIDs(x.Header), "the answer holds no image data"
		return Final{}, nil, failure
	}
	return c.final(x, l, answer)
}

func (c *Client) final(x *exchange, l *lifted, answer wireImages) (Final, *wireUsage, error) {
	image := (*answer.Data)[0]
	switch image.B64.State {
	case jsonlift.Absent, jsonlift.Null, jsonlift.Other:
		return Final{}, nil, c.malformed(x, "the field b64_json is missing or no text")
	case jsonlift.Empty:
		failure := newError(KindEmpty, nil)
		failure.Status, failure.IDs, failure.Message = x.StatusCode, requestIDs(x.Header), "the field b64_json is empty"
		return Final{}, nil, failure
	}
	blob, size, err := l.take(image.B64)
	if err != nil {
		return Final{}, nil, err
	}
	return Final{ID: short(string(image.GenerationID)), Image: blob, Bytes: size, RevisedPrompt: string(image.RevisedPrompt),
		Size: short(string(answer.Size)), Quality: short(string(answer.Quality)),
		Background: short(string(answer.Background)), Format: short(string(answer.OutputFormat)), Count: len(*answer.Data)}, answer.Usage, nil
}

func (c *Client) malformed(x *exchange, what string) error {
	failure := newError(KindMalformed, nil)
	failure.Status, failure.IDs, failure.Message = x.StatusCode, requestIDs(x.Header), what
	return failure
}
