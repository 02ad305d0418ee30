package connector

import (
	"bytes"
	"strconv"
	"unicode/utf8"

	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/jsondoc"
)

// authLog reads lines of /var/log/auth.log: "Mar 27 13:06:56 host prog[pid]:
// message" (RFC 3164; year and zone see stamps) or with an RFC 3339 time in front.
type authLog struct {
	times    stamps
	ids      lineIDs
	conns    connections
	programs map[string]*program
	names    map[string]string // interned program and host names
	got      captured
	buf      []byte
}

// program is the patterns of one program by the first byte of the message: a line
// is compared with the few that can fit.
type program struct {
	byFirst [256][]*rule
	any     []*rule // templates that begin with a capture
}

type rule struct {
	template
	authPattern
}

func newAuthLog(opt Options) (LineParser, error) {
	if opt.NowFunc == nil {
		return nil, fault.New(fault.Invalid, "authlog needs the current time to find the year of its lines").At("now")
	}
	p := &authLog{times: newStamps(opt.NowFunc, opt.Zone), programs: map[string]*program{}, names: map[string]string{}}
	for _, row := range authPatterns() {
		prog := p.programs[row.program]
		if prog == nil {
			prog = &program{}
			p.programs[row.program] = prog
		}
		r := &rule{template: compileTemplate(row.text), authPattern: row}
		if first := r.literals[0]; first != "" {
			prog.byFirst[first[0]] = append(prog.byFirst[first[0]], r)
		} else {
			prog.any = append(prog.any, r)
		}
	}
	return p, nil
}

// syslogLine is a line cut into its parts.
type syslogLine struct {
	timestamp string
	unix      int64
	host      string
	program   string // as logged
	pid       int64  // 0 when absent
	message   []byte
}

// ParseLine turns one line into a record.
func (p *authLog) ParseLine(line []byte, number int64) (Record, error) {
	if !utf8.Valid(line) {
		return Record{}, reject(number, "invalid UTF-8")
	}
	if bytes.IndexByte(line, 0) >= 0 {
		return Record{}, reject(number, "NUL character")
	}
	l, why := p.cut(line)
	if why != "" {
		return Record{}, reject(number, "%s", why)
	}
	name := programAlias(l.program)
	msg, repeat := unrepeat(l.message)
	r := p.find(name, msg)
	rec := Record{Source: name, Timestamp: l.timestamp, EventType: programType(name), Line: number}
	if name == "" {
		rec.Source = "syslog"
	}
	if r != nil {
		rec.EventType = r.eventType
	}
	rec.SourceEventID = p.ids.id(line, l.timestamp)
	companion := r != nil && r.program == "*" && r.count == eachLine && reportsFailures(name)
	if companion {
		rec.EventType = typeSyslog
	}
	rec.Payload = p.payload(&l, name, r, repeat, companion)
	return rec, nil
}

// cut takes the line apart; why is set when it is no syslog line.
func (p *authLog) cut(line []byte) (l syslogLine, why string) {
	text, unix, rest, ok := p.times.read(line)
	if !ok {
		return l, "no syslog prefix: expected a time as in \"Mar 27 13:06:56\" or RFC 3339"
	}
	host, rest, _ := bytes.Cut(bytes.TrimLeft(rest, " "), []byte{' '})
	if len(host) == 0 || len(host) > 255 {
		return l, "no syslog prefix: the host name is missing"
	}
	l = syslogLine{timestamp: text, unix: unix, host: p.intern(host)}
	l.program, l.pid, l.message = p.cutTag(rest)
	return l, ""
}

// cutTag reads "program[pid]: "; without such a tag the rest is all message.
func (p *authLog) cutTag(rest []byte) (program string, pid int64, message []byte) {
	end := bytes.IndexAny(rest[:min(len(rest), 64)], " :[")
	if end <= 0 || rest[end] == ' ' {
		return "", 0, rest
	}
	name, after := rest[:end], rest[end:]
	if after[0] == '[' {
		closing := bytes.IndexByte(after[:min(len(after), 24)], ']')
		if closing < 0 {
			return "", 0, rest
		}
		pid, _ = strconv.ParseInt(string(after[1:closing]), 10, 64)
		after = after[closing+1:]
	}
	if len(after) == 0 || after[0] != ':' {
		return "", 0, rest
	}
	return p.intern(name), pid, bytes.TrimLeft(after[1:], " ")
}

// maxNames bounds the interned names; hosts and programs are few in honest logs.
const maxNames = 4096

