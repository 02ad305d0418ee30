// Package anomaly says how unusual an event is among those that the same tenant
// had in the same ring before: which network a user comes from, which host, at
// which hour, how many failures a source reports. It learns online, one event
// after the other, in integers.
//
// Values are hashed under a key that the caller gives (Key), so a State holds
// counters and no personal value. A count-min sketch with conservative update
// (Cormode and Muthukrishnan 2005; Estan and Varghese 2002) counts entities and
// their values; its errors only ever make things look more ordinary. How rare a
// finding is comes from the feature's own history: a tenth of all events are the
// tenth that looks least likely, whatever the scale.
//
// Invariant: pure and deterministic. The same observations in the same order
// give the same State, the same Digest and the same findings, on any machine. A
// State has a fixed size, about 50 KiB. It is not safe for concurrent use and
// must not do I/O, read a clock or keep values in the clear.
package anomaly
