package cli

import (
	"errors"
	"fmt"
)

// The outcomes of a check.
const (
	statusOK      = "ok"
	statusWarn    = "warn"
	statusFail    = "fail"
	statusSkipped = "skipped"
)

// A check is one line of the examination.
type check struct {
	Name   string `json:"name"`
	Status string `json:"status"`
	Says   string `json:"says"`
	Next   string `json:"next,omitempty"`
	Type   string `json:"error_type,omitempty"` // of a failure
	exit   int    // the failure's code
}

func healthy(name, format string, args ...any) check {
	return check{Name: name, Status: statusOK, Says: fmt.Sprintf(format, args...)}
}

func warning(name, says, next string) check {
	return check{Name: name, Status: statusWarn, Says: says, Next: next}
}

func skipped(name, why string) check {
	return check{Name: name, Status: statusSkipped, Says: why}
}

// broken is a check that failed by an error, with its own hint and exit code.
func broken(name string, err error) check {
	c := check{Name: name, Status: statusFail, Says: err.Error(), Next: hintOf(err), exit: exitCode(err)}
	var typed interface{ ErrorType() string }
	if errors.As(err, &typed) {
		c.Type = typed.ErrorType()
	}
	return c
}
