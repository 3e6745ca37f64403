package codex

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"time"
)

// clientVersion is sent to GET models: the catalogue hides models from older
// official clients. 0.169.0 is that of 2026-11-13.
const clientVersion = "0.169.0"

// fallbackHost is used when the catalogue cannot be had.
const fallbackHost = "gpt-5.5"

const (
	maxCatalogue     = 4 << 20
	catalogueTimeout = 5 * time.Second // the official client's own limit
)

// A Model is an entry of the catalogue that matters for images.
type Model struct {
	Slug       string   `json:"slug"`
	Visibility string   `json:"visibility"`
	Modalities []string `json:"input_modalities"` // missing means text and image
	Lite       bool     `json:"use_responses_lite"`
}

// A ModelCache keeps the catalogue of one account for a while.
type ModelCache interface {
	Load() ([]Model, bool)
	Store([]Model)
}

// Models reads the catalogue.
func (c *Client) Models(ctx context.Context) ([]Model, error) {
	ctx, cancel := context.WithTimeout(ctx, catalogueTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/models?client_version="+clientVersion, nil)
	if err != nil {
		return nil, err
	}
	request.Header = c.identity()
	request.Header.Set("Accept", "application/json")
	response, err := c.http.Do(request)
	if err != nil {
		return nil, transportError(ctx, err)
	}
	defer drain(response.Body)
	if response.StatusCode != http.StatusOK {
		return nil, readFailure(response).error(c.now())
	}
	var catalogue struct {
		Models []Model `json:"models"`
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, maxCatalogue)).Decode(&catalogue); err != nil && !isTypeError(err) {
		return nil, newError(KindMalformed, err)
	}
	return catalogue.Models, nil
}

// HostCandidates are the models that can carry the hosted tool, best first:
// listed ones with image input, those that are not "lite" before the others.
func HostCandidates(models []Model) []string {
	var plain, lite []string
	for _, model := range models {
		listed := model.Visibility == "" || model.Visibility == "list"
		sees := model.Modalities == nil || slices.Contains(model.Modalities, "image")
		switch {
		case !listed || !sees || model.Slug == "":
		case model.Lite:
			lite = append(lite, model.Slug)
		default:
			plain = append(plain, model.Slug)
		}
	}
	return append(plain, lite...)
}

// hosts gives the host models to try, in order. Only a login that is refused
// ends here; without a catalogue there is one well-known name to try.
func (c *Client) hosts(ctx context.Context) ([]string, error) {
	models, cached := []Model(nil), false
	if c.models != nil {
		models, cached = c.models.Load()
	}
	if !cached {
		var err error
		models, err = c.Models(ctx)
		if err != nil {
			if stop := ctx.Err() != nil || exitCode(err) == 3; stop {
				return nil, err
			}
			return []string{fallbackHost}, nil
		}
		if c.models != nil {
			c.models.Store(models)
		}
	}
	if hosts := HostCandidates(models); len(hosts) > 0 {
		return hosts, nil
	}
	return []string{fallbackHost}, nil
}

func exitCode(err error) int {
	if typed, ok := err.(interface{ ExitCode() int }); ok {
		return typed.ExitCode()
	}
	return 1
}
