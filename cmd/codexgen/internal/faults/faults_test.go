package faults_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/faults"
)

const good = `title = "T"
[[row]]
id = "N1"
fault = "a fault"
inject = "i"
exit = 8
says = ["words"]
requests = "0-1"
charged = "no"
`

func load(t *testing.T, text string) ([]faults.Subject, error) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "network.toml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return faults.Load(dir)
}

func TestLoad(t *testing.T) {
	table, err := load(t, good)
	if err != nil || len(table) != 1 || table[0].Name != "network" || table[0].Rows[0].Name() != "N1 a fault" {
		t.Fatalf("%+v, %v", table, err)
	}
	if least, most, err := table[0].Rows[0].Asked(); least != 0 || most != 1 || err != nil {
		t.Errorf("%d to %d requests, %v", least, most, err)
	}
	if _, err := faults.Load(t.TempDir()); err == nil {
		t.Error("a folder without a table is one")
	}
}

// TestARowHasToSayAll spoils the good row in every way that check knows.
func TestARowHasToSayAll(t *testing.T) {
	_, row, _ := strings.Cut(good, "\n")
	for name, text := range map[string]string{
		"no id":                   strings.Replace(good, `"N1"`, `""`, 1),
		"an unknown key":          good + "wrong = 1\n",
		"requests that are none":  strings.Replace(good, `"0-1"`, `"many"`, 1),
		"more than one, unsaid":   strings.Replace(good, `"0-1"`, `"2"`, 1),
		"repeated without a word": good + "resends = 1\n",
		"words without a repeat":  good + "repeat = \"once\"\n",
		"charged somehow":         strings.Replace(good, `"no"`, `"perhaps"`, 1),
		"a need that is none":     good + "needs = \"luck\"\nreason = \"x\"\n",
		"a need without a reason": good + "needs = \"root\"\n",
		"a silent failure":        strings.Replace(good, `["words"]`, `[]`, 1),
		"the same row twice":      good + row,
	} {
		if _, err := load(t, text); err == nil {
			t.Errorf("%s: the table is taken", name)
		}
	}
}
