// Package obs is how FrostGate is seen from outside: JSON logs that carry the
// request and tenant of a context, and a registry of Prometheus metrics.
//
// Invariants: a log line never holds a payload, key or token (attributes with
// such names are blanked, whoever logs them); metric names start with
// frostgate_ and their labels come from fixed sets, never from input.
//
// It must not know any feature: a feature declares its metrics in its own
// metrics.go and gets the registry handed in.
package obs
