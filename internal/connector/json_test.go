package connector

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/fault"
)

const trailRecord = `{"eventVersion":"1.09","userIdentity":{"type":"IAMUser","userName":"ines"},"eventTime":"2026-03-04T05:06:07Z",` +
	`"eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","sourceIPAddress":"192.0.2.9","errorMessage":"Failed authentication",` +
	`"responseElements":{"ConsoleLogin":"Failure"},"requestID":9007199254740993,"eventID":"e-1"}`

func TestCloudTrailMapping(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, record string
		typ          string
		want         string
	}{
		{"failed console login", trailRecord, "auth", "src_ip=192.0.2.9 user=ines action=signin:ConsoleLogin outcome=failure failed_auths=1 requestID=9007199254740993"},
		{
			"assumed role", `{"eventSource":"s3.amazonaws.com","eventName":"GetObject","eventTime":"2026-03-04T05:06:07Z","eventID":"e","sourceIPAddress":"cloudtrail.amazonaws.com",
			"userIdentity":{"type":"AssumedRole","arn":"arn:aws:sts::1:assumed-role/reader/s","sessionContext":{"sessionIssuer":{"userName":"reader"}}}}`,
			"cloudtrail", "user=reader action=s3:GetObject outcome=success src_ip= failed_auths=",
		},
		{
			"root", `{"eventSource":"iam.amazonaws.com","eventName":"X","eventTime":"2026-03-04 05:06:07.000","eventID":"e","userIdentity":{"type":"Root","principalId":"1"},"errorCode":"AccessDenied"}`,
			"cloudtrail", "user=root outcome=failure",
		},
		{
			"nothing is overwritten", `{"eventSource":"iam.amazonaws.com","eventName":"X","eventTime":"2026-03-04T05:06:07Z","eventID":"e","user":"mine","action":"mine","userIdentity":{"userName":"other"}}`,
			"cloudtrail", "user=mine action=mine",
		},
	}
	for _, c := range cases {
		recs, bad := lines(t, CloudTrail, strings.ReplaceAll(c.record, "\n", " "))
		if len(recs) != 1 {
			t.Errorf("%s: %v", c.name, bad)
			continue
		}
		if recs[0].EventType != c.typ || recs[0].Source != "aws.cloudtrail" || !strings.HasPrefix(recs[0].Timestamp, "2026-03-04T05:06:07") {
			t.Errorf("%s: %+v", c.name, recs[0])
		}
		for _, w := range strings.Fields(c.want) {
			name, want, _ := strings.Cut(w, "=")
			if got := field(t, recs[0].Payload, name); got != want {
				t.Errorf("%s: %s is %q, want %q", c.name, name, got, want)
			}
		}
		if !bytes.HasPrefix(recs[0].Payload, []byte(strings.ReplaceAll(c.record[:len(c.record)-1], "\n", " "))) {
			t.Errorf("%s: the original bytes changed: %s", c.name, recs[0].Payload)
		}
	}
}

// A delivered file is cut record by record; a broken or huge record costs only
// itself, and files may follow each other.
func TestCloudTrailFile(t *testing.T) {
	t.Parallel()
	pretty := strings.ReplaceAll(trailRecord, ",", ",\r\n  ")
	huge := `{"eventName":"` + strings.Repeat("x", 4000) + `"}`
	text := utf8BOM + " {\"Records\" : [" + trailRecord + ",\n{\"a\":tru}, 7 ," + huge + "," + pretty + `, {"s":"}]\"{"}` + `],"Next":{"x":[1,"]"]},"n":-1.5e3}` +
		`{"Records":[` + trailRecord + `]}`
	p, kind, err := Open(strings.NewReader(text), "test", "", Options{MaxLine: 2000})
	if err != nil || kind != CloudTrail {
		t.Fatal(kind, err)
	}
	recs, bad := drain(t, p)
	var reasons []string
	for _, b := range bad {
		reasons = append(reasons, b.Error())
	}
	if len(recs) != 3 || recs[1].Line != 5 || recs[2].Line != 7 || bytes.ContainsAny(recs[1].Payload, "\r\n") {
		t.Errorf("records: %d %+v", len(recs), recs)
	}
	want := []string{"line 2: ", "line 3: a JSON number", "line 4: record is longer than 2000", "line 6: no CloudTrail record"}
	if len(reasons) != len(want) {
		t.Fatalf("rejected: %q", reasons)
	}
	for i := range want {
		if !strings.HasPrefix(reasons[i], want[i]) {
			t.Errorf("rejection %q, want %q", reasons[i], want[i])
		}
	}
}

