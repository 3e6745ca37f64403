package credstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// A process of its own asks a keyring: the library keeps one connection to one
// bus in a process, and could end the process.

type question struct {
	Op, User string
	Secret   []byte // JSON strings hold no bytes that are not UTF-8
}

type answer struct {
	Secret       []byte
	Fault        Fault
	Reason, Hint string
	Took         time.Duration
}

// useKeyring is such a process: a question a line, an answer a line.
func useKeyring(patience string) int {
	limit, err := time.ParseDuration(patience)
	if err != nil {
		return 2
	}
	k := NewKeyring(KeyringOptions{LookupEnv: os.LookupEnv, Patience: limit})
	questions, answers := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		var q question
		if err := questions.Decode(&q); errors.Is(err, io.EOF) {
			return 0
		} else if err != nil {
			return 2
		}
		if err := answers.Encode(q.answer(k)); err != nil {
			return 2
		}
	}
}

func (q question) answer(k *Keyring) (a answer) {
	begin := time.Now()
	err := fmt.Errorf("no such question %q", q.Op)
	switch q.Op {
	case "get":
		var secret string
		secret, err = k.Get(context.Background(), q.User)
		a.Secret = []byte(secret)
	case "set":
		err = k.Set(context.Background(), q.User, string(q.Secret))
	case "delete":
		err = k.Delete(context.Background(), q.User)
	}
	a.Took = time.Since(begin)
	if err == nil {
		return a
	}
	a.Reason, a.Fault, a.Hint = err.Error(), faultOf(err), hintOf(err)
	return a
}

// An asker is that process, seen from the test.
type asker struct {
	t        *testing.T
	patience time.Duration
	in       *json.Encoder
	out      *json.Decoder
}

// newAsker starts one in an environment. Whatever the keyring does, it ends by
// itself and says nothing on stderr.
func newAsker(t *testing.T, patience time.Duration, env []string) *asker {
	t.Helper()
	cmd := exec.Command(os.Args[0], patience.String()) // it ends with its input
	cmd.Env = append(env, childJob+"=keyring", noPause)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		if err := cmd.Wait(); err != nil || stderr.Len() > 0 {
			t.Errorf("the process that asked: %v\n%s", err, stderr.String())
		}
	})
	return &asker{t, patience, json.NewEncoder(in), json.NewDecoder(out)}
}

// ask wants an answer within the limit and half a second.
func (a *asker) ask(op, user, secret string) (got answer) {
	a.t.Helper()
	if err := a.in.Encode(question{op, user, []byte(secret)}); err != nil {
		a.t.Fatal(err)
	}
	if err := a.out.Decode(&got); err != nil {
		a.t.Fatalf("%s %s: the process ended: %v", op, user, err)
	}
	if got.Took > a.patience+500*time.Millisecond {
		a.t.Errorf("%s %s took %v", op, user, got.Took)
	}
	for _, word := range []string{"dbus", "/org/", "runtime error", "exec:", "panic", canary} {
		if strings.Contains(got.Reason+got.Hint, word) {
			a.t.Errorf("%s %s says %q", op, user, got.Reason)
		}
	}
	if got.Fault != "" && (got.Hint == "" || strings.Contains(got.Reason, "\n")) {
		a.t.Errorf("%s %s: %+v", op, user, got)
	}
	return got
}

// want asks and wants this fault.
func (a *asker) want(fault Fault, op, user, secret string) {
	a.t.Helper()
	if got := a.ask(op, user, secret); got.Fault != fault {
		a.t.Errorf("%s %s: %q (%s), want %q", op, user, got.Fault, got.Reason, fault)
	}
}

// useProfile is the life of a profile in the system's keyring, which it leaves
// with a rescued login, and the second time without any.
func useProfile(folder string) int {
	ctx := context.Background()
	p := NewProfiles(Options{Folder: folder, Keyring: NewKeyring(KeyringOptions{LookupEnv: os.LookupEnv, Patience: time.Minute})})
	if _, err := p.Get("x"); err == nil {
		return report(p.Remove(ctx, "x"))
	}
	profile := Profile{Name: "x", Store: InKeyring}
	if err := p.Try(ctx, profile); err != nil {
		return report(err)
	}
	if _, err := p.Login(ctx, profile, loginOf("first", 6000)); err != nil {
		return report(err)
	}
	store, err := p.Open(ctx, "x")
	if err != nil {
		return report(err)
	}
	if err := errors.Join(store.Ready(ctx), store.Rescue(loginOf(canary, 64<<10))); err != nil {
		return report(err)
	}
	login, err := store.Load(ctx)
	if err == nil && login.Refresh.Reveal() != "rt-"+canary {
		err = errors.New("not the rescued login")
	}
	return report(err)
}

func report(err error) int {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}
