package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/termtext"
	"github.com/codexgen/codexgen/pkg/codex"
	"github.com/codexgen/codexgen/pkg/imagefile"
	"github.com/codexgen/codexgen/pkg/retouch"
)

// schemaVersion grows when a member is taken away or changes its meaning; new
// members leave it as it is.
const schemaVersion = 1

// A result is the object that --json prints, and the last one of --events.
type result struct {
	Schema        int              `json:"schema_version"`
	OK            bool             `json:"ok"`
	Path          string           `json:"path,omitempty"`
	Partials      []string         `json:"partials,omitempty"`
	Format        string           `json:"format,omitempty"`
	Width         int              `json:"width,omitempty"`
	Height        int              `json:"height,omitempty"`
	Alpha         bool             `json:"alpha"`
	Bytes         int64            `json:"bytes,omitempty"`
	SHA256        string           `json:"sha256,omitempty"`
	Prompt        string           `json:"prompt"`
	RevisedPrompt string           `json:"revised_prompt,omitempty"`
	Route         string           `json:"route,omitempty"`
	RouteFrom     string           `json:"route_changed_from,omitempty"`
	RouteReason   string           `json:"route_reason,omitempty"`
	HostModel     string           `json:"host_model,omitempty"`
	Requested     wishes           `json:"requested"`
	Reported      wishes           `json:"reported"`
	Measured      wishes           `json:"measured"`
	AlphaChannel  *retouch.Alpha   `json:"alpha_channel,omitempty"`
	Credentials   bool             `json:"content_credentials"`
	Steps         []string         `json:"steps,omitempty"`
	Original      *originalFacts   `json:"original,omitempty"`
	Sidecar       string           `json:"sidecar,omitempty"`
	References    []referenceFacts `json:"references,omitempty"`
	Ignored       bool             `json:"references_ignored,omitempty"`
	Usage         *codex.Usage     `json:"usage,omitempty"`
	Limits        []codex.Window   `json:"limits,omitempty"`
	IDs           codex.RequestIDs `json:"ids"`
	RequestID     string           `json:"request_id"`
	Warnings      []string         `json:"warnings,omitempty"`
	Sandbox       bool             `json:"sandbox"`
	Seconds       float64          `json:"seconds"`
	Failure       *failureDocument `json:"error,omitempty"`
	ErrorType     string           `json:"error_type,omitempty"`
	Retryable     *bool            `json:"retryable,omitempty"`
	Charged       codex.Charged    `json:"charged,omitempty"`
	Hint          string           `json:"hint,omitempty"`
}

// wishes are the values that the backend may follow or ignore.
type wishes struct {
	Size       string `json:"size,omitempty"`
	Aspect     string `json:"aspect,omitempty"`
	Quality    string `json:"quality,omitempty"`
	Format     string `json:"format,omitempty"`
	Background string `json:"background,omitempty"`
}

// referenceFacts are a picture as it was sent.
type referenceFacts struct {
	Source    string   `json:"source"`
	MediaType string   `json:"media_type"`
	Bytes     int64    `json:"bytes"`
	SHA256    string   `json:"sha256"`
	Width     int      `json:"width"`
	Height    int      `json:"height"`
	Changes   []string `json:"changes,omitempty"`
}

// originalFacts are the image as it came, where this machine changed it.
type originalFacts struct {
	Path   string `json:"path,omitempty"`
	Format string `json:"format"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256,omitempty"`
}

type failureDocument struct {
	Message  string     `json:"message"`
	ExitCode int        `json:"exit_code"`
	Status   int        `json:"status,omitempty"`
	Code     string     `json:"code,omitempty"`
	Type     string     `json:"type,omitempty"`
	Param    string     `json:"param,omitempty"`
	ResetsAt *time.Time `json:"resets_at,omitempty"`
}

// file notes what the bytes say of themselves.
func (r *result) file(info imagefile.Info) {
	r.Format, r.Width, r.Height, r.Alpha = string(info.Format), info.Width, info.Height, info.Alpha
	r.Bytes, r.SHA256, r.Credentials = info.Bytes, info.SHA256, info.Signed
	r.Measured.Size, r.Measured.Format = fmt.Sprintf("%dx%d", info.Width, info.Height), string(info.Format)
	if !info.Alpha {
		r.Measured.Background = "opaque"
	}
}

// fail notes a failure in the terms of the error table.
func (r *result) fail(err error) {
	r.OK = false
	retryable := false
	r.Failure = &failureDocument{Message: err.Error(), ExitCode: exitCode(err)}
	r.ErrorType, r.Charged = "error", codex.ChargedNo
	var typed interface{ ErrorType() string }
	if errors.As(err, &typed) {
		r.ErrorType = typed.ErrorType()
	}
	r.Hint = hintOf(err)
	var charged interface{ MayBeCharged() codex.Charged }
	if errors.As(err, &charged) {
		r.Charged = charged.MayBeCharged()
	}
	var backend *codex.Error
	if errors.As(err, &backend) {
		retryable = backend.Retryable()
		r.IDs, r.RequestID = backend.IDs, backend.IDs.Request
		r.Failure.Status, r.Failure.Code, r.Failure.Type, r.Failure.Param = backend.Status, backend.Code, backend.Type, backend.Param
		if !backend.Resets.IsZero() {
			r.Failure.ResetsAt = &backend.Resets
		}
	}
	r.Retryable = &retryable
}

func printJSON(w io.Writer, value any) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return err
	}
	_, err := w.Write(termtext.JSON(text.Bytes()))
	return err
}
