// Package agent follows log files on a host and sends their events: the first
// form of `frostgate agent`.
//
// Invariants: a line is read once it has its newline, and its place in the file
// is saved only after its event was accepted by the server or is safe in the
// disk spool, so nothing is lost by a crash at any point; what is sent again
// after one carries the same source_event_id, because every file is parsed from
// its own start, so the server recognises it; order is kept; what a full spool
// drops is counted.
//
// It must not decide anything, and enforces nothing yet. It follows files on
// local disks; a file is known by device, inode and its first bytes.
package agent
