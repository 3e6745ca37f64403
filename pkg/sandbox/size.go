package sandbox

import (
	"fmt"
	"image"
	"regexp"
	"strings"
)

// Bounds of a size on the hosted route (ICE and IMA2, 2026-04).
const (
	sizeStep  = 16
	maxEdge   = 3840
	maxRatio  = 3
	minPixels = 655_360
	maxPixels = 8_294_400
)

// badSize says why a size is refused, "" when it is not.
func badSize(s string) string {
	if s == "" || s == "auto" {
		return ""
	}
	p, ok := parseSize(s)
	w, h := p.X, p.Y
	switch {
	case !ok:
		return fmt.Sprintf("Invalid size '%s'. Expected WIDTHxHEIGHT or 'auto'.", s)
	case w%sizeStep != 0 || h%sizeStep != 0:
		return fmt.Sprintf("Invalid size '%s'. Width and height must both be divisible by 16.", s)
	case max(w, h) > maxEdge:
		return fmt.Sprintf("Invalid size '%s'. The longest edge must be at most 3840 pixels.", s)
	case max(w, h) > maxRatio*min(w, h):
		return fmt.Sprintf("Invalid size '%s'. The aspect ratio must be at most 3:1.", s)
	case w*h < minPixels:
		return fmt.Sprintf("Invalid size '%s'. Requested resolution is below the minimum pixel budget.", s)
	case w*h > maxPixels:
		return fmt.Sprintf("Invalid size '%s'. Requested resolution exceeds the current pixel budget.", s)
	}
	return ""
}

// parseSize reads WIDTHxHEIGHT of one to five digits each.
func parseSize(s string) (image.Point, bool) {
	var p image.Point
	if !sizeForm.MatchString(s) {
		return p, false
	}
	_, err := fmt.Sscanf(s, "%dx%d", &p.X, &p.Y)
	return p, err == nil && p.X > 0 && p.Y > 0
}

var sizeForm = regexp.MustCompile(`^[0-9]{1,5}x[0-9]{1,5}$`)

// steering are the words of a prompt that were seen to turn the picture's
// shape, which nothing else does since 2026-06-16 (T13, 2026-09-28; PIPI,
// 2026-10-03; sizes from OC#28723). The sizes of upright forms other than
// 1024x1536 and 1086x1448 are inferred by turning the wide ones.
var steering = []struct {
	words []string
	size  image.Point
}{
	{[]string{"16:9", "widescreen"}, image.Pt(1672, 941)},
	{[]string{"9:16"}, image.Pt(941, 1672)},
	{[]string{"4:3"}, image.Pt(1448, 1086)},
	{[]string{"3:4"}, image.Pt(1086, 1448)},
	{[]string{"3:2", "landscape"}, image.Pt(1536, 1024)},
	{[]string{"2:3", "portrait"}, image.Pt(1024, 1536)},
}

// pixels decides how large a picture becomes.
func (sc scenario) pixels(prompt, size string) image.Point {
	if p, ok := parseSize(size); ok && sc.exactSizes {
		return p
	}
	low := strings.ToLower(prompt)
	for _, st := range steering {
		for _, w := range st.words {
			if strings.Contains(low, w) {
				return st.size
			}
		}
	}
	return image.Pt(1254, 1254)
}

func sizeText(p image.Point) string { return fmt.Sprintf("%dx%d", p.X, p.Y) }
