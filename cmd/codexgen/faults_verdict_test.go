package main

import (
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/cli"
)

// judge compares what the program did with the row, and holds what is true of
// every row: one line and one hint for a failure, nothing on the terminal that
// moves a cursor, no secret, no temporary file, nothing asked twice in silence.
func (b *bench) judge(got ran) {
	b.Helper()
	if got.exit != b.row.Exit {
		b.Errorf("exit code %d, want %d", got.exit, b.row.Exit)
	}
	b.judgeWords(got)
	b.judgeObject(got)
	b.judgeFiles()
	b.judgeRequests(got)
	b.judgeTime(got)
	if b.verify != nil {
		b.verify(got)
	}
	if b.Failed() {
		b.Logf("stdout:\n%s\nstderr:\n%s", shown(got.stdout), shown(got.stderr))
	}
}

// shown is a log's worth of a stream.
func shown(text string) string { return text[:min(len(text), 4000)] }

func (b *bench) judgeWords(got ran) {
	b.Helper()
	for _, words := range b.row.Says {
		if !strings.Contains(got.stderr, words) {
			b.Errorf("stderr does not say %q", words)
		}
	}
	texts := []string{got.stderr}
	if slices.Contains(b.args, "--json") {
		texts = append(texts, got.stdout)
	}
	for _, text := range texts {
		if strings.ContainsFunc(text, unprintable) {
			b.Error("a byte that does not print is shown")
		}
	}
	for _, text := range []string{got.stdout, got.stderr} {
		if strings.Contains(text, benchToken) {
			b.Error("the token is shown")
		}
	}
	lines := strings.Split(strings.TrimSpace(got.stderr), "\n")
	hints := strings.Count("\n"+got.stderr, "\nhint: ")
	ended := got.exit > 0 && got.stderr != ""
	if ended && (hints != 1 || !failureLines.MatchString(strings.Join(lines[max(0, len(lines)-2):], "\n"))) && !interrupted(got.exit) {
		b.Errorf("a failure ends with one line and one hint")
	}
}

// killed is the code of a run that could say nothing about its price.
const killed = 137

func unprintable(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }

// interrupted runs need no advice.
func interrupted(exit int) bool { return exit >= 128 }

// judgeObject reads what --json tells of a failure.
func (b *bench) judgeObject(got ran) {
	b.Helper()
	object := struct {
		OK        bool   `json:"ok"`
		Error     string `json:"error_type"`
		Retryable *bool  `json:"retryable"`
		Charged   string `json:"charged"`
		Hint      string `json:"hint"`
		Failure   struct {
			Message string `json:"message"`
		} `json:"error"`
	}{OK: got.exit == 0, Error: b.row.Error}
	told := slices.Contains(b.args, "--json") && b.stdout == nil && got.stdout != ""
	if told {
		if err := json.Unmarshal([]byte(got.stdout), &object); err != nil || strings.Count(got.stdout, "\n") != 1 {
			b.Errorf("stdout is not one object: %v", err)
		}
	}
	if strings.ContainsFunc(object.Failure.Message, unprintable) {
		b.Errorf("the message is %q", object.Failure.Message)
	}
	if object.OK != (b.row.Exit == 0) || object.Error != b.row.Error {
		b.Errorf("ok is %v, error_type is %q, want %q", object.OK, object.Error, b.row.Error)
	}
	if charged := charges(object.Charged, object.OK, got.stderr); charged != b.row.Charged && got.exit != killed {
		b.Errorf("charged is %q, want %q", charged, b.row.Charged)
	}
	for _, known := range cli.ErrorTypes() {
		if told && known.Name == object.Error && (object.Retryable == nil || *object.Retryable != known.Again) {
			b.Errorf("retryable is not what the table of errors says of %s", known.Name)
		}
	}
}

// charges words the object's member as the table does. Without an object the
// line for people says it.
func charges(member string, ok bool, stderr string) string {
	switch {
	case ok, member == "yes", strings.Contains(stderr, "it has probably been charged"):
		return "yes"
	case member == "unknown", strings.Contains(stderr, "it may have been charged"):
		return "maybe"
	}
	return "no"
}

// judgeFiles: every file is one that the row names, and each pattern has one.
func (b *bench) judgeFiles() {
	b.Helper()
	left := b.left()
	missing := slices.Clone(b.row.Files)
	for _, name := range left {
		at := slices.IndexFunc(b.row.Files, func(pattern string) bool { ok, _ := path.Match(pattern, name); return ok })
		if at < 0 {
			b.Errorf("left behind: %s", name)
			continue
		}
		missing = slices.DeleteFunc(missing, func(pattern string) bool { return pattern == b.row.Files[at] })
	}
	if len(missing) > 0 {
		b.Errorf("missing: %v; there are %v", missing, left)
	}
	if b.exempt {
		return
	}
	for _, dir := range []string{b.tmp, b.home} {
		b.must(filepath.WalkDir(dir, func(name string, entry os.DirEntry, err error) error {
			if err == nil && !entry.IsDir() && (dir == b.tmp || strings.HasSuffix(name, ".part")) {
				b.Errorf("left behind: %s", name)
			}
			return err
		}))
	}
}

// judgeRequests: no more than the row allows, each repetition with its line,
// and none once a byte of an image's answer had come.
func (b *bench) judgeRequests(got ran) {
	b.Helper()
	least, most, err := b.row.Asked()
	b.must(err)
	count, late := b.asked.read()
	if count < least || count > most || count > 1+b.row.Resends {
		b.Errorf("%d requests, want %s", count, b.row.Requests)
	}
	if late > 0 && !slices.Contains(b.args, "--retries") { // which is asked for
		b.Errorf("%d requests after the answer had begun", late)
	}
	told := strings.Count(got.stderr, "sending again: ") + strings.Count(got.stderr, "changing from the ")
	if told < count-1 {
		b.Errorf("%d requests, and %d lines about it", count, told)
	}
}

// patience is what a limit may be late by: the machine has much else to do.
const patience = 5 * time.Second

// judgeTime: what ends by a limit of the row ends then.
func (b *bench) judgeTime(got ran) {
	b.Helper()
	limits := map[string]string{"stalled": "--stall-timeout", "timeout": "--timeout"}
	at := slices.Index(b.row.Args, limits[b.row.Error])
	if at < 0 {
		return
	}
	limit, err := time.ParseDuration(b.row.Args[at+1])
	b.must(err)
	if got.took < limit || got.took > limit+patience {
		b.Errorf("it ended after %v, its limit is %v", got.took, limit)
	}
}
