//go:build !linux && !darwin && !freebsd && !windows

package atomicfile

import (
	"errors"
	"os"
)

// IsFull is not known here.
func IsFull(error) bool { return false }

func room(*os.Root) (Room, error) { return Room{}, errors.ErrUnsupported }
