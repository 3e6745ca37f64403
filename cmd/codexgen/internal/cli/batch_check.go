package cli

import (
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"github.com/codexgen/codexgen/pkg/batch"
)

const (
	// maxManifest bounds standard input, which is kept on disk meanwhile.
	maxManifest = 256 << 20
	// maxLineErrors is how many wrong lines are told at once.
	maxLineErrors = 10
)

// A manifest is the file of a batch, which is read twice: to be checked, and
// to be done.
type manifest struct {
	file   *os.File
	remove bool
	format batch.Format
	o      batchOptions
	total  int
}

// openManifest opens the file, or keeps standard input in a temporary one.
func openManifest(env Env, o batchOptions) (*manifest, error) {
	m := &manifest{o: o}
	var err error
	if o.manifest == "-" {
		m.file, err = spooled(env.Stdin)
		m.remove = true
	} else {
		m.file, err = os.Open(o.manifest)
	}
	if err != nil {
		return nil, usageError{fmt.Sprintf("%s: %v", o.manifest, rootCause(err)), "name a file that can be read"}
	}
	head := make([]byte, 512)
	n, _ := io.ReadFull(m.file, head)
	if m.format = batch.Format(o.input); m.format == "" {
		m.format = batch.FormatOf(o.manifest, head[:n])
	}
	return m, nil
}

func spooled(stdin io.Reader) (*os.File, error) {
	file, err := os.CreateTemp("", "codexgen-batch-*")
	if err != nil {
		return nil, err
	}
	n, err := io.Copy(file, io.LimitReader(stdin, maxManifest+1))
	if err == nil && n > maxManifest {
		err = fmt.Errorf("it is larger than %d MiB", maxManifest>>20)
	}
	if err != nil {
		_ = file.Close()
		return nil, errors.Join(err, os.Remove(file.Name()))
	}
	return file, nil
}

func (m *manifest) Close() error {
	err := m.file.Close()
	if m.remove {
		err = errors.Join(err, os.Remove(m.file.Name()))
	}
	return err
}

// jobs reads the manifest from its beginning. A job is known by what its line
// says alone: a batch that is resumed with other flags is still the same.
func (m *manifest) jobs() iter.Seq2[batch.Job, error] {
	return batch.Number(func(yield func(batch.Record, error) bool) {
		if _, err := m.file.Seek(0, io.SeekStart); err != nil {
			yield(batch.Record{}, err)
			return
		}
		for record, err := range batch.Read(m.file, m.format) {
			if !yield(record, err) {
				return
			}
		}
	})
}

// check refuses the whole file for any line that cannot be done, before
// anything is sent. known are the jobs whose name was taken by themselves.
func (m *manifest) check(env Env, known func(batch.Key) bool) error {
	for _, err := range m.jobs() {
		if err == nil {
			m.total++
		}
	}
	var wrong []error
	names := map[uint64]int{}
	seed := maphash.MakeSeed()
	check := &maker{env: env}
	for job, err := range m.jobs() {
		line := (*batch.LineError)(nil)
		if err != nil && !errors.As(err, &line) {
			return err
		}
		if err == nil {
			err = m.checkJob(check, job, names, seed, known(job.Key))
		}
		if err != nil {
			wrong = append(wrong, err)
		}
		if len(wrong) == maxLineErrors {
			break
		}
	}
	switch {
	case len(wrong) > 0:
		return m.refused(wrong)
	case m.total == 0:
		return usageError{fmt.Sprintf("%s: there is no job in it", m.o.manifest), "write a prompt a line"}
	}
	return nil
}

func (m *manifest) checkJob(check *maker, job batch.Job, names map[uint64]int, seed maphash.Seed, known bool) error {
	o, err := m.o.job(job, digits(m.total))
	if err == nil {
		err = m.checkPictures(o)
	}
	if err == nil {
		name := maphash.String(seed, filepath.Clean(o.output))
		if other, taken := names[name]; taken {
			err = fmt.Errorf("its image would have the name of that of line %d, %s", other, o.output)
		}
		names[name] = job.Line
	}
	if err == nil && !known {
		g := newGeneration(check.env, o)
		if err = check.prepare(g, 1); err == nil {
			err = g.target.Close()
		}
	}
	if err != nil {
		return &batch.LineError{Line: job.Line, Reason: err.Error()}
	}
	return nil
}

// checkPictures finds files that are not there; what they are is looked at
// when their turn comes.
func (m *manifest) checkPictures(o genOptions) error {
	for _, source := range append(o.references.images, o.references.mask) {
		if source == "" || strings.Contains(source, "://") {
			continue
		}
		if _, err := os.Stat(source); err != nil {
			return fmt.Errorf("picture %q: %w", source, rootCause(err))
		}
	}
	return nil
}

func (m *manifest) refused(wrong []error) error {
	text := wrong[0].Error()
	for _, err := range wrong[1:] {
		text += "; " + err.Error()
	}
	return usageError{fmt.Sprintf("%s: nothing was sent: %s", m.o.manifest, text), "codexgen batch --help names the fields"}
}
