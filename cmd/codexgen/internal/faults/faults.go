// Package faults reads the table of what may go wrong with `gen` and what it
// does then. Two use it: the test that runs every row through the program, and
// the page that is made from it, so that the page says what the test has seen.
package faults

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// A Subject is one file of the table.
type Subject struct {
	Name  string `toml:"-"`     // of the file
	Title string `toml:"title"` // heading of the page
	About string `toml:"about"` // a paragraph under it
	Rows  []Row  `toml:"row"`
}

// A Row is one fault and what has to come of it.
type Row struct {
	ID     string   `toml:"id"`     // such as N7; several rows may share it
	Fault  string   `toml:"fault"`  // in plain words; with the id it is the name of the test
	Inject string   `toml:"inject"` // the injector's name
	With   []string `toml:"with"`   // what the injector is told
	Args   []string `toml:"args"`   // more arguments of gen

	Exit     int      `toml:"exit"`
	Error    string   `toml:"error"`    // error_type of --json; "" is a success or a run without the object
	Says     []string `toml:"says"`     // what standard error holds
	Files    []string `toml:"files"`    // patterns of all that is left in the folder
	Requests string   `toml:"requests"` // for an image, that the server saw: "1", or "0-4"
	Resends  int      `toml:"resends"`  // how often gen may ask again by itself
	Repeat   string   `toml:"repeat"`   // what that is, in plain words
	Charged  string   `toml:"charged"`  // no, maybe or yes

	Needs  string `toml:"needs"`  // "", root, strace or slow: the last three run in the full tier only
	Reason string `toml:"reason"` // why it needs that
	Also   string `toml:"also"`   // "package.TestName" of the test with the true, long wait
}

// Name is the row's as a test.
func (r Row) Name() string { return r.ID + " " + r.Fault }

// Asked are the fewest and the most requests that the row allows.
func (r Row) Asked() (least, most int, err error) {
	low, high, ranged := strings.Cut(r.Requests, "-")
	if !ranged {
		high = low
	}
	least, err = strconv.Atoi(low)
	if err == nil {
		most, err = strconv.Atoi(high)
	}
	return least, most, err
}

// order is that of the page; a file that is not named here comes last.
var order = []string{"network", "http", "stream", "picture", "files", "process"}

// Load reads all the files of a folder and checks that every row says all it
// has to.
func Load(dir string) ([]Subject, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.toml"))
	if err != nil || len(paths) == 0 {
		return nil, fmt.Errorf("no table in %s (%w)", dir, err)
	}
	var subjects []Subject
	names := map[string]bool{}
	for _, path := range paths {
		subject, err := read(path)
		if err != nil {
			return nil, err
		}
		for _, row := range subject.Rows {
			if err := row.check(); err != nil {
				return nil, fmt.Errorf("%s: %s: %w", path, row.Name(), err)
			}
			if names[row.Name()] {
				return nil, fmt.Errorf("%s: %s is there twice", path, row.Name())
			}
			names[row.Name()] = true
		}
		subjects = append(subjects, subject)
	}
	place := func(s Subject) int { return (slices.Index(order, s.Name) + len(order) + 1) % (len(order) + 1) }
	slices.SortStableFunc(subjects, func(a, b Subject) int { return place(a) - place(b) })
	return subjects, nil
}

func read(path string) (Subject, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return Subject{}, fmt.Errorf("read the table of faults: %w", err)
	}
	subject := Subject{Name: strings.TrimSuffix(filepath.Base(path), ".toml")}
	if err := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields().Decode(&subject); err != nil {
		return Subject{}, fmt.Errorf("%s: %w", path, err)
	}
	return subject, nil
}

// check holds what a row may say, and that nothing is asked twice in silence.
func (r Row) check() error {
	_, most, err := r.Asked()
	switch {
	case r.ID == "" || r.Fault == "" || r.Inject == "":
		return fmt.Errorf("id, fault and inject are needed")
	case err != nil:
		return fmt.Errorf("requests: %w", err)
	case most > 1+r.Resends:
		return fmt.Errorf("%d requests, but %d repetitions are allowed", most, r.Resends)
	case (r.Resends > 0) != (r.Repeat != ""):
		return fmt.Errorf("resends and repeat go together")
	case !slices.Contains([]string{"no", "maybe", "yes"}, r.Charged):
		return fmt.Errorf("charged is no, maybe or yes")
	case !slices.Contains([]string{"", "root", "strace", "slow"}, r.Needs):
		return fmt.Errorf("needs is root, strace or slow")
	case (r.Needs != "") != (r.Reason != ""):
		return fmt.Errorf("needs and reason go together")
	case r.Exit != 0 && len(r.Says) == 0:
		return fmt.Errorf("a failure says something")
	}
	return nil
}
