package cli

import (
	"io"
	"os"
	"strings"
	"testing"
)

// TestABatchOnStandardInputHasAnEnd writes as much as it takes: full tier.
func TestABatchOnStandardInputHasAnEnd(t *testing.T) {
	if os.Getenv("CI_TIER") != "full" {
		t.Skip("it fills 256 MB of the disk: CI_TIER=full")
	}
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	if _, err := spooled(endless{}); err == nil || !strings.Contains(err.Error(), "larger than 256 MiB") {
		t.Errorf("%v", err)
	}
	if left, err := os.ReadDir(dir); len(left) > 0 || err != nil {
		t.Errorf("left are %v, %v", left, err)
	}
	file, err := spooled(io.LimitReader(endless{}, maxManifest))
	if err != nil {
		t.Fatal(err)
	}
	_ = file.Close() // its folder goes with the test
}

// endless reads as lines without an end.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '\n'
	}
	return len(p), nil
}

func TestWrongLinesAreToldUpToTen(t *testing.T) {
	path := t.TempDir() + "/wrong.jsonl"
	if err := os.WriteFile(path, []byte(strings.Repeat("no object\n", 12)), 0o600); err != nil {
		t.Fatal(err)
	}
	env := Env{Stderr: io.Discard}
	m, err := openManifest(env, batchOptions{manifest: path, input: "jsonl"})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	err = m.check(env, nil)
	if err == nil || strings.Count(err.Error(), "it is not a JSON object") != 10 {
		t.Errorf("%v", err)
	}
}
