package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestEveryInjectorIsUsed: a fault that no row asks for proves nothing.
func TestEveryInjectorIsUsed(t *testing.T) {
	var used []string
	for _, subject := range faultTable(t) {
		for _, row := range subject.Rows {
			used = append(used, row.Inject)
		}
	}
	known := map[string]bool{}
	for _, some := range injectors() {
		for name := range some {
			if known[name] || !slices.Contains(used, name) {
				t.Errorf("the injector %s has two homes, or no row", name)
			}
			known[name] = true
		}
	}
}

// TestNoFaultIsMissing holds the list that the table was made from: none of
// its numbers may be dropped.
func TestNoFaultIsMissing(t *testing.T) {
	there := map[string]bool{}
	for _, subject := range faultTable(t) {
		for _, row := range subject.Rows {
			there[row.ID] = true
		}
	}
	for prefix, count := range map[string]int{"N": 35, "F": 24, "HTTP-": 13} {
		for n := range count {
			if id := fmt.Sprint(prefix, n+1); !there[id] {
				t.Errorf("no row has the id %s", id)
			}
		}
	}
}

// TestTheLongWaitsAreTested finds the tests that run a row's true limits in
// fake time.
func TestTheLongWaitsAreTested(t *testing.T) {
	for _, subject := range faultTable(t) {
		for _, row := range subject.Rows {
			folder, name, _ := strings.Cut(row.Also, ".")
			if row.Also != "" && !hasTest(t, folder, name) {
				t.Errorf("%s: there is no test %s", row.Name(), row.Also)
			}
		}
	}
}

// hasTest looks for a test in the sources of a package.
func hasTest(t *testing.T, folder, name string) bool {
	t.Helper()
	sources, err := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(folder), "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, source := range sources {
		text, err := os.ReadFile(source)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "\nfunc "+name+"(t *testing.T)") {
			return true
		}
	}
	return false
}
