package reference

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/codexgen/codexgen/pkg/imagefile"
)

// open checks a picture, and redraws it if it cannot be sent as it is.
func (s *Set) open(name string, file *os.File) (*Reference, error) {
	info, err := inspect(file)
	if err != nil {
		return nil, err
	}
	redrawn, changes, err := s.redraw(file, info)
	if err != nil {
		return nil, err
	}
	if len(changes) > 0 {
		file = redrawn
		if info, err = inspect(file); err != nil {
			return nil, err
		}
	}
	return &Reference{Source: name, MediaType: "image/" + string(info.Format), Length: info.Bytes, SHA256: info.SHA256,
		Width: info.Width, Height: info.Height, Alpha: info.Alpha, Changes: changes, file: file}, nil
}

// inspect reads a file to its end and says what it is.
func inspect(file *os.File) (imagefile.Info, error) {
	checker := imagefile.NewChecker()
	n, err := io.Copy(checker, io.NewSectionReader(file, 0, MaxBytes+1))
	info, verdict := checker.Finish()
	var invalid *imagefile.InvalidError
	switch {
	case err != nil:
		return info, err
	case n > MaxBytes:
		return info, &Error{Reason: tooLargeReason, Advice: shrink}
	case errors.As(verdict, &invalid) && info.Format == "" && n > 0:
		return info, &Error{Reason: "it is " + otherKind(file), Advice: saveAnew, Err: verdict}
	case errors.As(verdict, &invalid):
		return info, &Error{Reason: invalid.Reason, Advice: saveAnew, Err: verdict}
	}
	return info, verdict
}

// kindBytes is how much of a file is looked at to say what it is instead.
const kindBytes = 1 << 10

// otherKind names what people send in place of a picture.
func otherKind(file *os.File) string {
	head := make([]byte, kindBytes)
	n, _ := file.ReadAt(head, 0) // what there is
	head = head[:n]
	text := strings.ToLower(string(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")))
	starts := func(marks ...string) bool {
		for _, mark := range marks {
			if strings.HasPrefix(text, mark) {
				return true
			}
		}
		return false
	}
	switch {
	case starts("<!doctype html", "<html"):
		return "a web page (HTML), whatever its name says"
	case starts("<svg", "<?xml", "<!doctype svg", "<!--") && strings.Contains(text, "<svg"):
		return "an SVG drawing, which has no pixels"
	case starts("%pdf"):
		return "a PDF document"
	case starts("ii*\x00", "mm\x00*"):
		return "a TIFF picture or a camera's raw file, which is not taken"
	case starts("bm"):
		return "a BMP picture, which is not taken"
	case n >= 12 && string(head[4:8]) == "ftyp":
		return "a HEIC, AVIF or video file, which is not taken"
	}
	return "no PNG, JPEG, WebP or GIF"
}
