package evidence

import (
	"bytes"
	"crypto/sha256"
	"testing"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/receipt"
)

func testKeys(t testing.TB, fill byte) *TenantKeys {
	t.Helper()
	k := &TenantKeys{Tenant: "t", LogID: "log"}
	for i, purpose := range purposes() {
		var key [32]byte
		for j := range key {
			key[j] = fill + byte(i*32+j)
		}
		if err := k.set(purpose, key, 1); err != nil {
			t.Fatal(err)
		}
	}
	return k
}

func TestCommitmentsAreReceiptCommit(t *testing.T) {
	t.Parallel()
	s := commitState{h: sha256.New()}
	for _, n := range []int{0, 1, 55, 56, 64, 1000} {
		var salt [receipt.SaltSize]byte
		clock.System{}.Random(salt[:])
		value := bytes.Repeat([]byte("x"), n)
		if got, want := s.commit(&salt, value), receipt.Commit(salt, value); got != want {
			t.Errorf("%d bytes: %s, want %s", n, got, want)
		}
	}
}

func TestSealOpensOnlyWithItsKeysAndLeaf(t *testing.T) {
	t.Parallel()
	k := testKeys(t, 1)
	seal := func() (*Unit, *receipt.Header) {
		u := &Unit{
			Groups:   []Group{{Name: "actor", Value: []byte(`{}`)}, {Name: "event", Value: []byte(`{"ip":"192.0.2.1"}`)}},
			Subjects: []domain.Subject{{Kind: domain.SubjectIP, Value: "192.0.2.1"}, {Kind: domain.SubjectUser, Value: "u"}},
		}
		if err := k.Seal(u, clock.System{}); err != nil {
			t.Fatal(err)
		}
		return u, &receipt.Header{Commitments: u.sealed.commitments}
	}
	u, h := seal()
	row := func(wraps, blob *Unit, ring domain.Ring, version int64) *storedPayload {
		return &storedPayload{ring: ring, version: version, wrapped: wraps.sealed.wrapped, sealed: blob.sealed.blob}
	}
	groups, err := k.open(h, row(u, u, "", 1))
	if err != nil || len(groups) != 2 || string(groups[1].Value) != `{"ip":"192.0.2.1"}` {
		t.Fatalf("open: %v %v", groups, err)
	}
	other, otherHeader := seal()
	if bytes.Equal(u.sealed.blob, other.sealed.blob) || u.sealed.commitments[0] == other.sealed.commitments[0] {
		t.Error("sealing twice gives the same bytes")
	}
	for name, try := range map[string]func() ([]Group, error){
		"other tenant": func() ([]Group, error) { return testKeys(t, 2).open(h, row(u, u, "", 1)) },
		"other leaf":   func() ([]Group, error) { return k.open(otherHeader, row(u, u, "", 1)) },
		"other key":    func() ([]Group, error) { return k.open(h, row(other, u, "", 1)) },
		"other blob":   func() ([]Group, error) { return k.open(h, row(u, other, "", 1)) },
		"other ring":   func() ([]Group, error) { return k.open(h, row(u, u, domain.Secret, 1)) },
		"no such ring": func() ([]Group, error) { return k.open(h, row(u, u, "PURPLE", 1)) },
		"key version":  func() ([]Group, error) { return k.open(h, row(u, u, "", 2)) },
		"cut": func() ([]Group, error) {
			return k.open(h, &storedPayload{version: 1, wrapped: u.sealed.wrapped[:5], sealed: u.sealed.blob})
		},
	} {
		if g, err := try(); err == nil {
			t.Errorf("%s: opened %v", name, g)
		}
	}
	// The content key is wrapped for each subject too, under its own key.
	for i, s := range u.Subjects {
		sub := u.sealed.wrapped[wrapSize+i*subjectWrapSize:][:subjectWrapSize]
		mac := k.Subject(s)
		if !bytes.Equal(sub[:MACSize], mac[:]) {
			t.Fatalf("wrap %d is not that of %s", i, s.Kind)
		}
		aead, err := k.rings[""].subjectAEAD(mac)
		if err != nil {
			t.Fatal(err)
		}
		sub = sub[MACSize:]
		content, err := aead.Open(nil, sub[:nonceSize], sub[nonceSize:], mac[:])
		if err != nil || len(content) != 32 {
			t.Errorf("subject %s: %v", s.Kind, err)
		}
	}
}

func TestPackedPayloadsComeBack(t *testing.T) {
	t.Parallel()
	for _, plain := range [][]byte{nil, []byte("x"), bytes.Repeat([]byte("abc"), 5000), func() []byte {
		b := make([]byte, 3000)
		clock.System{}.Random(b) // does not shrink
		return b
	}()} {
		back, err := unpack(pack(plain))
		if err != nil || !bytes.Equal(back, plain) {
			t.Errorf("%d bytes: %d back, %v", len(plain), len(back), err)
		}
	}
	for _, bad := range [][]byte{nil, {7}, {formS2}, {formS2, 0xff, 0xff, 0xff, 0xff, 0x7f}} {
		if _, err := unpack(bad); err == nil {
			t.Errorf("%x was unpacked", bad)
		}
	}
}

func FuzzCutGroup(f *testing.F) {
	f.Add([]byte{})
	f.Add(append([]byte{1, 'a'}, make([]byte, 40)...))
	f.Fuzz(func(t *testing.T, b []byte) {
		g, rest, err := cutGroup(b)
		if err == nil && len(g.Name)+len(g.Value)+len(rest)+receipt.SaltSize+5 != len(b) {
			t.Errorf("lost bytes of %x", b)
		}
	})
}

func BenchmarkSeal(b *testing.B) {
	k := testKeys(b, 1)
	value := bytes.Repeat([]byte("x"), 1200)
	b.ReportAllocs()
	for b.Loop() {
		u := &Unit{
			Groups:   []Group{{Name: "actor", Value: value[:40]}, {Name: "decision", Value: value}, {Name: "event", Value: value}},
			Subjects: []domain.Subject{{Kind: domain.SubjectIP, Value: "192.0.2.1"}, {Kind: domain.SubjectUser, Value: "u"}, {Kind: domain.SubjectHost, Value: "h"}},
		}
		if err := k.Seal(u, clock.System{}); err != nil {
			b.Fatal(err)
		}
	}
}
