package receipt

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite testdata")

func TestVerifyGoodReceipts(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for i := range testSize {
		r, err := Parse(mustJSON(t, f.receipt(i)))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(f.receipt(i), r); diff != "" {
			t.Errorf("receipt %d changed on the wire (-want +got):\n%s", i, diff)
		}
		report, err := Verify(r, f.trust())
		if err != nil {
			t.Fatalf("receipt %d: %v\n%s", i, err, report)
		}
		if !report.Pinned || report.Signer != f.header(i).Key {
			t.Errorf("pinned %t, signer %q", report.Pinned, report.Signer)
		}
		if diff := cmp.Diff(f.header(i), report.Header); diff != "" {
			t.Errorf("header (-want +got):\n%s", diff)
		}
		if report.Checkpoint.Size != testSize || report.Checkpoint.Origin != testOrigin {
			t.Errorf("checkpoint %+v", report.Checkpoint)
		}
	}
}

// TestReportText pins the order of the checks and their names: people and
// scripts read them.
func TestReportText(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	report, err := Verify(f.receipt(6), f.trust())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for line := range strings.Lines(report.String()) {
		check, _, _ := strings.Cut(line, ":")
		got = append(got, check)
	}
	want := []string{
		"ok    leaf hash", "ok    header", "ok    proof", "ok    index", "ok    log", "ok    inclusion",
		"ok    signature", "ok    level", "ok    opening actor", "ok    opening decision", "ok    opening event",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
}

func TestUnpinnedSignerIsSaidFirst(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	r := f.receipt(6)
	report, err := Verify(r, Trust{})
	if err != nil {
		t.Fatal(err)
	}
	text := report.String()
	if report.Pinned || !strings.HasPrefix(text, "signer not pinned: "+f.header(6).Key+" ") {
		t.Errorf("report does not begin with the unpinned signer:\n%s", text)
	}
	if !strings.Contains(text, "skip  signature: not checked") {
		t.Errorf("report does not say that the signature was not checked:\n%s", text)
	}
	r.Entry = strings.Replace(r.Entry, "decision", "forecast", 1)
	if report, err = Verify(r, Trust{}); err == nil {
		t.Errorf("a changed entry passed without a pinned key:\n%s", report)
	}
}

// TestTamperedReceipts changes one thing each and wants the right check to
// fail, by name, with nothing verified left in the report.
func TestTamperedReceipts(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	other, _ := testKey(t, "other.example", 8)
	sameName, _ := testKey(t, testKeyName, 9)
	reproof := func(r *Receipt, change func(p *Proof)) {
		p := f.proof(6)
		change(p)
		r.Proof = string(p.Append(nil))
	}
	// relist makes entry and leaf hash agree again after a change.
	relist := func(r *Receipt, entry []byte) { r.Entry, r.LeafHash = string(entry), LeafHash(entry) }
	for _, c := range []struct {
		name, check string
		change      func(r *Receipt)
	}{
		{"entry", "leaf hash", func(r *Receipt) { r.Entry += " " }},
		{"leaf hash", "leaf hash", func(r *Receipt) { r.LeafHash[0] ^= 1 }},
		{"not canonical", "header", func(r *Receipt) { relist(r, []byte(r.Entry+" ")) }},
		{"no header", "header", func(r *Receipt) { relist(r, []byte("{}")) }},
		{"forged time", "inclusion", func(r *Receipt) { h := f.header(6); h.Time++; relist(r, h.AppendJCS(nil)) }},
		{"proof text", "proof", func(r *Receipt) { r.Proof = strings.Replace(r.Proof, "\n", "\r\n", 1) }},
		{"extra line", "proof", func(r *Receipt) { reproof(r, func(p *Proof) { p.Extra = []byte("x") }) }},
		{"no checkpoint", "proof", func(r *Receipt) { reproof(r, func(p *Proof) { p.Checkpoint = nil }) }},
		{"unsigned", "proof", func(r *Receipt) {
			reproof(r, func(p *Proof) { p.Checkpoint, _ = cutLast(p.Checkpoint, "\n— ") })
		}},
		{"key of another origin", "proof", func(r *Receipt) {
			reproof(r, func(p *Proof) { p.Checkpoint = f.checkpoint(testOrigin, other) })
		}},
		{"level anchored", "level", func(r *Receipt) { r.Level = Anchored }},
		{"level witnessed", "level", func(r *Receipt) { r.Level = Witnessed }},
		{"no level", "level", func(r *Receipt) { r.Level = "" }},
		{"receipt index", "index", func(r *Receipt) { r.Index++ }},
		{"proof index", "index", func(r *Receipt) { reproof(r, func(p *Proof) { p.Index++ }) }},
		{"receipt log", "log", func(r *Receipt) { r.Log += "0" }},
		{"origin of another log", "log", func(r *Receipt) {
			reproof(r, func(p *Proof) { p.Checkpoint = f.checkpoint(testKeyName+"/l-other", f.signer) })
		}},
		{"origin with the log as suffix only", "log", func(r *Receipt) {
			reproof(r, func(p *Proof) { p.Checkpoint = f.checkpoint(testKeyName+"/x"+testLog, f.signer) })
		}},
		{"proof hash", "inclusion", func(r *Receipt) { reproof(r, func(p *Proof) { p.Hashes[0][0] ^= 1 }) }},
		{"short proof", "inclusion", func(r *Receipt) { reproof(r, func(p *Proof) { p.Hashes = p.Hashes[1:] }) }},
		{"unknown key of the same name", "signature", func(r *Receipt) {
			reproof(r, func(p *Proof) { p.Checkpoint = f.checkpoint(testOrigin, sameName) })
		}},
		{"forged signature", "signature", func(r *Receipt) {
			reproof(r, func(p *Proof) {
				_, sig := cutLast(f.checkpoint(testOrigin+"x", f.signer), "\n— ")
				good, _ := cutLast(p.Checkpoint, "\n— ")
				p.Checkpoint = []byte(string(good) + "\n— " + sig)
			})
		}},
		{"opening value", "opening event", func(r *Receipt) { o := r.Openings["event"]; o.Value += " "; r.Openings["event"] = o }},
		{"opening salt", "opening actor", func(r *Receipt) { o := r.Openings["actor"]; o.Salt = "x" + o.Salt[1:]; r.Openings["actor"] = o }},
		{"opening moved", "opening actor", func(r *Receipt) { r.Openings["actor"] = r.Openings["event"] }},
		{"opening of nothing", "opening zone", func(r *Receipt) { r.Openings["zone"] = r.Openings["event"] }},
	} {
		r := f.receipt(6)
		c.change(r)
		report, err := Verify(r, f.trust())
		if err == nil || !strings.Contains(err.Error(), `check "`+c.check+`"`) {
			t.Errorf("%s: want check %q to fail, have %v", c.name, c.check, err)
			continue
		}
		last := report.Checks[len(report.Checks)-1]
		if last.OK || last.Name != c.check || report.Header != nil || report.Checkpoint != (Checkpoint{}) {
			t.Errorf("%s: report of a failure: %+v", c.name, report)
		}
	}
}

// cutLast splits b around the last sep.
func cutLast(b []byte, sep string) ([]byte, string) {
	i := strings.LastIndex(string(b), sep)
	return b[:i:i], string(b[i+len(sep):])
}

// TestKeyRotation signs with old, old and new, new key: whoever pins one of
// them reads the checkpoints it signed; whoever pins both reads all.
func TestKeyRotation(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	newSigner, newVkey := testKey(t, testKeyName, 9)
	_, strangerVkey := testKey(t, "frostgate.example/7f3", 7)
	signed := map[string][]byte{
		"old":  f.checkpoint(testOrigin, f.signer),
		"both": f.checkpoint(testOrigin, f.signer, newSigner),
		"new":  f.checkpoint(testOrigin, newSigner),
	}
	for _, c := range []struct {
		vkeys []string
		reads string
	}{
		{[]string{f.vkey}, "old both"},
		{[]string{newVkey}, "both new"},
		{[]string{f.vkey, newVkey}, "old both new"},
		{[]string{f.vkey, f.vkey}, "old both"},
		{[]string{strangerVkey}, ""},
	} {
		trust, err := NewTrust(c.vkeys...)
		if err != nil {
			t.Fatal(err)
		}
		for name, cp := range signed {
			r := f.receipt(6)
			p := f.proof(6)
			p.Checkpoint = cp
			r.Proof = string(p.Append(nil))
			_, err := Verify(r, trust)
			want := strings.Contains(" "+c.reads+" ", " "+name+" ")
			if (err == nil) != want {
				t.Errorf("keys %v, checkpoint %s: %v", c.vkeys, name, err)
			}
		}
	}
}

// TestKeySpeaksForItsOriginOnly: being trusted is not enough, a key signs for
// its own name and below.
func TestKeySpeaksForItsOriginOnly(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		key, origin string
		want        bool
	}{
		{"a.example", "a.example", true},
		{"a.example", "a.example/log", true},
		{"a.example/x", "a.example/x/log", true},
		{"a.example", "a.example.evil/log", false},
		{"a.example/x", "a.example/xlog", false},
		{"a.example/x", "a.example", false},
	} {
		if got := speaksFor(c.key, c.origin); got != c.want {
			t.Errorf("%s for %s: %t", c.key, c.origin, got)
		}
	}
}

