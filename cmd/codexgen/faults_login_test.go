package main

import (
	"os/exec"
	"slices"
	"time"

	"github.com/codexgen/codexgen/pkg/sandbox"
)

// renewedLogin is a stored login of ours, whose token the backend refuses once
// or always.
func renewedLogin(b *bench) {
	server, err := sandbox.New(sandbox.Config{Faults: []string{b.with(0), "small"}, Pace: time.Millisecond, AutoApprove: true})
	b.must(err)
	b.Cleanup(func() { _ = server.Close() })
	b.signIn(b.serve(server))
}

// signIn logs the person in at the backend's issuer, as a script does, and
// takes the environment's token away.
func (b *bench) signIn(base string) {
	b.Helper()
	b.program = b.scripted("codexgen")
	b.setenv("CODEXGEN_ACCESS_TOKEN", "")
	b.setenv("CODEXGEN_ACCOUNT_ID", "")
	b.setenv("CODEXGEN_ISSUER", sandbox.IssuerURL(base))
	login := exec.Command(b.scripted("elsewhere"), "auth", "login", "--no-browser", "--store", "file")
	login.Env, login.Dir = slices.Clone(b.env), b.home
	if out, err := login.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
}

// scripted is a program of the scripts: this test's own binary, by a name.
func (b *bench) scripted(name string) string {
	b.Helper()
	path, err := exec.LookPath(name)
	b.must(err)
	return path
}
