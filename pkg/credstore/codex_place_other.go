//go:build !windows

package credstore

const canonicalPrefix = ""
