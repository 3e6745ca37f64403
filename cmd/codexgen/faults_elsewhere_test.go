//go:build !linux

package main

func linuxInjectors() map[string]injector { return nil }
