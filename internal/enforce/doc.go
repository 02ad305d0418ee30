// Package enforce keeps what decisions set in force: enforcements (allowed
// mitigations with a time to live), approvals (decisions that wait for a human)
// and allow-lists (targets that are never blocked).
//
// Invariants: an enforcement exists only for a mitigation that the gate allowed
// and is written in its decision's own transaction; nothing is deleted, an end
// is a time in the row, compared at use; who can't read the allow-list gets an
// error, never "not on it"; every change is audited in its own transaction.
//
// It must not carry out an action on a host (agents pull the list), and must
// not approve anything (governance does).
package enforce
