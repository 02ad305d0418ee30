package receipt

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/note"
)

func b64(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

func verify(t *testing.T, data []byte, trust Trust) (*BundleReport, error) {
	t.Helper()
	r, err := VerifyBundle(bytes.NewReader(data), trust)
	if (err == nil) != r.Valid {
		t.Errorf("valid %t, error %v", r.Valid, err)
	}
	return r, err
}

// goodBundles are one of each kind.
func goodBundles(w *world) map[string]*plan {
	out := map[string]*plan{}
	tenant := w.plan(BundleTenant, 0, 11)
	tenant.states = map[uint64]string{1: "pruned 10", 2: "erased 8", 4: "erased 8", 5: "erased 8"}
	tenant.closed[6] = true
	out["tenant"] = tenant

	out["decision"] = w.plan(BundleDecision, 3, 3)
	gone := w.plan(BundleDecision, 5, 5)
	gone.indexes, gone.states[5] = append(gone.indexes, 8), "erased 8"
	out["erased decision"] = gone
	plain := w.plan(BundleDecision, 7, 7)
	plain.anchor, plain.size = false, 11
	out["committed decision"] = plain

	window := w.plan(BundleRange, 3, 9)
	window.Filter.From, window.Filter.To = bundleStart+4_000_000, bundleStart+9_000_000
	window.states[4], window.states[5], window.closed[3] = "erased 8", "erased 8", true
	out["range"] = window
	whole := w.plan(BundleRange, 3, 11)
	whole.start = 3
	whole.Filter.From, whole.Filter.To = bundleStart+3_000_000, bundleStart+11_000_000
	out["enclosed range"] = whole

	subject := w.plan(BundleSubject, 3, 9)
	subject.indexes = []uint64{3, 7, 9}
	subject.Filter.SubjectKind, subject.Filter.Subject = "user", "00ff"
	out["subject"] = subject

	absence := w.plan(BundleAbsence, 3, 11)
	absence.start, absence.Filter = 3, BundleFilter{Artifact: "module", From: bundleStart + 3_000_000, To: bundleStart + 11_000_000}
	for i := range 12 {
		absence.closed[uint64(i)] = i != 0
	}
	out["absence"] = absence
	idle := w.plan(BundleAbsence, 12, 11)
	idle.indexes, idle.start = nil, 12
	idle.Filter = BundleFilter{Artifact: "decision", From: bundleStart + 11_500_000, To: bundleStart + 11_500_000}
	out["absence without growth"] = idle
	return out
}

func TestGoodBundles(t *testing.T) {
	t.Parallel()
	w := standardWorld(t)
	for name, p := range goodBundles(w) {
		data := w.bundle(p)
		r, err := verify(t, data, w.trust().Accepting(Committed))
		if err != nil {
			t.Errorf("%s: %v\n%s\n%s", name, err, r, data)
			continue
		}
		want := Witnessed
		if !p.anchor {
			want = Committed
		}
		if r.Level != want || r.Entries != p.Entries || r.Bytes != uint64(len(data)) || !r.Pinned {
			t.Errorf("%s: level %s, %d entries, %d bytes of %d\n%s", name, r.Level, r.Entries, r.Bytes, len(data), r)
		}
		if want == Witnessed && !cmp.Equal(r.Witnesses, []string{"one", "two"}) {
			t.Errorf("%s: witnesses %v", name, r.Witnesses)
		}
		unpinned, err := verify(t, data, Trust{})
		if err != nil || unpinned.Pinned || !strings.HasPrefix(unpinned.String(), "signer not pinned: "+testKeyName+"+eb3461a8 ") {
			t.Errorf("%s: unpinned: %v\n%s", name, err, unpinned)
		}
		if unpinned.Level == Witnessed {
			t.Errorf("%s: witnessed without a pinned key", name)
		}
	}
}

func TestBundlePayloadStates(t *testing.T) {
	t.Parallel()
	w := standardWorld(t)
	p := goodBundles(w)["tenant"]
	r, err := verify(t, w.bundle(p), w.trust())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(PayloadCounts{Opened: 7, Erased: 3, Pruned: 1, Missing: 1}, r.Payloads); diff != "" {
		t.Errorf("payloads (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]GoneReport{{PayloadErased, 8, 3}, {PayloadPruned, 10, 1}}, r.Gone); diff != "" {
		t.Errorf("gone (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]uint64{"genesis": 1, "decision": 9, "erasure": 1, "prune": 1}, r.Artifacts); diff != "" {
		t.Errorf("artifacts (-want +got):\n%s", diff)
	}
	for _, want := range []string{"payload erased by #8: entries: 3\n", "payload pruned by #10: entries: 1\n", "1 missing", "payload missing, nothing says why: entries 6\n", "the whole log up to the checkpoint of size 12 is here"} {
		if !strings.Contains(r.String(), want) {
			t.Errorf("report lacks %q:\n%s", want, r)
		}
	}
	var back map[string]any
	if err := json.Unmarshal(mustJSON(t, r), &back); err != nil || back["valid"] != true || back["level"] != "witnessed" {
		t.Errorf("JSON: %v, %v", back, err)
	}
}

// TestGoldenBundle keeps the format: a bundle made once must verify for ever.
func TestGoldenBundle(t *testing.T) {
	t.Parallel()
	w := standardWorld(t)
	const path = "testdata/tenant.bundle"
	want := w.bundle(goodBundles(w)["tenant"])
	if *update {
		if err := os.WriteFile(path, want, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile("testdata/policy.txt", []byte(w.policyText()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
	if r, err := verify(t, got, w.trust()); err != nil {
		t.Errorf("%v\n%s", err, r)
	}
}

func TestUnreadableIsNoBundle(t *testing.T) {
	t.Parallel()
	for _, data := range []string{"", "\n", "PK\x03\x04", bundleMagic, bundleMagic + "2\n", "{}\n", strings.Repeat("x", 4096)} {
		_, err := verify(t, []byte(data), Trust{})
		var format *FormatError
		if !errors.As(err, &format) {
			t.Errorf("%.30q: %v", data, err)
		}
	}
	if _, err := verify(t, []byte(bundleMagic+"\n"), Trust{}); err == nil || errors.As(err, new(*FormatError)) {
		t.Errorf("a cut bundle: %v", err)
	}
}

// TestBundleKeyHistory: a signer must not be out of use where it signed.
func TestBundleKeyHistory(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		make func(w *world)
		want string
	}{
		{"issued", func(w *world) { w.key(KeyIssue, w.vkey2); w.decision(); w.anchor(bundleStart) }, ""},
		{"other revoked", func(w *world) { w.key(KeyRevoke, w.vkey2); w.decision(); w.anchor(bundleStart) }, ""},
		{"revoked before", func(w *world) { w.key(KeyRevoke, w.vkey); w.decision(); w.anchor(bundleStart) }, `+eb3461a8, which has the action "revoke" at index 1`},
		{"revoked after", func(w *world) { w.decision(); w.anchor(bundleStart); w.key(KeyRevoke, w.vkey) }, `the root checkpoint is signed only by key ` + testKeyName + `+eb3461a8`},
		{"retired before", func(w *world) { w.key(KeyRetire, w.vkey); w.decision(); w.anchor(bundleStart) }, `"retire" at index 1`},
		{"retired, issued again", func(w *world) { w.key(KeyRetire, w.vkey); w.key(KeyIssue, w.vkey); w.decision(); w.anchor(bundleStart) }, ""},
		{"revoked, issued again", func(w *world) { w.key(KeyRevoke, w.vkey); w.key(KeyIssue, w.vkey); w.decision(); w.anchor(bundleStart) }, `"revoke" at index 1`},
		{"both sign, one revoked", func(w *world) {
			w.key(KeyIssue, w.vkey2)
			w.signWith = []note.Signer{w.second, w.signer}
			w.key(KeyRevoke, w.vkey2)
			w.decision()
			w.anchor(bundleStart)
		}, ""},
	} {
		w := newWorld(t)
		c.make(w)
		trust, err := NewTrust(w.vkey, w.vkey2)
		if err != nil {
			t.Fatal(err)
		}
		r, err := verify(t, w.bundle(w.plan(BundleTenant, 0, 1)), trust)
		if (err == nil) != (c.want == "") || (err != nil && !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v\n%s", c.name, err, r)
		}
		if len(r.Keys) == 0 {
			t.Errorf("%s: no key history in the report", c.name)
		}
	}
}

func TestBundleWriterRefuses(t *testing.T) {
	t.Parallel()
	w := standardWorld(t)
	for name, change := range map[string]func(p *plan){
		"bad manifest":    func(p *plan) { p.Tenant = "a b" },
		"wrong size":      func(p *plan) { p.Last = 99 },
		"too few entries": func(p *plan) { p.indexes = p.indexes[:2] },
	} {
		p := w.plan(BundleTenant, 0, 11)
		change(p)
		if err := w.write(p, NewBundleWriter(new(bytes.Buffer))); err == nil {
			t.Errorf("%s: written", name)
		}
	}
	b := NewBundleWriter(new(bytes.Buffer))
	if err := b.Nodes(nil); err == nil {
		t.Error("a record out of place was written")
	}
	if err := b.Manifest(&w.plan(BundleTenant, 0, 11).Manifest); err == nil {
		t.Error("the writer forgot its error")
	}
	w.leaves[4][0] ^= 1
	if err := w.write(w.plan(BundleDecision, 3, 3), NewBundleWriter(new(bytes.Buffer))); err == nil || !strings.Contains(err.Error(), "root") {
		t.Errorf("wrong nodes: %v", err)
	}
}
