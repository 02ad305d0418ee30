// Package frostgate is the Go client of a FrostGate server: it sends events,
// reads decisions, follows the feed and manages a tenant.
//
//	c, err := frostgate.New("http://127.0.0.1:8080", os.Getenv("FROSTGATE_API_KEY"))
//	d, err := c.Defend(ctx, frostgate.Event{
//		Source: "vpn", EventType: "auth", Timestamp: at,
//		Event: map[string]any{"src_ip": "203.0.113.7", "failed_auths": 6},
//	})
//
// Lists are iterators that fetch page after page. Refusals are *Problem errors
// (RFC 9457) with a stable code.
//
// Invariant: nothing is sent twice unless the server can tell that it is the
// same (reads, events with a timestamp, changes with an Idempotency-Key), so a
// retry never makes a second decision.
//
// It imports nothing internal, keeps no state between calls but its HTTP
// connections, and must not read files or the environment.
package frostgate
