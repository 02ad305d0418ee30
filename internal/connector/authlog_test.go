package connector

import (
	"strings"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/jsondoc"
)

// lines parses text with a kind given and returns records and rejections.
func lines(t testing.TB, kind Kind, text string) ([]Record, []*LineError) {
	t.Helper()
	p, _, err := Open(strings.NewReader(text), "test", kind, Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return drain(t, p)
}

func field(t testing.TB, payload []byte, name string) string {
	t.Helper()
	d, err := jsondoc.Parse(payload, jsondoc.Limits{})
	if err != nil {
		t.Fatalf("%v: %s", err, payload)
	}
	return scalar(d.Root().Get(name))
}

func TestAuthLogMessages(t *testing.T) {
	t.Parallel()
	const in = " from 192.0.2.7 port 40022 ssh2"
	cases := []struct {
		line   string // after time and host
		typ    string
		source string
		want   string // "name=value" of the payload, blank-separated; name= is absence
	}{
		{"sshd[7]: Accepted password for maren" + in, "auth", "sshd", "action=login outcome=success user=maren src_ip=192.0.2.7 src_port=40022 method=password failed_auths="},
		{"sshd[7]: Accepted publickey for maren" + in + ": ED25519 SHA256:abc", "auth", "sshd", "method=publickey user=maren"},
		{"sshd-session[7]: Failed password for maren" + in, "auth", "sshd", "outcome=failure failed_auths=1 program=sshd-session"},
		{"sshd[7]: Failed keyboard-interactive/pam for invalid user guest" + in, "auth", "sshd", "user=guest failed_auths=1 method=keyboard-interactive/pam"},
		{"sshd[7]: Failed none for invalid user guest" + in, "syslog", "sshd", "failed_auths="},
		{"sshd[7]: message repeated 5 times: [ Failed password for root" + in + "]", "auth", "sshd", "failed_auths=5 repeated=5 user=root src_ip=192.0.2.7"},
		// The name that the client sent can't pass for the address.
		{"sshd[7]: Failed password for invalid user x from 198.51.100.1 port 22 ssh2" + in, "auth", "sshd", "src_ip=192.0.2.7 failed_auths=1"},
		{"sshd[7]: Invalid user x from 198.51.100.1 from 192.0.2.7 port 1", "auth", "sshd", "src_ip=192.0.2.7 failed_auths=1"},
		{"sshd[7]: Invalid user  from 192.0.2.7", "auth", "sshd", "src_ip=192.0.2.7 user= failed_auths=1"},
		{"sshd[7]: Failed password for root from 2001:db8::7 port 1 ssh2", "auth", "sshd", "src_ip=2001:db8::7"},
		{"sshd[7]: User root from 192.0.2.7 not allowed because not listed in AllowUsers", "auth", "sshd", "user=root failed_auths=1"},
		{"sshd[7]: pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.7  user=root", "syslog", "sshd", "failed_auths= src_ip=192.0.2.7 user=root"},
		{"sshd[7]: PAM 2 more authentication failures; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.7  user=root", "syslog", "sshd", "failed_auths="},
		{"vsftpd[7]: pam_unix(vsftpd:auth): authentication failure; logname= uid=0 euid=0 tty=ftp ruser=x rhost=192.0.2.7  user=maren", "auth", "vsftpd", "failed_auths=1 src_ip=192.0.2.7 user=maren"},
		{"vsftpd[7]: PAM 2 more authentication failures; logname= uid=0 euid=0 tty=ftp ruser= rhost=host.example.org", "auth", "vsftpd", "failed_auths=2 src_host=host.example.org src_ip="},
		{"sshd[7]: Connection closed by authenticating user root 192.0.2.7 port 1 [preauth]", "syslog", "sshd", "user=root src_ip=192.0.2.7"},
		{"su[7]: Successful su for root by maren", "auth", "su", "outcome=success user=root by=maren"},
		{"su[7]: FAILED SU (to root) maren on pts/0", "auth", "su", "outcome=failure failed_auths=1 by=maren"},
		{"login[7]: FAILED LOGIN (2) on '/dev/tty1' FOR 'root', Authentication failure", "auth", "login", "failed_auths=1 user=root"},
		{"sudo:    maren : TTY=pts/0 ; PWD=/srv ; USER=root ; COMMAND=/usr/bin/id", "sudo", "sudo", "user=maren run_as=root command=/usr/bin/id outcome=success"},
		{"sudo:    maren : 3 incorrect password attempts ; TTY=pts/0 ; PWD=/srv ; USER=root ; COMMAND=/usr/bin/id", "sudo", "sudo", "failed_auths=3 outcome=failure"},
		{"sudo:    maren : user NOT in sudoers ; TTY=pts/0 ; PWD=/srv ; USER=root ; COMMAND=/usr/bin/id", "sudo", "sudo", "outcome=failure failed_auths="},
		{"sudo: pam_unix(sudo:session): session opened for user root(uid=0) by maren(uid=1000)", "session", "sudo", "user=root action=session_opened"},
		{"CRON[7]: pam_unix(cron:session): session opened for user root by (uid=0)", "cron", "CRON", "user=root"},
		{"cron[7]: (root) CMD (run-parts /etc/cron.hourly)", "cron", "CRON", "user=root command=run-parts"},
		{"systemd-logind[7]: New session 12 of user maren.", "session", "systemd-logind", "user=maren session=12"},
		{"useradd[7]: new user: name=tilda, UID=1001, GID=1001, home=/home/tilda, shell=/bin/sh", "account_change", "useradd", "user=tilda action=user_added"},
		{"userdel[7]: something new", "account_change", "userdel", "action="},
		{"kernel: something", "syslog", "kernel", "program=kernel"},
		{"no tag at all", "syslog", "syslog", "program= message=no"},
	}
	for _, c := range cases {
		recs, bad := lines(t, AuthLog, "Mar  7 03:04:05 gate01 "+c.line+"\n")
		if len(bad) != 0 || len(recs) != 1 {
			t.Errorf("%q: %v", c.line, bad)
			continue
		}
		r := recs[0]
		if r.EventType != c.typ || r.Source != c.source || r.Timestamp != "2026-03-07T03:04:05Z" {
			t.Errorf("%q: type %s source %s time %s", c.line, r.EventType, r.Source, r.Timestamp)
		}
		for _, w := range strings.Fields(c.want) {
			name, want, _ := strings.Cut(w, "=")
			if got := field(t, r.Payload, name); got != want && !(name == "message" || name == "command") {
				t.Errorf("%q: %s is %q, want %q", c.line, name, got, want)
			}
		}
	}
}

// A tail outlives New Year: its clock is asked for every line.
func TestYearMovesOnWithTheClock(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 12, 31, 23, 0, 0, 0, time.UTC)
	p, err := OpenLines(AuthLog, Options{NowFunc: func() domain.Micros { return domain.Micros(at.UnixMicro()) }})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"2026-12-31T22:59:58Z", "2027-01-01T00:00:01Z"} {
		parsed, _ := time.Parse(time.RFC3339, want)
		r, err := p.ParseLine([]byte(parsed.Format(time.Stamp)+" gate01 sshd[1]: x"), 1)
		if err != nil || r.Timestamp != want {
			t.Errorf("got %s %v, want %s", r.Timestamp, err, want)
		}
		at = at.Add(90 * time.Minute)
	}
}

