package cli

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"

	"golang.org/x/term"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/opener"
	"github.com/codexgen/codexgen/pkg/auth"
)

// maxLine bounds a token or an address on standard input.
const maxLine = 64 << 10

// hasBrowser guesses whether a page can be opened where the person sits.
func hasBrowser(env Env) bool {
	for _, remote := range []string{"SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"} {
		if value, ok := env.LookupEnv(remote); ok && value != "" {
			return false
		}
	}
	if runtime.GOOS == "darwin" || runtime.GOOS == "windows" {
		return true
	}
	for _, display := range []string{"DISPLAY", "WAYLAND_DISPLAY"} {
		if value, ok := env.LookupEnv(display); ok && value != "" {
			return true
		}
	}
	return false
}

// browserSignIn waits for a browser here, and for the address of one that is
// elsewhere, whichever comes first.
func browserSignIn(ctx context.Context, env Env, client *auth.Client, open bool) (auth.Login, error) {
	login, err := client.StartBrowser()
	if err != nil {
		return auth.Login{}, err
	}
	defer login.Close()
	quiet := quietTerminal(env)
	defer quiet()
	helping, stop := context.WithCancel(ctx)
	defer stop()
	// Not waited for: it may read until the process ends, and nothing can wake it.
	go bringBack(helping, env, login, open)
	return login.Wait(ctx)
}

// bringBack opens the page here, or takes the address that a browser elsewhere
// ends at.
func bringBack(ctx context.Context, env Env, login *auth.BrowserLogin, open bool) {
	if open {
		fmt.Fprintf(env.Stderr, "Waiting for your browser; should it show nothing, open:\n\n%s\n\n", login.URL())
		err := opener.Open(ctx, login.URL())
		if err == nil || ctx.Err() != nil {
			return
		}
		fmt.Fprintf(env.Stderr, "No browser could be opened (%v). ", err)
	}
	fmt.Fprintf(env.Stderr, "Open this address in any browser:\n\n%s\n\nOn another machine the browser ends at an address that it cannot show: paste that one here.\nWithout a way to paste: codexgen auth login --device\n", login.URL())
	takePasted(ctx, env, login)
}

// takePasted hands over what is pasted until an address fits.
func takePasted(ctx context.Context, env Env, login *auth.BrowserLogin) {
	next := secretLines(env, "address: ")
	for {
		line, err := next()
		if ctx.Err() != nil {
			return
		}
		if strings.TrimSpace(line) != "" {
			wrong := login.Paste(line)
			if wrong == nil {
				return
			}
			fmt.Fprintf(env.Stderr, "%v; try again\n", wrong)
		}
		if err != nil {
			return
		}
	}
}

// secretLines reads lines of at most maxLine bytes, which a terminal does not
// show.
func secretLines(env Env, prompt string) (next func() (string, error)) {
	file, ok := env.Stdin.(*os.File)
	if env.StdinTTY && ok {
		return func() (string, error) {
			fmt.Fprint(env.Stderr, prompt)
			line, err := term.ReadPassword(int(file.Fd()))
			fmt.Fprintln(env.Stderr)
			return strings.TrimSpace(string(line)), err
		}
	}
	lines := bufio.NewScanner(env.Stdin)
	lines.Buffer(nil, maxLine)
	return func() (string, error) {
		if !lines.Scan() {
			return "", cmp.Or(lines.Err(), io.EOF)
		}
		return strings.TrimSpace(lines.Text()), nil
	}
}

// quietTerminal gives a terminal its echo back, which a read that never ended
// would leave off.
func quietTerminal(env Env) (restore func()) {
	file, ok := env.Stdin.(*os.File)
	if !env.StdinTTY || !ok {
		return func() {}
	}
	state, err := term.GetState(int(file.Fd()))
	if err != nil {
		return func() {}
	}
	return func() { _ = term.Restore(int(file.Fd()), state) }
}

// deviceSignIn shows the code and waits for another device.
func deviceSignIn(ctx context.Context, env Env, client *auth.Client) (auth.Login, error) {
	login, err := client.StartDevice(ctx)
	if err != nil {
		return auth.Login{}, err
	}
	fmt.Fprintf(env.Stderr, "Open %s on any device and type this code:\n\n    %s\n\nIt is good for 15 minutes. Type it only there, and never one that somebody else gave you.\nWaiting ...\n", login.URL, login.UserCode)
	return login.Wait(ctx)
}
