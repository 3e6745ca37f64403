package retouch

import "github.com/codexgen/codexgen/pkg/internal/pixels"

// Alpha below nearlyClear counts as clear, from nearlyFull on as full: the
// backend's cut-outs were seen with 253 and 254 for what is meant to be solid
// (image-prompting guide, test T06, 2026-09-28).
const (
	nearlyClear = 3
	nearlyFull  = 250
)

// Alpha are shares of a picture's pixels, 0 to 1.
type Alpha struct {
	Clear   float64 `json:"clear"`
	Partial float64 `json:"partial"`
	Full    float64 `json:"full"`
}

// clearShare is how much must be clear for a background to be called
// transparent: faint specks are not enough.
const clearShare = 0.01

// Transparent says that there is a transparent background.
func (a Alpha) Transparent() bool { return a.Clear >= clearShare }

// Alpha measures the alpha channel.
func (p *Picture) Alpha() Alpha {
	if opaque(p.img) {
		return Alpha{Full: 1}
	}
	var clear, full, all int
	for alpha := range pixels.Alpha(p.img) {
		all++
		switch {
		case alpha < nearlyClear:
			clear++
		case alpha >= nearlyFull:
			full++
		}
	}
	n := float64(max(1, all))
	return Alpha{Clear: float64(clear) / n, Partial: float64(all-clear-full) / n, Full: float64(full) / n}
}
