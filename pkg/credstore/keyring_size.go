package credstore

import "encoding/base64"

const (
	// CRED_MAX_CREDENTIAL_BLOB_SIZE, wincred.h: 5 * 512 bytes.
	windowsEntryMax = 2560
	// go-keyring v0.2.8 hands macOS one command line of at most 4096 bytes,
	// in which the secret is base64 behind a prefix.
	macCommandMax   = 4096
	macCommand      = "add-generic-password -U -s  -a  -w \n"
	macSecretPrefix = "go-keyring-base64:"
	// Each word may be put in quotes.
	macQuotes = 3 * len("''")
)

// entryMax is the largest secret of one entry in bytes; 0 is no limit.
func entryMax(system, service, user string) int {
	switch system {
	case "windows":
		return windowsEntryMax
	case "darwin", "ios":
		room := macCommandMax - len(macCommand) - macQuotes - len(service) - len(user) - len(macSecretPrefix)
		return base64.StdEncoding.DecodedLen(room / 4 * 4)
	}
	return 0
}
