// Package imagefile takes the bytes of images from a stream to a file. It
// recognises formats, checks that a picture is whole while its bytes pass by,
// chooses names, and publishes drafts and images under them.
//
// Three promises: bytes are kept exactly as they were received (they can carry
// signed content credentials, C2PA, which any change breaks); a file appears
// under its name whole or not at all, and never over one that is there unless
// that was asked for; memory does not depend on an image's size.
//
// A Target, with what it creates, is for one goroutine.
package imagefile
