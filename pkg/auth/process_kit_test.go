package auth_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/codexgen/codexgen/pkg/auth"
	"github.com/codexgen/codexgen/pkg/credstore"
	"github.com/codexgen/codexgen/pkg/internal/redact"
	"github.com/codexgen/codexgen/pkg/sandbox"
)

// Variables of a process that this test starts of itself.
const (
	jobVariable    = "AUTH_TEST_JOB" // the step to be killed at, or "run"
	folderVariable = "AUTH_TEST_FOLDER"
)

// runJob is one codexgen that needs a token once its standard input ends.
func runJob(ctx context.Context, step string) int {
	profiles := credstore.NewProfiles(credstore.Options{Folder: os.Getenv(folderVariable)})
	store, err := profiles.Open(ctx, credstore.DefaultProfile)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	client, err := auth.New(auth.Options{ClientID: someClient, Transport: mortalTransport{step}})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	source := auth.NewSource(mortal{store, step}, client, func(err error) { fmt.Fprintln(os.Stderr, "warning:", err) })
	_, _ = io.Copy(io.Discard, os.Stdin)
	login, err := source.Token(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		if coded, ok := errors.AsType[*auth.Error](err); ok {
			return coded.ExitCode()
		}
		return 1
	}
	fmt.Fprint(os.Stdout, login.Access.Reveal())
	return 0
}

// die is what SIGKILL does: nothing of this process runs any more.
func die(at, step string) {
	if at != step {
		return
	}
	self, err := os.FindProcess(os.Getpid())
	if err == nil {
		err = self.Kill()
	}
	panic(fmt.Sprint("still alive: ", err))
}

// mortal is a store whose process is killed at a step.
type mortal struct {
	auth.Store
	step string
}

func (m mortal) Lock(ctx context.Context) (func(), error) {
	unlock, err := m.Store.Lock(ctx)
	die("locked", m.step)
	return func() { die("before release", m.step); unlock() }, err
}

func (m mortal) Ready(ctx context.Context) error {
	err := m.Store.Ready(ctx)
	die("proved writable", m.step)
	return err
}

func (m mortal) Save(ctx context.Context, login auth.Login) error {
	die("before saving", m.step)
	if m.step == "rescued" || m.step == "not saved" {
		return errors.New("the store is gone")
	}
	err := m.Store.Save(ctx, login)
	die("saved", m.step)
	return err
}

func (m mortal) Rescue(login auth.Login) error {
	err := m.Store.Rescue(login)
	die("rescued", m.step)
	return err
}

type mortalTransport struct{ step string }

func (m mortalTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	die("before asking", m.step)
	response, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(r)
	die("answered", m.step)
	return response, err
}

// A fleet is many processes with one login.
type fleet struct {
	t      *testing.T
	folder string
	issuer string
	asked  atomic.Int64 // of /oauth/token
}

func newFleet(t *testing.T) *fleet {
	t.Helper()
	f := &fleet{t: t, folder: filepath.Join(t.TempDir(), "codexgen")}
	server, _ := startSandbox(t, sandbox.Config{})
	f.issuer = newHTTP(t, f.count(server))
	f.expire(server.RefreshToken())
	return f
}

func (f *fleet) count(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/oauth/token" {
			f.asked.Add(1)
		}
		next.ServeHTTP(w, r)
	})
}

// expire stores a login whose access token has expired.
func (f *fleet) expire(refresh string) {
	f.t.Helper()
	now := time.Now()
	login := auth.Login{Access: redact.NewSecret(jwt(fmt.Sprintf(`{"exp":%d,"n":%q}`, now.Add(-time.Hour).Unix(), refresh))), Refresh: redact.NewSecret(refresh),
		Issuer: f.issuer, Created: now.Add(-24 * time.Hour), Expires: now.Add(-time.Hour)}
	profile := credstore.Profile{Name: credstore.DefaultProfile, Store: credstore.InFile}
	if _, err := credstore.NewProfiles(credstore.Options{Folder: f.folder}).Login(f.t.Context(), profile, login); err != nil {
		f.t.Fatal(err)
	}
}

func (f *fleet) stored() auth.Login {
	f.t.Helper()
	store, err := credstore.NewProfiles(credstore.Options{Folder: f.folder}).Open(f.t.Context(), "")
	if err != nil {
		f.t.Fatal(err)
	}
	login, err := store.Load(f.t.Context())
	if err != nil {
		f.t.Fatal(err)
	}
	return login
}

// A process is one of the fleet, with what it said.
type process struct {
	*exec.Cmd
	out, err bytes.Buffer
	fire     io.Closer
}

func (f *fleet) start(step string) *process {
	f.t.Helper()
	p := &process{Cmd: exec.CommandContext(f.t.Context(), os.Args[0])}
	p.Env = append(os.Environ(), jobVariable+"="+step, folderVariable+"="+f.folder)
	p.Stdout, p.Stderr = &p.out, &p.err
	fire, err := p.StdinPipe()
	if err == nil {
		p.fire, err = fire, p.Start()
	}
	if err != nil {
		f.t.Fatal(err)
	}
	return p
}

// run starts processes, lets all go at once, and waits for them.
func (f *fleet) run(n int) []*process {
	f.t.Helper()
	var all []*process
	for range n {
		all = append(all, f.start("run"))
	}
	for _, p := range all {
		_ = p.fire.Close()
	}
	for _, p := range all {
		_ = p.Wait()
	}
	return all
}

func (f *fleet) check(all []*process, want auth.Login) {
	f.t.Helper()
	for n, p := range all {
		if code := p.ProcessState.ExitCode(); code != 0 || p.out.String() != want.Access.Reveal() {
			f.t.Errorf("process %d: exit %d, its token is the stored one: %v\n%s", n, code, p.out.String() == want.Access.Reveal(), p.err.String())
		}
	}
}

// newHTTP serves until the test ends.
func newHTTP(t *testing.T, handler http.Handler) string {
	t.Helper()
	listener, err := listen(t)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(listener) })
	t.Cleanup(func() { _ = server.Close(); serving.Wait() })
	return "http://" + listener.Addr().String()
}