func (p *authLog) intern(b []byte) string {
	if s, ok := p.names[string(b)]; ok {
		return s
	}
	if len(p.names) >= maxNames {
		clear(p.names)
	}
	s := string(b)
	p.names[s] = s
	return s
}

// unrepeat unwraps rsyslog's "message repeated N times: [ message]".
func unrepeat(msg []byte) (inner []byte, n int64) {
	rest, ok := bytes.CutPrefix(msg, []byte("message repeated "))
	if !ok {
		return msg, 1
	}
	count, rest, ok := bytes.Cut(rest, []byte(" times: ["))
	n, err := strconv.ParseInt(string(count), 10, 32)
	if !ok || err != nil || n < 1 || len(rest) == 0 || rest[len(rest)-1] != ']' {
		return msg, 1
	}
	return bytes.TrimLeft(rest[:len(rest)-1], " "), n
}

// find returns the first row that fits, nil when none does.
func (p *authLog) find(name string, msg []byte) *rule {
	if len(msg) == 0 {
		return nil
	}
	for _, key := range [...]string{name, "*"} {
		prog := p.programs[key]
		if prog == nil {
			continue
		}
		for _, r := range prog.byFirst[msg[0]] {
			if r.match(msg, &p.got) {
				return r
			}
		}
		for _, r := range prog.any {
			if r.match(msg, &p.got) {
				return r
			}
		}
	}
	return nil
}

// payload writes the event: what the line says in its own words, and the
// normalised members.
func (p *authLog) payload(l *syslogLine, name string, r *rule, repeat int64, companion bool) []byte {
	b := p.buf[:0]
	b = append(b, `{"message":`...)
	b = jsondoc.AppendString(b, string(l.message))
	b = appendText(b, "program", l.program)
	if l.pid != 0 {
		b = append(b, `,"pid":`...)
		b = strconv.AppendInt(b, l.pid, 10)
	}
	b = appendText(b, "host", l.host)
	if r != nil {
		b = appendText(b, "action", r.action)
		b = appendText(b, "outcome", r.outcome)
		n := repeat
		for i := range r.captures {
			b, n = appendCapture(b, r.captures[i].name, p.got[i], n)
		}
		if repeat > 1 {
			b = append(b, `,"repeated":`...)
			b = strconv.AppendInt(b, repeat, 10)
		}
		if counted, ok := p.failures(l, r, n, companion); ok {
			b = append(b, `,"failed_auths":`...)
			b = strconv.AppendInt(b, counted, 10)
		}
	}
	b = append(b, '}')
	p.buf = b
	return bytes.Clone(b)
}

// failures gives the failed_auths of a line and whether it has that member.
func (p *authLog) failures(l *syslogLine, r *rule, n int64, companion bool) (int64, bool) {
	if companion {
		return 0, false
	}
	switch r.count {
	case eachLine:
		return n, true
	case attempt:
		return p.conns.attempt(l, n), true
	case hint:
		return p.conns.hint(l), true
	}
	if r.eventType == typeAuth && r.outcome == success {
		p.conns.forget(l)
	}
	return 0, false
}

// appendCapture adds a capture under its normalised name; {n} multiplies the
// number of failures instead.
func appendCapture(b []byte, name string, value []byte, n int64) ([]byte, int64) {
	switch name {
	case "n":
		if k, err := strconv.ParseInt(string(value), 10, 32); err == nil && k >= 0 {
			n *= k
		}
		return b, n
	case "plural", "what":
		return b, n
	case "ip":
		return appendPeer(b, value), n
	case "port":
		if port, err := strconv.ParseUint(string(value), 10, 16); err == nil {
			b = append(b, `,"src_port":`...)
			b = strconv.AppendUint(b, port, 10)
		}
		return b, n
	case "user":
		// Newer PAM writes root(uid=0).
		if i := bytes.Index(value, []byte("(uid=")); i > 0 {
			value = value[:i]
		}
	case "detail":
		return appendDetail(b, value), n
	}
	if name == "command" {
		return appendText(b, name, string(value)), n
	}
	return appendText(b, name, bounded(string(value))), n
}

// appendDetail reads "logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.1".
func appendDetail(b, detail []byte) []byte {
	if i := bytes.Index(detail, []byte("rhost=")); i >= 0 {
		host, _, _ := bytes.Cut(detail[i+len("rhost="):], []byte{' '})
		b = appendPeer(b, host)
	}
	return b
}

// appendPeer adds an address as src_ip, a name as src_host.
func appendPeer(b, peer []byte) []byte {
	if ip := address(string(peer)); ip != "" {
		return appendText(b, "src_ip", ip)
	}
	return appendText(b, "src_host", bounded(string(peer)))
}
