package evidence

import (
	"context"
	"crypto/sha256"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/signing"
	"frostgate.io/frostgate/receipt"

	"golang.org/x/mod/sumdb/note"
)

// folderLog is signedFolder with the key pinned.
func folderLog(t testing.TB, dir string, n uint64) receipt.Trust {
	t.Helper()
	vkey, _ := signedFolder(t, dir, n)
	trust, err := receipt.NewTrust(vkey)
	if err != nil {
		t.Fatal(err)
	}
	return trust
}

// signedFolder writes a log of n entries as plain files, signed by a new key.
func signedFolder(t testing.TB, dir string, n uint64) (vkey, origin string) {
	t.Helper()
	custody, err := signing.Open(t.TempDir(), clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	put := func(p TilePath, b []byte) {
		name := filepath.Join(dir, filepath.FromSlash(p.String()))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var sum treeSum
	tile := func(level int, n uint64, nodes []receipt.Hash) error {
		put(TilePath{Level: level, N: n, Width: len(nodes)}, joined(nodes))
		return nil
	}
	for b := range (n + 255) / 256 {
		width := min(256, n-b*256)
		leaves, bundle := make([]receipt.Hash, width), []byte(nil)
		for i := range leaves {
			entry := sampleHeader(b*256 + uint64(i)).AppendJCS(nil)
			leaves[i] = receipt.LeafHash(entry)
			bundle = AppendBundleEntry(bundle, entry)
		}
		put(TilePath{Entries: true, N: b, Width: int(width)}, bundle)
		_ = tile(0, b, leaves)
		if width == 256 {
			_ = sum.push(1, receipt.RootOf(leaves), tile)
		} else {
			sum.rest = leaves
		}
	}
	for l := 1; l < len(sum.levels); l++ {
		if len(sum.levels[l]) > 0 {
			_ = tile(l, sum.done[l], sum.levels[l])
		}
	}
	e := sum.edge(n - uint64(len(sum.rest)))
	for _, leaf := range sum.rest {
		e.append(leaf)
	}
	cp := receipt.Checkpoint{Origin: custody.Signer().Name() + "/log-a", Size: n, Root: e.root()}
	signed, err := note.Sign(&note.Note{Text: cp.Text()}, custody.Signer())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, CheckpointFile), signed, 0o644); err != nil {
		t.Fatal(err)
	}
	return custody.VerifierKey(), cp.Origin
}

// hashOnly is what the machine's SHA-256 needs for the same bytes: each entry as
// a leaf, each node, in as many goroutines as there are processors.
func hashOnly(entry []byte, n uint64, workers int) time.Duration {
	start := time.Now()
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			leaf := append([]byte{0}, entry...)
			var node [65]byte
			for i := uint64(w); i < n; i += uint64(workers) {
				leaf[1] = byte(i)
				h := sha256.Sum256(leaf)
				copy(node[1:], h[:])
				node[64] = sha256.Sum256(node[:])[0]
			}
		})
	}
	wg.Wait()
	return time.Since(start)
}

// cpuTime is what this process has used of its processors.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkFsckFolder checks an exported log of a million entries. The metrics
// say how many times as long that takes as hashing the same bytes alone: on one
// processor, on all, and in processor time, which a busy machine does not
// change. Both are measured in turns.
func BenchmarkFsckFolder(b *testing.B) {
	const n = 1_000_000
	dir := b.TempDir()
	trust := folderLog(b, dir, n)
	entry := sampleHeader(n / 2).AppendJCS(nil)
	b.SetBytes(int64(n * (len(entry) + 65)))
	var one, all, took, cpuHash, cpuFsck time.Duration
	for b.Loop() {
		b.StopTimer()
		all += hashOnly(entry, n, runtime.GOMAXPROCS(0))
		before := cpuTime(b)
		one += hashOnly(entry, n, 1)
		cpuHash += cpuTime(b) - before
		before = cpuTime(b)
		start := time.Now()
		b.StartTimer()
		r, err := FsckFolder(context.Background(), dir, trust)
		took += time.Since(start)
		cpuFsck += cpuTime(b) - before
		if err != nil || !r.Valid() {
			b.Fatal(err, r)
		}
	}
	b.ReportMetric(took.Seconds()/one.Seconds(), "x-one-core")
	b.ReportMetric(took.Seconds()/all.Seconds(), "x-all-cores")
	b.ReportMetric(cpuFsck.Seconds()/cpuHash.Seconds(), "x-cpu-time")
	b.ReportMetric(n*float64(b.N)/took.Seconds(), "entries/s")
}
