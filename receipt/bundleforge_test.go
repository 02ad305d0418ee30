package receipt

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
)

// TestForgedBundles are made by somebody who holds the real log key, digests
// and signs anew, and changes one thing each.
func TestForgedBundles(t *testing.T) {
	t.Parallel()
	w := standardWorld(t)
	type edit func(r []rawRecord) []rawRecord
	set := func(change func(r *rawRecord), words ...string) edit {
		return func(r []rawRecord) []rawRecord { change(&r[find(t, r, words...)]); return r }
	}
	insert := func(rec rawRecord, before ...string) edit {
		return func(r []rawRecord) []rawRecord { return slices.Insert(r, find(t, r, before...), rec) }
	}
	replaceAll := func(from, to string) func(r *rawRecord) {
		return func(r *rawRecord) {
			if !bytes.Contains(r.data, []byte(from)) {
				t.Fatalf("%q is not in %s", from, r.data)
			}
			r.data = bytes.ReplaceAll(r.data, []byte(from), []byte(to))
		}
	}
	// reentry changes an entry and the leaf hash its record names.
	reentry := func(from, to string) func(r *rawRecord) {
		return func(r *rawRecord) { replaceAll(from, to)(r); r.words[2] = LeafHash(r.data).String() }
	}
	other := w.sign(Checkpoint{Origin: testOrigin, Size: 3, Root: Hash{1}}.Text(), w.signer)
	same := w.sign(Checkpoint{Origin: testOrigin, Size: 12, Root: Hash{1}}.Text(), w.signer)
	foreign := w.sign(Checkpoint{Origin: testKeyName + "/l-other", Size: 12, Root: RootOf(w.leaves)}.Text(), w.signer)
	witnessOnly := w.sign(Checkpoint{Origin: testKeyName, Size: 4, Root: RootOf(w.rootLeaves())}.Text(), w.w1)
	for _, c := range []struct {
		kind, name, check string
		edit              edit
	}{
		{"tenant", "payload edited", "opening actor", set(replaceAll("u3", "u4"), tagOpening, "actor", b64salt(3, "actor"))},
		{"tenant", "header edited", "leaf hash", set(replaceAll("block", "x"), tagOpening, "decision", b64salt(3, "decision"))},
		{"tenant", "header edited, hash too", "inclusion", set(reentry(`"time":1790000003`, `"time":1790000004`), tagEntry, "3")},
		{"tenant", "index edited", "entry", set(reentry(`"index":3`, `"index":4`), tagEntry, "3")},
		{"tenant", "index edited twice", "entry", set(func(r *rawRecord) { reentry(`"index":3`, `"index":4`)(r); r.words[1] = "4" }, tagEntry, "3")},
		{"tenant", "entry of another log", "entry", set(reentry(testLog, "l-other"), tagEntry, "3")},
		{"tenant", "not canonical", "header", set(reentry(`"index":3`, `"index": 3`), tagEntry, "3")},
		{"tenant", "index with a zero", "entry", set(func(r *rawRecord) { r.words[1] = "03" }, tagEntry, "3")},
		{"tenant", "leaf hash in upper case", "leaf hash", set(func(r *rawRecord) { r.words[2] = strings.ToUpper(r.words[2]) }, tagEntry, "3")},
		{"tenant", "erased by another", "payload state", set(func(r *rawRecord) { r.words[2] = "9" }, tagState, "erased")},
		{"tenant", "erased by an earlier", "payload state", set(func(r *rawRecord) { r.words[2] = "1" }, tagState, "erased")},
		{"tenant", "erased by itself", "payload state", set(func(r *rawRecord) { r.words[2] = "2" }, tagState, "erased")},
		{"tenant", "erased beyond the log", "payload state", set(func(r *rawRecord) { r.words[2] = "12" }, tagState, "erased")},
		{"tenant", "erased by a prune", "payload state", set(func(r *rawRecord) { r.words[2] = "10" }, tagState, "erased")},
		{"tenant", "pruned by an erasure", "payload state", set(func(r *rawRecord) { r.words[1] = "pruned" }, tagState, "erased")},
		{"tenant", "withheld by an entry", "payload state", set(func(r *rawRecord) { r.words[1] = "withheld" }, tagState, "erased")},
		{"tenant", "unknown state", "payload state", set(func(r *rawRecord) { r.words[1] = "lost" }, tagState, "erased")},
		{"tenant", "not listed", "payload state", func(r []rawRecord) []rawRecord {
			i := find(t, r, tagOpening, "actor", b64salt(3, "actor"))
			r[i] = rawRecord{words: []string{tagState, "erased", "8"}}
			return slices.Delete(r, i+1, i+2)
		}},
		{"tenant", "state and opening", "payload state", insert(rawRecord{words: []string{tagState, "erased", "8"}}, tagEntry, "4")},
		{"tenant", "erasure not opened", "payload state", func(r []rawRecord) []rawRecord {
			i := find(t, r, tagOpening, "erasure")
			return slices.Delete(r, i, i+1)
		}},
		{"tenant", "genesis not opened", "genesis", func(r []rawRecord) []rawRecord {
			i := find(t, r, tagOpening, "genesis")
			return slices.Delete(r, i, i+1)
		}},
		{"tenant", "openings out of order", "opening", func(r []rawRecord) []rawRecord {
			i := find(t, r, tagOpening, "actor", b64salt(3, "actor"))
			r[i], r[i+1] = r[i+1], r[i]
			return r
		}},
		{"tenant", "opening of nothing", "opening", set(func(r *rawRecord) { r.words[1] = "zone" }, tagOpening, "actor")},
		{"tenant", "salt with stray bits", "opening actor", set(func(r *rawRecord) { s := []byte(r.words[2]); s[42]++; r.words[2] = string(s) }, tagOpening, "actor")},
		{"tenant", "empty nodes", tagNodes, insert(rawRecord{words: []string{tagNodes}}, tagEntry, "3")},
		{"tenant", "nodes for nothing", "entry", insert(rawRecord{[]string{tagNodes}, appendHashes(nil, []Hash{{}})}, tagEntry, "3")},
		{"tenant", "unknown record", "record", insert(rawRecord{words: []string{"comment"}}, tagEntry, "3")},
		{"tenant", "extra argument", "record", set(func(r *rawRecord) { r.words = append(r.words, "x") }, tagEntry, "3")},
		{"tenant", "second manifest", "order", insert(rawRecord{[]string{tagManifest}, nil}, tagCheckpoint)},
		{"tenant", "late checkpoint", "order", insert(rawRecord{[]string{tagCheckpoint}, same}, tagEntry, "3")},

		{"decision", "nodes split", "order", func(r []rawRecord) []rawRecord {
			i := find(t, r, tagNodes)
			half := rawRecord{r[i].words, r[i].data[:45]}
			r[i].data = r[i].data[45:]
			return slices.Insert(r, i, half)
		}},
		{"decision", "node changed", "inclusion", set(func(r *rawRecord) { r.data = appendHashes(nil, make([]Hash, len(r.data)/45)) }, tagNodes)},
		{"decision", "node dropped", "entry", set(func(r *rawRecord) { r.data = r.data[45:] }, tagNodes)},
		{"decision", "nodes of half a line", tagNodes, set(func(r *rawRecord) { r.data = r.data[1:] }, tagNodes)},
		{"decision", "other slot", "anchor", set(func(r *rawRecord) { r.words[2] = "3" }, tagAnchor)},
		{"decision", "other epoch", "root entry", set(func(r *rawRecord) { r.words[1] = "2" }, tagAnchor)},
		{"decision", "path changed", "anchor", set(func(r *rawRecord) { r.data = appendHashes(nil, make([]Hash, 3)) }, tagAnchor)},
		{"decision", "path dropped", "anchor", set(func(r *rawRecord) { r.data = nil }, tagAnchor)},
		{"decision", "checkpoint signed again", "anchor", set(func(r *rawRecord) { r.data = w.sign(cpText(t, r.data), w.signer, w.second) }, tagCheckpoint)},
		{"decision", "checkpoint of another root", "anchor", set(func(r *rawRecord) { r.data = same }, tagCheckpoint)},
		{"decision", "checkpoint of another log", "checkpoint", set(func(r *rawRecord) { r.data = foreign }, tagCheckpoint)},
		{"decision", "checkpoint of another key", "anchor", set(func(r *rawRecord) { r.data = w.sign(cpText(t, r.data), w.second) }, tagCheckpoint)},
		{"decision", "checkpoint of two lines by one key", "signature", set(func(r *rawRecord) {
			_, sig := cutLast(same, "\n— ")
			r.data = fmt.Appendf(r.data, "— %s", sig)
		}, tagCheckpoint)},
		{"decision", "root signed by a witness only", "root signature", set(func(r *rawRecord) { r.data = witnessOnly }, tagRootCheckpoint)},
		{"decision", "root of another size", "root entry", set(func(r *rawRecord) {
			r.data = w.sign(Checkpoint{Origin: testKeyName, Size: 3, Root: Hash{1}}.Text(), w.signer)
		}, tagRootCheckpoint)},
		{"decision", "root of another root", "root log", set(func(r *rawRecord) {
			r.data = w.sign(Checkpoint{Origin: testKeyName, Size: 4, Root: Hash{1}}.Text(), w.signer)
		}, tagRootCheckpoint)},
		{"decision", "tenant log for the root log", "checkpoint", set(func(r *rawRecord) { r.data = same }, tagRootCheckpoint)},
		{"decision", "bad cosignature", "witnesses", set(func(r *rawRecord) {
			bent := *w.w1
			bent.key = w.w2.key
			r.data = w.sign(cpText(t, r.data), w.signer, forgedSigner{&bent, w.w1.KeyHash()})
		}, tagRootCheckpoint)},
		{"decision", "epoch root edited", "root log", set(replaceAll(`"slots":5`, `"slots":4`), tagRootEntry, "3")},
		{"decision", "epoch index", "root entry", set(func(r *rawRecord) { r.words[1] = "2" }, tagRootEntry, "3")},
		{"decision", "second epoch", "root entry", insert(rawRecord{[]string{tagRootEntry, "1"}, w.root[1]}, tagRootNodes)},
		{"decision", "without epoch", "order", func(r []rawRecord) []rawRecord {
			i := find(t, r, tagRootCheckpoint)
			return slices.Delete(r, i, i+1)
		}},
		{"decision", "another entry", "range", func(r []rawRecord) []rawRecord {
			p := w.plan(BundleDecision, 3, 3)
			p.indexes = append(p.indexes, 6)
			return takeApart(t, w.bundle(p))
		}},
		{"absence", "earlier head of another root", "consistency", set(func(r *rawRecord) { r.data = other }, tagStartCheckpoint)},
		{"absence", "two heads of one size", "consistency", set(func(r *rawRecord) { r.data = same }, tagStartCheckpoint)},
		{"absence", "consistency changed", "consistency", set(func(r *rawRecord) { r.data = appendHashes(nil, make([]Hash, len(r.data)/45)) }, tagConsistency)},
		{"absence", "start in another slot", "start anchor", set(func(r *rawRecord) { r.words[2] = "1" }, tagStartAnchor)},
	} {
		records := c.edit(takeApart(t, w.bundle(goodBundles(w)[c.kind])))
		check := c.check
		if c.name == "header edited" { // the opening is what was edited
			check = "opening decision"
		}
		refusedPinned(t, c.kind+": "+c.name, w.seal(records, w.signer), w.trust().Accepting(Committed), check)
	}
}

