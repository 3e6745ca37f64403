package release

import (
	"maps"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestWeights: what docs/dependencies.md says that a module weighs is right
// within a half, or 20 kB.
func TestWeights(t *testing.T) {
	onlyInFull(t, "a build with its symbols")
	rows := listed(t, "Linked into the program")
	maps.Copy(rows, listed(t, "Brought along"))
	for path, kB := range weights(t) {
		stated, err := strconv.Atoi(rows[path].kB)
		if err != nil {
			continue // said by TestDependenciesAreListed
		}
		if differs := max(stated-kB, kB-stated); differs > max(20, kB/2) {
			t.Errorf("%s weighs %d kB, not %d", path, kB, stated)
		}
	}
}

// weights adds up the code and data of each module in a Linux program, in kB.
func weights(t *testing.T) map[string]int {
	t.Helper()
	modules, of := map[string]module{}, map[string]string{}
	linked(t, "linux", modules)
	for path, m := range modules {
		for _, name := range m.packages {
			of[name] = path
		}
	}
	program := filepath.Join(t.TempDir(), "codexgen")
	run(t, root, []string{"CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64"}, "go", "build", "-trimpath", "-o", program, "./cmd/codexgen")
	bytes := map[string]int{}
	for line := range strings.Lines(run(t, root, nil, "go", "tool", "nm", "-size", program)) {
		fields := strings.Fields(line)                            // address, size, kind, name
		if len(fields) < 4 || strings.EqualFold(fields[2], "b") { // zeros, which are in no file
			continue
		}
		size, err := strconv.Atoi(fields[1])
		if err != nil {
			t.Fatal(err)
		}
		bytes[of[packageOf(strings.ReplaceAll(fields[3], "%2e", "."))]] += size
	}
	delete(bytes, "") // ours, and the standard library
	for path := range bytes {
		bytes[path] /= 1000
	}
	return bytes
}

// packageOf is what stands before a symbol's own name: up to the first dot
// behind the last slash of the path.
func packageOf(symbol string) string {
	path, _, _ := strings.Cut(symbol, "[") // the arguments of a generic have paths, too
	path, _, _ = strings.Cut(path, "(")
	slash := strings.LastIndex(path, "/") + 1
	last, _, _ := strings.Cut(path[slash:], ".")
	return path[:slash] + last
}
