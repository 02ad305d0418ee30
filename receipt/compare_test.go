package receipt

import (
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
)

func TestCompareProvesASplitView(t *testing.T) {
	t.Parallel()
	key, vkey := testKey(t, testKeyName, 7)
	stranger, _ := testKey(t, testKeyName, 8)
	trust, err := NewTrust(vkey)
	if err != nil {
		t.Fatal(err)
	}
	head := func(by note.Signer, origin string, size uint64, last byte) []byte {
		signed, err := note.Sign(&note.Note{Text: Checkpoint{Origin: origin, Size: size, Root: Hash{31: last}}.Text()}, by)
		if err != nil {
			t.Fatal(err)
		}
		return signed
	}
	one := head(key, testOrigin, 5, 1)
	for name, tc := range map[string]struct {
		b                  []byte
		split, agree, open int
	}{
		"the same head":   {one, 0, 1, 0},
		"another size":    {head(key, testOrigin, 6, 2), 0, 0, 1},
		"another log":     {head(key, testOrigin+"x", 5, 2), 0, 0, 0},
		"another history": {head(key, testOrigin, 5, 2), 1, 0, 0},
	} {
		c, err := Compare(one, tc.b, trust)
		if err != nil || len(c.Split) != tc.split || c.Agree != tc.agree || c.Open != tc.open {
			t.Errorf("%s: %+v %v", name, c, err)
		}
		for i := range c.Split {
			if said := c.Split[i].String(); !strings.Contains(said, "two histories: at size 5") || !strings.Contains(said, testOrigin) {
				t.Error(said)
			}
		}
	}
	for name, b := range map[string][]byte{
		"a stranger's": head(stranger, testOrigin, 5, 2), "no checkpoint": []byte("x"), "no receipt": []byte("{}"), "no bundle": []byte(bundleMagic + "\nx"), "nothing": nil,
	} {
		if c, err := Compare(one, b, trust); err == nil {
			t.Errorf("%s: %+v", name, c)
		}
		if c, err := Compare(b, one, trust); err == nil || !strings.Contains(err.Error(), "the first") {
			t.Errorf("%s: %+v %v", name, c, err)
		}
	}
	if _, err := Compare(one, one, Trust{}); err == nil {
		t.Error("compared without a pinned key")
	}
}
