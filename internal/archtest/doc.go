// Package archtest holds the shape of the code base as tests: which package may
// import which (ranks.go), and what every package must have and must not have
// (package comment, no init, no catch-all names).
//
// Invariant: a package that has no rank fails the test, so nobody adds one
// without deciding where it stands. It reads source files only: it must not
// start the go command, need a build or a network. Moving a boundary changes
// ranks.go and ARCHITECTURE.md in one commit.
package archtest
