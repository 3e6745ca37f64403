package probe

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/pelletier/go-toml/v2"

	"github.com/codexgen/codexgen/pkg/codex"
)

// Bounds of a suite file.
const (
	MaxSuite         = 1 << 20 // bytes
	maxSuiteVariants = 200
	maxSuiteEdits    = 64 // of one variant
)

// A suiteFile is a TOML file of a user's own variants. Its fields are those
// of Variant.
type suiteFile struct {
	Variant []suiteVariant `toml:"variant"`
}

type suiteVariant struct {
	Name     string      `toml:"name"`
	Aliases  []string    `toml:"aliases"`
	Purpose  string      `toml:"purpose"`
	Evidence []Source    `toml:"evidence"`
	Expected []Verdict   `toml:"expected"`
	Cost     Cost        `toml:"cost"`
	Tags     []string    `toml:"tags"`
	Route    codex.Route `toml:"route"`
	Control  string      `toml:"control"`
	Edits    []suiteEdit `toml:"edits"`
	Refused  bool        `toml:"refused"`
	Extra    bool        `toml:"extra"`
	Risky    bool        `toml:"risky"`
	Nonsense bool        `toml:"nonsense"`
}

// A suiteEdit has one of the first five; the first and the third want a value.
type suiteEdit struct {
	Set        string `toml:"set"`
	Delete     string `toml:"delete"`
	Header     string `toml:"header"`
	DropHeader string `toml:"drop_header"`
	Path       string `toml:"path"`
	Value      any    `toml:"value"`
}

// ParseSuite reads a suite file. The variants may be compared with the known
// ones and must not take their names; client makes their plans, so that an
// edit that does not apply is found here. Errors are *SuiteError.
func ParseSuite(file string, text []byte, known []Variant, client *codex.Client) ([]Variant, error) {
	s := &suite{file: file, text: text, known: known, client: client}
	if len(text) > MaxSuite {
		return nil, s.fault(1, fmt.Sprintf("the file is larger than %d bytes", MaxSuite), "")
	}
	content, err := decodeSuite(text)
	if err != nil {
		return nil, s.malformed(err)
	}
	if n := len(content.Variant); n == 0 || n > maxSuiteVariants {
		return nil, s.fault(1, fmt.Sprintf("it has %d variants; 1 to %d are taken", n, maxSuiteVariants), "a variant begins with [[variant]]")
	}
	for i, raw := range content.Variant {
		v, err := raw.variant()
		if err == nil {
			err = s.take(v)
		}
		if err != nil {
			return nil, s.fault(s.line(i), fmt.Sprintf("variant %q: %v", raw.Name, err), adviceExplain)
		}
	}
	for i, v := range s.taken {
		if err := s.check(v); err != nil {
			return nil, s.fault(s.line(i), fmt.Sprintf("variant %q: %v", v.Name, err), adviceExplain)
		}
	}
	return s.taken, nil
}

// decodeSuite is strict. The decoder (v2.2.4) panics on some malformed
// headers, such as [[variant.0]].
func decodeSuite(text []byte) (content suiteFile, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("toml: it is malformed")
		}
	}()
	return content, toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields().Decode(&content)
}

// A suite is a file while it is read.
type suite struct {
	file         string
	text         []byte
	known, taken []Variant
	client       *codex.Client
}

// take adds a variant whose names are free.
func (s *suite) take(v Variant) error {
	for _, name := range append([]string{v.Name}, v.Aliases...) {
		if _, taken := Find(slices.Concat(s.known, s.taken), name); taken {
			return fmt.Errorf("the name %q is taken", name)
		}
	}
	s.taken = append(s.taken, v)
	return nil
}

// check makes the variant's plan and finds its control.
func (s *suite) check(v Variant) error {
	all := slices.Concat(s.known, s.taken)
	if _, found := Find(all, v.Control); v.Control != "" && !found {
		return fmt.Errorf("there is no variant %q to compare it with%s", v.Control, maybe(nearest(v.Control, names(all))))
	}
	plan, err := v.Plan(s.client, codex.FallbackHost)
	if err != nil {
		return errors.Unwrap(err) // without the variant's name, which is told already
	}
	_, err = plan.JSON()
	return err
}

func names(variants []Variant) []string {
	var out []string
	for _, v := range variants {
		out = append(append(out, v.Name), v.Aliases...)
	}
	return out
}
