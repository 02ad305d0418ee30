// Package attack plays the hostile administrator: somebody with full access to
// the database, the source code and, in some attacks, a signing key. Each attack
// is a subtest that says which defence must notice it, where and in which words.
//
// Invariant: an attack works on its own copy of one finished store of two
// tenants, whose root log a real witness cosigned; what the auditor holds was
// exported before. It must not sleep, use a fixed port or reach outside the
// machine.
package attack
