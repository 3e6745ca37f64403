package cli

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/progress"
	"github.com/codexgen/codexgen/pkg/imagefile"
)

// TestStepsSayWhatIsLost: a changed image has neither the signature nor the
// colour profile of the original, and people and programs are told.
func TestStepsSayWhatIsLost(t *testing.T) {
	for _, c := range []struct {
		came imagefile.Info
		want []string
	}{
		{imagefile.Info{Format: imagefile.PNG}, nil},
		{imagefile.Info{Format: imagefile.PNG, Profile: true}, []string{"colour profile"}},
		{imagefile.Info{Format: imagefile.PNG, Profile: true, Signed: true}, []string{"C2PA", "colour profile"}},
	} {
		var stderr bytes.Buffer
		g := newGeneration(Env{Stderr: &stderr, Now: time.Now}, genOptions{})
		g.report = progress.New(&stderr, progress.Options{Now: time.Now})
		g.steps([]string{"cropped"}, c.came, "png")
		if len(g.result.Steps) != 1+len(c.want) {
			t.Fatalf("%+v: %q", c.came, g.result.Steps)
		}
		for i, want := range c.want {
			if !strings.Contains(g.result.Steps[1+i], want) || !strings.Contains(stderr.String(), want) {
				t.Errorf("%+v: nobody is told of the %s: %q", c.came, want, g.result.Steps)
			}
		}
	}
}
