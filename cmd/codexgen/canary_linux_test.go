package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/cli"
)

// TestOA06_Canary runs every command with a login whose secrets are known, against
// an issuer and a backend that answer well or repeat in their errors whatever
// they were sent, and looks for the secrets everywhere but in the store.
func TestOA06_Canary(t *testing.T) {
	t.Parallel()
	for _, hostile := range []int32{0, http.StatusBadRequest, http.StatusUnauthorized, brokenHeader} {
		t.Run(fmt.Sprint("errors ", hostile), func(t *testing.T) {
			t.Parallel()
			c := newCanary(t)
			c.run(t, "", "auth", "login", "--store", "file")
			c.run(t, "", "auth", "login", "--store", "file", "--profile", "second")
			if out, err := c.command(t.Context(), "auth", "list").Output(); err != nil || !strings.Contains(string(out), "second") {
				t.Fatalf("there is no login to look after: %v %s", err, out)
			}
			c.hostile.Store(hostile)
			for _, path := range lastOf(lastOf(commandPaths(cli.Root(cli.Env{})), "edit"), "auth logout") {
				for _, args := range c.lines(path) {
					c.run(t, "canary-handed-over\n", append(args, "--debug=full")...)
				}
			}
			if shown, err := os.ReadFile(filepath.Join(c.folder, "shown")); !strings.Contains(string(shown), "Signed in") {
				t.Errorf("the page was not looked at: %v", err)
			}
			if noted, err := os.ReadFile(filepath.Join(c.folder, ".local", "state", "codexgen", "history.jsonl")); !strings.Contains(string(noted), `"prompt":"a cat"`) {
				t.Errorf("the history was not looked at: %v", err)
			}
			if _, err := os.Stat(filepath.Join(c.folder, "cat.png")); (err != nil) != (hostile != 0) {
				t.Errorf("the picture: %v", err)
			}
		})
	}
}

// commandPaths are those that run something.
func commandPaths(cmd *cobra.Command) (paths []string) {
	for _, child := range cmd.Commands() {
		if child.HasSubCommands() {
			paths = append(paths, commandPaths(child)...)
			continue
		}
		paths = append(paths, strings.TrimPrefix(child.CommandPath(), "codexgen "))
	}
	return paths
}

// lastOf puts one path at the end.
func lastOf(paths []string, path string) []string {
	return append(slices.DeleteFunc(paths, func(p string) bool { return p == path }), path)
}

// What is no secret, but of a person: --debug is to be without it.
const (
	canaryMail    = "canary-mail@example.com"
	canaryAccount = "canary-account-0001"
	canaryPrompt  = "canary prompt of a person"
)

var canaryID = "e30." + base64.RawURLEncoding.EncodeToString([]byte(`{"email":"`+canaryMail+`","jti":"canary-id","https://api.openai.com/auth":{"chatgpt_account_id":"`+canaryAccount+`"}}`)) + ".c2ln"

// TestForms: a secret is found wherever it begins.
func TestForms(t *testing.T) {
	const secret = "canary?secret>~"
	for before := range 7 {
		for after := range 7 {
			text := strings.Repeat("x", before) + secret + strings.Repeat("\xff", after)
			for _, line := range []string{text, url.QueryEscape(text), hex.EncodeToString([]byte(text)), base64.StdEncoding.EncodeToString([]byte(text)), base64.RawURLEncoding.EncodeToString([]byte(text))} {
				if foundIn(line, []string{"other", secret}) != secret {
					t.Errorf("not found in %q", line)
				}
			}
		}
	}
	if found := foundIn("canary?secret", []string{secret}); found != "" {
		t.Errorf("found %q", found)
	}
}

// TestOA06_DebugIsSafeToPaste: what --debug logs holds nothing of a person, not
// even where the backend repeats it, and its first line says so.
func TestOA06_DebugIsSafeToPaste(t *testing.T) {
	t.Parallel()
	for _, hostile := range []int32{0, http.StatusBadRequest, http.StatusUnauthorized, brokenHeader} {
		t.Run(fmt.Sprint("errors ", hostile), func(t *testing.T) {
			t.Parallel()
			c := newCanary(t)
			c.run(t, "", "auth", "login", "--store", "file")
			c.hostile.Store(hostile)
			persons := append(slices.Clone(c.secrets), canaryMail, canaryAccount, canaryPrompt)
			for _, line := range [][]string{
				{"gen", canaryPrompt, "-o", "a.png"}, {"gen", canaryPrompt, "-o", "b.png", "--route", "images"}, {"edit", "seed.png", canaryPrompt, "-o", "c.png"}, {"models"}, {"usage"},
				{"auth", "status"}, {"auth", "login", "--store", "file", "--yes"}, {"doctor"}, {"probe", "--yes", "--budget", "2"},
			} {
				cmd := c.command(t.Context(), append(line, "--debug")...)
				log := new(bytes.Buffer)
				cmd.Stderr = log
				_ = cmd.Run() // some are to fail
				said, logged := log.String(), 0
				for text := range strings.Lines(said) {
					if !strings.HasPrefix(text, "time=") {
						continue
					}
					logged++
					if person := foundIn(text, persons); person != "" {
						t.Errorf("%q: %q is in %s", line, person, text)
					}
				}
				if !strings.HasPrefix(said, "debug: the lines that begin with time= hold no token") || logged == 0 && line[1] != "status" {
					t.Errorf("%q says:\n%s", line, said)
				}
			}
		})
	}
}

// TestOA06_CanaryInACrash reads what the runtime prints of a process that dies with
// a login in its hands: while it signs in, and while it waits for a picture.
func TestOA06_CanaryInACrash(t *testing.T) {
	t.Parallel()
	c := newCanary(t)
	c.run(t, "", "auth", "login", "--store", "file")
	c.crash(t, "Waiting ...", "auth", "login", "--device", "--store", "file")
	c.silent.Store(true)
	c.crash(t, "msg=request", "gen", "a cat", "--debug", "--host-model", "m")
}
