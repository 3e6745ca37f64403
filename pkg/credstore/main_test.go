package credstore

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// TestMain is also what the processes do that tests start.
func TestMain(m *testing.M) {
	if job := os.Getenv(childJob); job != "" {
		os.Exit(child(job, os.Args[1:]))
	}
	goleak.VerifyTestMain(m)
}
