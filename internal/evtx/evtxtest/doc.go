// Package evtxtest makes Windows event log files for tests and benchmarks: by hand
// from elements and values (Builder), or by filling the chunks of a real file with
// its own records, as Windows would go on writing them (Fill).
//
// It must not be imported by what is shipped.
package evtxtest
