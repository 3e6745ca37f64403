package release

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A snapshot is what goreleaser made of the repository.
type snapshot struct {
	dist, tree, version, commit string
	time                        time.Time // of the commit: every file of every package has it
}

// TestPackages builds every artefact of a release but for what needs the
// public workflow's identity, twice, in two folders, and opens all of them.
func TestPackages(t *testing.T) {
	onlyInFull(t, "two whole releases")
	for _, program := range []string{"goreleaser", "git", "dpkg", "dpkg-deb", "rpm", "rpm2archive"} {
		need(t, program)
	}
	s := newSnapshot(t)
	sums := s.checksums(t)
	t.Run("the same bytes from another folder", func(t *testing.T) {
		if diff := cmp.Diff(sums, newSnapshot(t).checksums(t)); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("every file is named", func(t *testing.T) { s.checkNames(t, sums) })
	for _, system := range []string{"linux", "darwin", "windows"} {
		for _, arch := range []string{"amd64", "arm64"} {
			t.Run(system+" "+arch, func(t *testing.T) { s.checkArchive(t, system, arch) })
		}
	}
	for _, arch := range []string{"amd64", "arm64"} {
		t.Run("deb "+arch, func(t *testing.T) { s.checkDeb(t, arch) })
		t.Run("rpm "+arch, func(t *testing.T) { s.checkRPM(t, arch) })
	}
	t.Run("cask", s.checkCask)
	t.Run("dpkg", s.installDeb)
	t.Run("rpm", s.installRPM)
}

// newSnapshot works on a copy, so that nothing is left in the repository.
func newSnapshot(t *testing.T) snapshot {
	t.Helper()
	tree := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(tree, os.DirFS(root)); err != nil {
		t.Fatal(err)
	}
	run(t, tree, nil, "goreleaser", "check")
	run(t, tree, nil, "goreleaser", "release", "--snapshot", "--clean", "--skip=sign,sbom")
	s := snapshot{dist: filepath.Join(tree, "dist"), tree: tree}
	text, err := os.ReadFile(filepath.Join(s.dist, "metadata.json"))
	if err != nil {
		t.Fatal(err)
	}
	var of struct{ Version, Commit string }
	if err := json.Unmarshal(text, &of); err != nil {
		t.Fatal(err)
	}
	seconds, err := strconv.ParseInt(strings.TrimSpace(run(t, tree, nil, "git", "log", "-1", "--format=%ct")), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	s.version, s.commit, s.time = of.Version, of.Commit, time.Unix(seconds, 0)
	return s
}

// checksums reads checksums.txt and compares it with the files.
func (s snapshot) checksums(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(s.dist, "checksums.txt"))
	if err != nil {
		t.Fatal(err)
	}
	sums := map[string]string{}
	for line := range strings.Lines(string(text)) {
		sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		content, err := os.ReadFile(filepath.Join(s.dist, name))
		if err != nil {
			t.Fatal(err)
		}
		if is := sha256.Sum256(content); hex.EncodeToString(is[:]) != sum {
			t.Errorf("%s is not %s", name, sum)
		}
		sums[name] = sum
	}
	return sums
}

func (s snapshot) checkNames(t *testing.T, sums map[string]string) {
	var want []string
	for _, arch := range []string{"amd64", "arm64"} {
		for _, system := range []string{"darwin", "linux", "windows"} {
			want = append(want, filepath.Base(s.archive(system, arch)))
		}
		want = append(want, filepath.Base(s.deb(arch)), filepath.Base(s.rpm(arch)))
	}
	slices.Sort(want)
	var got []string
	for name := range sums {
		got = append(got, name)
	}
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func (s snapshot) archive(system, arch string) string {
	extension := "tar.gz"
	if system == "windows" {
		extension = "zip"
	}
	return filepath.Join(s.dist, fmt.Sprintf("codexgen_%s_%s_%s.%s", s.version, system, arch, extension))
}

// debian is the version as both packagers write it: ~ sorts before nothing.
func (s snapshot) debian() string { return strings.ReplaceAll(s.version, "-", "~") }

func (s snapshot) deb(arch string) string {
	return filepath.Join(s.dist, fmt.Sprintf("codexgen_%s_%s.deb", s.debian(), arch))
}

var rpmArch = map[string]string{"amd64": "x86_64", "arm64": "aarch64"}

func (s snapshot) rpm(arch string) string {
	return filepath.Join(s.dist, fmt.Sprintf("codexgen-%s-1.%s.rpm", s.debian(), rpmArch[arch]))
}

func (s snapshot) checkArchive(t *testing.T, system, arch string) {
	files, program := unpack(t, s.archive(system, arch)), "codexgen"
	if system == "windows" {
		program += ".exe"
	}
	s.checkFiles(t, files, program, s.want(t, map[string]string{
		"README.md": "README.md", "CHANGELOG.md": "CHANGELOG.md", "LICENSE": "LICENSE", "docs/third-party-licences.txt": "third-party-licences.txt",
		"completions/*": "completions/", "docs/man/*.1": "man/",
	}))
	s.checkProgram(t, files[program].content, system, arch)
}

// inPackage is where a package's files go, but for zsh's.
var inPackage = map[string]string{
	"README.md": "usr/share/doc/codexgen/README.md", "CHANGELOG.md": "usr/share/doc/codexgen/CHANGELOG.md", "LICENSE": "usr/share/doc/codexgen/copyright",
	"docs/third-party-licences.txt": "usr/share/doc/codexgen/third-party-licences.txt",
	"docs/man/*.1":                  "usr/share/man/man1/", "completions/codexgen.bash": "usr/share/bash-completion/completions/codexgen",
	"completions/codexgen.fish": "usr/share/fish/vendor_completions.d/codexgen.fish",
}

func (s snapshot) wantInPackage(t *testing.T, zsh string) map[string]string {
	want := s.want(t, inPackage)
	want["usr/share/zsh/"+zsh+"/_codexgen"] = filepath.Join(s.tree, "completions", "codexgen.zsh")
	return want
}

func (s snapshot) checkDeb(t *testing.T, arch string) {
	files := unpack(t, s.deb(arch))
	s.checkFiles(t, files, "usr/bin/codexgen", s.wantInPackage(t, "vendor-completions"))
	s.checkProgram(t, files["usr/bin/codexgen"].content, "linux", arch)
	fields := run(t, s.dist, nil, "dpkg-deb", "-f", s.deb(arch), "Package", "Version", "Architecture", "Section", "Recommends", "Depends", "Homepage")
	want := fmt.Sprintf("Package: codexgen\nVersion: %s\nArchitecture: %s\nSection: graphics\nRecommends: ca-certificates\nHomepage: https://github.com/codexgen/codexgen\n", s.debian(), arch)
	if diff := cmp.Diff(want, fields); diff != "" {
		t.Error(diff)
	}
}

func (s snapshot) checkRPM(t *testing.T, arch string) {
	files := unpack(t, s.rpm(arch))
	s.checkFiles(t, files, "usr/bin/codexgen", s.wantInPackage(t, "site-functions"))
	s.checkProgram(t, files["usr/bin/codexgen"].content, "linux", arch)
	fields := run(t, s.dist, nil, "rpm", "-qp", "--qf", "%{NAME} %{VERSION} %{RELEASE} %{ARCH} %{LICENSE} %{URL} %{BUILDHOST} %{BUILDTIME}", s.rpm(arch))
	want := fmt.Sprintf("codexgen %s 1 %s MIT https://github.com/codexgen/codexgen localhost %d", s.debian(), rpmArch[arch], s.time.Unix())
	if diff := cmp.Diff(want, fields); diff != "" {
		t.Error(diff)
	}
}

// want maps the paths in a package to files of the tree. A target that ends in
// a slash takes every file of the pattern.
func (s snapshot) want(t *testing.T, layout map[string]string) map[string]string {
	t.Helper()
	want := map[string]string{}
	for pattern, target := range layout {
		found, err := filepath.Glob(filepath.Join(s.tree, filepath.FromSlash(pattern)))
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(found), err)
		}
		for _, file := range found {
			path := target
			if strings.HasSuffix(target, "/") {
				path += filepath.Base(file)
			}
			want[path] = file
		}
	}
	return want
}

// checkFiles wants those files, with the tree's bytes, and the program.
func (s snapshot) checkFiles(t *testing.T, files map[string]packed, program string, want map[string]string) {
	t.Helper()
	for path, file := range files {
		source, known := want[path]
		mode := os.FileMode(0o644)
		switch {
		case path == program:
			mode = 0o755
		case !known:
			t.Errorf("%s is not wanted", path)
			continue
		default:
			text, err := os.ReadFile(source)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(text, file.content) {
				t.Errorf("%s is not %s", path, source)
			}
		}
		if file.mode != mode || !file.time.Equal(s.time) || file.owner != "root" && file.owner != "" {
			t.Errorf("%s: %v, %v, of %q", path, file.mode, file.time, file.owner)
		}
	}
	want[program] = ""
	for path := range want {
		if _, there := files[path]; !there {
			t.Errorf("%s is missing", path)
		}
	}
}

var caskPath = regexp.MustCompile(`(?m)^  (?:manpage|\w+_completion|binary) "([^"]+)"`)

// checkCask finds what the cask names in the archives that it fetches.
// Homebrew itself is not run.
func (s snapshot) checkCask(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(s.dist, "homebrew", "Casks", "codexgen.rb"))
	if err != nil {
		t.Fatal(err)
	}
	files, named := unpack(t, s.archive("darwin", "arm64")), map[string]bool{}
	for _, found := range caskPath.FindAllSubmatch(text, -1) {
		named[string(found[1])] = true
		if _, there := files[string(found[1])]; !there {
			t.Errorf("%s is not in the archive", found[1])
		}
	}
	for path := range files {
		if (strings.HasSuffix(path, ".1") || path == "codexgen") && !named[path] {
			t.Errorf("the cask does not install %s: list it in .goreleaser.yaml", path)
		}
	}
	sums := s.checksums(t)
	for _, target := range []string{"darwin_amd64", "darwin_arm64", "linux_amd64", "linux_arm64"} {
		address := "https://github.com/codexgen/codexgen/releases/download/v0.0.0/codexgen_#{version}_" + target + ".tar.gz"
		if sum := sums["codexgen_"+s.version+"_"+target+".tar.gz"]; !strings.Contains(string(text), address) || !strings.Contains(string(text), `sha256 "`+sum+`"`) {
			t.Errorf("%s and %s are not in the cask", address, sum)
		}
	}
}
