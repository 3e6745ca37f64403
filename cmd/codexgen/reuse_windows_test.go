package main

import "syscall"

// reuseAddress has nothing to do: such a port can be bound here.
func reuseAddress(_, _ string, _ syscall.RawConn) error { return nil }
