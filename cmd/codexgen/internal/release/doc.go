// Package release holds what is shipped to its promises, from outside: the
// packages, the completions in their shells, the manual, the list of
// dependencies, the public workflows, and the commands of the documents. It
// has no code of its own.
package release
