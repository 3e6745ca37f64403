// Package batch makes many images: it starts jobs as they come, as many at
// once as the backend bears, and keeps a journal by which a batch that was cut
// short at any moment goes on without asking for a picture twice.
//
// Jobs come from an iterator, outcomes leave through one, and what makes an
// image is behind a Generator, so that any queue can feed it. Memory holds the
// jobs under way and, for each job that the journal or the batch has seen, a
// few dozen bytes.
package batch