const trustedSigner = testKeyName + "+eb3461a8"

// refusedPinned is refused for bundles whose fault only a pinned key shows.
func refusedPinned(t *testing.T, name string, data []byte, trust Trust, check string) {
	t.Helper()
	r, err := verify(t, data, trust)
	if err == nil || r.Failure == nil || r.Failure.Location == nil || r.Failure.Name != check {
		t.Errorf("%s: want check %q to fail, have %v\n%s", name, check, err, r)
		return
	}
	last := r.Checks[len(r.Checks)-1]
	if r.Failure.Name != "digest" && r.Signer == trustedSigner && (last.Name != "digest" || !last.OK) {
		t.Errorf("%s: the report does not say that the file is as it was signed: %v", name, last)
	}
}

func b64salt(i int, name string) string { s := groupSalt(i, name); return b64(s[:]) }

func cpText(t *testing.T, signed []byte) string {
	t.Helper()
	c, _, err := ParseSignedCheckpoint(signed)
	if err != nil {
		t.Fatal(err)
	}
	return c.Text()
}

// forgedSigner signs under another key's ID.
type forgedSigner struct {
	note.Signer
	id uint32
}

func (f forgedSigner) KeyHash() uint32 { return f.id }

// TestForeignSigners: whoever holds other keys can't pass for the log.
func TestForeignSigners(t *testing.T) {
	t.Parallel()
	w := standardWorld(t)
	good := takeApart(t, w.bundle(goodBundles(w)["tenant"]))
	stranger, strangerKey := testKey(t, testKeyName, 33)
	refusedPinned(t, "sealed by another key", w.seal(good, stranger), w.trust(), "digest")
	refusedPinned(t, "sealed by two", w.seal(good, w.signer, stranger), w.trust(), "digest")
	refusedPinned(t, "sealed under a forged key ID", w.seal(good, forgedSigner{stranger, w.signer.KeyHash()}), w.trust(), "digest")

	// A whole world of a stranger under the log's name: consistent in itself, so
	// that only the pinned key tells.
	fake := newWorld(t)
	fake.signer, fake.vkey, fake.signWith = stranger, strangerKey, []note.Signer{stranger}
	fake.decision()
	fake.anchor(bundleStart)
	data := fake.bundle(fake.plan(BundleTenant, 0, 1))
	r, err := verify(t, data, Trust{})
	if err != nil || !strings.Contains(r.String(), "signer not pinned: "+testKeyName+"+"+strings.Split(strangerKey, "+")[1]) {
		t.Errorf("a stranger's bundle without pinned keys: %v\n%s", err, r)
	}
	refusedPinned(t, "a stranger's bundle", data, w.trust(), "root signature")
	// The stranger copies the real checkpoint: the seal still is the stranger's.
	records := takeApart(t, w.bundle(goodBundles(w)["tenant"]))
	m, err := ParseManifest(records[0].data)
	if err != nil {
		t.Fatal(err)
	}
	m.Key = strangerKey
	records[0].data = m.AppendJCS(nil)
	refusedPinned(t, "a stranger's seal", w.seal(records, stranger), w.trust(), "digest")
}

