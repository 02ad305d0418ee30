// Package tenant holds organisations and their tenants, the isolation unit:
// identity, status and settings, kept in memory for the hot path.
//
// Invariants: a tenant's ID, log ID, slot and organisation never change; the
// snapshot that Lookup gives is immutable and replaced after every committed
// change; every change is audited in its own transaction.
//
// It must not decide what a suspended tenant may still do (httpapi does), who
// may change a tenant (auth does), nor write principals, roles or keys.
package tenant
