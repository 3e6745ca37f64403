package imagefile

import (
	"time"

	"github.com/codexgen/codexgen/pkg/internal/atomicfile"
)

// Options say where the images of one run go.
type Options struct {
	Output string // "" is the current folder; a folder; or a file
	Prompt string // what the name is made of where Output names no file
	Format Format // the one asked for; "" is PNG
	Force  bool   // replace the file that Output names
	Sum    bool   // take the SHA-256 of each image
}

// A Target is where the images of one run go. It is decided, and proved to be
// writable, before anything is sent: an image that was paid for must find its
// place. Only extension and number may change after that.
type Target struct {
	place  place
	work   *workspace
	stem   string // the name without number and extension
	number int    // 1 is not written
	ext    string // of Path
	force  bool
	drafts []string // names of those on disk, oldest first
	draft  int      // the newest draft's number
}

// NewTarget decides a run's names and proves that they can be written. Errors
// are *OutputError. The Target must be closed.
//
// A file that Output names must not exist yet, except with Force: then it is
// replaced at once when the image is there. If it is a link, the link itself
// is replaced, and what it points at stays as it is. A device is refused.
func NewTarget(o Options) (*Target, error) {
	place, err := parsePlace(o.Output)
	if err != nil {
		return nil, err
	}
	folder, err := atomicfile.Open(place.folder())
	if err != nil {
		return nil, folderError(place.folder(), err)
	}
	folder.Sweep(time.Now())
	t := &Target{place: place, work: &workspace{folder: folder, path: place.folder(), sum: o.Sum}, number: 1}
	if err := t.decide(o); err != nil {
		_ = folder.Close()
		return nil, err
	}
	return t, nil
}

// decide sets the names.
func (t *Target) decide(o Options) error {
	if err := t.work.prove(); err != nil {
		return err
	}
	if t.ext = o.Format.Ext(); t.ext == "" {
		t.ext = PNG.Ext()
	}
	if t.place.file == "" {
		t.stem = Slug(o.Prompt)
		return t.chooseNumber()
	}
	stem, ext := t.place.stem()
	if ext != "" {
		t.ext = ext
	}
	t.stem, t.force = stem, o.Force
	return t.checkFile()
}

// checkFile refuses a file's name that cannot be used.
func (t *Target) checkFile() error {
	if t.stem == "" {
		return &OutputError{Path: t.Path(), Reason: "there is no name before the extension", Advice: "give the file a name"}
	}
	if _, err := t.work.folder.Taken(longest(t.stem)); err != nil {
		return &OutputError{Path: t.Path(), Reason: reason(err), Advice: "choose another, or a shorter, name", Err: err}
	}
	if taken, _ := t.work.folder.Taken(t.name()); taken && !t.force {
		return &OutputError{Path: t.Path(), Reason: "the file exists", Advice: "choose another name, or replace the file with --force"}
	}
	return nil
}

func (t *Target) name() string { return numbered(t.stem, t.number) + t.ext }

// Path is where the image is meant to go, as the user would type it.
func (t *Target) Path() string { return t.place.path(t.name()) }

// Create begins an image: a temporary file in the target's folder.
func (t *Target) Create() (*Temp, error) { return t.work.create() }

// Close removes every temporary file that has not been published, and waits
// for the checks that still run.
func (t *Target) Close() error { return t.work.close() }
