package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/codexgen/codexgen/pkg/codex"
	"github.com/codexgen/codexgen/pkg/retouch"
)

// shapeOptions say how many pixels the picture has, and how firmly.
type shapeOptions struct {
	size   string
	aspect string
	noHint bool
	exact  string
	strict bool
}

func (o *shapeOptions) addFlags(flags *pflag.FlagSet) {
	flags.StringVar(&o.size, "size", "", "`WxH` in pixels, or auto; a wish")
	flags.StringVar(&o.aspect, "aspect", "", "`W:H` or "+oneOf(codex.AspectNames)+"; a wish, and a line of the prompt")
	flags.BoolVar(&o.noHint, "no-aspect-hint", false, "leave that line of the prompt out")
	flags.StringVar(&o.exact, "exact", "", "make the size exact on this machine; `HOW` is "+oneOf(retouch.Fits))
	flags.BoolVar(&o.strict, "strict-size", false, "exit 10 if size or aspect is another; the file is kept")
}

// ratio is the aspect, the zero value where there is none that can be read.
func (o shapeOptions) ratio() codex.Aspect {
	aspect, _ := codex.ParseAspect(o.aspect)
	return aspect
}

// demanded is the size that was asked for, by itself or by the aspect.
func (o shapeOptions) demanded() (width, height int, ok bool) {
	if width, height, ok = codex.ParseSize(o.size); ok || o.ratio() == (codex.Aspect{}) {
		return width, height, ok
	}
	return codex.ParseSize(o.ratio().Size())
}

// wish is the size that is sent: that of the aspect where no other was asked
// for, and one that the rules allow where the exact one is made here.
func (o shapeOptions) wish() string {
	width, height, ok := o.demanded()
	switch {
	case !ok:
		return o.size
	case o.exact != "":
		return codex.NearestSize(width, height)
	}
	return fmt.Sprintf("%dx%d", width, height)
}

// prompt is the prompt that is sent.
func (o shapeOptions) prompt(own string) string {
	if o.noHint || o.ratio() == (codex.Aspect{}) || strings.TrimSpace(own) == "" {
		return own
	}
	return strings.TrimRight(own, "\n") + "\n\n" + o.ratio().Line()
}

func (o shapeOptions) check() error {
	aspect, err := codex.ParseAspect(o.aspect)
	if err != nil {
		return err
	}
	width, height, definite := o.demanded()
	switch {
	case o.exact != "" && !slices.Contains(retouch.Fits, o.exact):
		return usageError{fmt.Sprintf("--exact %q is not known", o.exact), "use " + oneOf(retouch.Fits)}
	case o.exact != "" && !definite:
		return usageError{"--exact needs a size", "add --size 1920x1080 or --aspect 16:9"}
	case o.exact != "" && width > retouch.MaxPixels/height:
		return usageError{fmt.Sprintf("--exact: %dx%d are more than %d million pixels", width, height, retouch.MaxPixels/1_000_000), "ask for fewer"}
	case o.strict && !definite:
		return usageError{"--strict-size needs a size", "add --size 1024x1024 or --aspect 16:9"}
	case o.noHint && o.aspect == "":
		return usageError{"--no-aspect-hint: there is no --aspect", "leave it out"}
	case o.aspect != "" && o.size != "" && definite && !aspect.Of(width, height):
		return usageError{fmt.Sprintf("--size %s is not --aspect %s", o.size, o.aspect), "leave one of them out"}
	}
	return nil
}

// sizeHint adds to the refusal of a size that it can be made here.
func (o shapeOptions) sizeHint(err error) error {
	var invalid *codex.InvalidRequestError
	if errors.As(err, &invalid) && invalid.Field == "size" {
		if _, _, ok := o.demanded(); ok {
			invalid.Advice += "; or add --exact crop, which makes any size on this machine"
		}
	}
	return err
}

// met says whether a picture's size is what --strict-size asks for: the pixels
// of a size, the ratio of an aspect.
func (o shapeOptions) met(width, height int) error {
	w, h, _ := o.demanded()
	switch exact := o.size != "" || o.exact != ""; {
	case !o.strict, width == w && height == h, !exact && o.ratio().Of(width, height):
		return nil
	case !exact:
		return unmetError{fmt.Sprintf("the image is %dx%d, which is not %s", width, height, o.aspect), makeExact}
	}
	return unmetError{fmt.Sprintf("the image is %dx%d, not %dx%d", width, height, w, h), makeExact}
}

const makeExact = "add --exact crop to have the size made on this machine, or drop --strict-size"

// An unmetError is an image that is there, but not as it was demanded.
type unmetError struct{ msg, hint string }

func (e unmetError) Error() string               { return e.msg }
func (e unmetError) Hint() string                { return e.hint }
func (e unmetError) ExitCode() int               { return 10 }
func (e unmetError) ErrorType() string           { return "result_differs" }
func (e unmetError) MayBeCharged() codex.Charged { return codex.ChargedYes }
