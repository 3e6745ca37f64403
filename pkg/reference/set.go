package reference

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"strings"
	"time"
)

// MaxBytes is the largest picture that is taken, as a file.
const MaxBytes = 25_000_000

// Options say how pictures are opened. The zero value is fit for files.
type Options struct {
	Stdin        io.Reader      // what "-" means; nil refuses it
	MaxEdge      int            // pixels of the longer side; larger pictures are scaled down; 0 leaves them
	Offline      bool           // fetch nothing: a picture at an address stays Pending
	AllowPrivate bool           // fetch from private and local addresses, too
	Roots        *x509.CertPool // authorities for https; nil is the system's
	UserAgent    string         // for https
	TempDir      string         // "" is the system's
}

// A Set holds the pictures of one request, and what had to be kept of them on
// the disk. It is for one goroutine, and must be closed after the request.
type Set struct {
	options   Options
	reachable func(netip.Addr) bool
	fetching  time.Duration // for one address, its redirects included
	reaching  time.Duration // for a connection, and again for its TLS
	dir       string        // of its own; "" before it is needed
	files     []*os.File
	stdin     bool // has been read
}

// NewSet makes an empty set.
func NewSet(o Options) *Set {
	s := &Set{options: o, reachable: Public, fetching: fetchTimeout, reaching: connectTimeout}
	if o.AllowPrivate {
		s.reachable = func(netip.Addr) bool { return true }
	}
	return s
}

// Add opens a picture: a file, "-" for standard input, or an https address.
// The error is an *Error, or the reason why ctx ended.
func (s *Set) Add(ctx context.Context, source string) (*Reference, error) {
	name := display(source)
	file, err := s.acquire(ctx, source)
	if err == nil {
		var r *Reference
		if r, err = s.open(name, file); err == nil {
			return r, nil
		}
	}
	var known *Error
	switch {
	case errors.Is(err, errOffline):
		return &Reference{Source: name, Pending: true}, nil
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case errors.As(err, &known):
		known.Source = name
		return nil, known
	}
	return nil, &Error{Source: name, Reason: reason(err), Advice: "check its name and rights", Err: err}
}

// acquire gives the bytes a file on the disk.
func (s *Set) acquire(ctx context.Context, source string) (*os.File, error) {
	scheme, _, isURL := strings.Cut(source, "://")
	switch {
	case source == "-":
		return s.readStdin()
	case isURL && strings.EqualFold(scheme, "https"):
		return s.fetch(ctx, source)
	case isURL:
		return nil, &Error{Reason: "only https addresses are fetched", Advice: fetchSelf}
	}
	return s.openFile(source)
}

// openFile takes files only: opening a pipe can wait for ever.
func (s *Set) openFile(path string) (*os.File, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, &Error{Reason: "it is a folder", Advice: "name the files in it"}
	case !info.Mode().IsRegular():
		return nil, &Error{Reason: "it is not a file", Advice: "send it to standard input and name it -"}
	case info.Size() > MaxBytes:
		return nil, tooLarge()
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	s.files = append(s.files, file)
	return file, nil
}

func (s *Set) readStdin() (*os.File, error) {
	if s.options.Stdin == nil {
		return nil, &Error{Reason: "standard input is a terminal", Advice: "send a picture to it: … | codexgen …"}
	}
	if s.stdin {
		return nil, &Error{Reason: "standard input can be read once only", Advice: "name the others as files"}
	}
	s.stdin = true
	return s.spool(s.options.Stdin)
}

// spool keeps what is read from r in a file of its own, within MaxBytes.
func (s *Set) spool(r io.Reader) (*os.File, error) {
	file, err := s.create()
	if err != nil {
		return nil, err
	}
	n, err := io.Copy(file, io.LimitReader(r, MaxBytes+1))
	switch {
	case err != nil:
		return nil, err
	case n > MaxBytes:
		return nil, tooLarge()
	}
	return file, nil
}

func (s *Set) create() (*os.File, error) {
	if s.dir == "" {
		dir, err := os.MkdirTemp(s.options.TempDir, "codexgen-*")
		if err != nil {
			return nil, err
		}
		s.dir = dir
	}
	file, err := os.CreateTemp(s.dir, "*.part")
	if err != nil {
		return nil, err
	}
	s.files = append(s.files, file)
	return file, nil
}

// Close lets go of the files and removes those that the set has made.
func (s *Set) Close() error {
	var errs []error
	for _, file := range s.files {
		errs = append(errs, file.Close())
	}
	s.files = nil
	if s.dir != "" {
		errs = append(errs, os.RemoveAll(s.dir))
		s.dir = ""
	}
	return errors.Join(errs...)
}

var tooLargeReason = fmt.Sprintf("it is larger than %d MB", MaxBytes/1_000_000)

func tooLarge() error {
	return &Error{Reason: tooLargeReason, Advice: "save it smaller, for example as JPEG"}
}

// reason is an error's last cause, in words that a user knows.
func reason(err error) string {
	if errors.Is(err, os.ErrNotExist) {
		return "there is no such file"
	}
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}
