package manifest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frostgate.io/frostgate/internal/fault"
)

// memory is a store that counts what is read.
type memory struct {
	chunks map[Hash][]byte
	read   int
	calls  int
}

func (m *memory) Chunks(_ context.Context, hashes []Hash, each func(Hash, []byte) error) error {
	m.calls++
	for _, h := range slices.Backward(hashes) {
		body, ok := m.chunks[h]
		if !ok {
			continue
		}
		m.read++
		if err := each(h, body); err != nil {
			return err
		}
	}
	return nil
}

func (m *memory) Contents(context.Context, []Hash, func(Hash, []byte) error) error {
	panic("a join reads no contents")
}

// snapshot builds one from entries in any order.
func snapshot(t testing.TB, m *memory, entries []Entry) *Snapshot {
	t.Helper()
	entries = slices.Clone(entries)
	slices.SortFunc(entries, func(x, y Entry) int { return strings.Compare(x.Type+"\x00"+x.ID, y.Type+"\x00"+y.ID) })
	if m.chunks == nil {
		m.chunks = make(map[Hash][]byte)
	}
	b := NewBuilder(func(h Hash, body []byte) error {
		m.chunks[h] = bytes.Clone(body)
		return nil
	})
	count := make(map[string]int)
	for _, e := range entries {
		if err := b.Add(e); err != nil {
			t.Fatal(err)
		}
		count[e.Type]++
	}
	refs, err := b.Close()
	if err != nil {
		t.Fatal(err)
	}
	r := &Root{V: 1, Source: "upload/default", Secrets: "00000000", Coverage: []Coverage{}, Chunks: refs, Objects: len(entries)}
	for _, typ := range slices.Sorted(maps.Keys(count)) {
		r.Coverage = append(r.Coverage, Coverage{Type: typ, Status: Complete, Objects: count[typ], Normaliser: "1"})
	}
	doc, h := r.Encode()
	back, err := DecodeRoot(doc, h)
	if err != nil {
		t.Fatal(err)
	}
	return &Snapshot{Root: back, Hash: h, Store: m}
}

func hashOf(n uint64) Hash { return sha256.Sum256(binary.BigEndian.AppendUint64(nil, n)) }

func entriesOf(types, n int, seed uint64) []Entry {
	rng := rand.New(rand.NewPCG(seed, 1))
	out := make([]Entry, 0, n)
	for i := range n {
		out = append(out, Entry{Type: fmt.Sprintf("type/%d", i%types), ID: fmt.Sprintf("%08x-%04x", rng.Uint32(), i), Hash: hashOf(rng.Uint64())})
	}
	return out
}

func TestChunksHoldTheEntries(t *testing.T) {
	t.Parallel()
	entries := entriesOf(3, 20_000, 7)
	m := new(memory)
	s := snapshot(t, m, entries)
	var got []Entry
	if err := Walk(t.Context(), s, nil, func(e Entry) error { got = append(got, e); return nil }); err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(entries, func(x, y Entry) int { return strings.Compare(x.Type+"\x00"+x.ID, y.Type+"\x00"+y.ID) })
	if d := cmp.Diff(entries, got); d != "" {
		t.Error(d)
	}
	sizes := 0
	for _, ref := range s.Root.Chunks {
		h, _ := ParseHash(ref.Hash)
		c, err := DecodeChunk(m.chunks[h])
		if err != nil || c.Type() != ref.Type || c.Len() != ref.Count || ref.Count > maxChunk {
			t.Fatalf("%s %q: %v", ref.Type, ref.First, err)
		}
		list, err := c.Entries()
		if err != nil || len(list) != ref.Count || list[0].ID != ref.First {
			t.Fatalf("entries of %q: %v", ref.First, err)
		}
		sizes += ref.Count
	}
	if mean := sizes / len(s.Root.Chunks); mean < 350 || mean > 900 {
		t.Errorf("%d entries a chunk", mean)
	}
}