// A name as long as the attacker likes still gives an event that the pipeline takes.
func TestLongNamesAreCut(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ö", 400)
	recs, bad := lines(t, AuthLog, "Mar 7 03:04:05 gate01 sshd[7]: Failed password for invalid user "+long+" from 192.0.2.7 port 1 ssh2\n")
	if len(recs) != 1 {
		t.Fatal(bad)
	}
	if user := field(t, recs[0].Payload, "user"); user != strings.Repeat("ö", 127) {
		t.Errorf("user has %d bytes", len(user))
	}
	if !strings.Contains(field(t, recs[0].Payload, "message"), long) || field(t, recs[0].Payload, "failed_auths") != "1" {
		t.Errorf("payload: %s", recs[0].Payload)
	}
}

// One connection's attempts count once, whatever sshd says about them.
func TestConnectionCountsOnce(t *testing.T) {
	t.Parallel()
	at := func(clock, msg string) string { return "Mar 7 " + clock + " gate01 sshd" + msg + "\n" }
	const who = " guest from 192.0.2.7 port 40022"
	cases := []struct {
		name, log string
		want      string
	}{
		{"invalid user, then two passwords", at("03:00:00", "[7]: Invalid user"+who) +
			at("03:00:01", "[7]: Failed password for invalid user"+who+" ssh2") +
			at("03:00:02", "[7]: Failed password for invalid user"+who+" ssh2"), "1 0 1"},
		{"invalid user, repeated line, maximum", at("03:00:00", "[7]: Invalid user"+who) +
			at("03:00:01", "[7]: message repeated 3 times: [ Failed password for invalid user"+who+" ssh2]") +
			at("03:00:02", "[7]: error: maximum authentication attempts exceeded for invalid user"+who+" ssh2 [preauth]"), "1 2 0"},
		{"no attempt is shown", at("03:00:00", "[7]: error: maximum authentication attempts exceeded for root from 192.0.2.7 port 1 ssh2 [preauth]"), "1"},
		{"two connections", at("03:00:00", "[7]: Invalid user"+who) + at("03:00:00", "[8]: Invalid user"+who), "1 1"},
		{"a process number comes round", at("03:00:00", "[7]: Invalid user"+who) + at("03:30:00", "[7]: Failed password for root from 192.0.2.7 port 1 ssh2"), "1 1"},
		{"without a process number", at("03:00:00", ": Invalid user"+who) + at("03:00:00", ": Failed password for invalid user"+who+" ssh2"), "0 1"},
	}
	for _, c := range cases {
		recs, _ := lines(t, AuthLog, c.log)
		var got []string
		for _, r := range recs {
			got = append(got, field(t, r.Payload, "failed_auths"))
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: counted %s, want %s", c.name, s, c.want)
		}
	}
}

