package main

import (
	"bufio"
	"errors"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/cli"
	"github.com/codexgen/codexgen/pkg/sandbox"
)

// testSystem is the real process, but for the ports of the sign-in: there are
// only two for Codex's client, and scripts run side by side. The sandbox lets
// other clients come back to any port.
func testSystem() cli.Env {
	env := cli.System("1.2.3-test")
	env.ClientID, env.LoginPorts = "app_test", []int{0}
	if offset, err := time.ParseDuration(os.Getenv("CLOCK_OFFSET")); err == nil {
		env.Now = func() time.Time { return time.Now().Add(offset) }
	}
	if jump, err := time.ParseDuration(os.Getenv("CLOCK_JUMPS")); err == nil {
		var looks atomic.Int64
		env.Now = func() time.Time { return time.Now().Add(time.Duration(looks.Add(1)%3-1) * jump) }
	}
	return env
}

// browse [deny] URL is a browser with a person: it opens the page, presses a
// button, and goes where that leads. It is the xdg-open of scripts.
func browse(args []string) int {
	decision, address := "approve", args[len(args)-1]
	if choice := os.Getenv("BROWSER_CHOICE"); choice != "" {
		decision = choice
	}
	if err := press(decision, address); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

var hiddenRequest = regexp.MustCompile(`name="request" value="([^"]*)"`)

func press(decision, address string) error {
	client := &http.Client{Timeout: 20 * time.Second}
	landing, err := decide(client, decision, address)
	if err != nil || landing == "" {
		return err
	}
	_, err = get(client, landing)
	return err
}

// decide presses a button of the sign-in page and tells where that leads.
func decide(client *http.Client, decision, address string) (string, error) {
	page, err := get(client, address)
	if err != nil || decision == "close" {
		return "", err
	}
	found := hiddenRequest.FindStringSubmatch(page)
	u, err := url.Parse(address)
	if err != nil || found == nil {
		return "", fmt.Errorf("no sign-in page: %w", err)
	}
	stay := *client
	stay.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	request := html.UnescapeString(found[1])
	response, err := stay.PostForm(u.Scheme+"://"+u.Host+"/oauth/authorize", url.Values{"request": {request}, "decision": {decision}})
	if err != nil {
		return "", err
	}
	return response.Header.Get("Location"), response.Body.Close()
}

// elsewhere runs codexgen with arguments as over SSH: the page is opened on
// another machine, and the address at which that ends is pasted, after two
// lines that are none.
func elsewhere(args []string) int {
	command := exec.Command("codexgen", args...)
	in, err := command.StdinPipe()
	if err != nil {
		return 1
	}
	log, err := command.StderrPipe()
	command.Stdout = os.Stdout
	if err != nil || command.Start() != nil {
		return 1
	}
	for lines := bufio.NewScanner(log); lines.Scan(); {
		fmt.Fprintln(os.Stderr, lines.Text())
		if !strings.Contains(lines.Text(), "/oauth/authorize?") {
			continue
		}
		landing, err := decide(&http.Client{Timeout: 20 * time.Second}, "approve", lines.Text())
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		fmt.Fprintf(in, "what?\n%s\n%s\n", strings.Replace(landing, "state=", "state=x", 1), landing)
	}
	_ = command.Wait()
	return command.ProcessState.ExitCode()
}

// get reads a page, and keeps what it showed where BROWSER_LOG says.
func get(client *http.Client, address string) (string, error) {
	response, err := client.Get(address)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if path := os.Getenv("BROWSER_LOG"); path != "" && err == nil {
		log, openErr := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if openErr != nil {
			return "", openErr
		}
		_, err = log.Write(body)
		err = errors.Join(err, log.Close())
	}
	return string(body), err
}

// hangingbus points the environment at a session bus that takes calls and
// never answers.
func hangingbus(ts *testscript.TestScript, _ bool, _ []string) {
	folder, err := os.MkdirTemp("", "bus") // a socket's name is short
	ts.Check(err)
	ts.Defer(func() { _ = os.RemoveAll(folder) })
	listener, err := net.Listen("unix", filepath.Join(folder, "bus"))
	ts.Check(err)
	var held sync.WaitGroup
	held.Go(func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			held.Go(func() { _, _ = io.Copy(io.Discard, connection) })
		}
	})
	ts.Defer(func() { _ = listener.Close(); held.Wait() })
	ts.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(folder, "bus"))
}

// issuer [scenario] [auto] [life=DURATION] starts a backend whose issuer the
// script can sign in at; unlike backend it hands over no token.
func issuer(ts *testscript.TestScript, _ bool, args []string) {
	config := sandbox.Config{Pace: time.Millisecond}
	for _, arg := range args {
		life, isLife := strings.CutPrefix(arg, "life=")
		switch {
		case isLife:
			duration, err := time.ParseDuration(life)
			ts.Check(err)
			config.TokenLife = duration
		case arg == "auto":
			config.AutoApprove = true
		default:
			config.Scenario = arg
		}
	}
	startBackend(ts, config)
	ts.Setenv("CODEXGEN_ACCESS_TOKEN", "")
	ts.Setenv("CODEXGEN_ACCOUNT_ID", "")
}

// asked PATH COUNT checks how often the script's backend was asked for a path.
func asked(ts *testscript.TestScript, _ bool, args []string) {
	count := 0
	for _, request := range ts.Value(serverKey{}).(*serverBox).server.Stats().Requests {
		if request.Path == args[0] {
			count++
		}
	}
	if fmt.Sprint(count) != args[1] {
		ts.Fatalf("%s was asked for %d times, want %s", args[0], count, args[1])
	}
}
