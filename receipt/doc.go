// Package receipt holds the evidence formats of FrostGate and verifies them
// offline.
//
// A receipt proves that one entry (the header of a decision or of another
// artifact) is in an append-only Merkle log, and that the log's key signed the
// tree head that contains it. The formats are public ones, so that tools
// nobody here wrote can check the same bytes:
//
//   - hash.go, merkle.go, multiproof.go: RFC 6962 section 2.1 hashes, proofs of
//     one leaf, of several leaves, of consistency
//   - checkpoint.go: c2sp.org/tlog-checkpoint inside a c2sp.org/signed-note
//   - proof.go: c2sp.org/tlog-proof
//   - header.go: the leaf entry, one RFC 8785 (JCS) object
//   - commit.go: salted commitments to the payload, and their openings
//   - rootentry.go, anchor.go: the log of logs, and a checkpoint's place in it
//   - cosignature.go, policy.go: c2sp.org/tlog-cosignature, c2sp.org/tlog-policy
//   - trust.go: what a verifier has pinned
//   - receipt.go, verify.go: the JSON object in a decision response; its checks
//   - bundle.go, bundlewrite.go, bundlerecord.go: many entries in one file
//   - bundleread.go, bundleverify.go, bundleroot.go, bundlekeys.go,
//     bundleentry.go, bundlestate.go, bundlerange.go, bundlereport.go: the
//     bundle's checks, in the order of the file
//   - dsse*.go: DSSE envelopes and in-toto statements of modules
//
// docs/formats describes receipts and bundles byte by byte, for writing another
// verifier.
//
// Invariant: everything that is verified is verified over the bytes that were
// received. Nothing is re-encoded to be hashed, and each format has exactly one
// accepted encoding.
//
// The package must not import any other package of this module, read the
// clock, draw randomness, or open files and connections: it reads and writes
// what it is handed. Its only dependency outside the standard library is
// golang.org/x/mod/sumdb/note.
package receipt