func TestCloudTrailFileCutOff(t *testing.T) {
	t.Parallel()
	whole := `{"Records":[` + trailRecord + "," + trailRecord + "]}"
	for cut := len(`{"Records":`); cut < len(whole); cut++ {
		p, _, err := Open(strings.NewReader(whole[:cut]), "test", "", Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, bad := drain(t, p); len(bad) != 1 {
			t.Fatalf("cut at %d: %d rejections, want one", cut, len(bad))
		}
	}
	p, _, _ := Open(strings.NewReader(`{"Records":[]} garbage`), "test", "", Options{})
	for range 2 {
		if _, err := p.Next(); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("garbage after the file: %v", err)
		}
	}
}

func TestWinEventMapping(t *testing.T) {
	t.Parallel()
	nested := func(channel, id, data string) string {
		return `{"Event":{"System":{"EventID":` + id + `,"TimeCreated":{"#attributes":{"SystemTime":"2026-03-04T05:06:07.1234567Z"}},` +
			`"EventRecordID":42,"Channel":"` + channel + `","Computer":"ws1.example.org"},"EventData":` + data + `}}`
	}
	cases := []struct {
		name, line string
		typ, time  string
		id         string // empty: hash and ordinal
		want       string
	}{
		{
			"failed logon", nested("security", "4625", `{"TargetUserName":"pia","SubjectUserName":"WS1$","IpAddress":"::ffff:192.0.2.5"}`), "auth", "2026-03-04T05:06:07.1234567Z",
			"ws1.example.org|security|42", "user=pia src_ip=192.0.2.5 outcome=failure failed_auths=1 action=logon host=ws1.example.org",
		},
		{
			"no address", nested("Security", `{"#text":"4625"}`, `{"TargetUserName":"pia","IpAddress":"-"}`), "auth", "2026-03-04T05:06:07.1234567Z",
			"ws1.example.org|Security|42", "src_ip= failed_auths=1",
		},
		{"kerberos success", nested("Security", "4768", `{"Status":"0x0","TargetUserName":"pia"}`), "auth", "2026-03-04T05:06:07.1234567Z", "ws1.example.org|Security|42", "outcome=success failed_auths="},
		{"kerberos failure", nested("Security", "4768", `{"Status":"0x6","TargetUserName":"pia"}`), "auth", "2026-03-04T05:06:07.1234567Z", "ws1.example.org|Security|42", "outcome=failure failed_auths=1"},
		{
			"process", nested("Microsoft-Windows-Sysmon/Operational", `"1"`, `{"User":"EX\\pia"}`), "process_creation", "2026-03-04T05:06:07.1234567Z",
			"ws1.example.org|Microsoft-Windows-Sysmon/Operational|42", `user=EX\pia`,
		},
		{"unknown", nested("Application", "9", `null`), "windows", "2026-03-04T05:06:07.1234567Z", "ws1.example.org|Application|42", "action="},
		{
			"flat, zone from the shipper", `{"EventTime":"2026-03-04 01:06:05","EventReceivedTime":"2026-03-04 01:06:07","@timestamp":"2026-03-04T05:06:07.250Z","Hostname":"ws2","Channel":"Security","EventID":4624,"RecordNumber":7,"host":"collector"}`,
			"auth", "2026-03-04T05:06:05Z", "ws2|Security|7", "host=collector outcome=success",
		},
		{"flat, no zone", `{"EventTime":"2026-03-04 01:06:05","Hostname":"ws2","Channel":"Security","EventID":"4688"}`, "process_creation", "2026-03-04T01:06:05Z", "", "host=ws2"},
		{
			"flat, Sysmon", `{"EventTime":"2026-03-04 01:06:05","UtcTime":"2026-03-04 05:06:05.125","Hostname":"ws2","Channel":"Microsoft-Windows-Sysmon/Operational","EventID":3,"SourceIp":"192.0.2.5"}`,
			"network_connection", "2026-03-04T05:06:05.125Z", "", "src_ip=192.0.2.5",
		},
		{
			"winlogbeat 6", `{"@timestamp":"2026-03-04T05:06:07.000Z","event_id":4625,"log_name":"Security","record_number":"8","computer_name":"ws3","event_data":{"TargetUserName":"pia"},"user":{"name":"x"}}`,
			"auth", "2026-03-04T05:06:07.000Z", "ws3|Security|8", "failed_auths=1 user=",
		},
		{
			"winlogbeat 7", `{"@timestamp":"2026-03-04T05:06:07.000Z","winlog":{"event_id":"4625","channel":"Security","record_id":8,"computer_name":"ws3","event_data":{"TargetUserName":"pia"}}}`,
			"auth", "2026-03-04T05:06:07.000Z", "ws3|Security|8", "failed_auths=1 user=pia",
		},
	}
	for _, c := range cases {
		p, kind, err := Open(strings.NewReader(c.line), "test", "", Options{})
		if err != nil || kind != WinEvent {
			t.Errorf("%s: detected %s, %v", c.name, kind, err)
			continue
		}
		recs, bad := drain(t, p)
		if len(recs) != 1 {
			t.Errorf("%s: %v", c.name, bad)
			continue
		}
		r := recs[0]
		if r.EventType != c.typ || r.Timestamp != c.time || c.id != "" && r.SourceEventID != c.id || c.id == "" && !strings.HasSuffix(r.SourceEventID, ":1") {
			t.Errorf("%s: %s %s %s", c.name, r.EventType, r.Timestamp, r.SourceEventID)
		}
		for _, w := range strings.Fields(c.want) {
			name, want, _ := strings.Cut(w, "=")
			if got := field(t, r.Payload, name); got != want {
				t.Errorf("%s: %s is %q, want %q", c.name, name, got, want)
			}
		}
	}
	_, bad := lines(t, WinEvent, `{"Event":{"System":{"EventID":1}}}`+"\n"+`{"Channel":"x"}`+"\n[]\n"+`{"a":1,"a":2}`)
	if len(bad) != 4 {
		t.Errorf("rejected: %v", bad)
	}
}

