package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frostgate.io/frostgate/internal/testdata"
)

// readEvents lists an input's events as "unit number: event"; bad ones as "bad".
func readEvents(t *testing.T, in string) ([]string, error) {
	t.Helper()
	events, unit, err := openEvents(strings.NewReader(in), "input")
	if err != nil {
		return nil, err
	}
	var out []string
	for {
		n, raw, err := events.next()
		var bad *badEvent
		switch {
		case errors.Is(err, io.EOF):
			return out, nil
		case errors.As(err, &bad):
			out = append(out, "bad: "+bad.Error())
		case err != nil:
			return out, err
		default:
			out = append(out, fmt.Sprintf("%s %d: %s", unit, n, raw))
		}
	}
}

func zipped(s string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(s)) // to memory
	_ = z.Close()
	return b.String()
}

func TestOpenEvents(t *testing.T) {
	t.Parallel()
	long := `{"a":"` + strings.Repeat("x", headBytes) + `"}`
	for name, c := range map[string]struct {
		in   string
		want []string
	}{
		"nothing":                  {"", nil},
		"blank":                    {"\n \n", nil},
		"lines":                    {"{\"a\":1}\n\n{\"a\":2}\r\n", []string{`line 1: {"a":1}`, `line 3: {"a":2}`}},
		"no newline at the end":    {`{"a":1}`, []string{`line 1: {"a":1}`}},
		"byte order mark":          {"\xef\xbb\xbf{\"a\":1}\n", []string{`line 1: {"a":1}`}},
		"gzip":                     {zipped("{\"a\":1}\n{\"a\":2}\n"), []string{`line 1: {"a":1}`, `line 2: {"a":2}`}},
		"long line":                {long + "\n{}\n", []string{"line 1: " + long, "line 2: {}"}},
		"first line cut off":       {"{\"a\":\n{\"a\":2}\n", []string{`line 1: {"a":`, `line 2: {"a":2}`}},
		"first line broken":        {"{a}\n{\"a\":2}\n", []string{`line 1: {a}`, `line 2: {"a":2}`}},
		"over lines":               {"{\n \"a\": 1\n}\n{\n \"a\": 2\n}\n", []string{"record 1: {\n \"a\": 1\n}", "record 2: {\n \"a\": 2\n}"}},
		"array":                    {"[{\"a\":1},\n{\"a\":2}]\n", []string{`record 1: {"a":1}`, `record 2: {"a":2}`}},
		"trail":                    {`{"Records":[{"a":1},{"a":2}],"x":{"Records":[{}]}}` + "\n" + `{"Records":[{"a":3}]}`, []string{`record 1: {"a":1}`, `record 2: {"a":2}`, `record 3: {"a":3}`}},
		"trail with nothing":       {`{"Records":[]}`, nil},
		"records that are no file": {`{"x":1,"Records":[{}]}`, []string{`line 1: {"x":1,"Records":[{}]}`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := readEvents(t, c.in)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestOpenEventsTooLong(t *testing.T) {
	t.Parallel()
	long := strings.Repeat(" x", maxEvent)
	got, err := readEvents(t, `{"a":1}`+"\n"+`{"a":"`+long+"\"}\n{}\n")
	if diff := cmp.Diff([]string{`line 1: {"a":1}`, "bad: line 2: longer than 8388608 bytes", "line 3: {}"}, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	if _, err := readEvents(t, `[{"a":"`+long+`"}]`); err == nil || !strings.Contains(err.Error(), "record 1") {
		t.Errorf("an endless record gives %v", err)
	}
}

func TestOpenEventsUnreadable(t *testing.T) {
	t.Parallel()
	for name, in := range map[string]string{
		"binary":       "\x00\x01\x02\x03 nothing",
		"zip":          "PK\x03\x04....",
		"broken gzip":  "\x1f\x8b....",
		"cut off":      `{"Records":[{"a":1},{"a":`,
		"cut off gzip": zipped(strings.Repeat("{\"a\":1}\n", 1000))[:30],
	} {
		if _, err := readEvents(t, in); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// TestOpenRealLogs reads what hosts and AWS deliver.
func TestOpenRealLogs(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(testdata.Dir(t), "events")
	for name, want := range map[string]int{
		"elastic-authlog/events.log":          3560,
		"cloudtrail-invictus/records.json.gz": 1325,
		"cloudtrail-invictus/events.jsonl.gz": 1325,
		"evtx-attack-samples/events.jsonl.gz": 3756,
	} {
		raw, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := readEvents(t, string(raw)); err != nil || len(got) != want {
			t.Errorf("%s: %d events, %v", name, len(got), err)
		}
	}
}

func FuzzOpenEvents(f *testing.F) {
	for _, s := range []string{"", "{}\n{}", "[{},{}]", `{"Records":[{}]}`, "{\n}", "Nov  1 00:00:00 h sshd[1]: x", zipped("{}"), `{"Records":[[]],"Records":[`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		_, _ = readEvents(t, in) // it has to come to an end
	})
}
