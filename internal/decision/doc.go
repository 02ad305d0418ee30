// Package decision is the pipeline: what comes in is normalised, evaluated
// against a ruleset and recorded, for every entry point alike.
//
// An event flows through the files in this order: request.go (strict input),
// normalise.go (event and its identity), defend.go (deduplicate, window facts,
// reserve a place in the log), evaluate.go (the pure decision), outcome.go (the
// bytes that are hashed), record.go (rows beside the leaf), response.go (what
// the caller gets). feed.go, store.go, stats.go and diff.go read it back.
//
// Invariants: Evaluate is pure; nothing is answered before it is durable; the
// same event is recorded once. The package must not know HTTP, files or other
// features' tables.
package decision
