package sandbox

import (
	"io/fs"
	"os"
	"strings"
	"testing"
	"time"
)

// everyStep goes through what a person does with the official CLI, on one desk.
func everyStep(t *testing.T, installed, version string) {
	d := newOfficialDesk(t, installed, mistake{})
	hosted := version == "0.129.0" // the tool that the server runs
	d.step("device login", func() {
		d.must("Successfully logged in")(d.login())
		if info, err := os.Stat(d.file("codex", "auth.json")); err != nil || info.Mode() != 0o600 {
			d.t.Errorf("auth.json: %v %v", info, err)
		}
	})
	d.step("text turn", func() { d.must("sandbox's answer in words")(d.turn("hello")) })
	d.step("image turn", func() {
		d.draws(madeAt(hosted, "/images/generations"), "DRAW a red circle")
	})
	d.step("edit", func() {
		picture := d.pictures()[0]
		if hosted { // which takes a picture that is in the conversation
			d.draws("/responses", "DRAW a blue square on it", "-i", picture)
			if !strings.Contains(d.told(), "data:image/png;base64,") {
				d.t.Error("the picture was not sent")
			}
			return
		}
		d.draws("/images/edits", "EDIT "+picture+" a blue square on it")
	})
	if !hosted { // the models in code mode came later
		d.step("image turn in code mode", func() {
			d.draws("/images/generations", "DRAW a green triangle", "-m", "gpt-5.6-sol")
		})
	}
	d.step("usage", d.readsUsage)
	d.step("refresh", d.refreshes)
	d.step("logout", d.logsOut)
	if !hosted { // whose app server knows one issuer only
		d.step("browser login", func() {
			d.signsInByBrowser()
			d.must("sandbox's answer in words")(d.turn("hello"))
		})
	}
}

// onManagedPlan begins a turn with what such a plan adds.
func onManagedPlan(t *testing.T, installed string) {
	d := newOfficialDesk(t, installed, mistake{})
	managed(func(d *officialDesk) {
		d.must("Successfully logged in")(d.login())
		d.must("sandbox's answer in words")(d.turn("hello"))
	})(d)
	if d.answered("/config/bundle", 200) == 0 {
		t.Errorf("no bundle: %+v", d.server.Stats().Requests)
	}
}

// madeAt is where the picture is made.
func madeAt(hosted bool, otherwise string) string {
	if hosted {
		return "/responses"
	}
	return otherwise
}

// step is a subtest after whose failure nothing else is tried.
func (d *officialDesk) step(name string, do func()) {
	whole := d.t
	ok := whole.Run(name, func(t *testing.T) {
		d.t = t
		do()
	})
	d.t = whole
	if !ok {
		whole.FailNow()
	}
}

// must takes what a run gave and wants a text in it.
func (d *officialDesk) must(text string) func(string, error) {
	return func(out string, err error) {
		d.t.Helper()
		if err != nil || !strings.Contains(out, text) {
			d.t.Fatalf("%v, no %q in\n%s\n%+v", err, text, out, d.server.Stats().Requests)
		}
	}
}

// draws wants one more picture after a turn, drawn by one request of a path.
func (d *officialDesk) draws(path, text string, more ...string) {
	d.t.Helper()
	before, drawn, answered := len(d.pictures()), d.server.Stats().Images, d.answered(path, 200)
	d.must("")(d.turn(text, more...))
	if got := len(d.pictures()) - before; got != 1 {
		d.t.Fatalf("%d more pictures; %+v", got, d.server.Stats().Requests)
	}
	if d.server.Stats().Images != drawn+1 || d.answered(path, 200) != answered+1 {
		d.t.Errorf("drawn elsewhere: %+v", d.server.Stats().Requests)
	}
}

// refreshes signs in an hour ago with a token for half an hour.
func (d *officialDesk) refreshes() {
	d.behind.Store(int64(time.Hour))
	d.must("Successfully logged in")(d.login())
	d.behind.Store(0)
	before, unauthorized := d.answered("/oauth/token", 200), d.answered("/responses", 401)
	d.must("sandbox's answer in words")(d.turn("hello"))
	if d.answered("/oauth/token", 200) != before+1 || d.answered("/responses", 401) != unauthorized {
		d.t.Errorf("not refreshed before it was used: %+v", d.server.Stats().Requests)
	}
}

func (d *officialDesk) logsOut() {
	before := d.answered("/oauth/revoke", 200)
	d.must("logged out")(d.run("logout"))
	if _, err := os.Stat(d.file("codex", "auth.json")); !os.IsNotExist(err) {
		d.t.Errorf("auth.json: %v, want %v", err, fs.ErrNotExist)
	}
	if d.answered("/oauth/revoke", 200) != before+1 {
		d.t.Errorf("not revoked: %+v", d.server.Stats().Requests)
	}
}
