// Package auth decides who a caller is and what they may do: principals
// (persons and service accounts), their roles, API keys, and rate limits.
//
// Invariants: missing, unknown or unreadable means denied; what a key may do is
// the intersection of its own scopes and its principal's roles at this moment;
// nobody hands out more than they hold; a secret is shown once and stored as a
// MAC; a revoked, rotated or disabled key stops with the call that does it,
// and expiry is compared at every use.
//
// It must not decide what a suspended tenant may do, map faults to HTTP, or
// print a secret.
package auth
