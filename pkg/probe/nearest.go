package probe

// nearest is the known name that a misspelling most likely meant, or "".
func nearest(name string, known []string) string {
	best, bestDistance := "", 1+len(name)/3
	for _, candidate := range known {
		if d := distance(name, candidate); d <= bestDistance && (best == "" || d < bestDistance) {
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

// distance is Levenshtein's, by rows.
func distance(a, b string) int {
	a, b = a[:min(len(a), maxName)], b[:min(len(b), maxName)]
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			substitute := diagonal
			if a[i] != b[j] {
				substitute++
			}
			diagonal = row[j+1]
			row[j+1] = min(substitute, diagonal+1, row[j]+1)
		}
	}
	return row[len(b)]
}
