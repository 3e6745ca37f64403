//go:build unix

package main

import "syscall"

// reuseAddress lets a port be bound whose last connections are still winding
// up.
func reuseAddress(_, _ string, conn syscall.RawConn) error {
	var failure error
	err := conn.Control(func(fd uintptr) {
		failure = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1)
	})
	if err != nil {
		return err
	}
	return failure
}
