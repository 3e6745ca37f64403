package credstore

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// sharedProfiles are profiles that processes of this test share.
func sharedProfiles(t *testing.T) (p *Profiles, ring *diskRing) {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "codexgen")
	ring = &diskRing{folder: filepath.Join(filepath.Dir(folder), "ring")}
	return &Profiles{folder: folder, entries: ring}, ring
}

// A process is killed at every call to the keyring: on the way to a new login,
// to another store, to none. The next process finds a login whole, and after
// its own success nothing is left of the one before.
func TestKilledAtEveryCall(t *testing.T) {
	for _, way := range []struct {
		job      string
		from, to Kind
	}{
		{"login", InKeyring, InKeyring},
		{"login", InFile, InKeyring},
		{"login", InKeyring, InFile},
		{"logout", InKeyring, InKeyring},
	} {
		for k, ended := 1, false; !ended; k++ {
			p, ring := sharedProfiles(t)
			keepLogin(t, p, "x", way.from, loginOf("old", 6000))
			cmd, _ := start(t, nil, way.job, p.folder, string(way.to), strconv.Itoa(k))
			if ended = cmd.Wait() == nil; k > 100 {
				t.Fatal("it does not end")
			}
			checkWhole(t, p, fmt.Sprintf("%v, killed at call %d", way, k), way.job == "logout", "old", "new")
			if err := p.Remove(t.Context(), "x"); err != nil {
				t.Error(err)
			}
			if left, _ := os.ReadDir(ring.folder); len(left) != 0 || len(filesOf(t, p.folder)) != 0 {
				t.Fatalf("%v, killed at call %d: left: %v, %v", way, k, left, filesOf(t, p.folder))
			}
		}
	}
}

// checkWhole wants one of these logins.
func checkWhole(t *testing.T, p *Profiles, when string, orNone bool, tokens ...string) {
	t.Helper()
	store, err := p.Open(t.Context(), "x")
	if orNone && isFault(err, NotFound) {
		return
	}
	if err != nil {
		t.Fatalf("%s: %v", when, err)
	}
	login, err := store.Load(t.Context())
	if orNone && isFault(err, NotFound) {
		return
	}
	token := strings.TrimRight(login.Access.Reveal(), "x")
	if err != nil || !slices.Contains(tokens, token) || login.Refresh.Reveal() != "rt-"+token {
		t.Fatalf("%s: %v, of %v", when, err, tokens)
	}
}

// KR-7: a process that writes one login after the other is killed at fifty
// points in time. Each time the login of before or after is there.
func TestKR07Killed(t *testing.T) {
	p, _ := sharedProfiles(t)
	keepLogin(t, p, "x", InFile, loginOf("number0", 6000))
	for round := range 50 {
		cmd, out := start(t, nil, "login again and again", p.folder)
		number := 0
		for range 1 + round%5 {
			line, err := out.ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			number, _ = strconv.Atoi(strings.TrimSpace(line))
		}
		<-time.After(time.Duration(rand.IntN(1000)) * time.Microsecond)
		_ = cmd.Process.Kill()
		for rest, _ := io.ReadAll(out); len(rest) > 0; rest = nil {
			lines := strings.Fields(string(rest))
			number, _ = strconv.Atoi(lines[len(lines)-1])
		}
		_ = cmd.Wait()
		was := []string{fmt.Sprint("number", max(number-1, 0)), fmt.Sprint("number", number)}
		if number == 0 {
			was = nil // of the round before
			for n := range 1000 {
				was = append(was, fmt.Sprint("number", n))
			}
		}
		checkWhole(t, p, fmt.Sprint("round ", round), false, was...)
	}
	keepLogin(t, p, "x", InFile, loginOf("last", 6000))
	if got := filesOf(t, p.folder); len(got) != 1 {
		t.Errorf("left: %v", got)
	}
}

// KR-13: many processes read while one writes.
func TestKR13Processes(t *testing.T) {
	for _, kind := range []Kind{InFile, InKeyring} {
		p, _ := sharedProfiles(t)
		keepLogin(t, p, "x", kind, loginOf("first", 6000))
		var readers []*exec.Cmd
		var gates []io.Closer
		for range 40 {
			cmd := exec.CommandContext(t.Context(), os.Args[0], p.folder)
			cmd.Env, cmd.Stderr = append(os.Environ(), childJob+"=read", noPause), os.Stderr
			gate, err := cmd.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			readers, gates = append(readers, cmd), append(gates, gate)
		}
		for _, gate := range gates {
			_ = gate.Close()
		}
		done := make(chan error, 1)
		go func() {
			var err error
			for _, cmd := range readers {
				err = errors.Join(err, cmd.Wait())
			}
			done <- err
		}()
		for number, reading := 0, true; reading; number++ {
			keepLogin(t, p, "x", kind, loginOf(fmt.Sprint("number", number), 2000*(number%10)))
			select {
			case err := <-done:
				reading = false
				if err != nil {
					t.Errorf("%s: %v", kind, err)
				}
			default:
			}
		}
	}
}
