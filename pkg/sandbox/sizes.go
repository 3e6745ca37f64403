package sandbox

import (
	"fmt"
	"math"
	"regexp"
	"strings"
)

func validSize(text string) bool {
	w, h, ok := readSize(text)
	return ok && w%16 == 0 && h%16 == 0 && max(w, h) <= 3840 && max(w, h) <= 3*min(w, h) && w*h >= 655_360 && w*h <= 8_294_400
}

func readSize(text string) (w, h int, ok bool) {
	n, err := fmt.Sscanf(text, "%dx%d", &w, &h)
	return w, h, n == 2 && err == nil && w > 0 && h > 0
}

// Words in the prompt steer the shape where the size is ignored: T13 and
// PIPI, 2026-09-28 and 2026-10-03.
var wide, landscape, portrait = regexp.MustCompile(`\b16:9\b`), regexp.MustCompile(`(?i)\blandscape\b|\b3:2\b`), regexp.MustCompile(`(?i)\bportrait\b|\b2:3\b`)

// pictureSize is what the backend draws: the wish where the scenario honours
// it, else about 1.57 megapixels in the shape that the prompt asks for.
func (a *answer) pictureSize(wish, prompt string) (w, h int) {
	if a.on.has("small") {
		return 64, 64
	}
	if a.on.has("big") {
		side := int(math.Sqrt(float64(a.on.bytes("big")) / 3))
		return side, side
	}
	if w, h, ok := readSize(wish); ok && a.s.scenario.honoursSize {
		return w, h
	}
	switch {
	case wide.MatchString(prompt):
		return 1672, 941
	case landscape.MatchString(prompt):
		return 1536, 1024
	case portrait.MatchString(prompt):
		return 1024, 1536
	}
	return 1254, 1254
}

// promptOf joins the texts of the user's messages.
func promptOf(body map[string]any) string {
	var texts []string
	input, _ := body["input"].([]any)
	for _, item := range input {
		message, _ := item.(map[string]any)
		if role := text(message, "role"); role == "developer" || role == "system" {
			continue
		}
		content, _ := message["content"].([]any)
		for _, entry := range content {
			if part, ok := entry.(map[string]any); ok {
				texts = append(texts, text(part, "text"))
			}
		}
	}
	return strings.Join(texts, " ")
}
