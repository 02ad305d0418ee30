// Package domain holds the plain data that every part of FrostGate speaks:
// events, decisions, enforcement, principals and the identifiers between them.
//
// Invariant: it imports nothing of ours, does no I/O and knows no clock. Times
// are UTC microseconds since the Unix epoch (Micros); money, points and
// impacts are integers, impacts and confidences in thousandths (Milli), so
// that hashed output never depends on floating point.
package domain
