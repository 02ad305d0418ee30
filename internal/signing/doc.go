// Package signing is the custody of the server's own secrets: the master key
// that wraps data keys, the pepper under API keys, and the key that signs
// evidence checkpoints. They live in files beside the store, never in it, so
// that a copy of the database alone opens nothing.
//
// Log keys and master keys rotate. The folder says what is to be (log.state,
// master.state); a running server keeps what it started with, and the next start
// brings the store in line.
//
// Invariants: the first keys are made all together by an atomic rename; a folder
// that is incomplete, readable by others, or missing beside a store with data
// is refused and never filled up, for a new key beside old data would hide a
// loss. Every change is written beside, synced and renamed, so that a crash
// leaves the folder before or after it. A key's state only goes forward. No
// secret prints: everything here renders as ***.
//
// It must not import evidence or any other feature (evidence signs through
// it), must not open a database and knows no tenant beyond its name.
package signing
