package imagefile

import (
	"time"

	"github.com/codexgen/codexgen/pkg/internal/atomicfile"
)

// Options say where the images of one run go.
type Options struct {
	Output string // "" is the current folder; a folder; a file; or a template with Fields
	Prompt string // what the name is made of where Output names no file
	Format Format // the one asked for; "" is PNG
	Force  bool   // replace the file that Output names
	Sum    bool   // take the SHA-256 of each image

	From  int  // the least number; of many images each begins after the one before
	Swept bool // the folder has been looked through for what killed runs left

	Sidecar bool      // there will be a NAME.json, too
	Now     time.Time // for the fields of a template
}

// A Target is where the images of one run go. It is decided, and proved to be
// writable, before anything is sent: an image that was paid for must find its
// place. Only extension and number may change after that.
type Target struct {
	place   place
	work    *workspace
	naming  naming
	number  int
	ext     string // of Path
	force   bool
	sidecar bool
	drafts  []string // names of those on disk, oldest first
	draft   int      // the newest draft's number
	made    []string // folders that go again if they stay empty

	// Of the image that was published last.
	stem     string // its name without extension
	replaced bool   // it took another's place
}

// NewTarget decides a run's names and proves that they can be written. Errors
// are *OutputError. The Target must be closed.
//
// A file that Output names must not exist yet, except with Force: then it is
// replaced at once when the image is there. If it is a link, the link itself
// is replaced, and what it points at stays as it is. A device is refused.
func NewTarget(o Options) (*Target, error) {
	if isTemplate(o.Output) {
		return newTemplateTarget(o)
	}
	place, err := parsePlace(o.Output)
	if err != nil {
		return nil, err
	}
	return openTarget(place, o, (*Target).decide)
}

// openTarget opens the folder, proves that files can be made in it, and lets
// decide set the names.
func openTarget(place place, o Options, decide func(*Target, Options) error) (*Target, error) {
	folder, err := atomicfile.Open(place.folder())
	if err != nil {
		return nil, folderError(place.folder(), err)
	}
	if !o.Swept {
		folder.Sweep(time.Now())
	}
	t := &Target{place: place, work: &workspace{folder: folder, path: place.folder(), sum: o.Sum}, number: max(o.From, 1), ext: o.Format.Ext(), sidecar: o.Sidecar}
	if t.ext == "" {
		t.ext = PNG.Ext()
	}
	err = t.work.prove()
	if err == nil {
		err = decide(t, o)
	}
	if err != nil {
		_ = folder.Close()
		return nil, err
	}
	return t, nil
}

// decide sets the names where no template does.
func (t *Target) decide(o Options) error {
	if t.place.file == "" {
		t.naming.before = Slug(o.Prompt)
		return t.chooseNumber()
	}
	stem, ext := t.place.stem()
	if ext != "" {
		t.ext = ext
	}
	t.naming.before, t.force = stem, o.Force
	return t.checkFile()
}

// checkFile refuses a file's name that cannot be used.
func (t *Target) checkFile() error {
	if t.naming.before == "" {
		return &OutputError{Path: t.Path(), Reason: "there is no name before the extension", Advice: "give the file a name"}
	}
	if err := t.checkLength(); err != nil {
		return err
	}
	names := []string{t.name()}
	if t.sidecar {
		names = append(names, t.naming.stem(t.number)+sidecarExt)
	}
	for _, name := range names {
		if taken, _ := t.work.folder.Taken(name); taken && !t.force {
			return &OutputError{Path: t.place.path(name), Reason: "the file exists", Advice: "choose another name, or replace the file with --force"}
		}
	}
	return nil
}

func (t *Target) checkLength() error {
	if _, err := t.work.folder.Taken(longest(t.naming)); err != nil {
		return &OutputError{Path: t.Path(), Reason: reason(err), Advice: "choose another, or a shorter, name", Err: err}
	}
	return nil
}

func (t *Target) name() string { return t.naming.stem(t.number) + t.ext }

// Path is where the image is meant to go, as the user would type it.
func (t *Target) Path() string { return t.place.path(t.name()) }

// Moved reports whether the folder's path has come to mean another folder, or
// none. What is published goes to the one that was there at the beginning.
func (t *Target) Moved() bool {
	moved, err := t.work.folder.Moved(t.place.folder())
	return err == nil && moved
}

// Number is the place of the image among those of its name; see Options.From.
func (t *Target) Number() int { return t.number }

// Create begins an image: a temporary file in the target's folder.
func (t *Target) Create() (*Temp, error) { return t.work.create() }

// Close removes every temporary file that has not been published, and waits
// for the checks that still run.
func (t *Target) Close() error {
	err := t.work.close()
	removeEmpty(t.made)
	return err
}
