package manifest

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"testing"

	"frostgate.io/frostgate/internal/fault"
)

// store holds parts in memory.
type store map[Hash][]byte

func (s store) Chunks(ctx context.Context, hashes []Hash, each func(Hash, []byte) error) error {
	return s.Contents(ctx, hashes, each)
}

func (s store) Contents(_ context.Context, hashes []Hash, each func(Hash, []byte) error) error {
	for _, h := range hashes {
		b, ok := s[h]
		if !ok {
			return fault.New(fault.Damaged, "no %x", h)
		}
		if err := each(h, b); err != nil {
			return err
		}
	}
	return nil
}

func (s store) put(h Hash, b []byte) error { s[h] = bytes.Clone(b); return nil }

// small makes a snapshot of n objects.
func small(t testing.TB, n int) *Snapshot {
	t.Helper()
	s := store{}
	b := NewBuilder(s.put)
	for i := range n {
		body := fmt.Appendf(nil, `{"n":%d,"text":"<é>"}`, i)
		if err := s.put(HashOf(body), body); err != nil {
			t.Fatal(err)
		}
		if err := b.Add(Entry{Type: "thing", ID: fmt.Sprintf("id %05d <&\"\u2028>", i), Hash: HashOf(body)}); err != nil {
			t.Fatal(err)
		}
	}
	refs, err := b.Close()
	if err != nil {
		t.Fatal(err)
	}
	r := &Root{V: 1, Source: "upload/default", Secrets: "00000000", Coverage: []Coverage{}, Chunks: refs, Objects: n}
	if n > 0 {
		r.Coverage = append(r.Coverage, Coverage{Type: "thing", Status: Complete, Objects: n, Normaliser: "1"})
	}
	_, hash := r.Encode()
	return &Snapshot{Root: r, Hash: hash, Store: s}
}

func archive(t testing.TB, s *Snapshot) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := WriteArchive(context.Background(), &b, s); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestArchiveRoundTrip(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 63, 64, 65, 3000} {
		s := small(t, n)
		text := archive(t, s)
		parts := store{}
		root, hash, err := ReadArchive(bytes.NewReader(text), ArchiveSink{Content: parts.put, Chunk: parts.put})
		if err != nil {
			t.Fatal(n, err)
		}
		if hash != s.Hash || len(parts) != len(s.Store.(store)) {
			t.Errorf("%d: %d parts of %d", n, len(parts), len(s.Store.(store)))
		}
		if again := archive(t, &Snapshot{Root: root, Hash: hash, Store: parts}); !bytes.Equal(again, text) {
			t.Errorf("%d: written again it has other bytes", n)
		}
	}
}

func TestDamagedSnapshotGivesNoArchive(t *testing.T) {
	t.Parallel()
	for h := range small(t, 3).Store.(store) {
		for _, damage := range []func(s store){func(s store) { delete(s, h) }, func(s store) { s[h] = append(s[h], ' ') }} {
			s := small(t, 3)
			damage(s.Store.(store))
			if err := WriteArchive(context.Background(), &bytes.Buffer{}, s); fault.CodeOf(err) != fault.Damaged {
				t.Errorf("%x: %v", h, err)
			}
		}
	}
	s := small(t, 3)
	s.Hash[0]++
	if err := WriteArchive(context.Background(), &bytes.Buffer{}, s); fault.CodeOf(err) != fault.Damaged {
		t.Errorf("root: %v", err)
	}
}

// FuzzReadArchive holds that what is accepted is exactly what is written.
func FuzzReadArchive(f *testing.F) {
	for _, n := range []int{0, 1, 3} {
		f.Add(archive(f, small(f, n)))
	}
	f.Add([]byte("{}\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		parts := store{}
		root, hash, err := ReadArchive(bytes.NewReader(text), ArchiveSink{Content: parts.put, Chunk: parts.put})
		if err != nil {
			if fault.CodeOf(err) == fault.Internal {
				t.Fatalf("internal error: %v", err)
			}
			return
		}
		if again := archive(t, &Snapshot{Root: root, Hash: hash, Store: parts}); !bytes.Equal(again, text) {
			t.Fatal("written again it has other bytes")
		}
	})
}

// TestEachByteOfAnArchiveCounts changes every byte.
func TestEachByteOfAnArchiveCounts(t *testing.T) {
	t.Parallel()
	s := small(t, 2)
	text := archive(t, s)
	for i := range text {
		bad := slices.Clone(text)
		bad[i] ^= 1
		sink := store{}
		_, hash, err := ReadArchive(bytes.NewReader(bad), ArchiveSink{Content: sink.put, Chunk: sink.put})
		if err == nil && hash == s.Hash {
			t.Fatalf("byte %d (%s) does not count", i, hex.EncodeToString(text[i:i+1]))
		}
	}
}
