package probe

import "slices"

// decisive are the variants that the decision table rests on: of what may
// cost an image they are sent first, so that a small budget answers most.
var decisive = []string{nameImagesControl, nameForced, nameOtherCarrier, nameAuto}

// inOrder puts questions first, then what is believed free, then what may
// cost an image, and last what may bring on a challenge.
func inOrder(variants []Variant) []Variant {
	rank := func(v Variant) int {
		switch i := slices.Index(decisive, v.Name); {
		case v.Risky:
			return 9
		case v.Route == "":
			return 0
		case v.Cost == Free:
			return 1
		case i >= 0:
			return 2 + i
		}
		return 8
	}
	ordered := slices.Clone(variants)
	slices.SortStableFunc(ordered, func(a, b Variant) int { return rank(a) - rank(b) })
	return ordered
}
