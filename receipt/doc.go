// Package receipt holds the evidence formats of FrostGate and verifies them
// offline.
//
// A receipt proves that one entry (the header of a decision or of another
// artifact) is in an append-only Merkle log, and that the log's key signed the
// tree head that contains it. The formats are public ones, so that tools
// nobody here wrote can check the same bytes:
//
//   - hash.go, merkle.go: RFC 6962 section 2.1 hashes, inclusion and consistency
//   - checkpoint.go: c2sp.org/tlog-checkpoint inside a c2sp.org/signed-note
//   - proof.go: c2sp.org/tlog-proof
//   - header.go: the leaf entry, one RFC 8785 (JCS) object
//   - commit.go: salted commitments to the payload, and their openings
//   - receipt.go: the JSON object in a decision response
//   - verify.go: the checks, in order
//
// Invariant: everything that is verified is verified over the bytes that were
// received. Nothing is re-encoded to be hashed, and each format has exactly one
// accepted encoding.
//
// The package must not import any other package of this module, read the
// clock, draw randomness, or do I/O. Its only dependency outside the standard
// library is golang.org/x/mod/sumdb/note.
package receipt
