package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Names that a bound has in this code, and those that only look so.
var (
	boundName   = regexp.MustCompile(`^(max|Max|DefaultMax|DefaultTimeout|DefaultStall|callback)[A-Z]|[a-z](Timeout|Grace|Patience|Ceiling|Tries|Wait|Age|Limit|Skew)$|^(patience|blockSize|blockCount)$`)
	noBound     = regexp.MustCompile(`^(Kind|Tag)[A-Z]`)
	notReleased = regexp.MustCompile(`^pkg/(sandbox|corpus|chromium|secretservice)$|^pkg/internal/jsonlift blockSize|^pkg/retouch MaxPixels`) // for tests, a buffer, a second name
	limitRow    = regexp.MustCompile("(?m)^\\| [^|]+ \\| `([a-z]+)\\.([A-Za-z]+) = ([^`]+)` \\| [^|]+ \\| ([^|]+) \\|$")
	testName    = regexp.MustCompile(`\b(Test|Fuzz)[A-Z][A-Za-z0-9_]*`)
)

// TestLimitsAreListed holds docs/limits.md to the code: each bound is there
// with its value, no other is, and the tests that are named exist.
func TestLimitsAreListed(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "limits.md"))
	if err != nil {
		t.Fatal(err)
	}
	bounds, tests := boundsOf(t, filepath.Join("..", ".."))
	listed := map[string]bool{}
	for _, row := range limitRow.FindAllStringSubmatch(string(page), -1) {
		name, value := row[1]+"."+row[2], row[3]
		listed[name] = true
		if bounds[name] != value {
			t.Errorf("the page says %s = %s, the code %q", name, value, bounds[name])
		}
		held := testName.FindAllString(row[4], -1)
		if len(held) == 0 {
			t.Errorf("%s: no test is named", name)
		}
		for _, test := range held {
			if !tests[test] {
				t.Errorf("%s: there is no %s", name, test)
			}
		}
	}
	for name, value := range bounds {
		if !listed[name] {
			t.Errorf("docs/limits.md lacks %s = %s", name, value)
		}
	}
	if len(listed) < 50 {
		t.Errorf("only %d rows were read", len(listed))
	}
}

// boundsOf finds the constants that are bounds, by package and name, and the
// names of all tests.
func boundsOf(t *testing.T, root string) (bounds map[string]string, tests map[string]bool) {
	t.Helper()
	bounds, tests = map[string]string{}, map[string]bool{}
	files := token.NewFileSet()
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() && (entry.Name() == "testdata" || strings.HasPrefix(entry.Name(), ".") && path != root) {
			return errOr(err, filepath.SkipDir)
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(files, path, source, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		folder, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		if strings.HasSuffix(path, "_test.go") {
			for _, decl := range file.Decls {
				if function, ok := decl.(*ast.FuncDecl); ok && testName.MatchString(function.Name.Name) {
					tests[function.Name.Name] = true
				}
			}
			return nil
		}
		ast.Inspect(file, func(node ast.Node) bool {
			spec, ok := node.(*ast.ValueSpec)
			for i := 0; ok && i < min(len(spec.Names), len(spec.Values)); i++ {
				name := spec.Names[i].Name
				skipped := notReleased.MatchString(filepath.ToSlash(folder)) || notReleased.MatchString(filepath.ToSlash(folder)+" "+name)
				if isConst(file, spec) && boundName.MatchString(name) && !noBound.MatchString(name) && !skipped {
					value := source[files.Position(spec.Values[i].Pos()).Offset:files.Position(spec.Values[i].End()).Offset]
					bounds[file.Name.Name+"."+name] = string(value)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return bounds, tests
}

func errOr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// isConst tells constants from variables.
func isConst(file *ast.File, spec *ast.ValueSpec) (found bool) {
	ast.Inspect(file, func(node ast.Node) bool {
		decl, ok := node.(*ast.GenDecl)
		if ok && decl.Tok == token.CONST {
			for _, other := range decl.Specs {
				found = found || other == ast.Spec(spec)
			}
		}
		return !found
	})
	return found
}
