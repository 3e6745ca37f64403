package release

import (
	"debug/buildinfo"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A module is one that is linked on any of the three systems.
type module struct {
	dir      string
	packages []string
	reach    []string // packages of the standard library that lead out of the process
}

// outward are the packages by which code reaches the network, files, other
// programs or the system.
var outward = regexp.MustCompile(`^(net|net/http|os|os/.+|io/ioutil|plugin|syscall|C)$`)

// linked asks Go what a build for the system links.
func linked(t *testing.T, system string, into map[string]module) {
	t.Helper()
	command := exec.Command("go", "list", "-deps", "-json=ImportPath,Imports,Module", "./cmd/codexgen")
	command.Dir, command.Env, command.Stderr = root, append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0"), os.Stderr
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var of struct {
			ImportPath string
			Imports    []string
			Module     *struct {
				Path, Dir string
				Main      bool
			}
		}
		err := decoder.Decode(&of)
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if of.Module == nil || of.Module.Main {
			continue
		}
		m := into[of.Module.Path]
		m.dir, m.packages = of.Module.Dir, append(m.packages, of.ImportPath)
		m.reach = append(m.reach, slices.DeleteFunc(of.Imports, func(path string) bool { return !outward.MatchString(path) })...)
		slices.Sort(m.reach)
		m.reach = slices.Compact(m.reach)
		into[of.Module.Path] = m
	}
}

func linkedAnywhere(t *testing.T) map[string]module {
	t.Helper()
	modules := map[string]module{}
	for _, system := range []string{"linux", "darwin", "windows"} {
		linked(t, system, modules)
	}
	return modules
}

// A dependency is a row of docs/dependencies.md.
type dependency struct {
	job, licence, kB, reach string
	why                     string // or what it may do
}

var (
	section = regexp.MustCompile(`(?m)^## `)
	named   = regexp.MustCompile("`([a-z0-9.]+\\.[a-z]+/[^`]+)`")
)

// listed reads the tables under a heading by the titles of their columns.
func listed(t *testing.T, heading string) map[string]dependency {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "docs", "dependencies.md"))
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]dependency{}
	for _, part := range section.Split(string(text), -1) {
		if !strings.HasPrefix(part, heading+"\n") {
			continue
		}
		var titles []string
		for line := range strings.Lines(part) {
			cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
			if len(cells) < 3 {
				continue
			}
			if titles == nil {
				titles = cells
				continue
			}
			row := map[string]string{}
			for i, title := range titles {
				row[strings.TrimSpace(title)] = strings.TrimSpace(cells[i])
			}
			for _, module := range named.FindAllStringSubmatch(row["Module"], -1) {
				rows[module[1]] = dependency{row["Job"], row["Licence"], row["kB"], row["Imports"], row["May do"]}
			}
		}
	}
	if len(rows) == 0 {
		t.Fatalf("docs/dependencies.md lists nothing under %q", heading)
	}
	return rows
}

// TestDependenciesAreListed: what any of the three systems links is listed with
// its job, weight, licence and reach, and what is listed is linked. The licence
// is that of the module's own file, the reach that of its imports: a version
// that begins to start programs is noticed.
func TestDependenciesAreListed(t *testing.T) {
	rows := listed(t, "Linked into the program")
	maps.Copy(rows, listed(t, "Brought along"))
	modules := linkedAnywhere(t)
	for path, m := range modules {
		row, there := rows[path]
		if !there {
			t.Errorf("%s is linked and not in docs/dependencies.md", path)
			continue
		}
		if row.job == "" || row.why == "" {
			t.Errorf("%s: its job or what it may do is missing", path)
		}
		if _, err := strconv.Atoi(row.kB); err != nil {
			t.Errorf("%s: its weight is %q", path, row.kB)
		}
		if is := licence(t, m.dir); !strings.HasPrefix(row.licence, is) {
			t.Errorf("%s: the licence is %s, not %s", path, is, row.licence)
		}
		reach := "none"
		if len(m.reach) > 0 {
			reach = "`" + strings.Join(m.reach, "` `") + "`"
		}
		if row.reach != reach {
			t.Errorf("%s: it imports %s, not %s: does it do more than before?", path, reach, row.reach)
		}
	}
	for path := range rows {
		if _, there := modules[path]; !there {
			t.Errorf("%s is listed and not linked", path)
		}
	}
}

// TestBuildLinksWhatGoLists reads the module list of a real build.
func TestBuildLinksWhatGoLists(t *testing.T) {
	info, err := buildinfo.ReadFile(build(t, root))
	if err != nil {
		t.Fatal(err)
	}
	var built []string
	for _, dependency := range info.Deps {
		built = append(built, dependency.Path)
		if dependency.Replace != nil {
			t.Errorf("%s is replaced", dependency.Path)
		}
	}
	system := ""
	for _, setting := range info.Settings {
		if setting.Key == "GOOS" {
			system = setting.Value
		}
	}
	modules := map[string]module{}
	linked(t, system, modules)
	slices.Sort(built)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(modules)), built); diff != "" {
		t.Error(diff)
	}
}

// TestDirectDependenciesAreListed has those of the tests, too.
func TestDirectDependenciesAreListed(t *testing.T) {
	rows := listed(t, "Linked into the program")
	maps.Copy(rows, listed(t, "Only in tests"))
	var of struct {
		Require []struct {
			Path     string
			Indirect bool
		}
		Replace []any
	}
	if err := json.Unmarshal([]byte(run(t, root, nil, "go", "mod", "edit", "-json")), &of); err != nil {
		t.Fatal(err)
	}
	for _, required := range of.Require {
		if _, there := rows[required.Path]; !there && !required.Indirect {
			t.Errorf("%s is required and not in docs/dependencies.md", required.Path)
		}
	}
	if len(of.Replace) > 0 {
		t.Errorf("go.mod replaces modules: %v", of.Replace)
	}
}

var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying)(\.(md|txt))?$`)

// licence recognises the kinds that are here by their words. Where a file has
// several, the first is the module's own.
func licence(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(entries, func(entry os.DirEntry) bool { return licenceFile.MatchString(entry.Name()) })
	if i < 0 {
		return "without a file"
	}
	raw, err := os.ReadFile(filepath.Join(dir, entries[i].Name()))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(string(raw)), " ")
	is, first := "unknown", len(text)
	for _, kind := range []struct{ name, words, also string }{
		{"Apache-2.0", "Apache License Version 2.0", ""},
		{"BSD-3-Clause", "Redistribution and use in source and binary forms", "endorse or promote"},
		{"BSD-2-Clause", "Redistribution and use in source and binary forms", ""},
		{"ISC", "Permission to use, copy, modify, and distribute this software for any purpose with or without fee", ""},
		{"MIT", "Permission is hereby granted, free of charge", "permission notice shall be included"},
		{"MIT-0", "Permission is hereby granted, free of charge", ""},
	} {
		if at := strings.Index(text, kind.words); at >= 0 && at < first && strings.Contains(text, kind.also) {
			is, first = kind.name, at
		}
	}
	return is
}
