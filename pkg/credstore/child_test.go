package credstore

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

const childJob = "CREDSTORE_TEST_CHILD"

// noPause: a program with the race detector waits a second before it ends.
const noPause = "GORACE=atexit_sleep_ms=0"

// start runs this test program as another process that does a job.
func start(t *testing.T, wrapper []string, job string, args ...string) (*exec.Cmd, *bufio.Reader) {
	t.Helper()
	line := append(append(wrapper, os.Args[0]), args...)
	cmd := exec.CommandContext(t.Context(), line[0], line[1:]...)
	cmd.Env = append(os.Environ(), childJob+"="+job, noPause)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err := cmp.Or(err, cmd.Start()); err != nil {
		t.Fatal(err)
	}
	return cmd, bufio.NewReader(out)
}

// child does a job with the profiles of args[0].
func child(job string, args []string) int {
	if job == "keyring" {
		return useKeyring(args[0])
	}
	if job == "profile" {
		return useProfile(args[0])
	}
	runtime.LockOSThread() // for who counts the system calls of a thread
	ring := diskRing{folder: filepath.Join(filepath.Dir(args[0]), "ring")}
	p := &Profiles{folder: args[0], entries: &ring}
	ctx, x := context.Background(), Profile{Name: "x", Store: InFile}
	var err error
	switch job {
	case "login":
		if len(args) > 1 {
			x.Store = Kind(args[1])
		}
		if len(args) > 2 {
			ring.killAt, _ = strconv.Atoi(args[2])
		}
		_, err = p.Login(ctx, x, loginOf("new", 6000))
	case "logout":
		ring.killAt, _ = strconv.Atoi(args[2])
		err = p.Remove(ctx, "x")
	case "login again and again":
		for number := 0; err == nil; number++ {
			fmt.Println(number)
			_, err = p.Login(ctx, x, loginOf(fmt.Sprint("number", number), 6000))
		}
	case "read":
		err = readMuch(ctx, p)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// readMuch begins when its input ends.
func readMuch(ctx context.Context, p *Profiles) error {
	_, _ = io.Copy(io.Discard, os.Stdin)
	for range 10 {
		store, err := p.Open(ctx, "x")
		if err != nil {
			return err
		}
		login, err := store.Load(ctx)
		if err != nil {
			return err
		}
		token := strings.TrimRight(login.Access.Reveal(), "x")
		if login.Refresh.Reveal() != "rt-"+token {
			return fmt.Errorf("the halves of two logins: %s and %s", token, login.Refresh.Reveal())
		}
	}
	return nil
}

// diskRing is a keyring with small entries that many processes share, and that
// can end its process at a call.
type diskRing struct {
	folder        string
	calls, killAt int
}

func (r *diskRing) begin() {
	if r.calls++; r.calls == r.killAt {
		process, _ := os.FindProcess(os.Getpid())
		_ = process.Kill()
		select {}
	}
}

func (r *diskRing) path(user string) string {
	return filepath.Join(r.folder, strings.ReplaceAll(user, ":", "_"))
}

func (r *diskRing) Get(_ context.Context, user string) (string, error) {
	r.begin()
	secret, err := os.ReadFile(r.path(user))
	if os.IsNotExist(err) {
		return "", &Error{Fault: NotFound, Missing: true}
	}
	return string(secret), err
}

func (r *diskRing) Set(_ context.Context, user, secret string) error {
	r.begin()
	if err := os.MkdirAll(r.folder, 0o700); err != nil {
		return err
	}
	part := r.path(user) + ".part"
	if err := os.WriteFile(part, []byte(secret), 0o600); err != nil {
		return err
	}
	return os.Rename(part, r.path(user))
}

func (r *diskRing) Delete(_ context.Context, user string) error {
	r.begin()
	if err := os.Remove(r.path(user)); !os.IsNotExist(err) {
		return err
	}
	return nil
}

func (r *diskRing) MaxBytes(string) int { return windowsEntryMax }
