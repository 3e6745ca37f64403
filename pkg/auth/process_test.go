package auth_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestOA05_FiftyProcessesOneRefresh(t *testing.T) {
	f := newFleet(t)
	all := f.run(50)
	if asked := f.asked.Load(); asked != 1 {
		t.Errorf("asked %d times", asked)
	}
	f.check(all, f.stored())
}

func TestOA05_TwentyProcessesTenRounds(t *testing.T) {
	f := newFleet(t)
	for round := range int64(10) {
		all := f.run(20)
		if asked := f.asked.Load(); asked != round+1 {
			t.Fatalf("round %d: asked %d times in all", round, asked)
		}
		login := f.stored()
		f.check(all, login)
		f.expire(login.Refresh.Reveal())
	}
}

// TestOA05_KilledAtEachStep: the others go on within a second, and the login
// is lost only where its token was spent and the answer died with the process.
func TestOA05_KilledAtEachStep(t *testing.T) {
	for _, row := range []struct {
		step  string
		asked int64 // in all, with the process that comes after
		lost  bool
	}{
		{"locked", 1, false},
		{"proved writable", 1, false},
		{"before asking", 1, false},
		{"answered", 2, true},
		{"before saving", 2, true},
		{"rescued", 1, false},
		{"saved", 1, false},
		{"before release", 1, false},
	} {
		t.Run(row.step, func(t *testing.T) {
			t.Parallel()
			f := newFleet(t)
			before := f.stored()
			waiting := f.start("run")
			killed := f.start(row.step)
			_ = killed.fire.Close()
			if err := killed.Wait(); err == nil || killed.err.Len() > 0 { // who is killed says nothing
				t.Fatalf("it was not killed: %v\n%s", err, killed.err.String())
			}
			start := time.Now()
			_ = waiting.fire.Close()
			_ = waiting.Wait()
			if took := time.Since(start); took > 5*time.Second { // a second, and a machine with other work
				t.Errorf("the next process took %v", took)
			}
			if asked := f.asked.Load(); asked != row.asked {
				t.Errorf("asked %d times", asked)
			}
			if !row.lost {
				f.check([]*process{waiting}, f.stored())
				return
			}
			if code := waiting.ProcessState.ExitCode(); code != 3 || !strings.Contains(waiting.err.String(), "already used") {
				t.Errorf("exit %d: %s", code, waiting.err.String())
			}
			if f.stored().Refresh != before.Refresh {
				t.Error("the store was changed")
			}
		})
	}
}

// TestRescuedLoginIsStored by the next process, and its file is gone.
func TestRescuedLoginIsStored(t *testing.T) {
	f := newFleet(t)
	p := f.start("not saved")
	_ = p.fire.Close()
	_ = p.Wait()
	sealed := filepath.Join(f.folder, "profile-default", "recovery.sealed")
	content, err := os.ReadFile(sealed)
	if err != nil || !strings.Contains(p.err.String(), "kept aside, sealed") || secretIn(string(content), p.out.String()) != "" {
		t.Fatalf("%v\n%s", err, p.err.String())
	}
	f.check(f.run(3), f.stored())
	if login := f.stored(); login.Access.Reveal() != p.out.String() || f.asked.Load() != 1 {
		t.Errorf("asked %d times", f.asked.Load())
	}
	if _, err := os.Stat(sealed); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
}