func TestNativePassesThrough(t *testing.T) {
	t.Parallel()
	const good = `{"source":"edge",  "event_type":"auth","event":{"n":9007199254740993}}`
	text := utf8BOM + good + "\r\n\n[1]\n{\"a\":1,\"a\":2}\n{\"x\":\"" + strings.Repeat("y", 300<<10) + "\"}\n{\"x\":\"\xff\"}\n" + good
	p, kind, err := Open(strings.NewReader(text), "test", "", Options{MaxLine: 200 << 10})
	if err != nil || kind != Native {
		t.Fatal(kind, err)
	}
	recs, bad := drain(t, p)
	if len(recs) != 2 || recs[0].Line != 1 || recs[1].Line != 7 || string(recs[1].AppendRequest(nil)) != good || string(recs[0].Native) != good {
		t.Errorf("records: %+v", recs)
	}
	want := []string{"line 3: a JSON array", "line 4: duplicate key", "line 5: line is longer", "line 6: invalid UTF-8"}
	if len(bad) != len(want) {
		t.Fatalf("rejected: %v", bad)
	}
	for i := range want {
		if !strings.HasPrefix(bad[i].Error(), want[i]) {
			t.Errorf("rejection %q, want %q", bad[i], want[i])
		}
	}
}

// The limit is exact, whatever the reader's buffer is.
func TestLineLimit(t *testing.T) {
	t.Parallel()
	for _, size := range []int{readBuffer - 1, readBuffer, readBuffer + 1, 3*readBuffer - 1, 3 * readBuffer} {
		for _, end := range []string{"", "\n", "\n{}\n"} {
			line := `{"x":"` + strings.Repeat("y", size-8) + `"}`
			for limit, want := range map[int]int{size - 1: 0, size: 1, size + 1: 1} {
				p, _, err := Open(strings.NewReader(line+end), "test", Native, Options{MaxLine: limit})
				if err != nil {
					t.Fatal(err)
				}
				recs, bad := drain(t, p)
				if n := len(recs) - strings.Count(end, "{}"); n != want || len(bad) != 1-want {
					t.Fatalf("size %d limit %d end %q: %d records, %v", size, limit, end, n, bad)
				}
			}
		}
	}
}

