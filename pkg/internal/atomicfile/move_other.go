//go:build !linux

package atomicfile

import (
	"errors"
	"os"
)

// move has no counterpart here that can be tried out.
func move(*os.Root, string, string) error { return errors.ErrUnsupported }
