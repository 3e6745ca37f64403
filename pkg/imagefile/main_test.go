package imagefile_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if job := os.Getenv("IMAGEFILE_TEST_CHILD"); job != "" {
		os.Exit(child(job, os.Args[1]))
	}
	goleak.VerifyTestMain(m)
}
