package report

import (
	"bytes"
	"flag"
	"image"
	"image/color"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/codexgen/codexgen/pkg/codex"
	"github.com/codexgen/codexgen/pkg/probe"
)

var update = flag.Bool("update", false, "write the golden files anew")

var day = time.Date(2026, 10, 8, 9, 30, 0, 0, time.UTC)

// sample is a run that has a little of everything.
func sample() probe.Report {
	return probe.Report{
		Schema: probe.Schema, Tool: "codexgen 1.2.3", Host: "chatgpt.com", Account: "0f3a", Started: day, Ended: day.Add(95 * time.Second),
		HostModel: "gpt-5.5", Budget: 3, Spent: 2, Stopped: "the budget was used up",
		Diagnosis: probe.Diagnosis{
			Summary: "This account has no hosted image tool; the images route works.",
			Advice:  "codexgen gen will use the images route.",
			Findings: []probe.Finding{
				{Rule: "images-only", Text: "The images route draws, and the hosted tool is taken out.", Advice: "Use --route images.", From: []string{"images-control", "hosted-forced"}},
				{Rule: "wishes-ignored", Text: "Size is ignored.", From: []string{"images-size-1536x1024"}},
			},
			Open:   []string{"Is the quality honoured? images-quality-high tells: codexgen probe --only images-quality-high --budget 1"},
			Routes: []probe.Ability{{Route: codex.RouteImages, State: probe.Works, Why: "it drew."}, {Route: codex.RouteResponses, State: probe.Fails, Why: "the tool was taken out."}},
		},
		Results: []probe.Result{
			{Name: "models", Purpose: "Is the login good?", Verdict: probe.Answered, Expected: []probe.Verdict{probe.Answered}, Why: "the catalogue came", By: probe.ByBackend, Charged: codex.ChargedNo,
				Evidence: &probe.Evidence{Method: "GET", Path: "/backend-api/codex/models", Status: 200, ContentType: "application/json", Sent: day, Models: []string{"gpt-5.5", "gpt-5.6-sol"}, Timing: probe.Timing{Header: 120, End: 130}}},
			{Name: "images-control", Route: codex.RouteImages, Purpose: "Does the images route draw?", Verdict: probe.Image, Expected: []probe.Verdict{probe.Image}, Why: "an image came", By: probe.ByBackend, Charged: codex.ChargedYes,
				Evidence: &probe.Evidence{Method: "POST", Path: "/backend-api/codex/images/generations", Status: 200, ContentType: "application/json", Sent: day, Completed: true,
					Picture: &probe.Picture{Format: "png", Width: 1254, Height: 1254, Bytes: 1_234_567, SHA256: "ab12", Path: "images-control.png", ReportedSize: "auto", ReportedQuality: "low"},
					Usage:   &codex.Usage{Input: 20, Output: 200, Total: 220}, LimitsBefore: []codex.Window{{Limit: "codex", Window: "primary", UsedPercent: 12}},
					LimitsAfter: []codex.Window{{Limit: "codex", Window: "primary", UsedPercent: 12.5}}, ActiveLimit: "imagegen_premium", Plan: "plus",
					IDs: codex.RequestIDs{Request: "req_1", ImageGen: "ig_1", Ray: "8f-FRA"}, Timing: probe.Timing{Header: 31000, Final: 31200, End: 31200}}},
			{Name: "images-size-1536x1024", Route: codex.RouteImages, Control: "images-control", Purpose: "Is the size honoured?", Verdict: probe.ImageIgnored, Expected: []probe.Verdict{probe.ImageIgnored}, By: probe.ByBackend,
				Why: "an image came, but size was not honoured: asked 1536x1024, got 1254x1254", Charged: codex.ChargedYes, Ignored: []probe.Wish{{Name: "size", Asked: "1536x1024", Got: "1254x1254"}},
				Evidence: &probe.Evidence{Method: "POST", Path: "/backend-api/codex/images/generations", Status: 200, Sent: day, Completed: true, Picture: &probe.Picture{Format: "png", Width: 1254, Height: 1254, Alpha: true, Path: "clear.png"}}},
			{Name: "images-quality-high", Route: codex.RouteImages, Control: "images-control", Purpose: "Is the quality honoured?", Verdict: probe.NotSent, Expected: []probe.Verdict{probe.ImageIgnored}, Why: "the budget was used up"},
			{Name: "hosted-store-true", Route: codex.RouteResponses, Control: "hosted-forced", Purpose: "Does the validation layer answer?", Verdict: probe.Rejected, Expected: []probe.Verdict{probe.Rejected}, By: probe.ByProxy, Charged: codex.ChargedNo,
				Why:      `a proxy refused it (HTTP 400, tools): "Invalid request payload"`,
				Evidence: &probe.Evidence{Method: "POST", Path: "/backend-api/codex/responses", Status: 400, ContentType: "application/json", Sent: day, Fault: &probe.Fault{Kind: codex.KindParameter, Type: "invalid_request_error", Param: "tools", Message: "Invalid request payload"}, Timing: probe.Timing{Header: 80, End: 81}}},
			{Name: "hosted-forced", Aliases: []string{"partial-images-0"}, Route: codex.RouteResponses, Purpose: "Does the hosted tool draw?", Verdict: probe.AcceptedNoCall, Expected: []probe.Verdict{probe.Image, probe.Stripped}, Why: "accepted, but no image call and no text", By: probe.ByBackend, Charged: codex.ChargedUnknown,
				Evidence: &probe.Evidence{Method: "POST", Path: "/backend-api/codex/responses", HostModel: "gpt-5.5", Status: 200, ContentType: "text/event-stream", Sent: day, ToolsEmpty: true, Completed: true,
					Timeline: []probe.Moment{{Event: "response.created", At: 210}, {Event: "response.output_item.done", At: 1900, Count: 2}, {Event: "response.completed", At: 2100}},
					Timing:   probe.Timing{Header: 200, FirstEvent: 210, End: 2100}}},
		},
	}
}

func written(t *testing.T, format string, r probe.Report, o Options) string {
	t.Helper()
	var out bytes.Buffer
	if err := Write(&out, format, r, o); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (run with -update and read the diff):\n%s", path, diff)
	}
}

func goldenText(t testing.TB, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// gallery opens a picture of 600x600; one has a hole.
func gallery(name string) (io.ReadSeekCloser, error) {
	img := image.NewNRGBA(image.Rect(0, 0, 600, 600))
	for i := range img.Pix {
		img.Pix[i] = 0xff
	}
	if name == "images-size-1536x1024" {
		img.Set(3, 3, color.Transparent)
	}
	var out bytes.Buffer
	err := png.Encode(&out, img)
	return seeker{bytes.NewReader(out.Bytes())}, err
}

type seeker struct{ *bytes.Reader }

func (seeker) Close() error { return nil }
