package release

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// A shell is started in a terminal of its own; its lines make the completion
// known, or let it find what is installed.
type shell struct {
	name  string
	args  []string
	start string
	env   []string
}

const bashCompletion = "/usr/share/bash-completion/bash_completion"

// checkedIn are the shells with the completions of the repository.
func checkedIn() []shell {
	dir := filepath.Join(root, "completions")
	return []shell{
		{"bash", []string{"--norc", "--noprofile"}, ". " + bashCompletion + "; . " + dir + "/codexgen.bash; PS1='ready> '", nil},
		{"zsh", []string{"-f"}, "autoload -U compinit; compinit -u -D; . " + dir + "/codexgen.zsh; PS1='ready> '", nil},
		{"fish", []string{"--no-config"}, "source " + dir + "/codexgen.fish; function fish_prompt; echo -n 'ready> '; end", nil},
	}
}

// installedShells find the completion where a package has put it.
func installedShells(share, zsh string) []shell {
	data := []string{"XDG_DATA_DIRS=" + share + ":/usr/local/share:/usr/share"}
	return []shell{
		{"bash", []string{"--norc", "--noprofile"}, ". " + bashCompletion + "; PS1='ready> '", data},
		{"zsh", []string{"-f"}, "fpath=(" + share + "/zsh/" + zsh + " $fpath); autoload -U compinit; compinit -u -D; PS1='ready> '", nil},
		{"fish", nil, "function fish_prompt; echo -n 'ready> '; end", data},
	}
}

// TestCompletions presses the tab key in real shells. PowerShell is not in
// Debian: its script is only generated.
func TestCompletions(t *testing.T) {
	dir := filepath.Dir(build(t, root))
	for _, shell := range checkedIn() {
		t.Run(shell.name, func(t *testing.T) {
			t.Parallel()
			checkCompletion(t, shell, dir)
		})
	}
}

// completed are lines that have one continuation.
var completed = [][2]string{
	{"codexgen hist", "codexgen history"},
	{"codexgen auth logi", "codexgen auth login"},
	{"codexgen gen --backg", "codexgen gen --background"},
	{"codexgen gen --route im", "codexgen gen --route images"},
	{"codexgen gen --format=we", "codexgen gen --format=webp"},
	{"codexgen gen --preset pos", "codexgen gen --preset poster"},        // from the configuration file
	{"codexgen gen --profile hom", "codexgen gen --profile home-office"}, // from the store
	{"codexgen edit pict", "codexgen edit picture.png"},
}

func checkCompletion(t *testing.T, shell shell, programs string) {
	t.Helper()
	need(t, "tmux")
	need(t, shell.name)
	if _, err := os.Stat(bashCompletion); shell.name == "bash" && err != nil {
		need(t, bashCompletion) // which is no program
	}
	window := open(t, shell, programs)
	for _, line := range completed {
		window.types(line[0], "Tab")
		window.waits(func(screen string) bool {
			return strings.HasSuffix(strings.TrimRight(screen, " \n"), "ready> "+line[1])
		})
		window.clears()
	}
	window.types("codexgen gen --route ", "Tab", "Tab")
	window.waits(func(screen string) bool {
		return strings.Contains(screen, "auto") && strings.Contains(screen, "images") && strings.Contains(screen, "responses")
	})
}

// window is a terminal with a shell in it.
type window struct {
	t    *testing.T
	tmux func(args ...string) string
}

func open(t *testing.T, shell shell, programs string) window {
	t.Helper()
	home, err := os.MkdirTemp("", "shell") // a socket's name is short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(home) })
	for name, text := range map[string]string{
		"picture.png": "", "config/codexgen/config.toml": "[presets.poster]\nsize = \"1024x1536\"\n",
	} {
		path := filepath.Join(home, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	env := append([]string{"TMUX=", "HOME=" + home, "XDG_CONFIG_HOME=" + filepath.Join(home, "config"), "XDG_STATE_HOME=" + filepath.Join(home, "state"), "XDG_DATA_HOME=" + filepath.Join(home, "data"),
		"LC_ALL=C.UTF-8", "DBUS_SESSION_BUS_ADDRESS=disabled:", "PATH=" + programs + ":/usr/local/bin:/usr/bin:/bin"}, shell.env...)
	w := window{t, func(args ...string) string {
		t.Helper()
		return run(t, home, env, append([]string{"tmux", "-u", "-f", os.DevNull, "-S", filepath.Join(home, "s")}, args...)...)
	}}
	login := exec.Command(filepath.Join(programs, "codexgen"), "auth", "login", "--with-token", "--store", "file", "--profile", "home-office")
	login.Env, login.Stdin = append(os.Environ(), env...), strings.NewReader("token")
	if out, err := login.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	w.tmux(slices.Concat([]string{"new-session", "-d", "-x", "160", "-y", "50", shell.name}, shell.args, []string{"-i"})...)
	t.Cleanup(func() { w.tmux("kill-server") })
	w.types(shell.start, "Enter")
	w.waits(func(screen string) bool { return strings.Contains(screen, "\nready>") })
	w.clears()
	return w
}

func (w window) types(text string, keys ...string) {
	w.t.Helper()
	w.tmux("send-keys", "-l", text)
	for _, key := range keys {
		w.tmux("send-keys", key)
	}
}

// clears leaves an empty line on an empty screen.
func (w window) clears() {
	w.t.Helper()
	w.tmux("send-keys", "C-u")
	w.tmux("send-keys", "C-l")
	w.waits(func(screen string) bool { return strings.TrimSpace(screen) == "ready>" })
}

func (w window) waits(until func(screen string) bool) {
	w.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	screen := ""
	for range 1500 {
		if screen = w.tmux("capture-pane", "-p"); until(screen) {
			return
		}
		<-tick.C
	}
	w.t.Fatalf("on the screen:\n%s", strings.TrimSpace(screen))
}
