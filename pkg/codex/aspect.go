package codex

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// AspectNames are the aspects that have a name.
var AspectNames = []string{"square", "landscape", "portrait"}

// maxAspectPart bounds the numbers of an aspect.
const maxAspectPart = 10_000

// usualPixels is what both routes draw (2026-06-16 and since).
const usualPixels = 1_572_864

// An Aspect is a picture's width to its height, without a common divisor. The
// zero value is none.
type Aspect struct{ Width, Height int }

// ParseAspect reads W:H, or one of AspectNames; "" is none.
func ParseAspect(text string) (Aspect, error) {
	switch text {
	case "":
		return Aspect{}, nil
	case "square":
		return Aspect{1, 1}, nil
	case "landscape":
		return Aspect{3, 2}, nil
	case "portrait":
		return Aspect{2, 3}, nil
	}
	refuse := func(reason string) (Aspect, error) {
		return Aspect{}, &InvalidRequestError{Field: "aspect", Value: text, Reason: reason, Advice: "use 16:9, 3:4, " + strings.Join(AspectNames, ", ")}
	}
	w, h, found := strings.Cut(text, ":")
	width, errW := strconv.Atoi(w)
	height, errH := strconv.Atoi(h)
	switch {
	case !found || errW != nil || errH != nil || min(width, height) < 1 || max(width, height) > maxAspectPart:
		return refuse("an aspect is WIDTH:HEIGHT in whole numbers")
	case max(width, height) > sizeMaxRatio*min(width, height):
		return refuse(fmt.Sprintf("one side is at most %d times the other", sizeMaxRatio))
	}
	return aspectOf(width, height), nil
}

func aspectOf(width, height int) Aspect {
	divisor := width
	for rest := height; rest != 0; {
		divisor, rest = rest, divisor%rest
	}
	return Aspect{width / divisor, height / divisor}
}

// Of says that a picture has the aspect, but for one hundredth: the backend
// draws 16:9 as 1672x941.
func (a Aspect) Of(width, height int) bool {
	ratio := float64(width*a.Height) / float64(height*a.Width)
	return math.Abs(ratio-1) <= 0.01
}

// Line is the aspect as a line of a prompt. Only words in the prompt were seen
// to steer it on either route (image-prompting guide, test T13, 2026-09-28;
// PipiCOC, 2026-10-03).
func (a Aspect) Line() string {
	shape := "square"
	switch {
	case a.Width > a.Height:
		shape = "landscape, wider than high"
	case a.Width < a.Height:
		shape = "portrait, higher than wide"
	}
	return fmt.Sprintf("Aspect ratio %d:%d (%s).", a.Width, a.Height, shape)
}

// Size is the size to wish for: one that the rules allow, of about as many
// pixels as are usual, and exactly of this aspect where that is possible.
func (a Aspect) Size() string {
	// Without a common divisor, both sides are multiples of 16 only together.
	unit := a.Width * a.Height * sizeStep * sizeStep
	if n := int(math.Round(math.Sqrt(float64(usualPixels) / float64(unit)))); n > 0 {
		if size := sizeText(n*sizeStep*a.Width, n*sizeStep*a.Height); validateSize(size) == nil {
			return size
		}
	}
	height := math.Sqrt(usualPixels * float64(a.Height) / float64(a.Width))
	return NearestSize(int(height*float64(a.Width)/float64(a.Height)), int(height))
}

// NearestSize is the size nearest to one of any pixels that the rules allow.
func NearestSize(width, height int) string {
	w, h := float64(max(1, width)), float64(max(1, height))
	w, h = max(w, h/sizeMaxRatio), max(h, w/sizeMaxRatio)
	scale := 1.0
	// A side can lose or gain half a step by rounding; the bounds leave room.
	if pixels := w * h; pixels < sizeMinPixels*1.05 {
		scale = math.Sqrt(sizeMinPixels * 1.05 / pixels)
	} else if pixels > sizeMaxPixels*0.98 {
		scale = math.Sqrt(sizeMaxPixels * 0.98 / pixels)
	}
	scale = min(scale, sizeMaxEdge/max(w, h))
	step := func(side float64) int { return max(1, int(math.Round(side*scale/sizeStep))) * sizeStep }
	w16, h16 := step(w), step(h)
	// Rounding must not make one side more than three times the other.
	w16, h16 = min(w16, sizeMaxRatio*h16), min(h16, sizeMaxRatio*w16)
	return sizeText(w16, h16)
}

func sizeText(width, height int) string { return fmt.Sprintf("%dx%d", width, height) }
