package connector

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/jsondoc"
	"frostgate.io/frostgate/internal/testdata"
)

// now stands for the time of ingestion in all tests.
var now = domain.Micros(time.Date(2026, 11, 21, 22, 0, 0, 0, time.UTC).UnixMicro())

// file opens a real file and the parser on it, its kind detected.
func file(t testing.TB, want Kind, parts ...string) Parser {
	t.Helper()
	path := filepath.Join(append([]string{testdata.Dir(t), "events"}, parts...)...)
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	p, kind, err := Open(f, path, "", Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	if kind != want {
		t.Fatalf("%s: detected %s, want %s", path, kind, want)
	}
	return p
}

// drain reads a parser to its end.
func drain(t testing.TB, p Parser) (recs []Record, bad []*LineError) {
	t.Helper()
	for {
		r, err := p.Next()
		var line *LineError
		switch {
		case errors.Is(err, io.EOF):
			return recs, bad
		case errors.As(err, &line):
			bad = append(bad, line)
		case err != nil:
			t.Fatal(err)
		default:
			recs = append(recs, r)
		}
	}
}

// Every real event becomes a request that the server's strict parser accepts, with
// nothing rejected, and the identifiers are as distinct as the events are.
func TestRealFiles(t *testing.T) {
	t.Parallel()
	cases := []struct {
		folder, file string
		kind         Kind
		events       int
		distinct     int // distinct source_event_id
		byType       map[string]int
	}{
		{"cloudtrail-invictus", "events.jsonl.gz", CloudTrail, 1325, 1325, map[string]int{"cloudtrail": 1323, "auth": 2}},
		{"cloudtrail-invictus", "records.json.gz", CloudTrail, 1325, 1325, map[string]int{"cloudtrail": 1323, "auth": 2}},
		{"cloudtrail-mordor", "events.jsonl.gz", CloudTrail, 80, 80, map[string]int{"cloudtrail": 80}},
		{"elastic-authlog", "events.log", AuthLog, 3560, 3560, map[string]int{
			// 166 accepted + 7 su + 200 failed + 90 invalid user + 65 maximum, by grep
			"auth": 528, "account_change": 470, "cron": 184, "session": 1081, "sudo": 109, "syslog": 1188,
		}},
		{"evtx-attack-samples", "events.jsonl.gz", WinEvent, 3756, 3756, nil},
		// 16 lines stand in this corpus twice, byte for byte; the record numbers say so.
		{"evtx-to-mitre-attack", "events.jsonl.gz", WinEvent, 4607, 4591, nil},
		// As above: 116 repeats.
		{"splunk-capattack", "events.jsonl.gz", WinEvent, 6915, 6799, nil},
		{"splunk-nxlog", "events.jsonl.gz", WinEvent, 9508, 9508, nil},
		// 24,560 lines without a record number, many of them alike: told apart by ordinal.
		{"mordor", "events.jsonl.gz", WinEvent, 68754, 68754, nil},
	}
	for _, c := range cases {
		t.Run(c.folder+"/"+c.file, func(t *testing.T) {
			t.Parallel()
			recs, bad := drain(t, file(t, c.kind, c.folder, c.file))
			for _, b := range bad[:min(len(bad), 3)] {
				t.Errorf("rejected: %v", b)
			}
			if len(recs) != c.events || len(bad) != 0 {
				t.Fatalf("%d records, %d rejected; want %d and none", len(recs), len(bad), c.events)
			}
			ids, types := map[string][]byte{}, map[string]int{}
			var doc jsondoc.Doc
			var req []byte
			for i := range recs {
				r := &recs[i]
				if same, ok := ids[r.SourceEventID]; ok && !bytes.Equal(same, r.Payload) {
					t.Errorf("line %d: %s names two different events", r.Line, r.SourceEventID)
				}
				ids[r.SourceEventID] = r.Payload
				types[r.EventType]++
				req = r.AppendRequest(req[:0])
				if err := doc.Parse(req, jsondoc.Limits{}); err != nil {
					t.Fatalf("line %d: the server would refuse the request: %v\n%s", r.Line, err, req)
				}
				if _, err := time.Parse(time.RFC3339Nano, r.Timestamp); err != nil {
					t.Fatalf("line %d: %v", r.Line, err)
				}
				if r.Source == "" || r.SourceEventID == "" {
					t.Fatalf("line %d: incomplete: %+v", r.Line, r)
				}
			}
			t.Logf("types: %v", types)
			if len(ids) != c.distinct {
				t.Errorf("%d distinct source_event_id, want %d", len(ids), c.distinct)
			}
			if c.byType != nil {
				if d := cmp.Diff(c.byType, types); d != "" {
					t.Errorf("event types (-want +got):\n%s", d)
				}
			}
		})
	}
}

// Both forms of one CloudTrail delivery are the same events: importing the file and
// then its lines adds nothing.
func TestCloudTrailFormsAgree(t *testing.T) {
	t.Parallel()
	a, _ := drain(t, file(t, CloudTrail, "cloudtrail-invictus", "records.json.gz"))
	b, _ := drain(t, file(t, CloudTrail, "cloudtrail-invictus", "events.jsonl.gz"))
	byID := map[string]*Record{}
	for i := range a {
		byID[a[i].SourceEventID] = &a[i]
	}
	for i := range b {
		want := byID[b[i].SourceEventID]
		if want == nil {
			t.Fatalf("event %s is in one form only", b[i].SourceEventID)
		}
		if canonical(t, want.Payload) != canonical(t, b[i].Payload) || want.Timestamp != b[i].Timestamp {
			t.Fatalf("event %s differs between the forms", b[i].SourceEventID)
		}
	}
}

func canonical(t testing.TB, b []byte) string {
	t.Helper()
	d, err := jsondoc.Parse(b, jsondoc.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return string(d.Root().AppendCanonical(nil))
}

// The figures of the real auth.log, each found independently by grep and a script:
// 196 lines "Failed password" and 4 "Failed publickey", of which 6 are "message
// repeated" for 27 attempts: 221 attempts. By connection (process number, which
// comes round once in these five days), the greater of its attempts and one for an
// "Invalid user" or "maximum authentication attempts" line: 339.
func TestRealAuthLogFailures(t *testing.T) {
	t.Parallel()
	recs, _ := drain(t, file(t, AuthLog, "elastic-authlog", "events.log"))
	var counted int64
	got := map[string]int{}
	for i := range recs {
		d, err := jsondoc.Parse(recs[i].Payload, jsondoc.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		root := d.Root()
		n, _ := root.Get("failed_auths").Int64()
		counted += n
		action := firstText(root, "action") + " " + firstText(root, "outcome")
		if recs[i].EventType == "auth" {
			got[action]++
			if recs[i].Source == "sshd" && firstText(root, "src_ip") == "" {
				t.Errorf("line %d: no source address: %s", recs[i].Line, recs[i].Payload)
			}
		}
	}
	want := map[string]int{
		"login success": 166, "login failure": 200, "invalid_user failure": 90, "max_attempts failure": 65, "su success": 7,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("auth lines (-want +got):\n%s", d)
	}
	if counted != 339 {
		t.Errorf("%d failures counted, want 339", counted)
	}
}

// Sysmon events of the flat form carry their time twice: once in UTC, once in the
// host's local time. The inferred zone makes both agree.
func TestShipperZoneAgreesWithSysmon(t *testing.T) {
	t.Parallel()
	recs, _ := drain(t, file(t, WinEvent, "mordor", "events.jsonl.gz"))
	checked := 0
	for i := range recs {
		d, err := jsondoc.Parse(recs[i].Payload, jsondoc.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		root := d.Root()
		zone, ok := shipperZone(root)
		if !ok || firstText(root, "UtcTime") == "" {
			continue
		}
		local, ok := utcText(firstText(root, "EventTime"), zone)
		if !ok {
			t.Fatalf("line %d: EventTime", recs[i].Line)
		}
		a, _ := time.Parse(time.RFC3339Nano, local)
		b, _ := time.Parse(time.RFC3339Nano, recs[i].Timestamp)
		if a.Sub(b).Abs() > 2*time.Minute {
			t.Fatalf("line %d: %s against %s", recs[i].Line, local, recs[i].Timestamp)
		}
		checked++
	}
	if checked < 20000 {
		t.Fatalf("only %d events checked", checked)
	}
}
