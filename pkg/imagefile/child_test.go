package imagefile_test

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/codexgen/codexgen/pkg/imagefile"
)

// start runs this test program as another process that does a job in dir.
func start(t *testing.T, job, dir string) (*exec.Cmd, io.WriteCloser, *bufio.Reader) {
	t.Helper()
	cmd := exec.Command(os.Args[0], dir)
	cmd.Env = append(os.Environ(), "IMAGEFILE_TEST_CHILD="+job)
	cmd.Stderr = os.Stderr
	in, inErr := cmd.StdinPipe()
	out, outErr := cmd.StdoutPipe()
	if err := cmp.Or(inErr, outErr, cmd.Start()); err != nil {
		t.Fatal(err)
	}
	return cmd, in, bufio.NewReader(out)
}

// child is what such a process does. It begins when its input ends.
func child(job, dir string) int {
	_, _ = io.Copy(io.Discard, os.Stdin)
	var err error
	switch job {
	case "many":
		err = publishMany(dir)
	case "steps":
		err = publishInSteps(dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

const (
	processes = 16
	rounds    = 30
)

// publishMany makes one image after the other, all under the same prompt, each
// with the process and round in its bytes, and prints where they are.
func publishMany(dir string) error {
	for round := range rounds {
		target, err := imagefile.NewTarget(imagefile.Options{Output: dir, Prompt: "a cat"})
		if err != nil {
			return err
		}
		f, err := target.Create()
		if err != nil {
			return err
		}
		mine := chunk("tEXt", fmt.Appendf(nil, "id\x00%d/%d", os.Getpid(), round))
		_, err = f.Write(pngOf(smallHead, mine, idat(smallRows), iend))
		if err != nil {
			return err
		}
		path, err := target.PublishFinal(f)
		if err != nil {
			return err
		}
		fmt.Println(path)
		if err := target.Close(); err != nil {
			return err
		}
	}
	return nil
}

// F13: many processes want one name, again and again. No image is lost.
func TestF13Processes(t *testing.T) {
	dir := t.TempDir()
	var children []*exec.Cmd
	var gates []io.Closer
	var outs []*bufio.Reader
	for range processes {
		cmd, gate, out := start(t, "many", dir)
		children, gates, outs = append(children, cmd), append(gates, gate), append(outs, out)
	}
	for _, gate := range gates {
		_ = gate.Close()
	}
	paths := map[string]bool{}
	for i, cmd := range children {
		text, err := io.ReadAll(outs[i])
		if err := cmp.Or(err, cmd.Wait()); err != nil {
			t.Error(err)
		}
		for path := range strings.Lines(string(text)) {
			paths[strings.TrimSpace(path)] = true
		}
	}
	contents := map[string]bool{}
	for path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Error(err)
		}
		contents[string(data)] = true
	}
	const want = processes * rounds
	if got := len(files(t, dir)); len(paths) != want || len(contents) != want || got != want {
		t.Errorf("%d paths, %d contents, %d files of %d", len(paths), len(contents), got, want)
	}
}

const steps = 20

// stepped is an image in as many parts as it is written in.
func stepped() [][]byte {
	data := pngOf(smallHead, chunk("teSt", make([]byte, 400<<10)), idat(smallRows), iend)
	return slices.Collect(slices.Chunk(data, len(data)/steps))
}

// publishInSteps prints a line before each step: its writes and the publishing.
func publishInSteps(dir string) error {
	target, err := imagefile.NewTarget(imagefile.Options{Output: filepath.Join(dir, "x.png")})
	if err != nil {
		return err
	}
	f, err := target.Create()
	if err != nil {
		return err
	}
	for _, part := range stepped() {
		fmt.Println("write")
		if _, err := f.Write(part); err != nil {
			return err
		}
	}
	fmt.Println("publish")
	_, err = target.PublishFinal(f)
	fmt.Println("done")
	return err
}

// F11: a run that is killed at any step leaves the whole image or none, and
// otherwise only what the next day's run removes.
func TestF11Killed(t *testing.T) {
	whole := slices.Concat(stepped()...)
	for step := 1; step <= len(stepped())+2; step++ {
		dir := t.TempDir()
		cmd, gate, out := start(t, "steps", dir)
		_ = gate.Close()
		for range step {
			if _, err := out.ReadString('\n'); err != nil {
				t.Fatal(err)
			}
		}
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // killed: that is an error
		for _, name := range files(t, dir) {
			data, err := os.ReadFile(filepath.Join(dir, name))
			matched, _ := filepath.Match(".codexgen-*.part", name)
			if !matched && (name != "x.png" || err != nil || !bytes.Equal(data, whole)) {
				t.Errorf("killed at step %d: %s of %d bytes, %v", step, name, len(data), err)
			}
		}
	}
}
