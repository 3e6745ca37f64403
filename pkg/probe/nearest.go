package probe

import "github.com/agnivade/levenshtein"

// nearest is the known name that a misspelling most likely meant, or "".
func nearest(name string, known []string) string {
	best, bestDistance := "", 1+len(name)/3
	name = name[:min(len(name), maxName)]
	for _, candidate := range known {
		if d := levenshtein.ComputeDistance(name, candidate); d <= bestDistance && (best == "" || d < bestDistance) {
			best, bestDistance = candidate, d
		}
	}
	return best
}

func didYouMean(name string, known []string, otherwise string) string {
	if near := nearest(name, known); near != "" {
		return "did you mean " + near + "?"
	}
	return otherwise
}

func maybe(near string) string {
	if near == "" {
		return ""
	}
	return "; did you mean " + near + "?"
}

// maxName bounds what is compared: names are short.
const maxName = 64