func TestOrderOfArrivalDoesNotShow(t *testing.T) {
	t.Parallel()
	entries := entriesOf(2, 3000, 3)
	a := snapshot(t, new(memory), entries)
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(entries), func(i, j int) { entries[i], entries[j] = entries[j], entries[i] })
	if b := snapshot(t, new(memory), entries); a.Hash != b.Hash {
		t.Error("two roots for one observation")
	}
}

func TestAnInsertionKeepsTheOtherChunks(t *testing.T) {
	t.Parallel()
	entries := entriesOf(1, 50_000, 11)
	m := new(memory)
	a := snapshot(t, m, entries)
	before := len(m.chunks)
	b := snapshot(t, m, append(entries, Entry{Type: "type/0", ID: "80000000-new", Hash: hashOf(1)}))
	if made := len(m.chunks) - before; made > 2 {
		t.Errorf("one new entry made %d new chunks of %d", made, before)
	}
	m.read = 0
	equal, err := Join(t.Context(), a, b, func(p Pair) error {
		if p.ID != "80000000-new" || p.InFrom || !p.InTo {
			t.Errorf("%+v", p)
		}
		return nil
	})
	if err != nil || equal != 50_000 {
		t.Errorf("%d equal, %v", equal, err)
	}
	if m.read > 4 {
		t.Errorf("%d chunks read to find one entry", m.read)
	}
}

// mutate changes, removes and adds entries; what is expected comes from maps.
func mutate(entries []Entry, rng *rand.Rand, every int) []Entry {
	var out []Entry
	for i, e := range entries {
		switch rng.IntN(every) {
		case 0:
			e.Hash = hashOf(rng.Uint64())
		case 1:
			continue
		case 2:
			out = append(out, Entry{Type: e.Type, ID: fmt.Sprintf("%s+%d", e.ID, i), Hash: e.Hash})
		}
		out = append(out, e)
	}
	return out
}

func naive(a, b []Entry) (pairs []Pair, equal int) {
	type key struct{ typ, id string }
	both := make(map[key]Pair)
	for _, e := range a {
		both[key{e.Type, e.ID}] = Pair{Type: e.Type, ID: e.ID, From: e.Hash, InFrom: true}
	}
	for _, e := range b {
		p := both[key{e.Type, e.ID}]
		p.Type, p.ID, p.To, p.InTo = e.Type, e.ID, e.Hash, true
		both[key{e.Type, e.ID}] = p
	}
	for _, p := range both {
		if p.InFrom && p.InTo && p.From == p.To {
			equal++
			continue
		}
		pairs = append(pairs, p)
	}
	slices.SortFunc(pairs, func(x, y Pair) int { return strings.Compare(x.Type+"\x00"+x.ID, y.Type+"\x00"+y.ID) })
	return pairs, equal
}

func TestJoinFindsWhatMapsFind(t *testing.T) {
	t.Parallel()
	for i, every := range []int{3, 10, 100, 2000, 1 << 30} {
		rng := rand.New(rand.NewPCG(uint64(i), 5))
		a := entriesOf(1+i*3, 500+i*4000, uint64(i))
		b := mutate(a, rng, every)
		m := new(memory)
		from, to := snapshot(t, m, a), snapshot(t, m, b)
		want, wantEqual := naive(a, b)
		var got []Pair
		equal, err := Join(t.Context(), from, to, func(p Pair) error { got = append(got, p); return nil })
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" || equal != wantEqual {
			t.Errorf("every %d: %d equal, want %d; %.2000s", every, equal, wantEqual, d)
		}
		m.read, m.calls = 0, 0
		if equal, err := Join(t.Context(), from, from, nil); err != nil || equal != len(a) || m.read != 0 {
			t.Errorf("with itself: %d equal, %d chunks read, %v", equal, m.read, err)
		}
	}
}

func TestJoinTypes(t *testing.T) {
	t.Parallel()
	m := new(memory)
	a, b := entriesOf(4, 4000, 1), entriesOf(4, 4000, 2)
	from, to := snapshot(t, m, a), snapshot(t, m, b)
	n := 0
	_, err := JoinTypes(t.Context(), from, to, func(typ string) bool { return typ == "type/2" }, func(p Pair) error {
		if n++; p.Type != "type/2" {
			t.Errorf("%s", p.Type)
		}
		return nil
	})
	if err != nil || n != 2000 {
		t.Errorf("%d pairs, %v", n, err)
	}
}