func TestOpenDetects(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, text string
		want       Kind
		refuse     string
	}{
		{"empty", "", Native, ""},
		{"blank", " \n\t\n", Native, ""},
		{"native", `{"event_type":"auth","payload":{}}`, Native, ""},
		{"native with an event member", `{"event":{"EventID":1,"Channel":"x"}}`, Native, ""},
		{"okta", `{"eventType":"user.session.start","actor":{},"outcome":{},"published":"2026-03-04T05:06:07Z"}`, JSONLog, ""},
		{"ecs", `{"@timestamp":"2026-03-04T05:06:07Z","event":{"code":"1"},"source":{"ip":"192.0.2.1"}}`, JSONLog, ""},
		{"trail line", trailRecord, CloudTrail, ""},
		{"trail file", `{ "Records": []}`, CloudTrail, ""},
		{"syslog", "Mar  7 03:04:05 h p: m", AuthLog, ""},
		{"a broken first line", "garbage\nMar  7 03:04:05 h p: m", AuthLog, ""},
		{"text", "hello world", "", "known format"},
		{"array", `[{"event_type":"auth"}]`, "", "known format"},
		{"evtx", "ElfFile\x00....", EVTX, ""},
		{"utf-16", "\xff\xfe{\x00", "", "UTF-16"},
		{"zip", "PK\x03\x04", "", "zip"},
		{"broken gzip", "\x1f\x8b\x00", "", "gzip"},
	}
	for _, c := range cases {
		_, kind, err := Open(strings.NewReader(c.text), "in.log", "", Options{Now: now})
		if kind != c.want || (err == nil) != (c.refuse == "") {
			t.Errorf("%s: %s, %v", c.name, kind, err)
		}
		if err != nil && (!strings.Contains(err.Error(), c.refuse) || fault.CodeOf(err) != fault.Invalid || !strings.Contains(err.Error(), "in.log")) {
			t.Errorf("%s: unhelpful refusal: %v", c.name, err)
		}
	}
	if _, _, err := Open(strings.NewReader(""), "x", "syslogd", Options{}); err == nil || !strings.Contains(err.Error(), "native, cloudtrail, authlog, winevent") {
		t.Errorf("unknown kind: %v", err)
	}
	if _, _, err := Open(strings.NewReader(""), "x", AuthLog, Options{}); err == nil {
		t.Error("authlog without the current time was accepted")
	}
}

// A damaged gzip file gives what it held and then an error, not silence.
func TestDamagedGzip(t *testing.T) {
	t.Parallel()
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	for range 20000 {
		_, _ = io.WriteString(w, `{"event_type":"auth","event":{"n":1}}`+"\n")
	}
	_ = w.Close()
	p, _, err := Open(bytes.NewReader(z.Bytes()[:z.Len()-20]), "x.gz", "", Options{})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for {
		_, err = p.Next()
		var line *LineError
		if errors.As(err, &line) {
			continue
		}
		if err != nil {
			break
		}
		n++
	}
	if fault.CodeOf(err) != fault.Invalid || !errors.Is(err, io.ErrUnexpectedEOF) || n < 10000 {
		t.Errorf("%d records, then %v", n, err)
	}
}

// endless gives n bytes of one letter.
type endless struct{ n int }

func (e *endless) Read(p []byte) (int, error) {
	if e.n == 0 {
		return 0, io.EOF
	}
	k := min(len(p), e.n)
	for i := range p[:k] {
		p[i] = 'a'
	}
	e.n -= k
	return k, nil
}

// A line or record without an end is read over, not held.
func TestEndlessInputIsNotHeld(t *testing.T) {
	t.Parallel()
	const size = 64 << 20
	in := io.MultiReader(strings.NewReader("{\"x\":\""), &endless{size}, strings.NewReader("\"}\n{\"event_type\":\"auth\"}\n"))
	p, _, err := Open(in, "test", Native, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if recs, bad := drain(t, p); len(recs) != 1 || len(bad) != 1 || recs[0].Line != 2 {
		t.Errorf("%d records, %v", len(recs), bad)
	}
	if held := cap(p.(*byLine).in.long); held > 2*DefaultMaxLine {
		t.Errorf("%d bytes held for a line", held)
	}
	in = io.MultiReader(strings.NewReader(`{"Records":[{"x":"`), &endless{size}, strings.NewReader(`"},`+trailRecord+`]}`))
	if p, _, err = Open(in, "test", CloudTrail, Options{}); err != nil {
		t.Fatal(err)
	}
	if recs, bad := drain(t, p); len(recs) != 1 || len(bad) != 1 || recs[0].Line != 2 {
		t.Errorf("%d records, %v", len(recs), bad)
	}
	if held := cap(p.(*trailFile).buf); held > 2*DefaultMaxLine {
		t.Errorf("%d bytes held for a record", held)
	}
}
