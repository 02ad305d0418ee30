// Package correlate finds what single events can't show: how many, how many
// different ones, in which order, for the first time.
//
// It has two layers. A Machine is a window's rule: a pure step from one state and
// one event to the next state and a number, in integers, so that the same events
// give the same numbers on every machine. States are short immutable strings; a
// Table keeps millions of them by key and stays inside a budget of bytes. On top
// of both, a Correlator runs the correlation rules of a sigma.Collection
// (specification 2.1) over the matches of single events.
//
// Time is the events' own, in UTC microseconds. Events may come late by a
// declared lateness and count as if they had come in order; those that come later
// still are read alone and change nothing.
//
// Invariant: no step panics or stalls, whatever the state's bytes are; a state
// that can't be read counts as none. Memory per key has a bound that the Machine
// declares: numbers stop at Limit and say so. It must not read a clock or do I/O.
package correlate
