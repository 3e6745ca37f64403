package main

import (
	"maps"
	"os/exec"
	"strconv"
)

// linuxInjectors need what Linux alone has.
func linuxInjectors() map[string]injector {
	all := fileInjectors()
	maps.Copy(all, processInjectors())
	maps.Copy(all, signalInjectors())
	return all
}

func pid(command *exec.Cmd) string { return strconv.Itoa(command.Process.Pid) }
