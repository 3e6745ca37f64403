//go:build !race

package main

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// peakMB is the most memory that one gen has, in MB of a million bytes.
func peakMB(t *testing.T, program string, settings []string, route string) string {
	return fmt.Sprintf("%d MB", peak(t, program, settings, route)*1024/1_000_000)
}

var modelName = regexp.MustCompile(`(?m)^model name\s*: (.+)$`)

// processor is named as the kernel does.
func processor() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	if found := modelName.FindSubmatch(text); found != nil {
		return string(found[1])
	}
	return "a processor without a name"
}

// load is of the last minute: how many processes wanted a core.
func load() (perMinute float64, told string) {
	text, _ := os.ReadFile("/proc/loadavg")
	told, _, _ = strings.Cut(string(text), " ")
	perMinute, _ = strconv.ParseFloat(told, 64)
	return perMinute, told
}
