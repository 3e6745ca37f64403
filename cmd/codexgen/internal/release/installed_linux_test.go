package release

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// installDeb installs into a folder that stands for a system of its own, so
// that the machine's packages are left alone.
func (s snapshot) installDeb(t *testing.T) {
	system := t.TempDir()
	for _, dir := range []string{"var/lib/dpkg/info", "var/lib/dpkg/updates", "var/log"} {
		if err := os.MkdirAll(filepath.Join(system, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(system, "var/lib/dpkg/status"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	asRoot(t, "dpkg", "--root="+system, "--install", s.deb(runtime.GOARCH))
	if changed := run(t, system, nil, "dpkg", "--root="+system, "--verify", "codexgen"); changed != "" {
		t.Errorf("not as in the package: %s", changed)
	}
	s.checkInstalled(t, system, "vendor-completions")
	asRoot(t, "dpkg", "--root="+system, "--purge", "codexgen")
	checkRemoved(t, system)
}

func (s snapshot) installRPM(t *testing.T) {
	system := t.TempDir()
	asRoot(t, "rpm", "--root", system, "--nodeps", "-i", s.rpm(runtime.GOARCH)) // a package manager of Debian knows no dependencies of it
	s.checkInstalled(t, system, "site-functions")
	asRoot(t, "rpm", "--root", system, "-e", "codexgen")
	checkRemoved(t, system)
}

func asRoot(t *testing.T, args ...string) {
	t.Helper()
	if os.Getuid() != 0 {
		args = append([]string{"unshare", "--user", "--map-root-user"}, args...)
	}
	run(t, root, []string{"PATH=" + os.Getenv("PATH") + ":/usr/sbin:/sbin"}, args...)
}

// checkInstalled uses what was installed as a person would: the program makes
// a picture, man finds its pages, each shell its completion.
func (s snapshot) checkInstalled(t *testing.T, system, zsh string) {
	t.Helper()
	work, program, share := t.TempDir(), filepath.Join(system, "usr/bin/codexgen"), filepath.Join(system, "usr/share")
	run(t, work, []string{"HOME=" + work}, program, "gen", "a cat", "--sandbox", "-o", "cat.png")
	if _, err := os.Stat(filepath.Join(work, "cat.png")); err != nil {
		t.Error(err)
	}
	need(t, "man")
	for _, page := range []string{"codexgen", "codexgen-gen"} {
		if found := run(t, work, nil, "man", "-M", filepath.Join(share, "man"), "-w", page); !strings.HasSuffix(found, "man1/"+page+".1\n") {
			t.Errorf("man finds %s", found)
		}
	}
	for _, shell := range installedShells(share, zsh) {
		t.Run(shell.name, func(t *testing.T) { checkCompletion(t, shell, filepath.Dir(program)) })
	}
}

func checkRemoved(t *testing.T, system string) {
	t.Helper()
	err := filepath.WalkDir(system, func(path string, entry os.DirEntry, err error) error {
		if err == nil && strings.Contains(entry.Name(), "codexgen") {
			t.Errorf("left behind: %s", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
