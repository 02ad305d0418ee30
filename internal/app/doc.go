// Package app puts the server together: configuration, the order of starting
// and stopping, and the seams between features that may not import each other.
//
// Invariant: what is configured runs, or the process refuses to start with the
// key and the fix; nothing optional is absent silently. It must hold no rules
// of its own: only wiring.
package app