// TestSecondSlot: a log that is anchored in another tenant's slot, where it
// could show another history, is found by its genesis.
func TestSecondSlot(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.decision()
	w.slot = 3
	w.anchor(bundleStart)
	refusedPinned(t, "anchored in another slot", w.bundle(w.plan(BundleTenant, 0, 1)), w.trust(), "genesis")

	w = newWorld(t)
	w.decision()
	w.slot = 4
	w.anchor(bundleStart)
	w.decision()
	w.slot = bundleSlot
	w.anchor(bundleStart + 9_000_000)
	p := w.plan(BundleAbsence, 2, 2)
	p.start, p.Filter = 2, BundleFilter{Artifact: "module", From: bundleStart, To: bundleStart}
	refusedPinned(t, "start in another slot", w.bundle(p), w.trust(), "genesis")
}

// TestOtherTenantsEntries: entries of another tenant's log, signed by the same
// key, can't stand in for this one's.
func TestOtherTenantsEntries(t *testing.T) {
	t.Parallel()
	w := standardWorld(t)
	other := newWorld(t)
	other.entries, other.leaves = nil, nil
	other.add("genesis", Group{"genesis", fmt.Sprintf(`{"log":%q,"slot":%d,"tenant":"t-rival"}`, testLog, bundleSlot)})
	for len(other.entries) < 12 {
		other.decision()
	}
	theirs := takeApart(t, other.bundle(func() *plan { p := other.plan(BundleTenant, 0, 11); p.Tenant, p.anchor = "t-rival", false; return p }()))
	ours := takeApart(t, w.bundle(goodBundles(w)["tenant"]))
	from := find(t, theirs, tagEntry)
	mixed := append(slices.Clone(ours[:find(t, ours, tagEntry)]), theirs[from:]...)
	refusedPinned(t, "entries of a rival", w.seal(mixed, w.signer), w.trust(), "genesis")
	// With our genesis before theirs, the tree tells.
	second := find(t, theirs, tagEntry, "1")
	mixed = append(slices.Clone(ours[:find(t, ours, tagEntry, "1")]), theirs[second:]...)
	refusedPinned(t, "entries of a rival after our genesis", w.seal(mixed, w.signer), w.trust(), "inclusion")
}

