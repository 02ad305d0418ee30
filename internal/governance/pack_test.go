package governance

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/fault"
)

func TestPackedDocumentsComeBackByteForByte(t *testing.T) {
	t.Parallel()
	text := []byte(strings.Repeat("-- a.yml --\ntitle: x\n", 20_000))
	for _, kind := range []string{KindDetections, KindTuning, KindPolicy} {
		stored, err := packed(kind, text)
		if err != nil {
			t.Fatal(err)
		}
		if small := len(stored) < len(text)/10; small != (kind == KindDetections) {
			t.Errorf("%s: %d bytes are stored as %d", kind, len(text), len(stored))
		}
		got, err := unpacked(kind, stored)
		if err != nil || !bytes.Equal(got, text) {
			t.Errorf("%s: %d bytes come back, %v", kind, len(got), err)
		}
	}
}

func TestUnpackingIsBounded(t *testing.T) {
	t.Parallel()
	bomb, err := packed(KindDetections, make([]byte, MaxDetections+1))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := unpacked(KindDetections, bomb); err == nil {
		t.Error("a row that unpacks beyond the limit was read")
	}
	for _, stored := range []string{"", "no gzip", string(bomb[:100])} {
		if _, err := unpacked(KindDetections, []byte(stored)); err == nil {
			t.Errorf("%q was read", stored)
		}
	}
}

// TestStoredDetectionsAreChecked alters a packed row: its hash is over the exact
// bytes, so it no longer counts as the document.
func TestStoredDetectionsAreChecked(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		ctx := context.Background()
		n := NewDocument{Kind: KindDetections, Name: "own", Version: "1", Content: []byte("-- a.yml --\ntitle: \xc3\xa4\n")}
		r, err := f.Put(ctx, tenantA, n, f.actor())
		if err != nil {
			t.Fatal(err)
		}
		d, err := f.Document(ctx, tenantA, r.Hash)
		if err != nil || !bytes.Equal(d.Content, n.Content) || d.Hash != Hash(n.Content) {
			t.Fatalf("document: %+v, %v", d, err)
		}
		if _, err := f.Document(ctx, tenantB, r.Hash); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("the other tenant reads it: %v", err)
		}
		other, err := packed(KindDetections, []byte("-- a.yml --\ntitle: evil\n"))
		if err != nil {
			t.Fatal(err)
		}
		for _, stored := range [][]byte{other, []byte("no gzip")} {
			f.system("UPDATE document SET content = $1 WHERE tenant_id = $2 AND hash = $3", stored, tenantA, r.Hash)
			if _, err := f.Document(ctx, tenantA, r.Hash); fault.CodeOf(err) != fault.Unavailable {
				t.Errorf("an altered document was read: %v", err)
			}
		}
		if _, err := f.Put(ctx, tenantA, NewDocument{Kind: KindDetections, Name: "x", Version: "1", Content: []byte("\xff")}, f.actor()); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("bytes that are no text: %v", err)
		}
		_, err = f.Put(ctx, tenantA, NewDocument{Kind: KindTuning, Name: "x", Version: "1", Content: make([]byte, MaxDocument+1)}, f.actor())
		if fault.CodeOf(err) != fault.TooLarge {
			t.Errorf("a tuning document over the limit: %v", err)
		}
	})
}

func TestRulesetTakesDetectionsAndOneTuning(t *testing.T) {
	t.Parallel()
	ref := func(kind, name string) Ref { return Ref{Hash([]byte(kind + name)), kind, name, "1"} }
	base := []Ref{ref(KindScenarios, "default"), ref(KindDoctrine, "default"), ref(KindPolicy, "default")}
	for name, tc := range map[string]struct {
		more []Ref
		want string
	}{
		"two of rules": {[]Ref{ref(KindDetections, "a"), ref(KindDetections, "b"), ref(KindTuning, "t")}, ""},
		"twice":        {[]Ref{ref(KindDetections, "a"), {Hash([]byte("x")), KindDetections, "a", "2"}}, "named twice"},
		"two tunings":  {[]Ref{ref(KindTuning, "a"), ref(KindTuning, "b")}, "at most one tuning"},
	} {
		_, err := (&rulesetDoc{Version: "1", Documents: append(base[:3:3], tc.more...)}).encode()
		if (tc.want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
