package main

import (
	"bufio"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strings"
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

func get(client *http.Client, address string) (string, error) {
	response, err := client.Get(address)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return string(body), err
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
