package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/codexgen/codexgen/pkg/reference"
	"github.com/codexgen/codexgen/pkg/retouch"
)

// openMask opens the mask and holds it to what the public API asks for: an
// alpha channel, and the first picture's size (developers.openai.com, image
// guide, 2026-10). Of this backend it is not known.
func (g *generation) openMask(ctx context.Context, first *reference.Reference) error {
	if g.o.references.mask == "" {
		return nil
	}
	mask, err := g.openReference(ctx, g.o.references.mask)
	switch {
	case err != nil:
		return err
	case mask.Pending || first.Pending: // not looked at yet
	case mask.Width != first.Width || mask.Height != first.Height:
		return usageError{fmt.Sprintf("mask %q: it is %dx%d pixels, the first picture %dx%d", mask.Source, mask.Width, mask.Height, first.Width, first.Height), "make them of one size"}
	}
	if clear, err := hasClear(mask); err != nil {
		return usageError{fmt.Sprintf("mask %q: %v", mask.Source, err), "save it anew as PNG"}
	} else if !clear {
		return usageError{fmt.Sprintf("mask %q: nothing in it is transparent, so nothing could change", mask.Source), "make the part to change transparent, and save it as PNG"}
	}
	sent := input(mask)
	g.inputs.mask = &sent
	return nil
}

// hasClear looks for transparent pixels.
func hasClear(mask *reference.Reference) (bool, error) {
	if mask.Pending || !mask.Alpha {
		return mask.Pending, nil
	}
	in, err := mask.Open()
	if err != nil {
		return false, err
	}
	defer in.Close()
	content, err := io.ReadAll(in) // of reference.MaxBytes at most
	if err != nil {
		return false, err
	}
	picture, err := retouch.Open(bytes.NewReader(content), strings.TrimPrefix(mask.MediaType, "image/"))
	if err != nil {
		return false, err
	}
	return picture.Alpha().Clear > 0, nil
}
