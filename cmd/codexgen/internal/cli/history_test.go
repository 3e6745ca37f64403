package cli

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/codexgen/codexgen/pkg/history"
)

const hostileText = "fox\x1b[2J\x1b]0;owned\x07\u009b31m\u202e\r\nline two\x00\xff"

// historyEnv is a person's terminal of 80 columns.
func historyEnv(t *testing.T, entries ...history.Entry) (env Env, out, log *bytes.Buffer) {
	t.Helper()
	out, log = &bytes.Buffer{}, &bytes.Buffer{}
	env = Env{Stdout: out, Stderr: log, StdoutTTY: true, Columns: func() int { return 80 }, Now: time.Now, StateDir: t.TempDir()}
	for _, e := range entries {
		if _, err := history.Open(env.StateDir).Append(e); err != nil {
			t.Fatal(err)
		}
	}
	return env, out, log
}

// TestHistoryOnATerminal holds the number and the width of its lines.
func TestHistoryOnATerminal(t *testing.T) {
	var runs []history.Entry
	for i := range maxListed + 7 {
		runs = append(runs, history.Entry{OK: true, Path: "/p/" + strings.Repeat("long-", 20) + ".png", Prompt: fmt.Sprint(i, strings.Repeat(" 猫", 200))})
	}
	env, out, log := historyEnv(t, runs...)
	if err := runHistory(t.Context(), env, historyOptions{}); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != maxListed || !strings.Contains(lines[0], fmt.Sprint(maxListed+6)) || !strings.Contains(log.String(), "these are the newest 50") {
		t.Errorf("%d lines, %s", len(lines), log)
	}
	for _, line := range lines {
		if n := utf8.RuneCountInString(line); n > 80 {
			t.Errorf("%d characters: %s", n, line)
		}
	}
	out.Reset()
	env.StdoutTTY = false
	if err := runHistory(t.Context(), env, historyOptions{}); err != nil || strings.Count(out.String(), "\n") != len(runs) {
		t.Errorf("a pipe has %d lines, %v", strings.Count(out.String(), "\n"), err)
	}
}

// TestHostileHistory holds that nothing that was noted is more than text to a
// terminal.
func TestHostileHistory(t *testing.T) {
	h := hostileText
	for _, e := range []history.Entry{
		{OK: true, Prompt: h, Revised: h, Path: "/p/" + h, Format: h, Width: 1, SHA256: h, Quality: h, Route: h, HostModel: h, RequestID: h, References: []string{h}, Args: []string{"--size", h}, Codexgen: h},
		{Prompt: h, ErrorType: h, Error: h, Charged: h},
	} {
		env, out, _ := historyEnv(t, e)
		err := runHistory(t.Context(), env, historyOptions{search: "fox"})
		for found := range history.Open(env.StateDir).Newest(new(history.Skipped)) {
			err = runHistoryShow(t.Context(), env, showOptions{id: found.ID})
		}
		if err != nil || strings.Count(out.String(), "[2J") < 4 {
			t.Errorf("%v\n%s", err, out)
		}
		if i := strings.IndexFunc(out.String(), func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }); i >= 0 {
			t.Errorf("%q does not print", out.String()[i:i+4])
		}
	}
}

// TestHistoryEndsWithItsContext holds that Ctrl-C ends a long list.
func TestHistoryEndsWithItsContext(t *testing.T) {
	env, out, _ := historyEnv(t, history.Entry{Prompt: "a cat"})
	ctx, stop := context.WithCancelCause(t.Context())
	stop(ErrInterrupted)
	if err := runHistory(ctx, env, historyOptions{}); exitCode(err) != 130 || out.Len() > 0 {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestAskedAgain holds that the noted flags mean the same options, and leave
// out what was for one time, and what may be a secret.
func TestAskedAgain(t *testing.T) {
	var first, second genOptions
	args := []string{"--size", "1024x1024", "--strict-size", "--quality", "high", "--partials", "0", "--image", absolute("b.png"), "--image", "https://example.com/c.png", "--mask", absolute("m.png"),
		"--convert", "jpeg", "--convert-quality", "80", "--route", "responses", "--model", "m", "--max-input-px", "512", "--no-aspect-hint"}
	once := []string{"--force", "--open", "--json", "--history", "-o", "x.png", "--sidecar", "--retries", "3", "--base-url", "https://user:secret@example.com"}
	if err := genFlags(&first).Parse(slices.Concat(args, once)); err != nil {
		t.Fatal(err)
	}
	first.partialsSet = true
	again := first.again()
	flags := genFlags(&second)
	if err := flags.Parse(again); err != nil {
		t.Fatal(err)
	}
	slices.Sort(args)
	slices.Sort(again)
	if diff := cmp.Diff(args, again); diff != "" {
		t.Error(diff)
	}
	for source, want := range map[string]string{
		"https://user:pw@example.com/a.png?sig=secret#x": "https://example.com/a.png", "-": "-", "a/../b.png": absolute("b.png"), "https://%zz/?secret": "-",
	} {
		if got := pictureAgain(source); got != want {
			t.Errorf("%s: %s", source, got)
		}
	}
	var plain genOptions
	genFlags(&plain)
	if again := plain.again(); len(again) > 0 {
		t.Errorf("nothing was asked for, but %q", again)
	}
}
