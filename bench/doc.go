// Command bench measures the running product and, where there is one, a peer
// under the same load on the same machine in the same run.
//
// It builds the real binary, starts it as a process of its own on a new store
// with full durability and receipts on, and drives it over HTTP from a second
// process (the load generator, load.go). The peer for decisions is the OPA
// server with the same policy and the same input; both are loaded in turns, so
// that a busy machine is unkind to both, and medians are compared.
//
// What it prints is what was measured: a goal that was missed says so. It must
// not add a switch to the product that only a benchmark would set.
package main
