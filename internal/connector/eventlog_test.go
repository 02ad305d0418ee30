package connector

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frostgate.io/frostgate/internal/evtx/evtxtest"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/testdata"
)

// logons is a file with three failed logons, the second of which has no time.
func logons() []byte {
	el := func(name string, content ...any) *evtxtest.Element {
		return &evtxtest.Element{Name: name, Content: content}
	}
	attr := func(e *evtxtest.Element, name string, content ...any) *evtxtest.Element {
		e.Attrs = append(e.Attrs, evtxtest.Attr{Name: name, Content: content})
		return e
	}
	sub := func(id int) evtxtest.Sub { return evtxtest.Sub{ID: id, Type: 1, Optional: true} }
	tmpl := &evtxtest.Template{Root: el(
		"Event",
		el("System", el("EventID", sub(0)), attr(el("TimeCreated"), "SystemTime", sub(1)), el("EventRecordID", sub(2)), el("Channel", "Security"), el("Computer", "dc")),
		el("EventData", attr(el("Data", sub(3)), "Name", "TargetUserName"), attr(el("Data", "203.0.113.7"), "Name", "IpAddress")),
	)}
	text := func(s string) evtxtest.Value { return evtxtest.Value{Type: 1, Data: evtxtest.UTF16(s)} }
	id := evtxtest.Value{Type: 6, Data: []byte{0x11, 0x12}}
	at := evtxtest.Value{Type: 0x11, Data: []byte{0, 0x80, 0xca, 0x1f, 0xda, 0x8f, 0xda, 1}}
	var b evtxtest.Builder
	for i, t := range []evtxtest.Value{at, {}, at} {
		number := evtxtest.Value{Type: 0x0a, Data: []byte{byte(41 + i), 0, 0, 0, 0, 0, 0, 0}}
		b.Record(tmpl, id, t, number, text("anna"))
	}
	return b.Bytes()
}

func TestEventLog(t *testing.T) {
	t.Parallel()
	raw := logons()
	var zipped bytes.Buffer
	zw := gzip.NewWriter(&zipped)
	_, _ = zw.Write(raw)
	_ = zw.Close()
	for name, in := range map[string][]byte{"plain": raw, "gzip": zipped.Bytes()} {
		p, kind, err := Open(bytes.NewReader(in), name, "", Options{})
		if err != nil || kind != EVTX {
			t.Fatalf("%s: %s, %v", name, kind, err)
		}
		recs, bad := drain(t, p)
		if len(recs) != 2 || len(bad) != 1 {
			t.Fatalf("%s: %d records, %v", name, len(recs), bad)
		}
		if bad[0].Line != 2 || !strings.Contains(bad[0].Reason, "record 42: no time") {
			t.Errorf("%s: %v", name, bad[0])
		}
		want := Record{
			Source: "windows", Timestamp: recs[0].Timestamp, EventType: "auth", SourceEventID: "dc|Security|43", Line: 3,
			Payload: []byte(`{"Event":{"System":{"EventID":4625,"TimeCreated":{"#attributes":{"SystemTime":"` + recs[0].Timestamp + `"}},"EventRecordID":43,"Channel":"Security","Computer":"dc"},` +
				`"EventData":{"TargetUserName":"anna","IpAddress":"203.0.113.7"}},` +
				`"src_ip":"203.0.113.7","user":"anna","host":"dc","action":"logon","outcome":"failure","failed_auths":1}`),
		}
		if diff := cmp.Diff(want, recs[1]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// A file that breaks off gives what it held and one rejection.
func TestEventLogThatBreaksOff(t *testing.T) {
	t.Parallel()
	raw := logons()
	p, _, err := Open(bytes.NewReader(raw[:5000]), "x.evtx", "", Options{})
	if err != nil {
		t.Fatal(err)
	}
	recs, bad := drain(t, p)
	if len(recs) != 0 && len(bad) == 0 || !strings.Contains(bad[0].Reason, "byte 4096: the file ends within a chunk") {
		t.Errorf("%d records, %v", len(recs), bad)
	}
	if _, _, err := Open(strings.NewReader("{}\n"), "x.json", EVTX, Options{}); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("text as EVTX: %v", err)
	}
	if _, err := OpenLines(EVTX, Options{}); fault.CodeOf(err) != fault.Invalid || !strings.Contains(err.Error(), "frostgate ingest") {
		t.Errorf("lines of EVTX: %v", err)
	}
}

// TestRealEventLogs turns every real file into requests.
func TestRealEventLogs(t *testing.T) {
	t.Parallel()
	files, records := 0, 0
	packed := content(t, filepath.Join(testdata.Dir(t), "events", "sigmahq-regression", "evtx.tar.gz"))
	for tr := tar.NewReader(bytes.NewReader(packed)); ; {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		p, kind, err := Open(tr, h.Name, "", Options{})
		if err != nil || kind != EVTX {
			t.Fatalf("%s: %s, %v", h.Name, kind, err)
		}
		recs, bad := drain(t, p)
		if len(bad) != 0 || len(recs) == 0 {
			t.Errorf("%s: %d records, %v", h.Name, len(recs), bad)
		}
		for i := range recs {
			checkRequest(t, &recs[i], recs[i].AppendRequest(nil))
		}
		files++
		records += len(recs)
	}
	if files != 100 || records != 119 {
		t.Errorf("%d files with %d records", files, records)
	}
}

func FuzzEventLog(f *testing.F) {
	fuzz(f, EVTX, string(logons()))
}
