package receipt

import (
	"bytes"
	"crypto/ed25519"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
)

const (
	bundleTenant = "t-acme"
	bundleSlot   = 2
	bundleSlots  = 5
	bundleStart  = int64(1_790_000_000_000_000)
)

// testWitness cosigns at a fixed time.
type testWitness struct {
	name string
	key  ed25519.PrivateKey
	at   uint64
}

func newTestWitness(name string, seed byte) *testWitness {
	return &testWitness{name: name, key: ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize)), at: 1_790_000_100}
}

func (w *testWitness) public() ed25519.PublicKey { return w.key.Public().(ed25519.PublicKey) }
func (w *testWitness) Name() string              { return w.name }
func (w *testWitness) KeyHash() uint32           { return keyID(w.name, typeCosignature, w.public()) }

func (w *testWitness) Sign(msg []byte) ([]byte, error) {
	sig := binary.BigEndian.AppendUint64(nil, w.at)
	return append(sig, ed25519.Sign(w.key, fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", w.at, msg))...), nil
}

func (w *testWitness) vkey(kind byte) string { return vkeyOf(w.name, kind, w.public()) }

func vkeyOf(name string, kind byte, key []byte) string {
	return fmt.Sprintf("%s+%08x+%s", name, keyID(name, kind, key), b64(append([]byte{kind}, key...)))
}

// testEntry is one entry of the fixture's log with its payload.
type testEntry struct {
	entry  []byte
	groups []Group
}

// Group is one field group of a test entry.
type Group struct {
	name  string
	value string
}

// world is a tenant's log, the log of logs above it, and witnesses.
type world struct {
	t        testing.TB
	signer   note.Signer
	vkey     string
	second   note.Signer // a second log key of the same name
	vkey2    string
	w1, w2   *testWitness
	entries  []testEntry
	leaves   []Hash
	root     [][]byte // entries of the root log
	anchors  map[uint64]worldAnchor
	signWith []note.Signer
	slot     uint64 // where it is anchored: bundleSlot, if honest
}

type worldAnchor struct {
	BundleAnchor
	signed []byte
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, anchors: make(map[uint64]worldAnchor), slot: bundleSlot}
	w.signer, w.vkey = testKey(t, testKeyName, 7)
	w.second, w.vkey2 = testKey(t, testKeyName, 9)
	w.w1, w.w2 = newTestWitness("witness.example/one", 21), newTestWitness("witness.example/two", 22)
	w.signWith = []note.Signer{w.signer}
	w.addRoot(&RootEntry{Artifact: RootGenesis, Key: w.vkey, Time: bundleStart})
	w.add("genesis", Group{"genesis", fmt.Sprintf(`{"log":%q,"slot":%d,"tenant":%q}`, testLog, bundleSlot, bundleTenant)})
	return w
}

// standardWorld has 12 entries: decisions, an erasure (8) of 2 and 4 to 5, a
// prune (10) of 1, and is anchored at sizes 3, 9 and 12.
func standardWorld(t testing.TB) *world {
	w := newWorld(t)
	for len(w.entries) < 8 {
		w.decision()
		if len(w.entries) == 3 {
			w.anchor(bundleStart + 2_500_000)
		}
	}
	w.add("erasure", Group{"erasure", `{"indexes":[[2,2],[4,5]],"reason":"request","requested_by":"dpo","subject":"00ff","subject_kind":"user"}`})
	w.anchor(bundleStart + 8_500_000)
	w.decision()
	w.add("prune", Group{"prune", `{"before":1790000000000000,"first":1,"last":1,"reason":"retention"}`})
	w.decision()
	w.anchor(bundleStart + 11_500_000)
	return w
}

func (w *world) decision() {
	i := len(w.entries)
	w.add("decision",
		Group{"actor", fmt.Sprintf(`{"user":"u%d"}`, i)},
		Group{"decision", fmt.Sprintf(`{"action":"block","id":"%s-%d"}`, testLog, i)})
}

func (w *world) add(artifact string, groups ...Group) {
	i := len(w.entries)
	h := &Header{
		Artifact: artifact, Index: uint64(i), Key: testKeyName + "+" + strings.Split(w.vkey, "+")[1], Log: testLog, Prev: -1,
		Time: bundleStart + int64(i)*1_000_000,
	}
	for _, g := range groups {
		h.Commitments = append(h.Commitments, Commitment{g.name, Commit(groupSalt(i, g.name), []byte(g.value))})
	}
	if err := h.Validate(); err != nil {
		w.t.Fatal(err)
	}
	e := testEntry{entry: h.AppendJCS(nil), groups: groups}
	w.entries, w.leaves = append(w.entries, e), append(w.leaves, LeafHash(e.entry))
}

func groupSalt(i int, name string) [SaltSize]byte { return salt(fmt.Sprintf("%s of %d", name, i)) }

func (w *world) addRoot(e *RootEntry) {
	e.Index = uint64(len(w.root))
	if err := e.Validate(); err != nil {
		w.t.Fatal(err)
	}
	w.root = append(w.root, e.AppendJCS(nil))
}

// key adds a key entry to the root log.
func (w *world) key(action, vkey string) {
	w.addRoot(&RootEntry{Artifact: RootKey, Action: action, Key: vkey, Reason: "because", Time: bundleStart})
}

// anchor signs the present head and puts it into a new epoch.
func (w *world) anchor(at int64) {
	signed := w.head(uint64(len(w.entries)))
	slots := make([]Hash, bundleSlots)
	for i := range slots {
		slots[i] = LeafHash(nil)
	}
	slots[w.slot] = LeafHash(signed)
	e := &RootEntry{Artifact: RootEpoch, Time: at, Root: RootOf(slots), Slots: bundleSlots}
	w.addRoot(e)
	w.anchors[uint64(len(w.entries))] = worldAnchor{
		BundleAnchor{Epoch: e.Index, Slot: w.slot, Path: pathOf(slots, int(w.slot))}, signed,
	}
}

// pathOf is the inclusion proof of one leaf, straight from the definition.
func pathOf(leaves []Hash, i int) []Hash {
	if len(leaves) == 1 {
		return nil
	}
	k := 1
	for 2*k < len(leaves) {
		k *= 2
	}
	if i < k {
		return append(pathOf(leaves[:k], i), RootOf(leaves[k:]))
	}
	return append(pathOf(leaves[k:], i-k), RootOf(leaves[:k]))
}

// consistencyOf is the consistency proof, straight from RFC 6962 section 2.1.2.
func consistencyOf(leaves []Hash, m int, whole bool) []Hash {
	if m == len(leaves) {
		if whole {
			return nil
		}
		return []Hash{RootOf(leaves)}
	}
	k := 1
	for 2*k < len(leaves) {
		k *= 2
	}
	if m <= k {
		return append(consistencyOf(leaves[:k], m, whole), RootOf(leaves[k:]))
	}
	return append(consistencyOf(leaves[k:], m-k, false), RootOf(leaves[:k]))
}

// head is the log's signed checkpoint at a size.
func (w *world) head(size uint64) []byte {
	return w.sign(Checkpoint{Origin: testOrigin, Size: size, Root: RootOf(w.leaves[:size])}.Text(), w.signWith...)
}

func (w *world) sign(text string, by ...note.Signer) []byte {
	w.t.Helper()
	signed, err := note.Sign(&note.Note{Text: text}, by...)
	if err != nil {
		w.t.Fatal(err)
	}
	return signed
}

func (w *world) rootHead() []byte {
	return w.sign(Checkpoint{Origin: testKeyName, Size: uint64(len(w.root)), Root: RootOf(w.rootLeaves())}.Text(),
		append(append([]note.Signer{}, w.signWith...), w.w1, w.w2)...)
}

func (w *world) rootLeaves() []Hash {
	out := make([]Hash, len(w.root))
	for i := range w.root {
		out[i] = LeafHash(w.root[i])
	}
	return out
}

// plan says what a bundle of the world holds.
type plan struct {
	Manifest
	indexes []uint64          // beside the genesis
	states  map[uint64]string // "erased 8"
	closed  map[uint64]bool   // not opened
	size    uint64            // of the checkpoint
	anchor  bool
	start   uint64 // size of the earlier checkpoint, 0 for none
}

func (w *world) plan(kind BundleKind, first, last uint64) *plan {
	p := &plan{size: uint64(len(w.entries)), anchor: true, states: map[uint64]string{}, closed: map[uint64]bool{}}
	p.Manifest = Manifest{
		Kind: kind, CreatedAt: bundleStart + 99, Key: w.vkey, Log: testLog, Tenant: bundleTenant, First: first, Last: last,
	}
	if kind == BundleDecision {
		p.Filter.Decision = fmt.Sprintf("%s-%d", testLog, first)
	}
	for i := first; i <= last; i++ {
		p.indexes = append(p.indexes, i)
	}
	return p
}

// bundle writes it.
func (w *world) bundle(p *plan) []byte {
	w.t.Helper()
	var out bytes.Buffer
	if err := w.write(p, NewBundleWriter(&out)); err != nil {
		w.t.Fatal(err)
	}
	return out.Bytes()
}

func (w *world) write(p *plan, b *BundleWriter) error {
	if len(p.indexes) == 0 || p.indexes[0] != 0 {
		p.indexes = append([]uint64{0}, p.indexes...)
	}
	p.Of, p.Entries = p.size, uint64(len(p.indexes))
	signed := w.head(p.size)
	if p.anchor {
		signed = w.anchors[p.size].signed
	}
	leaves := w.leaves[:p.size]
	proof, err := ProveMany(p.size, p.indexes, func(lo, hi uint64) (Hash, error) { return RootOf(leaves[lo:hi]), nil })
	if err != nil {
		return err
	}
	_ = b.Manifest(&p.Manifest)
	_ = b.Checkpoint(signed)
	if p.anchor {
		w.writeRoot(p, b)
	}
	_ = b.Nodes(proof)
	for _, i := range p.indexes {
		w.writeEntry(p, b, i)
	}
	return b.Close(func(text string) ([]byte, error) { return w.sign(text, w.signWith...), nil })
}

func (w *world) writeRoot(p *plan, b *BundleWriter) {
	_ = b.Anchor(w.anchors[p.size].BundleAnchor)
	wanted := map[uint64]bool{w.anchors[p.size].Epoch: true}
	if p.start > 0 {
		a := w.anchors[p.start]
		wanted[a.Epoch] = true
		_ = b.Start(a.signed, a.BundleAnchor, consistencyOf(w.leaves[:p.size], int(p.start), true))
	}
	_ = b.RootCheckpoint(w.rootHead())
	var indexes []uint64
	for i, raw := range w.root {
		if e, _ := ParseRootEntry(raw); e.Artifact != RootEpoch || wanted[e.Index] {
			indexes = append(indexes, uint64(i))
		}
	}
	leaves := w.rootLeaves()
	proof, err := ProveMany(uint64(len(leaves)), indexes, func(lo, hi uint64) (Hash, error) { return RootOf(leaves[lo:hi]), nil })
	if err != nil {
		w.t.Fatal(err)
	}
	_ = b.RootNodes(proof)
	for _, i := range indexes {
		_ = b.RootEntry(w.root[i])
	}
}

func (w *world) writeEntry(p *plan, b *BundleWriter, i uint64) {
	e := w.entries[i]
	_ = b.Entry(i, e.entry)
	if s := p.states[i]; s != "" {
		var by uint64
		var state PayloadState
		_, _ = fmt.Sscanf(s, "%s %d", &state, &by)
		_ = b.State(state, by)
		return
	}
	if p.closed[i] {
		return
	}
	for _, g := range e.groups {
		_ = b.Opening(g.name, groupSalt(int(i), g.name), []byte(g.value))
	}
}

// policyText pins the log key and asks for both witnesses.
func (w *world) policyText() string {
	return "log " + w.vkey + "\nwitness one " + w.w1.vkey(typeCosignature) + "\nwitness two " + w.w2.vkey(typeEd25519) + " https://w.example/two\n" +
		"group both all one two\nquorum both\n"
}

func (w *world) trust() Trust {
	w.t.Helper()
	p, err := ParsePolicy(w.policyText())
	if err != nil {
		w.t.Fatal(err)
	}
	return p.Trust()
}
