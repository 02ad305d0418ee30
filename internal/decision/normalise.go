package decision

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/jsondoc"
)

// futureSlack is how far ahead of the server's clock event time may run before
// windows and missions stop believing it.
const futureSlack = domain.Micros(5 * 60 * 1e6)

// maxAhead is how far ahead of the server's clock an event may be at all: more
// than any mix-up of time zones. Old events are accepted, imports are full of
// them.
const maxAhead = domain.Micros(24 * 3600 * 1e6)

// normalise turns a request into an event. The canonical payload is appended to
// scratch and returned; the event's identity covers it.
func normalise(r *Request, tenant domain.TenantID, d Defaults, at domain.Micros, scratch []byte) (domain.Event, []byte, error) {
	ev := domain.Event{
		Tenant: tenant, Source: r.Source, Type: r.EventType, Timestamp: r.Timestamp, ReceivedAt: at, Time: at,
		Persona: domain.Persona(r.Persona), Ring: domain.Ring(r.Ring), Mission: domain.MissionID(r.Mission), SourceEventID: r.SourceEventID,
	}
	if ev.Persona == "" {
		ev.Persona = d.Persona
	}
	if ev.Ring == "" {
		ev.Ring = d.Ring
	}
	if r.Timestamp != "" {
		// RFC 3339 section 5.6: T and Z may be lower case.
		t, err := time.Parse(time.RFC3339Nano, strings.ToUpper(r.Timestamp))
		if err != nil {
			return ev, nil, fault.New(fault.Invalid, "timestamp must be RFC 3339 such as 2026-01-31T08:15:30Z, got %q", r.Timestamp).At("timestamp")
		}
		if y := t.UTC().Year(); y < 1970 || y > 9999 {
			return ev, nil, fault.New(fault.Invalid, "timestamp is outside the years 1970 to 9999").At("timestamp")
		}
		ev.Time = domain.Micros(t.UnixMicro())
		if ev.Time > at+maxAhead {
			return ev, nil, fault.New(fault.Invalid, "timestamp is more than a day ahead of the server's clock: correct the sender's clock").At("timestamp")
		}
	}
	ev.SourceIP = sourceIP(r.Payload)
	ev.User = firstText(r.Payload.Get("user"), r.Payload.Get("username"), r.Payload.Get("user_name"), r.Payload.Path("user", "name"))
	ev.Host = firstText(r.Payload.Get("host"), r.Payload.Get("hostname"), r.Payload.Get("host_name"), r.Payload.Path("host", "name"))
	ev.FailCount, ev.HasFailCount = failCount(r.Payload)
	if len(ev.User) > maxName || len(ev.Host) > maxName {
		return ev, nil, fault.New(fault.Invalid, "user and host must not be longer than %d bytes", maxName).At("event")
	}
	if r.Payload.Exists() {
		return ev, r.Payload.AppendCanonical(scratch), nil
	}
	return ev, append(scratch, "{}"...), nil
}

// sourceIP finds the source address: the flat names first, then ECS, OCSF and
// CloudTrail. A value that is no address (CloudTrail names services there) is
// passed over.
func sourceIP(p jsondoc.Value) string {
	for _, name := range [...]string{"src_ip", "source_ip", "source_ip_addr", "ip", "client_ip", "remote_ip"} {
		if ip := address(p.Get(name)); ip != "" {
			return ip
		}
	}
	for _, v := range [...]jsondoc.Value{p.Path("source", "ip"), p.Path("src_endpoint", "ip"), p.Get("sourceIPAddress")} {
		if ip := address(v); ip != "" {
			return ip
		}
	}
	return ""
}

// address returns the canonical text of an IP address, empty if v is none.
func address(v jsondoc.Value) string {
	b, ok := v.StrView()
	if !ok || len(b) == 0 || len(b) > 64 {
		return ""
	}
	a, err := netip.ParseAddr(string(b))
	if err != nil {
		return ""
	}
	return a.Unmap().WithZone("").String()
}

// origin finds what an event says of its source beside the address: the session,
// the country (ISO 3166-1 alpha-2) and the autonomous system, as flat names, ECS
// or OCSF have them. Allow-lists go by them.
func origin(p jsondoc.Value) (session, country, asn string) {
	session = firstText(p.Get("session_id"), p.Get("session"), p.Path("session", "id"))
	country = firstText(p.Get("src_country"), p.Get("country"), p.Path("source", "geo", "country_iso_code"), p.Path("src_endpoint", "location", "country"))
	for _, v := range [...]jsondoc.Value{p.Get("src_asn"), p.Get("asn"), p.Path("source", "as", "number"), p.Path("src_endpoint", "autonomous_system", "number")} {
		if n, ok := v.Int64(); ok && n > 0 {
			return session, country, "AS" + strconv.FormatInt(n, 10)
		}
		if s, ok := v.Str(); ok && s != "" {
			return session, country, s
		}
	}
	return session, country, ""
}

// failCount finds the number of failed logins: the first name that is present
// decides, whatever its type; what is no number counts as 0.
func failCount(p jsondoc.Value) (int64, bool) {
	for _, name := range [...]string{"failed_auths", "fail_count", "failures", "attempts", "failed_attempts", "failed_logins", "num_failures", "count"} {
		v := p.Get(name)
		if !v.Exists() || v.IsNull() {
			continue
		}
		n, ok := v.Int64()
		if s, isText := v.Str(); !ok && isText {
			n, _ = strconv.ParseInt(strings.TrimSpace(s), 10, 64)
		} else if lex, isNum := v.Num(); !ok && isNum {
			f, _ := strconv.ParseFloat(lex, 64)
			n = int64(min(max(f, 0), 1<<53))
		}
		return max(n, 0), true
	}
	return 0, false
}

// identify computes the event ID: SHA-256 over the length-prefixed parts. stamp
// is the timestamp as sent, or what stands for it when there is none.
func identify(ev *domain.Event, stamp string, canonical []byte) domain.EventID {
	h := sha256.New()
	var buf [8]byte
	part := func(s string) {
		binary.BigEndian.PutUint64(buf[:], uint64(len(s)))
		h.Write(buf[:])
		h.Write([]byte(s))
	}
	part(string(ev.Tenant))
	part(ev.Source)
	part(stamp)
	part(ev.Type)
	part(string(ev.Persona))
	part(string(ev.Ring))
	part(string(ev.Mission))
	part(ev.SourceEventID)
	binary.BigEndian.PutUint64(buf[:], uint64(len(canonical)))
	h.Write(buf[:])
	h.Write(canonical)
	var sum [sha256.Size]byte
	return domain.EventID(hex.EncodeToString(h.Sum(sum[:0])))
}

// clockDrift is the event's absolute age in milliseconds; 0 when older than the
// stale limit, which marks a historical event rather than a wrong clock.
func clockDrift(ev *domain.Event, staleMS int64) int64 {
	drift := int64(ev.ReceivedAt-ev.Time) / 1000
	if drift < 0 {
		drift = -drift
	}
	if staleMS <= 0 {
		staleMS = 300_000
	}
	if drift > staleMS {
		return 0
	}
	return drift
}
