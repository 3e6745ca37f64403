package main

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
)

// removed removes the folder while the answer is at a place.
func removed(b *bench) {
	h := b.hold(b.with(0), imageSize)
	folder := filepath.Join(b.out, "sub")
	b.must(os.Mkdir(folder, 0o700))
	b.started = func(*exec.Cmd) {
		h.wait()
		b.await("sub/a-cat.partial-2.png")
		b.await("sub/" + b.with(1))
		b.must(os.RemoveAll(folder))
		h.release()
	}
}

// swapped moves the folder away while the image comes, and puts a link to
// another one in its place.
func swapped(b *bench) {
	h := b.hold("image", imageSize)
	folder, elsewhere := filepath.Join(b.out, "sub"), filepath.Join(b.home, "elsewhere")
	b.must(os.Mkdir(folder, 0o700))
	b.must(os.Mkdir(elsewhere, 0o700))
	b.started = func(*exec.Cmd) {
		h.wait()
		b.await("sub/a-cat.partial-2.png")
		b.await("sub/.codexgen-*.part")
		b.must(os.Rename(folder, filepath.Join(b.out, "moved")))
		b.must(os.Symlink(elsewhere, folder))
		h.release()
	}
	b.verify = func(ran) {
		entries, err := os.ReadDir(elsewhere)
		if err != nil || len(entries) > 0 {
			b.Errorf("there is something elsewhere: %v, %v", entries, err)
		}
	}
}

// together starts many programs with one output name. Each gets its answer
// once all have asked, and so have found the name free; each has its own image
// in the end.
func together(b *bench) {
	programs, rounds := b.number(0), b.number(1)
	answer := picture(heavy(20_000))
	for round := range rounds {
		var waiting, running sync.WaitGroup
		waiting.Add(programs)
		b.serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			waiting.Done()
			waiting.Wait()
			answer.ServeHTTP(w, r)
		}))
		paths := make(chan string, programs)
		for range programs {
			command := exec.Command(b.program, b.args...)
			command.Dir, command.Env = b.out, b.env
			running.Go(func() {
				out, err := command.Output()
				var got struct{ Path string }
				if err := json.Unmarshal(out, &got); err != nil || got.Path == "" {
					b.Errorf("%v: %s", err, out)
				}
				if err != nil {
					b.Error(err)
				}
				paths <- got.Path
			})
		}
		running.Wait()
		close(paths)
		b.allThere(round, programs, paths)
	}
	b.asked = &counter{}
	b.serve(answer)
}

// allThere checks that as many whole images are there as programs have said,
// and removes them.
func (b *bench) allThere(round, programs int, paths <-chan string) {
	b.Helper()
	seen := map[string]bool{}
	for path := range paths {
		if seen[path] {
			b.Errorf("round %d: two programs say %s", round, path)
		}
		seen[path] = true
		b.whole(filepath.Join(b.out, path))
	}
	left := b.left()
	if len(left) != programs {
		b.Errorf("round %d: %d programs, but %v", round, programs, left)
	}
	for _, name := range left {
		b.must(os.Remove(filepath.Join(b.out, name)))
	}
}
