package cli

import (
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"golang.org/x/term"
)

// Env is everything a command takes from the process it runs in. Folders are
// empty where the system names none.
type Env struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	LookupEnv      func(string) (string, bool)

	StdinTTY, StdoutTTY, StderrTTY bool

	Columns   func() int // of the terminal that Stdout is; nil or 0 is not known
	Now       func() time.Time
	HomeDir   string
	ConfigDir string // codexgen's own folder for its configuration
	StateDir  string // codexgen's own folder for what it may lose
	Version   string

	// For tests, which cannot share the two ports of Codex's sign-in; empty
	// is Codex's own client.
	ClientID   string
	LoginPorts []int
}

// System is the real process. The version is the release build's stamp; when
// it is empty the module's version is used.
func System(version string) Env {
	home, _ := os.UserHomeDir()
	config, _ := os.UserConfigDir()
	return Env{
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, LookupEnv: os.LookupEnv,
		StdinTTY: isTerminal(os.Stdin), StdoutTTY: isTerminal(os.Stdout), StderrTTY: isTerminal(os.Stderr),
		Columns: columns(os.Stdout), Now: time.Now, HomeDir: home, ConfigDir: own(config), StateDir: own(stateDir(home)),
		Version: orDefault(version, moduleVersion()),
	}
}

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// columns asks anew each time: a window can be drawn wider.
func columns(terminal *os.File) func() int {
	return func() int {
		width, _, err := term.GetSize(int(terminal.Fd()))
		if err != nil {
			return 0
		}
		return width
	}
}

func own(dir string) string {
	if dir == "" {
		return ""
	}
	return filepath.Join(dir, "codexgen")
}

// stateDir is XDG_STATE_HOME of the XDG base directory specification 0.8,
// which wants relative paths ignored; elsewhere the system's cache-like folder
// that is neither synchronised nor cleaned.
func stateDir(home string) string {
	switch runtime.GOOS {
	case "windows":
		return os.Getenv("LocalAppData")
	case "darwin":
		dir, _ := os.UserConfigDir()
		return dir
	}
	if dir := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return dir
	}
	if home == "" {
		return ""
	}
	return filepath.Join(home, ".local", "state")
}
