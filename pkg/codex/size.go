package codex

import (
	"fmt"
	"strconv"
	"strings"
)

// The public API's rules for a size, which the backend enforces on the hosted
// tool (icebear0828/codex-proxy API.md, 2026-08-22) even where it then ignores
// the value.
const (
	sizeStep      = 16
	sizeMaxEdge   = 3840
	sizeMinPixels = 655_360
	sizeMaxPixels = 8_294_400
	sizeMaxRatio  = 3
)

// ParseSize reads WIDTHxHEIGHT in pixels, written as the backend takes it: no
// sign, no leading zero.
func ParseSize(text string) (width, height int, ok bool) {
	w, h, _ := strings.Cut(text, "x")
	width, _ = strconv.Atoi(w)
	height, _ = strconv.Atoi(h)
	return width, height, min(width, height) > 0 && sizeText(width, height) == text
}

func validateSize(text string) error {
	if text == "" || text == "auto" {
		return nil
	}
	refuse := func(reason string) error {
		return &InvalidRequestError{Field: "size", Value: text, Reason: reason, Advice: "use auto, 1024x1024, 1536x1024 or 1024x1536"}
	}
	width, height, ok := ParseSize(text)
	switch {
	case !ok:
		return refuse("a size is WIDTHxHEIGHT in pixels")
	case width%sizeStep != 0 || height%sizeStep != 0:
		return refuse(fmt.Sprintf("both sides must be multiples of %d", sizeStep))
	case max(width, height) > sizeMaxEdge:
		return refuse(fmt.Sprintf("the longer side is at most %d", sizeMaxEdge))
	case max(width, height) > sizeMaxRatio*min(width, height):
		return refuse(fmt.Sprintf("one side is at most %d times the other", sizeMaxRatio))
	case width*height < sizeMinPixels:
		return refuse(fmt.Sprintf("at least %d pixels in all", sizeMinPixels))
	case width*height > sizeMaxPixels:
		return refuse(fmt.Sprintf("at most %d pixels in all", sizeMaxPixels))
	}
	return nil
}
