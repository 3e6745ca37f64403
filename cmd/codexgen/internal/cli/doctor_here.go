package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/codexgen/codexgen/pkg/imagefile"
)

// What doctor finds on this machine, without a login or the network.

func configCheck(o doctorOptions) check {
	if o.settings != nil {
		return broken("config", o.settings)
	}
	if _, err := os.Stat(o.config); o.config == "" || errors.Is(err, fs.ErrNotExist) {
		return healthy("config", "no file, the defaults apply")
	}
	return healthy("config", "%s", o.config)
}

func terminalCheck(env Env) check {
	switch term, _ := env.LookupEnv("TERM"); {
	case !env.StderrTTY:
		return healthy("terminal", "standard error is no terminal: progress is one line a phase")
	case term == "dumb":
		return warning("terminal", "TERM=dumb: the progress bar may look odd", "use --quiet, or a terminal that can move its cursor")
	}
	return healthy("terminal", "standard error is a terminal")
}

// outputCheck proves the place of images as gen does before it asks.
func outputCheck(output string) check {
	if output == "-" {
		return healthy("output", "images go to standard output")
	}
	target, err := imagefile.NewTarget(imagefile.Options{Output: output, Prompt: "doctor", Force: true})
	if err != nil {
		return broken("output", err)
	}
	folder, err := filepath.Abs(filepath.Dir(target.Path()))
	if err = errors.Join(err, target.Close()); err != nil {
		return broken("output", err)
	}
	return healthy("output", "images can be written to %s", folder)
}

// stateCheck is about comfort: without the folder nothing is remembered.
func stateCheck(env Env) check {
	if env.StateDir == "" {
		return warning("state", "this system names no folder for it: nothing is remembered", "set XDG_STATE_HOME or HOME")
	}
	if _, err := os.Stat(env.StateDir); errors.Is(err, fs.ErrNotExist) {
		return healthy("state", "%s is made when it is needed", env.StateDir)
	}
	if !writable(env.StateDir) {
		return warning("state", fmt.Sprintf("%s cannot be written: nothing is remembered", env.StateDir), "correct the folder's owner and permissions")
	}
	return healthy("state", "%s", env.StateDir)
}

// writable makes a file and removes it again.
func writable(dir string) bool {
	file, err := os.CreateTemp(dir, ".doctor-*.part")
	if err != nil {
		return false
	}
	return errors.Join(file.Close(), os.Remove(file.Name())) == nil
}
