package codex_test

import (
	"fmt"
	"testing"

	"github.com/codexgen/codexgen/pkg/codex"
)

// The rules are the public API's; docs/protocol.md#honoured-and-ignored.
func TestSizes(t *testing.T) {
	for size, ok := range map[string]bool{
		"": true, "auto": true, "1024x1024": true, "3840x2160": true, "2160x3840": true, "640x1024": true, "1920x640": true, "2880x2880": true,
		"1025x1024": false, "3072x3072": false, "4096x1024": false, "2048x512": false, "512x512": false,
		"0x0": false, "-16x16": false, "+1024x1024": false, "01024x1024": false, "1024X1024": false, "1024x1024x2": false, " 1024x1024": false,
		"99999999999999999999x16": false, "4611686018427387904x16": false, "1024": false, "x": false, "big": false,
	} {
		if err := (codex.Request{Prompt: "x", Size: size}).Validate(); (err == nil) != ok {
			t.Errorf("%q: %v", size, err)
		}
	}
}

// FuzzWishedSize: what is accepted keeps the rules and reads back as it was written.
func FuzzWishedSize(f *testing.F) {
	for _, seed := range []string{"auto", "1024x1024", "+16x16", "3840x2160", "016x16"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, size string) {
		width, height, ok := codex.ParseSize(size)
		if (codex.Request{Prompt: "x", Size: size}).Validate() != nil || !ok {
			return
		}
		if width%16 != 0 || height%16 != 0 || max(width, height) > 3840 || max(width, height) > 3*min(width, height) || width*height < 655_360 || width*height > 8_294_400 {
			t.Errorf("%q is accepted as %dx%d", size, width, height)
		}
		if written := fmt.Sprintf("%dx%d", width, height); written != size {
			t.Errorf("%q would be sent for %s", size, written)
		}
	})
}
