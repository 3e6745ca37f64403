package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
)

func TestFinish(t *testing.T) {
	interrupted, cancel := context.WithCancelCause(context.Background())
	cancel(ErrInterrupted)
	for name, test := range map[string]struct {
		ctx  context.Context
		err  error
		code int
		want string
	}{
		"success":             {err: nil},
		"plain error":         {err: errors.New("odd"), code: 1, want: "codexgen: odd\n"},
		"own mistake":         {err: fmt.Errorf("gen: %w", usageError{"bad size", "--size 1024x1024"}), code: 2, want: "codexgen: gen: bad size\nhint: --size 1024x1024\n"},
		"no hint":             {err: usageError{"bad size", ""}, code: 2, want: "codexgen: bad size\n"},
		"terminated":          {err: ErrTerminated, code: 143, want: "codexgen: terminated\n"},
		"cause of the end":    {ctx: interrupted, err: fmt.Errorf("read: %w", context.Canceled), code: 130, want: "codexgen: interrupted\n"},
		"own code is kept":    {ctx: interrupted, err: usageError{"bad", ""}, code: 2, want: "codexgen: bad\n"},
		"success all the way": {ctx: interrupted, err: nil},
		"hostile text":        {err: errors.New("a\x1b[2J\r\nhint: \u202elies"), code: 1, want: "codexgen: a\ufffd[2J  hint: \ufffdlies\n"},
	} {
		t.Run(name, func(t *testing.T) {
			if test.ctx == nil {
				test.ctx = context.Background()
			}
			var out bytes.Buffer
			if code := finish(test.ctx, &out, test.err); code != test.code || out.String() != test.want {
				t.Errorf("code %d, printed %q; want %d, %q", code, out.String(), test.code, test.want)
			}
		})
	}
}

func TestExitCodesAreListedOnce(t *testing.T) {
	var codes []int
	for _, row := range ExitCodes() {
		codes = append(codes, row.Code)
	}
	if want := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 130, 143}; !slices.Equal(codes, want) {
		t.Errorf("got %v, want %v", codes, want)
	}
}
