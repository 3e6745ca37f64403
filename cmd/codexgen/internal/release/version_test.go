package release

import (
	"strings"
	"testing"
)

// TestVersionIsStamped builds as a release does: the version is the linker's.
func TestVersionIsStamped(t *testing.T) {
	program := build(t, root)
	if said := run(t, root, nil, program, "version"); !strings.HasPrefix(said, "codexgen 1.2.3-test\n") {
		t.Errorf("it says %q", said)
	}
}