func TestJoinRefusesDamage(t *testing.T) {
	t.Parallel()
	entries := entriesOf(1, 5000, 1)
	damages := map[string]func(m *memory, s *Snapshot){
		"missing":     func(m *memory, s *Snapshot) { h, _ := ParseHash(s.Root.Chunks[1].Hash); delete(m.chunks, h) },
		"altered":     func(m *memory, s *Snapshot) { h, _ := ParseHash(s.Root.Chunks[1].Hash); m.chunks[h][40] ^= 1 },
		"wrong first": func(_ *memory, s *Snapshot) { s.Root.Chunks[1].First += "x" },
		"wrong count": func(_ *memory, s *Snapshot) { s.Root.Chunks[1].Count++ },
		"repeated":    func(_ *memory, s *Snapshot) { s.Root.Chunks[2] = s.Root.Chunks[1] },
	}
	for name, damage := range damages {
		m := new(memory)
		s := snapshot(t, m, entries)
		damage(m, s)
		err := Walk(t.Context(), s, nil, func(Entry) error { return nil })
		if fault.CodeOf(err) != fault.Damaged {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBuilderRefuses(t *testing.T) {
	t.Parallel()
	for name, list := range map[string][]Entry{
		"ids out of order":   {{Type: "a", ID: "2"}, {Type: "a", ID: "1"}},
		"an id twice":        {{Type: "a", ID: "1"}, {Type: "a", ID: "1"}},
		"types out of order": {{Type: "b", ID: "1"}, {Type: "a", ID: "2"}},
		"no type":            {{ID: "1"}},
		"no id":              {{Type: "a"}},
		"a long id":          {{Type: "a", ID: strings.Repeat("x", MaxID+1)}},
		"bad UTF-8":          {{Type: "a", ID: "\xff"}},
		"NUL":                {{Type: "a\x00", ID: "b"}},
	} {
		b := NewBuilder(func(Hash, []byte) error { return nil })
		var err error
		for _, e := range list {
			err = b.Add(e)
		}
		if err == nil {
			t.Errorf("%s was taken", name)
		}
		if _, again := b.Close(); again == nil {
			t.Errorf("%s: Close forgot it", name)
		}
	}
}

func TestRootIsStrict(t *testing.T) {
	t.Parallel()
	s := snapshot(t, new(memory), entriesOf(2, 2000, 1))
	doc, h := s.Root.Encode()
	if _, err := DecodeRoot(doc, hashOf(1)); fault.CodeOf(err) != fault.Damaged {
		t.Errorf("another hash: %v", err)
	}
	if again, h2 := s.Root.Encode(); h2 != h || !bytes.Equal(again, doc) {
		t.Error("two encodings")
	}
	for name, change := range map[string]func(string) string{
		"white space":      func(s string) string { return s + " " },
		"unknown member":   func(s string) string { return strings.Replace(s, `"v":1`, `"v":1,"w":2`, 1) },
		"version":          func(s string) string { return strings.Replace(s, `"v":1`, `"v":2`, 1) },
		"count":            func(s string) string { return strings.Replace(s, `"objects":2000`, `"objects":2001`, 1) },
		"status":           func(s string) string { return strings.Replace(s, `"complete"`, `"whole"`, 1) },
		"order of members": func(s string) string { return `{"v":1,` + strings.Replace(s[1:], `,"v":1`, "", 1) },
		"order of types":   func(s string) string { return strings.Replace(s, `"type":"type/0"`, `"type":"type/9"`, 1) },
		"not JSON":         func(string) string { return "{" },
		"no coverage":      func(s string) string { return strings.ReplaceAll(s, `"type/1","`, `"type/2","`) },
	} {
		altered := []byte(change(string(doc)))
		if bytes.Equal(altered, doc) && name != "no coverage" {
			t.Fatalf("%s changes nothing", name)
		}
		if bytes.Equal(altered, doc) {
			continue
		}
		if _, err := DecodeRoot(altered, HashOf(altered)); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

func TestRootMendsBadText(t *testing.T) {
	t.Parallel()
	r := &Root{V: 1, Coverage: []Coverage{{Type: "a", Status: Failed, Error: "\xff"}}, Chunks: []ChunkRef{}}
	doc, h := r.Encode()
	if _, err := DecodeRoot(doc, h); err != nil {
		t.Error(err)
	}
}

func FuzzDecodeChunk(f *testing.F) {
	m := new(memory)
	snapshot(f, m, entriesOf(2, 6, 1)) // small ones: the fuzzer is slow with long seeds
	for _, body := range m.chunks {
		f.Add(body)
	}
	f.Add([]byte{1, 1, 'a', 1, 0, 1, 'b'})
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := DecodeChunk(b)
		if err != nil {
			return
		}
		entries, err := c.Entries()
		if err != nil || len(entries) != c.Len() {
			t.Fatalf("%d of %d entries: %v", len(entries), c.Len(), err)
		}
		// What was accepted is what a builder writes, as far as it is one chunk.
		var out []byte
		builder := NewBuilder(func(_ Hash, body []byte) error { out = append(out, body...); return nil })
		for _, e := range entries {
			if err := builder.Add(e); err != nil {
				return // a NUL
			}
		}
		if refs, err := builder.Close(); err != nil || len(refs) == 1 && !bytes.Equal(out, b) {
			t.Fatalf("%x became %x: %v", b, out, err)
		}
	})
}

func FuzzDecodeRoot(f *testing.F) {
	s := snapshot(f, new(memory), entriesOf(2, 6, 1))
	doc, _ := s.Root.Encode()
	f.Add(doc)
	f.Add([]byte(`{"chunks":[],"coverage":[],"objects":0,"secrets":"","source":"a/b","v":1}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := DecodeRoot(b, HashOf(b))
		if err != nil {
			return
		}
		if again, _ := r.Encode(); !bytes.Equal(again, b) {
			t.Fatalf("%s became %s", b, again)
		}
	})
}

// million is built once for the benchmarks.
func million(b *testing.B) (from, to *Snapshot, m *memory) {
	m = new(memory)
	rng := rand.New(rand.NewPCG(1, 1))
	entries := make([]Entry, 0, 1_000_000)
	for range 1_000_000 {
		id := fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", rng.Uint32(), rng.Uint32()>>16, rng.Uint32()>>16, rng.Uint32()>>16, rng.Uint64()>>16)
		entries = append(entries, Entry{Type: "deviceManagement/configurationPolicies", ID: id, Hash: hashOf(rng.Uint64())})
	}
	from = snapshot(b, m, entries)
	for i := range entries {
		if i%100 == 0 {
			entries[i].Hash = hashOf(uint64(i))
		}
	}
	return from, snapshot(b, m, entries), m
}

func BenchmarkJoinMillion(b *testing.B) {
	from, to, m := million(b)
	b.ReportAllocs()
	for b.Loop() {
		m.calls, m.read = 0, 0
		n := 0
		equal, err := Join(b.Context(), from, to, func(Pair) error { n++; return nil })
		if err != nil || n != 10_000 || equal != 990_000 {
			b.Fatal(n, equal, err)
		}
	}
	b.ReportMetric(float64(m.calls), "calls")
	b.ReportMetric(float64(m.read), "chunks")
}

func BenchmarkBuild(b *testing.B) {
	entries := entriesOf(1, 100_000, 1)
	slices.SortFunc(entries, func(x, y Entry) int { return strings.Compare(x.ID, y.ID) })
	b.ReportAllocs()
	for b.Loop() {
		builder := NewBuilder(func(Hash, []byte) error { return nil })
		for _, e := range entries {
			if err := builder.Add(e); err != nil {
				b.Fatal(err)
			}
		}
		if _, err := builder.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
