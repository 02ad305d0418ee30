package evidence

import (
	"bytes"
	"strings"
	"testing"

	"frostgate.io/frostgate/receipt"
)

// sampleHeader is an entry of the size that a decision's has.
func sampleHeader(index uint64) *receipt.Header {
	h := &receipt.Header{
		Artifact: "decision", Counter: 7, Index: index, Key: "logs.example/1+0a1b2c3d", Log: "log-a", Prev: int64(index) - 1,
		Policy: strings.Repeat("ab", 32), Ruleset: strings.Repeat("01", 32), Time: 1_772_000_000_000_000,
	}
	for _, name := range []string{"actor", "decision", "event", "explain"} {
		h.Commitments = append(h.Commitments, receipt.Commitment{Name: name, Hash: receipt.LeafHash([]byte(name))})
	}
	return h
}

func TestScanHeaderReadsWhatParseHeaderReads(t *testing.T) {
	t.Parallel()
	for _, index := range []uint64{0, 1, 12345, receipt.MaxInt} {
		entry := sampleHeader(index).AppendJCS(nil)
		h, ok := scanHeader(entry)
		if !ok || h.index != index || h.prev != int64(index)-1 || string(h.log) != "log-a" || string(h.artifact) != "decision" {
			t.Errorf("%s: %+v %v", entry, h, ok)
		}
	}
}

func FuzzScanHeader(f *testing.F) {
	good := string(sampleHeader(12).AppendJCS(nil))
	f.Add([]byte(good))
	for _, change := range [][2]string{
		{`"index":12`, `"index":012`},
		{`"index":12`, `"index":9007199254740992`},
		{`"index":12`, `"index":11`},
		{`"prev":11`, `"prev":12`},
		{`"prev":11`, `"prev":-1`},
		{`"prev":11`, `"prev":-2`},
		{`"prev":11`, `"prev":-0`},
		{`"actor"`, `"event"`},
		{`"v":1`, `"v":2`},
		{`+0a1b2c3d`, `+0A1b2c3d`},
		{`decision`, `Decision`},
		{`log-a`, ``},
		{strings.Repeat("ab", 32), ``},
		{`,"counter"`, `, "counter"`},
		{`"artifact":"decision"`, `"artifact":"decision","x":1`},
		{`"time":1`, `"time":-1`},
		{"}", "} "},
		{"logs.example/1", "a+b"},
	} {
		f.Add([]byte(strings.Replace(good, change[0], change[1], 1)))
	}
	f.Add([]byte(`{"artifact":"a","commitments":{},"counter":0,"index":0,"key":"k+00000000","log":"l","policy":"","prev":-1,"ruleset":"","time":0,"v":1}`))
	f.Fuzz(func(t *testing.T, entry []byte) {
		got, ok := scanHeader(entry)
		want, err := receipt.ParseHeader(entry)
		if ok != (err == nil) {
			t.Fatalf("scan says %v, parse says %v: %q", ok, err, entry)
		}
		if ok && (got.index != want.Index || got.prev != want.Prev || !bytes.Equal(got.log, []byte(want.Log)) || !bytes.Equal(got.artifact, []byte(want.Artifact))) {
			t.Fatalf("scan %+v, parse %+v", got, want)
		}
	})
}

func BenchmarkScanHeader(b *testing.B) {
	entry := sampleHeader(123456).AppendJCS(nil)
	b.SetBytes(int64(len(entry)))
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := scanHeader(entry); !ok {
			b.Fatal("refused")
		}
	}
}
