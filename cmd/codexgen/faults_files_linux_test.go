package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
)

func fileInjectors() map[string]injector {
	return map[string]injector{
		"tmpfs": tmpfs, "nearly full ext4": extFull, "read-only": readOnly, "immutable": immutable, "failing calls": failing, "order of syncs": synced,
		"limit": limited, "stranger": stranger, "there": there, "link": linked, "pipe": named, "removed": removed, "swapped": swapped,
		"together": together, "server's names": serverNames, "home": otherHome, "umask": umask, "sidecar fails": sidecarFails, "memory": memoryLimit,
	}
}

// limited runs the program under a limit of prlimit.
func limited(b *bench) {
	b.sends(1)
	b.wrap = []string{"prlimit", "--" + b.with(0)}
}

// stranger runs the program as somebody who may not write into the folder.
func stranger(b *bench) {
	b.sends(9)
	if os.Geteuid() != 0 {
		b.must(os.Chmod(b.out, 0o555))
		b.Cleanup(func() { _ = os.Chmod(b.out, 0o700) })
		return
	}
	// The way to the program and to the folder is root's alone, as made.
	for _, path := range []string{b.out, b.home, filepath.Dir(b.out), filepath.Dir(filepath.Dir(b.out)), filepath.Dir(b.program), filepath.Dir(filepath.Dir(b.program))} {
		b.must(os.Chmod(path, 0o755))
	}
	b.wrap = []string{"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"}
}

// theirs is the content of a file that is not ours to change.
const theirs = "theirs\n"

// there has a file under the name before.
func there(b *bench) {
	b.sends(9)
	path := filepath.Join(b.out, b.with(0))
	b.must(os.WriteFile(path, []byte(theirs), 0o600))
	b.verify = func(got ran) {
		content, err := os.ReadFile(path)
		b.must(err)
		if replaced := string(content) != theirs; replaced != (b.with(1) == "replaced") {
			b.Errorf("replaced: %v", replaced)
		}
	}
}

// linked has a link under the name cat.png.
func linked(b *bench) {
	b.sends(9)
	elsewhere := filepath.Join(b.home, "elsewhere")
	b.must(os.Mkdir(elsewhere, 0o700))
	file := filepath.Join(elsewhere, "theirs")
	b.must(os.WriteFile(file, []byte(theirs), 0o600))
	to := map[string]string{"a file": file, "nothing": filepath.Join(elsewhere, "nothing"), "a folder": elsewhere, "a device": os.DevNull}[b.with(0)]
	b.must(os.Symlink(to, filepath.Join(b.out, "cat.png")))
	b.verify = func(ran) {
		content, err := os.ReadFile(file)
		if err != nil || string(content) != theirs {
			b.Errorf("what the link points at has changed (%v)", err)
		}
		var names []string
		entries, err := os.ReadDir(elsewhere)
		b.must(err)
		for _, entry := range entries {
			names = append(names, entry.Name())
		}
		if want := slices.Sorted(slices.Values(append(b.row.With[1:], "theirs"))); !slices.Equal(names, want) {
			b.Errorf("where the link points there is %v, want %v", names, want)
		}
	}
}

// named makes a named pipe.
func named(b *bench) {
	b.sends(9)
	b.must(syscall.Mkfifo(filepath.Join(b.out, "pipe"), 0o600))
}

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

// serverNames answers with a name wherever a server can put one.
func serverNames(b *bench) {
	name, err := json.Marshal(hostileNames()[b.with(0)])
	b.must(err)
	if len(name) < 4 {
		b.Fatalf("there is no name %q", b.with(0))
	}
	plain := encodedPicture()
	b.serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/images/generations") {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(w, `{"output_format":%s,"size":%s,"quality":%s,"background":%s,"data":[{"generation_id":%s,"revised_prompt":%s,"file_name":%s,"b64_json":"%s"}]}`, name, name, name, name, name, name, name, plain)
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprintf(w, "id: %s\ndata: {\"type\":\"response.created\",\"response\":{\"id\":%s,\"model\":%s}}\n\n", name, name, name)
		fmt.Fprintf(w, "data: {\"type\":\"response.image_generation_call.partial_image\",\"item_id\":%s,\"output_format\":%s,\"partial_image_index\":0,\"partial_image_b64\":\"%s\"}\n\n", name, name, plain)
		fmt.Fprintf(w, "data: {\"type\":\"response.output_item.done\",\"item\":{\"type\":\"image_generation_call\",\"id\":%s,\"status\":%s,\"output_format\":%s,\"size\":%s,\"quality\":%s,\"background\":%s,\"revised_prompt\":%s,\"result\":\"%s\"}}\n\n", name, name, name, name, name, name, name, plain)
		fmt.Fprintf(w, "data: {\"type\":\"response.completed\",\"response\":{\"id\":%s}}\n\n", name)
	}))
}

// hostileNames by the words of the rows.
func hostileNames() map[string]string {
	return map[string]string{
		"parent folders": "../../x", "a path": "/etc/x", "a path of Windows": `C:\x`, "a NUL": "a\x00b", "300 bytes": strings.Repeat("x", 300),
		"a new line": "a\nb", "an escape": "\x1b]0;owned\x07\x1b[2J", "a device of Windows": "CON", "a device with a name": "aux.png",
		"a dot at its end": "a.", "text from right to left": "a\u202egnp.exe", "an option": "-rf",
	}
}

// otherHome takes the home folder away.
func otherHome(b *bench) {
	b.sends(9)
	b.env = slices.DeleteFunc(b.env, func(entry string) bool { return strings.HasPrefix(entry, "HOME=") })
	if b.with(0) != "" {
		b.setenv("HOME", b.with(0))
	}
}

// umask runs the program under one, and checks the mode of the image.
func umask(b *bench) {
	b.sends(9)
	b.wrap = []string{"sh", "-c", "umask " + b.with(0) + `; exec "$@"`, "sh"}
	b.verify = func(ran) {
		info, err := os.Stat(filepath.Join(b.out, "a-cat.png"))
		b.must(err)
		if mode := fmt.Sprintf("%03o", info.Mode().Perm()); mode != b.with(1) {
			b.Errorf("the image has mode %s, want %s", mode, b.with(1))
		}
	}
}

// sidecarFails lets no file be written any more once the image is there.
func sidecarFails(b *bench) {
	h := b.hold("goodbye", imageSize)
	b.started = func(command *exec.Cmd) {
		h.wait()
		b.await("a-cat.png")
		b.must(exec.Command("prlimit", "--fsize=0", "--pid", pid(command)).Run())
		h.release()
	}
}

// memoryLimit runs the program in a group of its own that may have so much
// memory, the files that it writes included.
func memoryLimit(b *bench) {
	b.sends(1)
	group, limit := "/sys/fs/cgroup/memory", "memory.limit_in_bytes"
	if _, err := os.Stat(group); err != nil {
		group, limit = "/sys/fs/cgroup", "memory.max"
	}
	group = filepath.Join(group, fmt.Sprintf("codexgen-test-%d", os.Getpid()))
	if err := os.Mkdir(group, 0o755); err != nil {
		b.Skipf("there can be no group with a limit of memory here: %v", err)
	}
	b.Cleanup(func() { _ = os.Remove(group) })
	if err := os.WriteFile(filepath.Join(group, limit), []byte(b.with(0)), 0o600); err != nil {
		b.Skipf("no limit can be set here: %v", err)
	}
	b.wrap = []string{"sh", "-c", "echo $$ > " + filepath.Join(group, "cgroup.procs") + ` && exec "$@"`, "sh"}
}
