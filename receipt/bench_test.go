package receipt

import (
	"bytes"
	"strings"
	"testing"
)

func BenchmarkVerify(b *testing.B) {
	f := newFixture(b)
	r, trust := f.receipt(6), f.trust()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Verify(r, trust); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	data := mustJSON(b, newFixture(b).receipt(6))
	b.ReportAllocs()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := Parse(data); err != nil {
			b.Fatal(err)
		}
	}
}

// The benchmarks below are on the server's write path.

func BenchmarkHeaderAppendJCS(b *testing.B) {
	h := newFixture(b).header(6)
	buf := make([]byte, 0, 1024)
	b.ReportAllocs()
	for b.Loop() {
		buf = h.AppendJCS(buf[:0])
	}
}

func BenchmarkLeafHash(b *testing.B) {
	entry := newFixture(b).header(6).AppendJCS(nil)
	b.ReportAllocs()
	for b.Loop() {
		LeafHash(entry)
	}
}

func BenchmarkProofAppend(b *testing.B) {
	p := newFixture(b).proof(6)
	buf := make([]byte, 0, 4096)
	b.ReportAllocs()
	for b.Loop() {
		buf = p.Append(buf[:0])
	}
}

func BenchmarkCommit(b *testing.B) {
	group := make([]byte, 1024)
	b.ReportAllocs()
	for b.Loop() {
		Commit(salt("x"), group)
	}
}

// BenchmarkVerifyBundle verifies a bundle of 10,000 decisions, each with four
// openings of 1 KB.
func BenchmarkVerifyBundle(b *testing.B) {
	w := newWorld(b)
	value := strings.Repeat("x", 1024)
	for len(w.entries) <= 10_000 {
		w.add("decision", Group{"actor", value}, Group{"context", value}, Group{"decision", value}, Group{"event", value})
	}
	w.anchor(bundleStart)
	data, trust := w.bundle(w.plan(BundleTenant, 0, 10_000)), w.trust()
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if r, err := VerifyBundle(bytes.NewReader(data), trust); err != nil || r.Payloads.Opened != 10_001 {
			b.Fatal(err)
		}
	}
}
