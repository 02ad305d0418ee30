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
package evidence
