package codex_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/codexgen/codexgen/pkg/codex"
)

func TestAspects(t *testing.T) {
	for text, want := range map[string]struct{ size, line string }{
		"square":    {"1248x1248", "Aspect ratio 1:1 (square)."},
		"landscape": {"1536x1024", "Aspect ratio 3:2 (landscape, wider than high)."},
		"portrait":  {"1024x1536", "Aspect ratio 2:3 (portrait, higher than wide)."},
		"16:9":      {"1792x1008", "Aspect ratio 16:9 (landscape, wider than high)."},
		"32:18":     {"1792x1008", "Aspect ratio 16:9 (landscape, wider than high)."},
		"9:16":      {"1008x1792", "Aspect ratio 9:16 (portrait, higher than wide)."},
		"3:1":       {"2160x720", "Aspect ratio 3:1 (landscape, wider than high)."},
		"1000:999":  {"1248x1248", "Aspect ratio 1000:999 (landscape, wider than high)."},
	} {
		aspect, err := codex.ParseAspect(text)
		if err != nil || aspect.Size() != want.size || aspect.Line() != want.line {
			t.Errorf("%s: %s, %q, %v", text, aspect.Size(), aspect.Line(), err)
		}
	}
	for _, text := range []string{"16", "16:", ":9", "0:1", "-1:1", "16:9:1", "4:1", "1:3.5", "wide", "99999:99998", " 1:1"} {
		if aspect, err := codex.ParseAspect(text); err == nil || !strings.Contains(err.Error(), "aspect") {
			t.Errorf("%q: %v, %v", text, aspect, err)
		}
	}
}

func TestAspectOf(t *testing.T) {
	wide := codex.Aspect{Width: 16, Height: 9}
	for _, c := range []struct {
		width, height int
		want          bool
	}{{1672, 941, true}, {1920, 1080, true}, {1536, 1024, false}, {1080, 1920, false}, {1600, 913, false}} {
		if wide.Of(c.width, c.height) != c.want {
			t.Errorf("%dx%d", c.width, c.height)
		}
	}
}

// FuzzSizes: the size of any aspect, and the one nearest to any, is one that
// is accepted.
func FuzzSizes(f *testing.F) {
	f.Add(uint16(1920), uint16(1080))
	f.Add(uint16(1), uint16(60_000))
	f.Add(uint16(3840), uint16(1280))
	f.Add(uint16(3001), uint16(1000))
	f.Fuzz(func(t *testing.T, w, h uint16) {
		sizes := []string{codex.NearestSize(int(w), int(h))}
		if aspect, err := codex.ParseAspect(fmt.Sprintf("%d:%d", w, h)); err == nil {
			sizes = append(sizes, aspect.Size())
		}
		for _, size := range sizes {
			if err := (codex.Request{Prompt: "a", Size: size}).Validate(); err != nil {
				t.Errorf("%d:%d: %v", w, h, err)
			}
		}
	})
}