func TestNewTrustRefusesBrokenKeys(t *testing.T) {
	t.Parallel()
	_, vkey := testKey(t, testKeyName, 7)
	for _, bad := range []string{"", "x", vkey[1:], vkey[:len(vkey)-4], strings.Replace(vkey, "+", "-", 1)} {
		if _, err := NewTrust(vkey, bad); err == nil || !strings.Contains(err.Error(), "key 2") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestVerifyNil(t *testing.T) {
	t.Parallel()
	if report, err := Verify(nil, Trust{}); err == nil || report == nil {
		t.Errorf("nil receipt: report %v, error %v", report, err)
	}
	if report, err := Verify(&Receipt{}, Trust{}); err == nil || !strings.HasPrefix(report.String(), "signer not pinned: unknown") {
		t.Errorf("zero receipt: %v\n%s", err, report)
	}
}

// TestEveryFlippedBit flips each bit of a receipt's text. Either it is refused,
// or what was verified is exactly what the original says. Only the parts that
// no proof covers (url, and the name of the member openings) may change.
func TestEveryFlippedBit(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	good, trust := mustJSON(t, f.receipt(6)), f.trust()
	ref, err := Verify(f.receipt(6), trust)
	if err != nil {
		t.Fatal(err)
	}
	free := make([]bool, len(good))
	for _, part := range []string{`"url":"/evidence/logs/` + testLog + `/6"`, `"openings"`} {
		at := strings.Index(string(good), part)
		if at < 0 {
			t.Fatalf("no %s in %s", part, good)
		}
		for i := range len(part) {
			free[at+i] = true
		}
	}
	accepted := 0
	for bit := range len(good) * 8 {
		text := append([]byte{}, good...)
		text[bit/8] ^= 1 << (bit % 8)
		r, err := Parse(text)
		if err != nil {
			continue
		}
		report, err := Verify(r, trust)
		if err != nil {
			continue
		}
		accepted++
		same := r.LeafHash == f.receipt(6).LeafHash && report.Checkpoint == ref.Checkpoint &&
			cmp.Equal(report.Header, ref.Header)
		for name, o := range r.Openings {
			same = same && o == f.receipt(6).Openings[name]
		}
		// The same string may be spelled with another case in a \u escape.
		if !same || (!free[bit/8] && !cmp.Equal(r, f.receipt(6))) {
			t.Errorf("bit %d of byte %d: accepted %s", bit%8, bit/8, text)
		}
	}
	t.Logf("%d bits flipped, %d in ignored places accepted with unchanged content", len(good)*8, accepted)
}

// TestGoldenResponse keeps the wire format: a receipt made once must verify
// for ever.
func TestGoldenResponse(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	const path = "testdata/decision.json"
	want := append(mustJSON(t, map[string]any{"decision_id": "d-6", "action": "block", "receipt": f.receipt(6)}), '\n')
	if *update {
		if err := os.WriteFile(path, want, 0o644); err != nil {
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
	r, err := FromResponse(got)
	if err != nil {
		t.Fatal(err)
	}
	if report, err := Verify(r, f.trust()); err != nil {
		t.Errorf("%v\n%s", err, report)
	}
}
