// Package plain verifies a bundle, a receipt or a saved answer and says in plain
// words what was found: for people who know nothing of logs, in a browser.
//
// Invariant: its verdict is the one that `frostgate evidence verify` gives of the
// same bytes and keys, since the same code makes both. It reads no clock, store
// or network, and must not soften a failed check by its words.
package plain
