// Package report writes what a probe found: as a table for people, as
// Markdown for an issue, as JSON for programs and later comparison, as JUnit
// XML for CI, and as one HTML page that needs nothing else.
//
// A report quotes servers. Whatever a text holds, it cannot become a terminal
// command, markup or a script here, and what has the shape of a token is
// masked; so are the secrets that the caller names. Every writer is a function
// of its report and its options: no clock, no environment, and no file but
// the pictures that Options.Picture opens.
package report
