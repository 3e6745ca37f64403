// Package reference opens the pictures that go into a request: from a file,
// from standard input or from an https address.
//
// A picture is known by its bytes, whatever its name says, and is checked
// whole before anything is sent. PNG, JPEG and WebP stay byte for byte, with
// three exceptions, each of which says so: a picture whose EXIF orientation is
// not upright is turned, a JPEG in CMYK becomes RGB, and one beyond
// Options.MaxEdge is scaled down. Of a GIF the first frame is sent, as PNG.
//
// The bytes stay on the disk; Reference.Open reads them anew for each time
// they are sent, and fails if they are no longer those that were checked.
//
// An address is fetched by this package: over https only, without a
// credential, within limits of size and time, and from public addresses only,
// which is checked for each connection, so that neither a redirect nor a name
// that changes its address leads into a private network.
package reference
