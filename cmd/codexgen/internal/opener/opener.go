// Package opener hands a file or a page to the program that the desktop has
// for it. The program gets none of codexgen's variables, which may hold a
// token, and neither its input nor its output.
package opener

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// patience is how long an error is waited for. xdg-open may stay as long as
// the program that it starts, and that must not hold codexgen up.
const patience = 3 * time.Second

// Open starts the program for target, an absolute path or a URL. That it
// started is all that can be known: a program that has not failed within three
// seconds goes on by itself.
func Open(ctx context.Context, target string) error {
	name, args := command(runtime.GOOS, target)
	program := exec.Command(name, args...) // not CommandContext: it outlives us
	program.Env = environment(os.Environ())
	if err := program.Start(); err != nil {
		if errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("there is no %s on this system", name)
		}
		return fmt.Errorf("start %s: %w", name, err)
	}
	return wait(ctx, name, program)
}

// wait leaves its goroutine behind if the program stays; it ends with that.
func wait(ctx context.Context, name string, program *exec.Cmd) error {
	ended := make(chan error, 1)
	go func() { ended <- program.Wait() }()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case err := <-ended:
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	case <-timer.C:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	return nil
}

// command is what each system has for this.
func command(system, target string) (name string, args []string) {
	switch system {
	case "darwin":
		return "open", []string{target}
	case "windows":
		return "rundll32", []string{"url.dll,FileProtocolHandler", target}
	}
	return "xdg-open", []string{target}
}

// environment is all but our own variables.
func environment(all []string) (rest []string) {
	for _, variable := range all {
		if !strings.HasPrefix(strings.ToUpper(variable), "CODEXGEN_") {
			rest = append(rest, variable)
		}
	}
	return rest
}
