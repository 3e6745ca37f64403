package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

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
