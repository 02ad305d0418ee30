package connector

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/jsondoc"
)

// fuzz runs whatever bytes through one kind ("" detects) and holds every parser to
// the same promises: it ends, every record is a strict JSON request on one line,
// the same bytes give the same records, and an original's members stay as they are.
func fuzz(f *testing.F, kind Kind, seeds ...string) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		first := consume(t, kind, data)
		second := consume(t, kind, data)
		if !slices.EqualFunc(first, second, bytes.Equal) {
			t.Error("a second reading gives other requests")
		}
	})
}

func consume(t *testing.T, kind Kind, data []byte) (requests [][]byte) {
	p, found, err := Open(bytes.NewReader(data), "fuzz", kind, Options{Now: now, MaxLine: 4096})
	if err != nil {
		if found != "" || p != nil {
			t.Errorf("a refusal with a parser: %v", err)
		}
		return nil
	}
	for range 2*len(data) + 1100*1024 {
		r, err := p.Next()
		var bad *LineError
		switch {
		case errors.As(err, &bad):
			if bad.Line < 1 || bad.Reason == "" {
				t.Errorf("unhelpful rejection %+v", bad)
			}
			continue
		case errors.Is(err, io.EOF):
			return requests
		case err != nil:
			return requests
		}
		request := r.AppendRequest(nil)
		requests = append(requests, request)
		checkRequest(t, &r, request)
	}
	t.Fatal("the parser does not end")
	return nil
}

func checkRequest(t *testing.T, r *Record, request []byte) {
	if _, err := jsondoc.Parse(request, jsondoc.Limits{}); err != nil {
		t.Fatalf("%v: %q", err, request)
	}
	if bytes.IndexByte(request, '\n') >= 0 {
		t.Fatalf("a line break in a request: %q", request)
	}
	if r.Line < 1 {
		t.Errorf("no line: %+v", r)
	}
	if r.Native != nil {
		return
	}
	if at, err := time.Parse(time.RFC3339Nano, r.Timestamp); err != nil || !strings.HasSuffix(r.Timestamp, "Z") || at.Location() != time.UTC {
		t.Fatalf("timestamp %q: %v", r.Timestamp, err)
	}
	if r.Source == "" || r.EventType == "" {
		t.Errorf("incomplete: %+v", r)
	}
}

func FuzzOpen(f *testing.F) {
	fuzz(f, "", "", "{}", trailRecord, `{"Records":[`+trailRecord+`]}`, "Mar  7 03:04:05 h p[1]: m", "\x1f\x8b\x08\x00", "ElfFile\x00", `{"EventID":1,"Channel":"x"}`)
}

func FuzzNative(f *testing.F) {
	fuzz(f, Native, `{"event_type":"auth","event":{"a":1}}`, "{}\r\n\n[1]\n{\"a\":\"\\u0041\"}", "{\"a\":1,\"a\":1}", "\xef\xbb\xbf{}")
}

func FuzzCloudTrailLines(f *testing.F) {
	fuzz(f, CloudTrail, trailRecord, `{"eventSource":"a","eventName":"b","eventTime":"2026-03-04T05:06:07+02:00","userIdentity":{"arn":"a/b"}}`+"\n{}")
}

func FuzzCloudTrailFile(f *testing.F) {
	fuzz(f, CloudTrail, `{"Records":[`+trailRecord+`]}`, `{"Records":[{"a":"}"},1,"x",[2],{"b":"\"]"}],"n":{"Records":[]}}{"Records":null}`, `{"Records":[{`, `{"Records":[{}]`, `{"Records":1.5e3}`)
}

func FuzzAuthLog(f *testing.F) {
	const at = "Mar  7 03:04:05 gate01 "
	seeds := []string{
		"<86>2017-03-04T05:06:07.123400+02:00 h p: m", "Feb 29 12:00:60 h p[1]: m",
		at + "sshd[7]: message repeated 3 times: [ Failed password for invalid user x from 192.0.2.1 port 1 ssh2]",
		at + "sshd[7]: Invalid user  from 192.0.2.1\n" + at + "sshd[7]: Failed password for invalid user  from 192.0.2.1 port 1 ssh2",
		at + "vsftpd: PAM 2 more authentication failures; logname= rhost=192.0.2.7  user=x",
		at + "sudo:    maren : 3 incorrect password attempts ; TTY=pts/0 ; PWD=/srv ; USER=root ; COMMAND=/usr/bin/id \"x\\",
	}
	for _, row := range authPatterns() {
		program := row.program
		if program == "*" {
			program = "ftpd"
		}
		seeds = append(seeds, at+program+"[7]: "+strings.NewReplacer("{ip}", "192.0.2.1", "{port}", "22", "{n}", "2", "{", "", "}", "").Replace(row.text))
	}
	fuzz(f, AuthLog, seeds...)
}

func FuzzWinEvent(f *testing.F) {
	fuzz(f, WinEvent,
		`{"Event":{"System":{"EventID":{"#text":4625},"TimeCreated":{"#attributes":{"SystemTime":"2026-03-04T05:06:07.1Z"}},"EventRecordID":"4","Channel":"Security","Computer":"c"},"EventData":{"IpAddress":"::ffff:192.0.2.1"}}}`,
		`{"Event":{"System":{"EventID":1102,"TimeCreated":{"SystemTime":"2026-03-04 05:06:07"}},"UserData":{"LogFileCleared":{"SubjectUserName":"x"}}},"user":1}`,
		`{"EventTime":"2026-03-04 01:06:05","EventReceivedTime":"2026-03-04 01:06:07","@timestamp":"2026-03-04T05:06:07.250Z","Channel":"Security","EventID":"4768","Status":"0x12"}`,
		`{"@timestamp":"2026-03-04T05:06:07.000Z","winlog":{"event_id":4625,"event_data":{}}}`)
}
