// Package signing is the custody of the server's own secrets: the master key
// that wraps data keys, the pepper under API keys, and the key that signs
// evidence checkpoints. They live in files beside the store, never in it, so
// that a copy of the database alone opens nothing.
//
// Invariants: keys are made once, all together, by an atomic rename; a folder
// that is incomplete, readable by others, or missing beside a store with data
// is refused and never filled up, for a new key beside old data would hide a
// loss. No secret prints: everything here renders as ***.
//
// It must not import evidence or any other feature (evidence signs through
// it), must not open a database and knows no tenant beyond its name.
package signing
