// Package retouch changes the pixels or the format of a finished picture, on
// this machine: exact size, another format. It reads the alpha channel, too.
//
// It is a step of its own, for those who ask: it decodes the whole picture
// into memory, and what it writes is another file, without the metadata and
// the signed content credentials (C2PA) of the first, which describe bytes
// that are no longer there. It never touches the file it reads.
package retouch
