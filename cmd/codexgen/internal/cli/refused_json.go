package cli

import (
	"errors"
	"io"
	"slices"
	"sync"
	"syscall"

	"github.com/spf13/cobra"
)

// A heard writer knows whether anything was written, and whether its reader has
// left. Images that are made at once write their lines one after the other.
type heard struct {
	mu        sync.Mutex
	w         io.Writer
	something bool
	left      bool
}

func (h *heard) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.something = h.something || len(p) > 0
	n, err := h.w.Write(p)
	h.left = h.left || errors.Is(err, syscall.EPIPE)
	return n, err
}

// refusedJSON prints the object that --json and --events promise where the
// command line was refused before its command could: a flag that is not known,
// a prompt that is missing, a setting that is wrong.
func refusedJSON(cmd *cobra.Command, args []string, stdout io.Writer, err error) error {
	wants := func(name string) bool {
		flag := cmd.Flags().Lookup(name)
		return flag != nil && (flag.Value.String() == "true" || slices.Contains(args, "--"+name))
	}
	switch generates := cmd.Flags().Lookup("events") != nil; {
	case wants("events"):
		return printJSON(stdout, lastLine{"result", refusal(err)})
	case wants("json") && generates:
		return printJSON(stdout, refusal(err))
	case wants("json"):
		return printJSON(stdout, failed(err))
	}
	return nil
}

func refusal(err error) result {
	r := result{Schema: schemaVersion}
	r.fail(err)
	return r
}
