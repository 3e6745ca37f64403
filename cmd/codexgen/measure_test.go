package main

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"reflect"
)

// measure FILE PROGRAM ARGUMENT... runs a program and writes its peak memory
// in kB to FILE. The figure that the system gives of a child is at least its
// parent's at that moment, so the parent is this small process and not the
// tests'.
func measure(args []string) int {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt) // is the child's to answer
	child := exec.Command(args[1], args[2:]...)
	child.Stdin, child.Stdout, child.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := child.Run(); child.ProcessState == nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	usage := reflect.Indirect(reflect.ValueOf(child.ProcessState.SysUsage()))
	kB := usage.FieldByName("Maxrss").Int() // of Linux
	if err := os.WriteFile(args[0], []byte(fmt.Sprint(kB)), 0o600); err != nil {
		return 1
	}
	return child.ProcessState.ExitCode()
}
