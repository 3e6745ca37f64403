package main

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/codexgen/codexgen/pkg/sandbox"
)

// serverKey finds a script's backend.
type serverKey struct{}

// backend [scenario] [fault...] starts an emulated backend and points the
// environment at it; "-" is the usual scenario.
func backend(ts *testscript.TestScript, neg bool, args []string) {
	if neg {
		ts.Fatalf("backend cannot be negated")
	}
	config := sandbox.Config{Pace: time.Millisecond}
	if len(args) > 0 && args[0] != "-" {
		config.Scenario = args[0]
	}
	if len(args) > 1 {
		config.Faults = args[1:]
	}
	startBackend(ts, config)
}

func startBackend(ts *testscript.TestScript, config sandbox.Config) {
	server, err := sandbox.New(config)
	ts.Check(err)
	base, err := server.Start("127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { ts.Check(server.Close()) })
	ts.Setenv("CODEXGEN_BASE_URL", base)
	ts.Setenv("CODEXGEN_ISSUER", sandbox.IssuerURL(base))
	ts.Setenv("CODEXGEN_ACCESS_TOKEN", server.AccessToken())
	ts.Setenv("CODEXGEN_ACCOUNT_ID", server.AccountID())
	ts.Value(serverKey{}).(*serverBox).server = server
}

// hangup ends the script's backend: nobody listens at its address any more, nor
// can, since the near end of a connection takes it.
func hangup(ts *testscript.TestScript, _ bool, _ []string) {
	base, err := url.Parse(ts.Getenv("CODEXGEN_BASE_URL"))
	ts.Check(err)
	local, err := net.ResolveTCPAddr("tcp", base.Host)
	ts.Check(err)
	far, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Check(ts.Value(serverKey{}).(*serverBox).server.Close())
	near, err := (&net.Dialer{LocalAddr: local, Control: reuseAddress}).Dial("tcp", far.Addr().String())
	if err != nil { // somebody's own connection has it already, which does as well
		ts.Logf("%v", err)
	}
	ts.Defer(func() {
		if near != nil {
			_ = near.Close()
		}
		_ = far.Close()
	})
}

// serverBox holds a script's backend.
type serverBox struct{ server *sandbox.Server }

// drawn COUNT checks how many images the script's backend has made.
func drawn(ts *testscript.TestScript, _ bool, args []string) {
	if got := ts.Value(serverKey{}).(*serverBox).server.Stats().Images; fmt.Sprint(got) != args[0] {
		ts.Fatalf("the backend drew %d images, want %s", got, args[0])
	}
}

// nosecret checks that no file of the script and neither stream holds the
// backend's token.
func nosecret(ts *testscript.TestScript, _ bool, _ []string) {
	token := ts.Getenv("CODEXGEN_ACCESS_TOKEN")
	for name, text := range map[string]string{"stdout": ts.ReadFile("stdout"), "stderr": ts.ReadFile("stderr")} {
		if strings.Contains(text, token) {
			ts.Fatalf("the token is on %s", name)
		}
	}
	ts.Check(filepath.WalkDir(ts.Getenv("WORK"), func(path string, entry os.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		if strings.Contains(string(content), token) {
			ts.Fatalf("the token is in %s", path)
		}
		return err
	}))
}

// notemp checks that no temporary file is left anywhere.
func notemp(ts *testscript.TestScript, _ bool, _ []string) {
	ts.Check(filepath.WalkDir(ts.Getenv("WORK"), func(path string, _ os.DirEntry, err error) error {
		if strings.HasSuffix(path, ".part") {
			ts.Fatalf("left behind: %s", path)
		}
		return err
	}))
}

// exits CODE command... runs codexgen and checks its exit code, and that a
// failure ends with one line of what happened and one of what to do.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	if coded, ok := err.(interface{ ExitCode() int }); ok {
		got = coded.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
	if lines := strings.Split(strings.TrimSpace(ts.ReadFile("stderr")), "\n"); got != 0 && !failureLines.MatchString(strings.Join(lines[max(0, len(lines)-2):], "\n")) {
		ts.Fatalf("the last lines are %q", lines)
	}
}

var failureLines = regexp.MustCompile(`^codexgen: .+\nhint: .+$`)

// waitdraft FILE waits until a draft has appeared: drafts are on disk while
// the stream runs.
func waitdraft(ts *testscript.TestScript, _ bool, args []string) {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for range 4000 {
		if _, err := os.Stat(ts.MkAbs(args[0])); err == nil {
			return
		}
		<-tick.C
	}
	ts.Fatalf("%s did not appear", args[0])
}
