package connector

import (
	"strconv"
	"strings"
	"time"

	"frostgate.io/frostgate/internal/jsondoc"
)

// winEvent reads Windows events as JSON lines in the shapes that converters and
// shippers give them: nested (evtx_dump: Event.System, Event.EventData), flat
// (NXLog: EventTime, Hostname, Channel, EventID), Winlogbeat 6 (log_name,
// event_data) and 7 (winlog).
//
// Time, first that is there: Sysmon's UtcTime of the flat form, SystemTime,
// TimeCreated, EventTime, @timestamp. The first two are UTC by definition. EventTime
// is the host's local time without a zone: its offset is what EventReceivedTime
// (same clock) differs from @timestamp (the same moment in UTC), rounded to a
// quarter hour; where those are missing, Options.Zone.
type winEvent struct {
	doc    jsondoc.Doc
	lim    jsondoc.Limits
	zone   *time.Location
	table  map[winKey]winRule
	folded map[string]string // channel -> lower case
	ids    lineIDs
	buf    []byte
}

func newWinEvent(opt Options) (LineParser, error) {
	return &winEvent{
		lim: opt.embedded(), zone: opt.Zone,
		table: winTable(), folded: map[string]string{},
	}, nil
}

// winView is where the parts of an event are in its shape.
type winView struct {
	id       int64
	channel  string
	computer string
	record   string
	time     string
	hasID    bool
	data     jsondoc.Value // the event's own fields
}

// ParseLine maps one event.
func (p *winEvent) ParseLine(line []byte, number int64) (Record, error) {
	root, err := parseObject(&p.doc, line, p.lim, number)
	if err != nil {
		return Record{}, err
	}
	v := p.view(root)
	if !v.hasID {
		return Record{}, reject(number, "no Windows event: EventID is missing or no number")
	}
	if v.time == "" {
		return Record{}, reject(number, "no time: SystemTime, EventTime, TimeCreated, UtcTime and @timestamp are missing or no time")
	}
	r, known := p.table[winKey{p.fold(v.channel), v.id}]
	if !known {
		r = winRule{eventType: "windows"}
	}
	rec := Record{Source: "windows", Timestamp: v.time, EventType: r.eventType, Line: number}
	rec.SourceEventID = v.computer + "|" + v.channel + "|" + v.record
	if v.record == "" || len(rec.SourceEventID) > maxID {
		rec.SourceEventID = p.ids.id(line, v.time)
	}
	rec.Payload = p.payload(line, root, &v, r)
	return rec, nil
}

// fold returns the channel in lower case: some sources write "security".
func (p *winEvent) fold(channel string) string {
	if s, ok := p.folded[channel]; ok {
		return s
	}
	if len(p.folded) >= maxNames {
		clear(p.folded)
	}
	p.folded[channel] = strings.ToLower(channel)
	return p.folded[channel]
}

func (p *winEvent) view(root jsondoc.Value) winView {
	if ev := root.Get("Event"); ev.Kind() == jsondoc.Object {
		return p.nested(ev)
	}
	if w := root.Get("winlog"); w.Kind() == jsondoc.Object {
		return p.beat(root, w, "channel", "record_id")
	}
	if root.Get("event_id").Exists() {
		return p.beat(root, root, "log_name", "record_number")
	}
	return p.flat(root)
}

func (p *winEvent) nested(ev jsondoc.Value) winView {
	sys := ev.Get("System")
	v := winView{
		channel: firstText(sys, "Channel"), computer: firstText(sys, "Computer"),
		record: firstText(sys, "EventRecordID"), data: ev.Get("EventData"),
	}
	v.id, v.hasID = eventID(sys.Get("EventID"))
	created := sys.Get("TimeCreated")
	text := firstText(created, "SystemTime", "@SystemTime")
	if text == "" {
		text = firstText(created.Get("#attributes"), "SystemTime")
	}
	v.time, _ = utcText(text, time.UTC)
	if v.data.Kind() != jsondoc.Object {
		// UserData holds one object of the provider's own name.
		for _, m := range ev.Get("UserData").Members() {
			if m.Kind() == jsondoc.Object {
				v.data = m
				break
			}
		}
	}
	return v
}

