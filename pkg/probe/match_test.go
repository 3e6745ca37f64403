package probe

import (
	"slices"
	"strings"
	"testing"

	"github.com/codexgen/codexgen/pkg/codex"
)

const (
	created   = `{"type":"response.created","response":{"tools":[{"type":"image_generation","model":"gpt-image-2-codex"}]}}`
	toolless  = `{"type":"response.created","response":{"tools":[]}}`
	completed = `{"type":"response.completed","response":{"output":[]}}`
	empty     = `{"type":"response.output_item.done","item":{"type":"message","content":[{"type":"output_text","text":""}]}}`
	cloud     = "<!DOCTYPE html><title>Attention Required! | Cloudflare</title>Sorry, you have been blocked"
)

// TestEveryLiteral judges each string on record, and finds each row of the
// table used.
func TestEveryLiteral(t *testing.T) {
	used := map[int]bool{}
	for _, c := range slices.Concat(httpLiterals(), betweenLiterals(), streamLiterals()) {
		t.Run(c.name, func(t *testing.T) {
			name := nameForced
			if c.images {
				name = nameImagesControl
			}
			if c.auto {
				name = nameAuto
			}
			got := sent(t, served(t, c.answer), name, Options{Budget: 1, HostModel: "gpt-5.5"})
			by := c.by
			if by == "" {
				by = ByBackend
			}
			if got.Verdict != c.want || got.By != by || !strings.Contains(got.Why, c.says) {
				t.Errorf("%s by %s: %s\nwant %s by %s: …%s…\n%+v", got.Verdict, got.By, got.Why, c.want, by, c.says, got.Evidence.Fault)
			}
			used[matching(got.Evidence)] = true
		})
	}
	// What no server's words can bring about is tested with the runner.
	own := []codex.Kind{kindInterrupted, codex.KindConnect, codex.KindOutput}
	for i, m := range matches {
		isOwn := slices.ContainsFunc(m.kinds, func(k codex.Kind) bool { return slices.Contains(own, k) })
		if !used[i] && !isOwn && m.source != "own" && !strings.HasPrefix(m.source, "a run") {
			t.Errorf("no literal reaches the row %q: %s", m.source, m.says)
		}
	}
}

// TestWishesAreMeasured holds what is compared with the request.
func TestWishesAreMeasured(t *testing.T) {
	picture := func(extra string) scripted {
		return scripted{status: 200, body: `{"data":[{"b64_json":"` + onePixel() + `"}]` + extra + `}`}
	}
	for _, c := range []struct {
		variant string
		answer  scripted
		ignored string // names of wishes
	}{
		{"images-size-1536x1024", picture(`,"size":"1536x1024"`), "size"}, // the bytes count, not the word
		{"images-quality-high", picture(`,"quality":"low"`), "quality"},
		{"images-quality-high", picture(`,"quality":"high"`), ""},
		{"images-quality-high", picture(``), ""}, // nothing is reported
		{"images-transparent", picture(`,"background":"transparent"`), "background"},
		{"images-webp", picture(`,"output_format":"webp"`), "format"},
		{"images-bogus-model", picture(``), "model"},
		{"images-2.5", picture(``), ""}, // no control to compare with
		{"images-n2", picture(``), "n"},
		{"images-stream", picture(``), "stream"},
		{"images-response-format-url", picture(``), "response_format"},
		{"edits-control", picture(`,"usage":{"input_tokens_details":{"image_tokens":0}}`), "references"},
		{"edits-control", picture(`,"usage":{"input_tokens_details":{"image_tokens":258}}`), ""},
		{"edits-control", picture(``), ""}, // no usage is reported
		{"hosted-webp", stream(created, call("completed", onePixel()), completed), "format"},
		{"hermes-original", stream(created, call("completed", onePixel()), completed), "size model"},
	} {
		got := sent(t, served(t, c.answer), c.variant, Options{Budget: 9, HostModel: "gpt-5.5"})
		var names []string
		for _, wish := range got.Ignored {
			names = append(names, wish.Name)
			if wish.Asked == "" || wish.Got == "" || !strings.Contains(got.Why, wish.Asked) {
				t.Errorf("%s: %+v in %q", c.variant, wish, got.Why)
			}
		}
		if strings.Join(names, " ") != c.ignored || (len(names) > 0) != (got.Verdict == ImageIgnored) {
			t.Errorf("%s: %s %v, want %q", c.variant, got.Verdict, names, c.ignored)
		}
	}
}
