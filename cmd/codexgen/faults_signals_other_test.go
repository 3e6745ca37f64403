//go:build !linux

package main

// signalInjectors are made on Linux only.
func signalInjectors() map[string]injector { return nil }