func (p *winEvent) beat(root, w jsondoc.Value, channel, record string) winView {
	v := winView{
		channel: firstText(w, channel), computer: firstText(w, "computer_name"),
		record: firstText(w, record), data: w.Get("event_data"),
	}
	v.id, v.hasID = eventID(w.Get("event_id"))
	v.time, _ = utcText(firstText(root, "@timestamp"), time.UTC)
	return v
}

func (p *winEvent) flat(root jsondoc.Value) winView {
	v := winView{
		channel: firstText(root, "Channel"), computer: firstText(root, "Hostname", "Computer", "ComputerName"),
		record: firstText(root, "RecordNumber", "EventRecordID"), data: root,
	}
	v.id, v.hasID = eventID(root.Get("EventID"))
	for _, name := range [...]string{"UtcTime", "SystemTime", "TimeCreated"} {
		if text, ok := utcText(firstText(root, name), time.UTC); ok {
			v.time = text
			return v
		}
	}
	text := firstText(root, "EventTime")
	if text == "" {
		v.time, _ = utcText(firstText(root, "@timestamp"), time.UTC)
		return v
	}
	zone := p.zone
	if z, ok := shipperZone(root); ok {
		zone = z
	}
	v.time, _ = utcText(text, zone)
	return v
}

// shipperZone finds the host's offset from the two spellings of the moment at
// which a shipper received the event.
func shipperZone(root jsondoc.Value) (*time.Location, bool) {
	const quarter = 15 * time.Minute
	local, err := time.Parse(time.DateTime, firstText(root, "EventReceivedTime"))
	if err != nil {
		return nil, false
	}
	utc, err := time.Parse(time.RFC3339Nano, firstText(root, "@timestamp"))
	if err != nil {
		return nil, false
	}
	diff := local.Sub(utc)
	offset := diff.Round(quarter)
	if (diff-offset).Abs() > time.Minute || offset.Abs() > 14*time.Hour {
		return nil, false
	}
	return time.FixedZone("", int(offset/time.Second)), true
}

// eventID reads 4625, "4625" and {"#text":4625}.
func eventID(v jsondoc.Value) (int64, bool) {
	if v.Kind() == jsondoc.Object {
		v = v.Get("#text")
	}
	if n, ok := v.Int64(); ok {
		return n, n >= 0
	}
	n, err := strconv.ParseInt(scalar(v), 10, 64)
	return n, err == nil && n >= 0
}

// payload splices the normalised members onto the original.
func (p *winEvent) payload(line []byte, root jsondoc.Value, v *winView, r winRule) []byte {
	add := added{root: root, buf: p.buf[:0]}
	result := r.outcome
	if result == winByStatus {
		result = outcome(!zeroStatus(firstText(v.data, "Status")))
	}
	add.text("src_ip", address(firstText(v.data, "IpAddress", "SourceIp", "SourceAddress", "ClientAddress")))
	add.text("user", winUser(root, v, r.eventType))
	add.text("host", v.computer)
	add.text("action", r.action)
	add.text("outcome", result)
	if result == failure && r.failures > 0 {
		add.number("failed_auths", r.failures)
	}
	p.buf = add.buf
	return add.onto(line)
}

// winUser names whom the event is about: the account that logs on or is changed,
// else the one that acts.
func winUser(root jsondoc.Value, v *winView, eventType string) string {
	if eventType == typeAuth || eventType == typeSession || eventType == typeAccount {
		if s := firstText(v.data, "TargetUserName"); s != "" {
			return s
		}
	}
	if s := firstText(v.data, "User", "SubjectUserName", "SourceUser", "AccountName"); s != "" {
		return s
	}
	return firstText(root.Get("user"), "name")
}

// zeroStatus reports an NTSTATUS or Kerberos result of 0 in any spelling.
func zeroStatus(s string) bool {
	n, err := strconv.ParseUint(strings.TrimPrefix(strings.ToLower(s), "0x"), 16, 64)
	return err == nil && n == 0
}