// TestBundleSpellings: lengths and numbers have one spelling, and limits hold.
func TestBundleSpellings(t *testing.T) {
	t.Parallel()
	w := standardWorld(t)
	data := string(w.bundle(goodBundles(w)["decision"]))
	for name, change := range map[string][2]string{
		"length with a zero":   {"\nanchor 3 2 135\n", "\nanchor 3 2 0135\n"},
		"length with a plus":   {"\nanchor 3 2 135\n", "\nanchor 3 2 +135\n"},
		"longer than the data": {"\nanchor 3 2 135\n", "\nanchor 3 2 136\n"},
		"shorter":              {"\nanchor 3 2 135\n", "\nanchor 3 2 134\n"},
		"huge":                 {"\nanchor 3 2 135\n", "\nanchor 3 2 1048577\n"},
		"2^63":                 {"\nanchor 3 2 135\n", "\nanchor 3 2 9223372036854775808\n"},
		"negative":             {"\nanchor 3 2 135\n", "\nanchor 3 2 -1\n"},
		"epoch with a zero":    {"\nanchor 3 2 135\n", "\nanchor 03 2 135\n"},
		"slot in hexadecimal":  {"\nanchor 3 2 135\n", "\nanchor 3 0x2 135\n"},
		"two spaces":           {"\nanchor 3 2 135\n", "\nanchor 3  2 135\n"},
		"carriage return":      {"\nanchor 3 2 135\n", "\nanchor 3 2 135\r\n"},
		"tab":                  {"\nanchor 3 2 135\n", "\nanchor\t3 2 135\n"},
		"long line":            {"\nanchor 3 2 135\n", "\nanchor " + strings.Repeat("3", 600) + " 2 135\n"},
		"blank line":           {"\nanchor 3 2 135\n", "\n\nanchor 3 2 135\n"},
		"trailer in capitals":  {"\n" + trailerWord, "\n" + strings.ToUpper(trailerWord)},
	} {
		bad := strings.Replace(data, change[0], change[1], 1)
		if bad == data {
			t.Fatalf("%s: nothing to replace", name)
		}
		r, err := verify(t, []byte(bad), w.trust())
		if err == nil || r.Failure == nil || r.Failure.Location == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
