package codex

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"
)

// Bounds of one question that costs nothing. The time is the official
// client's own limit for its catalogue.
const (
	maxAnswer  = 4 << 20
	getTimeout = 5 * time.Second
)

// get asks a question that costs nothing and reads its JSON into answer.
// Members of an unexpected type are left out, the others are read. It returns
// the answer's header.
func (c *Client) get(ctx context.Context, url string, answer any) (http.Header, error) {
	ctx, cancel := context.WithTimeout(ctx, getTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	request.Header = c.identity()
	request.Header.Set("Accept", "application/json")
	response, err := c.http.Do(request)
	if err != nil {
		return nil, free(transportError(ctx, err))
	}
	defer drain(response.Body)
	traceOf(ctx).answered(response)
	if response.StatusCode != http.StatusOK {
		return nil, free(readFailure(response).error(c.now()))
	}
	err = json.NewDecoder(io.LimitReader(response.Body, maxAnswer)).Decode(answer)
	if err == nil || isTypeError(err) {
		return response.Header, nil
	}
	if ctx.Err() != nil {
		return nil, free(ended(context.Cause(ctx)))
	}
	return nil, free(newError(KindMalformed, err))
}

// free marks a failure that cannot have cost an image.
func free(err error) error {
	var failure *Error
	if errors.As(err, &failure) {
		failure.Charged = ChargedNo
	}
	return err
}
