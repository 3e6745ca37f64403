package main

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/cli"
)

var update = flag.Bool("update", false, "rewrite the golden parts of the scripts")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"codexgen":  func() { os.Exit(cli.Main(os.Args[1:], testSystem())) },
		"browser":   func() { os.Exit(browse(os.Args[1:])) },
		"elsewhere": func() { os.Exit(elsewhere(os.Args[1:])) },
		"measure":   func() { os.Exit(measure(os.Args[1:])) },
	})
}

// TestScripts runs each script in a folder that is also its home, so that no
// login or setting of the machine is seen.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"backend": backend, "hangup": hangup, "drawn": drawn, "nosecret": nosecret, "notemp": notemp, "exits": exits, "waitdraft": waitdraft, "blocks": blocks, "steps": steps, "refuses": refuses, "unasked": unasked,
			"issuer": issuer, "asked": asked, "hangingbus": hangingbus, "pictures": pictures, "pictureserver": pictureserver,
			"ring": ring,
		},
		Condition: condition,
		Setup: func(env *testscript.Env) error {
			env.Values[serverKey{}] = &serverBox{}
			env.Values[ringKey{}] = &ringBox{}
			env.Setenv("DBUS_SESSION_BUS_ADDRESS", "disabled:") // never a person's keyring
			for name, dir := range map[string]string{
				"HOME": "home", "USERPROFILE": "home", "AppData": "home/config", "LocalAppData": "home/state",
				"XDG_CONFIG_HOME": "home/config", "XDG_STATE_HOME": "home/state",
			} {
				env.Setenv(name, filepath.Join(env.WorkDir, filepath.FromSlash(dir)))
			}
			return os.MkdirAll(filepath.Join(env.WorkDir, "home"), 0o700)
		},
	})
}
