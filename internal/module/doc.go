// Package module keeps who may sign what is recorded: modules with their keys,
// enrolled by a one-time token, and the signed attestations that they submit
// (DSSE envelopes with in-toto statements).
//
// Invariants: each change of a module is an artifact of the tenant's log, with
// its rows and its audit entry in one transaction; a token enrols one key; a
// module's counter only grows, and that is decided in log order inside the
// transaction that records the attestation; what is verified is the bytes that
// are recorded.
//
// It must not make or hold a private key, and must not read the envelope's text
// again after its signature was checked.
package module
