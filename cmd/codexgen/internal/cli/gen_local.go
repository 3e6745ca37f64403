package cli

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/pflag"

	"github.com/codexgen/codexgen/pkg/imagefile"
	"github.com/codexgen/codexgen/pkg/retouch"
)

// localOptions say what is done with a finished image, and what is written
// beside it.
type localOptions struct {
	convert      string
	quality      int
	keepOriginal bool
	sidecar      bool
}

func (o *localOptions) addFlags(flags *pflag.FlagSet) {
	flags.StringVar(&o.convert, "convert", "", "write `NAME`, "+oneOf(retouch.Formats)+", converted on this machine")
	flags.IntVar(&o.quality, "convert-quality", 0, "`N`, 1 to 100, of --convert jpeg (default 90)")
	flags.BoolVar(&o.keepOriginal, "keep-original", false, "where these change it, keep what came as NAME.original.EXT")
	flags.BoolVar(&o.sidecar, "sidecar", false, "write all that is known to NAME.json")
}

func (o localOptions) check(output, exact string) error {
	switch {
	case o.convert != "" && !slices.Contains(retouch.Formats, o.convert):
		return usageError{fmt.Sprintf("--convert %q is not written here", o.convert), "use " + oneOf(retouch.Formats)}
	case o.quality != 0 && o.convert != "jpeg":
		return usageError{"--convert-quality is for --convert jpeg; PNG and WebP are written without loss", "leave it out"}
	case o.quality < 0 || o.quality > 100:
		return usageError{fmt.Sprintf("--convert-quality %d: 1 to 100", o.quality), "for example --convert-quality 85"}
	case o.keepOriginal && o.convert == "" && exact == "":
		return usageError{"--keep-original: nothing changes the image", "it goes with --exact or --convert"}
	case output == "-" && (o.keepOriginal || o.sidecar):
		return usageError{"--output - has no place for --keep-original or --sidecar", "name a file"}
	}
	return nil
}

// A localStep is what is to be done with an image that has come.
type localStep struct {
	width, height int // 0 leaves the size
	format        string
	changes       bool // else the image is only looked at
}

// step is what was asked for, as far as it is not so already.
func (o genOptions) step(came imagefile.Info) (localStep, bool) {
	step := localStep{format: orDefault(o.local.convert, string(came.Format))}
	if width, height, ok := o.shape.demanded(); ok && o.shape.exact != "" && (width != came.Width || height != came.Height) {
		step.width, step.height = width, height
	}
	step.changes = step.width > 0 || step.format != string(came.Format)
	return step, step.changes || o.background == "transparent" && came.Alpha
}

// retouched does the local step that was asked for. It returns what is to be
// published, and the original where that is another file. A step that fails
// costs nothing but itself: the image is published as it came.
func (g *generation) retouched(came *imagefile.Temp, info imagefile.Info) (final, original *imagefile.Temp) {
	step, needed := g.o.step(info)
	if !needed {
		return came, nil
	}
	g.report.Phase("working on the picture here")
	final, err := g.retouch(came, info, step)
	switch {
	case err == nil && step.changes:
		return final, came
	case err != nil && step.changes:
		g.unmet = unmetError{"the image is as it came: " + err.Error(), "change it with another program"}
	case err != nil:
		g.warn("the alpha channel could not be measured: " + err.Error())
	}
	return came, nil
}

func (g *generation) retouch(came *imagefile.Temp, info imagefile.Info, step localStep) (*imagefile.Temp, error) {
	picture, err := openPicture(came, info)
	if err != nil {
		return nil, err
	}
	g.measureAlpha(picture)
	if !step.changes {
		return nil, nil
	}
	if step.width > 0 {
		if err := picture.Fit(g.o.shape.exact, step.width, step.height); err != nil {
			return nil, err
		}
	}
	final, err := g.encode(picture, step.format)
	if err != nil {
		return nil, err
	}
	g.steps(picture.Steps(), info, step.format)
	return final, nil
}

func openPicture(temp *imagefile.Temp, info imagefile.Info) (*retouch.Picture, error) {
	in, err := temp.Open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	return retouch.Open(in, string(info.Format))
}

// encode writes a picture, and checks it as if it had come from outside.
func (g *generation) encode(picture *retouch.Picture, format string) (*imagefile.Temp, error) {
	temp, err := g.spool.Create()
	if err != nil {
		return nil, err
	}
	if err := picture.Encode(&limited{temp, int64(g.o.backend.maxBytes) - g.came}, format, g.o.local.quality); err != nil {
		return nil, err
	}
	_, err = temp.Check()
	return temp, err
}

// limited is a writer with a bound: what is made here counts against
// --max-bytes like what comes.
type limited struct {
	io.Writer
	left int64
}

func (l *limited) Write(p []byte) (int, error) {
	if l.left -= int64(len(p)); l.left < 0 {
		return 0, errors.New("with the change it would take more than --max-bytes")
	}
	return l.Writer.Write(p)
}

// steps says what was done here, and what was lost by it.
func (g *generation) steps(steps []string, came imagefile.Info, format string) {
	if format != string(came.Format) {
		steps = append(steps, fmt.Sprintf("converted from %s to %s", came.Format, format))
	}
	if came.Signed {
		steps = append(steps, "the signed content credentials (C2PA) hold for the original only and were left out")
	}
	if came.Profile {
		steps = append(steps, "the ICC colour profile of the original was left out; colours can look different")
	}
	g.result.Steps = steps
	g.result.Original = &originalFacts{Format: string(came.Format), Width: came.Width, Height: came.Height, Bytes: came.Bytes, SHA256: came.SHA256}
	for _, step := range steps {
		g.viewer.Forget()
		g.report.Line("on this machine: " + step)
	}
}

// measureAlpha looks at what came for --background transparent.
func (g *generation) measureAlpha(picture *retouch.Picture) {
	if g.o.background != "transparent" {
		return
	}
	alpha := picture.Alpha()
	g.result.AlphaChannel = &alpha
	if alpha.Transparent() {
		g.result.Measured.Background = "transparent"
		return
	}
	g.result.Measured.Background = "opaque"
}

// keepOriginal puts the image as it came beside what was made of it, or lets
// it go.
func (g *generation) keepOriginal(original *imagefile.Temp) error {
	if original == nil {
		return nil
	}
	if !g.o.local.keepOriginal {
		return original.Discard()
	}
	path, err := g.target.PublishOriginal(original)
	g.result.Original.Path = path
	return err
}
