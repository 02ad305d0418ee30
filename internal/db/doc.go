// Package db is the only door to storage: SQLite (embedded default) and
// PostgreSQL (scale) behind one small transaction type, with one text per
// query ($1 placeholders, common subset).
//
// Invariants: only this package opens transactions; a tenant transaction
// refuses a statement that does not name tenant_id and carry its tenant, on
// both engines (PostgreSQL adds row-level security); tx.Now is the only time
// inside one; no network or bus call happens inside one. What only one engine
// can do (row-level security, unnest inserts, locks) stays in here.
//
// It must not know any feature: queries live in the features' store.go.
package db
