package samples_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frostgate.io/frostgate/internal/connector"
	"frostgate.io/frostgate/internal/connector/samples"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/jsondoc"
)

func read(t *testing.T, name string, data []byte) (connector.Kind, []connector.Record) {
	t.Helper()
	now := domain.Micros(time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC).UnixMicro())
	p, kind, err := connector.Open(bytes.NewReader(data), name, "", connector.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	var recs []connector.Record
	for {
		r, err := p.Next()
		if errors.Is(err, io.EOF) {
			return kind, recs
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		recs = append(recs, r)
	}
}

// Every sample is detected as its kind, nothing is rejected, every request is
// strict JSON, and identifiers are distinct.
func TestSamplesParse(t *testing.T) {
	t.Parallel()
	kinds := map[string]connector.Kind{
		samples.AuthLog: connector.AuthLog, samples.CloudTrail: connector.CloudTrail,
		samples.Windows: connector.WinEvent, samples.Native: connector.Native,
	}
	for seed := range uint64(20) {
		files := samples.Files(seed)
		for name, want := range kinds {
			kind, recs := read(t, name, files[name])
			if kind != want || len(recs) < 40 {
				t.Errorf("%s: detected %s, %d records", name, kind, len(recs))
			}
			ids := map[string]bool{}
			for i := range recs {
				d, err := jsondoc.Parse(recs[i].AppendRequest(nil), jsondoc.Limits{})
				if err != nil {
					t.Fatal(err)
				}
				id, _ := d.Root().Get("source_event_id").Str()
				if id == "" || ids[id] {
					t.Errorf("%s line %d: identifier %q is empty or not its own", name, recs[i].Line, id)
				}
				ids[id] = true
			}
		}
	}
}

func TestSamplesDependOnTheSeedOnly(t *testing.T) {
	t.Parallel()
	if d := cmp.Diff(samples.Files(7), samples.Files(7)); d != "" {
		t.Error(d)
	}
	if cmp.Equal(samples.Files(7), samples.Files(8)) {
		t.Error("two seeds give the same files")
	}
}

// The demo counts on these: a brute force in the auth.log, on single lines and on
// one line by itself, failed RDP and console logons, and an event that needs
// approval.
func TestSamplesHoldTheAttacks(t *testing.T) {
	t.Parallel()
	files := samples.Files(1)
	failures, most := map[string]int64{}, map[string]int64{}
	for _, name := range []string{samples.AuthLog, samples.CloudTrail, samples.Windows} {
		_, recs := read(t, name, files[name])
		for i := range recs {
			d, err := jsondoc.Parse(recs[i].Payload, jsondoc.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			ip, _ := d.Root().Get("src_ip").Str()
			n, _ := d.Root().Get("failed_auths").Int64()
			failures[ip] += n
			most[ip] = max(most[ip], n)
		}
	}
	if failures[samples.Attacker] != 20 || most[samples.Attacker] != 5 || failures["198.51.100.23"] != 9 || failures["198.51.100.77"] != 2 {
		t.Errorf("failures %v, most on one line %v", failures, most)
	}
	if !strings.Contains(string(files[samples.Native]), `"persona":"guardian","classification":"SECRET","event":{"src_ip":"203.0.113.77","user":"ops-lead","failed_auths":7}`) {
		t.Error("no event that needs approval")
	}
}