func TestYearOfLines(t *testing.T) {
	t.Parallel()
	at := func(y int, m time.Month, d, h, mi int) domain.Micros {
		return domain.Micros(time.Date(y, m, d, h, mi, 0, 0, time.UTC).UnixMicro())
	}
	east := time.FixedZone("", 2*3600)
	cases := []struct {
		now   domain.Micros
		zone  *time.Location
		stamp string
		want  string // empty: refused
	}{
		{at(2026, 11, 21, 22, 0), nil, "Nov 21 21:59:59", "2026-11-21T21:59:59Z"},
		{at(2026, 11, 21, 22, 0), nil, "Nov 21 22:05:00", "2026-11-21T22:05:00Z"}, // inside the tolerated skew
		{at(2026, 11, 21, 22, 0), nil, "Nov 21 22:05:01", "2025-11-21T22:05:01Z"},
		{at(2026, 11, 21, 22, 0), nil, "Dec 31 23:59:59", "2025-12-31T23:59:59Z"},
		{at(2026, 12, 31, 23, 58), nil, "Jan  1 00:01:00", "2027-01-01T00:01:00Z"},
		{at(2026, 11, 21, 22, 0), nil, "Feb 29 12:00:00", "2024-02-29T12:00:00Z"},
		{at(2103, 11, 21, 22, 0), nil, "Feb 29 12:00:00", "2096-02-29T12:00:00Z"},
		{at(2026, 11, 21, 22, 0), east, "Nov 22 00:00:00", "2026-11-21T22:00:00Z"},
		{at(2026, 11, 21, 22, 0), nil, "2017-03-04T05:06:07.123400+02:00", "2017-03-04T03:06:07.123400Z"},
		{at(2026, 11, 21, 22, 0), nil, "<86>2017-03-04T05:06:07Z", "2017-03-04T05:06:07Z"},
		{at(2026, 11, 21, 22, 0), nil, "<86>Mar 4 05:06:07", "2026-03-04T05:06:07Z"},
		{at(2026, 11, 21, 22, 0), nil, "Feb 30 12:00:00", ""},
		{at(2026, 11, 21, 22, 0), nil, "Mar 4 25:00:00", ""},
		{at(2026, 11, 21, 22, 0), nil, "2017-13-04T05:06:07Z", ""},
	}
	for _, c := range cases {
		p, err := OpenLines(AuthLog, Options{Now: c.now, Zone: c.zone})
		if err != nil {
			t.Fatal(err)
		}
		r, err := p.ParseLine([]byte(c.stamp+" gate01 sshd[1]: x"), 1)
		if r.Timestamp != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%s: got %q %v, want %q", c.stamp, r.Timestamp, err, c.want)
		}
	}
}

func TestAuthLogRejects(t *testing.T) {
	t.Parallel()
	recs, bad := lines(t, AuthLog, "Mar 7 03:04:05 gate01 sshd[1]: ok\n\n  \nhello\nMar 7 03:04:05\nMar 7 03:04:05 h \xff\xfe\nMar 7 03:04:05 h a\x00b\r\nMar 7 03:04:06 gate01 sshd[1]: ok\r\n")
	if len(recs) != 2 || recs[1].Line != 8 {
		t.Errorf("records: %+v", recs)
	}
	want := []string{"line 4: no syslog prefix", "line 5: no syslog prefix", "line 6: invalid UTF-8", "line 7: NUL character"}
	if len(bad) != len(want) {
		t.Fatalf("rejected: %v", bad)
	}
	for i, w := range want {
		if !strings.HasPrefix(bad[i].Error(), w) {
			t.Errorf("rejection %q, want %q", bad[i], w)
		}
	}
}

// Identical lines stay apart, and reading again gives the same identifiers.
func TestIdenticalLinesStayApart(t *testing.T) {
	t.Parallel()
	const line = "Mar 7 03:04:05 gate01 sshd[1]: Failed password for root from 192.0.2.7 port 1 ssh2\n"
	const later = "Mar 7 03:04:06 gate01 sshd[1]: x\n"
	a, _ := lines(t, AuthLog, line+line+later+line)
	b, _ := lines(t, AuthLog, line+line+later+line)
	ids := map[string]int{}
	for i := range a {
		if a[i].SourceEventID != b[i].SourceEventID {
			t.Errorf("line %d has another identifier the second time", i+1)
		}
		ids[a[i].SourceEventID]++
	}
	if !strings.HasSuffix(a[0].SourceEventID, ":1") || !strings.HasSuffix(a[1].SourceEventID, ":2") {
		t.Errorf("ordinals: %s %s", a[0].SourceEventID, a[1].SourceEventID)
	}
	// The count is forgotten with the second: the fourth line is the first again.
	if len(ids) != 3 || a[3].SourceEventID != a[0].SourceEventID {
		t.Errorf("identifiers: %v", ids)
	}
}
