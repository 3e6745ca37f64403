package cli

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/config"
	"github.com/codexgen/codexgen/pkg/batch"
	"github.com/codexgen/codexgen/pkg/imagefile"
)

// wholeRun are flags of gen that no line of a batch may give, for one reason.
type wholeRun struct {
	why   string
	flags []string
}

// notFields are all of them. What the other flags say, a line can say.
func notFields() []wholeRun {
	return []wholeRun{
		{"a line is one image; for more of it write the line again", []string{"count"}},
		{"one login and one backend serve all lines", []string{"base-url", "ca-cert", "profile", "auth-source", "sandbox", "config"}},
		{"how long and how many at once is the run's, not a picture's", []string{"timeout", "stall-timeout", "concurrency"}},
		{"it is for whoever runs the batch to allow, and the file may come from somebody else", []string{"force", "retries", "max-bytes", "allow-private-urls"}},
		{"it says what the run prints", []string{"json", "events", "dry-run", "quiet", "verbose", "plain", "debug"}},
		{"it needs somebody who watches one image; batch has no such flag", []string{"preview", "open"}},
	}
}

// notField says why a flag of gen is no field; "" is for one that is, and for
// what is no flag.
func notField(name string) string {
	for _, group := range notFields() {
		if slices.Contains(group.flags, name) {
			return group.why
		}
	}
	return ""
}

// genFlags are new flags of gen that write to o.
func genFlags(o *genOptions) *pflag.FlagSet {
	flags := pflag.NewFlagSet("job", pflag.ContinueOnError)
	o.declareFlags(flags, func() {})
	return flags
}

// fieldNames are what a line may say besides its prompt.
func fieldNames() (names []string) {
	genFlags(new(genOptions)).VisitAll(func(f *pflag.Flag) {
		if notField(f.Name) == "" {
			names = append(names, f.Name)
		}
	})
	return names
}

// givenFields are the flags that the user has set, as fields.
func givenFields(flags *pflag.FlagSet) batch.Fields {
	fields := batch.Fields{}
	for _, name := range fieldNames() {
		flag := flags.Lookup(name)
		if flag == nil || !config.WasSet(flag) || name == "output" {
			continue
		}
		if list, ok := flag.Value.(pflag.SliceValue); ok {
			fields[name] = list.GetSlice()
		} else {
			fields[name] = []string{flag.Value.String()}
		}
	}
	return fields
}

// complete adds what the line's preset says, and what was given for all lines.
func (o batchOptions) complete(fields batch.Fields) (batch.Fields, error) {
	all := maps.Clone(o.base)
	for _, name := range fields["preset"] {
		preset, ok := o.presets[strings.ToLower(name)]
		if !ok {
			return nil, fmt.Errorf("preset %q: there is no such preset", name)
		}
		for flag, value := range preset {
			all[flag] = []string{value}
		}
	}
	maps.Copy(all, fields)
	delete(all, "preset")
	return all, nil
}

// job is one `gen` as a line asks for it.
func (o batchOptions) job(job batch.Job, width int) (genOptions, error) {
	var gen genOptions
	flags := genFlags(&gen)
	fields, err := o.complete(job.Fields)
	if err == nil {
		err = setFields(flags, fields)
	}
	if err != nil {
		return gen, err
	}
	prompt := job.Fields["prompt"]
	if len(prompt) != 1 || strings.TrimSpace(prompt[0]) == "" {
		return gen, fmt.Errorf("it needs one prompt")
	}
	if prompt[0] == "-" || slices.Contains(gen.references.images, "-") || gen.references.mask == "-" {
		return gen, fmt.Errorf("- would read standard input, which lines cannot share")
	}
	gen.prompt = prompt[0]
	gen.partialsSet = flags.Changed("partials")
	if !gen.partialsSet {
		gen.partials = 0
	}
	gen.oneShot = !gen.partialsSet
	gen.backend, gen.force, gen.references.allowPrivate = o.gen.backend, o.gen.force, o.gen.references.allowPrivate
	gen.output = o.output(gen, job, width)
	return gen, gen.check()
}

func setFields(flags *pflag.FlagSet, fields batch.Fields) error {
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		values, flag := fields[name], flags.Lookup(name)
		switch {
		case name == "prompt":
			continue
		case flag == nil || notField(name) != "":
			return unknownField(name)
		case len(values) != 1 && flag.Value.Type() != "stringArray":
			return fmt.Errorf("%q takes one value, not %d", name, len(values))
		}
		for _, value := range values {
			if err := flags.Set(name, value); err != nil {
				return fmt.Errorf("%s %q: %w", name, value, rootCause(err))
			}
		}
	}
	return nil
}

func unknownField(name string) error {
	if why := notField(name); why != "" {
		return fmt.Errorf("%q is no field: %s", name, why)
	}
	if near := config.Nearest(name, append(fieldNames(), "prompt", "preset")); near != "" {
		return fmt.Errorf("there is no field %q; did you mean %q?", name, near)
	}
	return fmt.Errorf("there is no field %q", name)
}

// output names the image: as the line says, as the template says with the
// line's number in it, or by number and prompt.
func (o batchOptions) output(gen genOptions, job batch.Job, width int) string {
	number := fmt.Sprintf("%0*d", width, job.Number)
	switch {
	case filepath.IsAbs(gen.output):
		return gen.output
	case gen.output != "":
		return filepath.Join(o.folder(), gen.output)
	case strings.Contains(o.gen.output, "{"):
		return strings.ReplaceAll(o.gen.output, "{index}", number)
	}
	ext := imagefile.Format(orDefault(gen.local.convert, orDefault(gen.format, "png"))).Ext()
	return filepath.Join(o.folder(), number+"-"+imagefile.Slug(job.Fields["prompt"][0])+ext)
}

// folder is where the images and the journal are.
func (o batchOptions) folder() string {
	if dir, _, ok := strings.Cut(o.gen.output, "{"); ok {
		return filepath.Dir(dir + "x")
	}
	return orDefault(o.gen.output, ".")
}

// journal is the journal's path. That of standard input has a name of its own.
func (o batchOptions) journal() string {
	name := filepath.Base(o.manifest)
	if o.manifest == "-" {
		name = "batch"
	}
	return filepath.Join(o.folder(), name+".journal")
}

func digits(n int) int { return len(strconv.Itoa(n)) }
