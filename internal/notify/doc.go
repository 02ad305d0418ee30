// Package notify tells other systems of decisions by webhook, in the format of
// Standard Webhooks (https://www.standardwebhooks.com, specification 1.0).
//
// Invariants: the tenant's log is the outbox and each webhook is a cursor on it
// in a row, so a restart loses nothing; deliveries of one webhook go out in log
// order, one at a time, at least once, with the same webhook-id on every
// attempt; what is given up after the last attempt is recorded, never dropped
// in silence; a hanging endpoint delays nobody but itself; addresses inside the
// operator's network are refused when dialling, after name resolution.
//
// It must not take part in a decision: it reads committed ones only.
package notify
