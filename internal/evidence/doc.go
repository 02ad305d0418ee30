// Package evidence keeps one append-only Merkle log (RFC 6962) per tenant and
// writes it: units of work reserve their place in order, become ready in any
// order, and are committed in groups, feature rows and leaf in one transaction.
//
// Invariants: nothing is acknowledged before it is durable; tree state is
// persisted before it is signed, so that signing again after a crash can't
// fork a log; indexes are dense; a leaf's header holds nothing personal, only
// salted commitments to field groups whose values are sealed in a side table.
//
// It imports no feature: a feature hands in rows through RowWriter.
//
// In the order in which an entry meets them:
//
//   - write: unit.go, seal.go (keys.go, mac.go), sequence.go, place.go, tree.go,
//     store.go, statemac.go, tile.go, signers.go
//   - rise: anchor.go (epochtree.go), rootlog.go, witnesses.go (witness/), anchorread.go
//   - read: read.go, subtree.go, subject.go, tileserve.go, bundle*.go, saved/
//   - end: disposal.go (erase.go, prune.go, rekey.go), gone.go, certificate.go
//   - check: fsck*.go over a store or an exported folder (export.go), headerscan.go
//   - beside the logs: audit.go, denied.go
package evidence
