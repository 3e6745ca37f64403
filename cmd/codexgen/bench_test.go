package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/codexgen/codexgen/pkg/sandbox"
)

// BenchmarkImage32MB fetches one 32 MB image over loopback as a whole process:
// codexgen with all its checks and the file, and curl to /dev/null as the
// floor. Read the ratio, not the times:
//
//	go test ./cmd/codexgen -run '^$' -bench Image32MB -count 5
func BenchmarkImage32MB(b *testing.B) {
	program := filepath.Join(b.TempDir(), "codexgen")
	if out, err := exec.Command("go", "build", "-trimpath", "-o", program, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	server, err := sandbox.New(sandbox.Config{Faults: []string{"big=32MB"}})
	if err != nil {
		b.Fatal(err)
	}
	base, err := server.Start("127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = server.Close() })
	env := append(os.Environ(), "CODEXGEN_BASE_URL="+base, "CODEXGEN_ACCESS_TOKEN="+server.AccessToken(), "CODEXGEN_ACCOUNT_ID="+server.AccountID(), "XDG_STATE_HOME="+b.TempDir())
	for route, path := range map[string]string{"images": "/images/generations", "responses": "/responses"} {
		gen := []string{program, "gen", "a cat", "--route", route, "--partials", "0", "--host-model", "gpt-5.5", "--force", "-q", "-o", filepath.Join(b.TempDir(), "cat.png")}
		b.Run(route+"/codexgen", func(b *testing.B) { process(b, env, gen...) })
		curl := []string{"curl", "-sS", "--fail", "-o", os.DevNull, "-H", "Authorization: Bearer " + server.AccessToken(), "-H", "Content-Type: application/json", "-d", dryRun(b, env, gen), base + path}
		b.Run(route+"/curl", func(b *testing.B) { process(b, env, curl...) })
	}
}

// dryRun is the body that gen would send.
func dryRun(b *testing.B, env []string, gen []string) string {
	command := exec.Command(gen[0], append(gen[1:], "--dry-run")...)
	command.Env = env
	out, err := command.Output()
	if err != nil {
		b.Fatal(err)
	}
	_, body, _ := strings.Cut(string(out), "\n\n")
	return body
}

func process(b *testing.B, env []string, args ...string) {
	b.SetBytes(32_000_000)
	for b.Loop() {
		command := exec.Command(args[0], args[1:]...)
		command.Env, command.Stderr = env, os.Stderr
		if err := command.Run(); err != nil {
			b.Fatal(err)
		}
	}
}
