package credstore

import "io/fs"

const openPlain = 0

// Owners are in access lists, which the standard library does not read.
func ownedByMe(fs.FileInfo) bool { return true }
