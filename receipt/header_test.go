package receipt

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gowebpki/jcs"
)

const headerText = `{"artifact":"decision","commitments":{"actor":"` + hexA + `","event":"` + hexA +
	`"},"counter":0,"index":12,"key":"frostgate.example/7f3a+0a1b2c3d","log":"l-1","policy":"` + hexA +
	`","prev":-1,"ruleset":"","time":1790000000000000,"v":1}`

const hexA = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

func TestHeaderEncoding(t *testing.T) {
	t.Parallel()
	h, err := ParseHeader([]byte(headerText))
	if err != nil {
		t.Fatal(err)
	}
	want := &Header{
		Artifact: "decision", Index: 12, Key: "frostgate.example/7f3a+0a1b2c3d", Log: "l-1",
		Policy: hexA, Prev: -1, Time: 1790000000000000,
		Commitments: []Commitment{{"actor", mustHash(t, hexA)}, {"event", mustHash(t, hexA)}},
	}
	if diff := cmp.Diff(want, h); diff != "" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
	if got := string(h.AppendJCS(nil)); got != headerText {
		t.Errorf("encoded %s, want %s", got, headerText)
	}
	if _, ok := h.Commitment("actor"); !ok {
		t.Error("commitment actor not found")
	}
	if _, ok := h.Commitment("zone"); ok {
		t.Error("commitment zone found")
	}
}

// TestHeaderIsJCS: an independent canonicaliser leaves our bytes as they are,
// at the ends of every range.
func TestHeaderIsJCS(t *testing.T) {
	t.Parallel()
	for _, h := range []Header{
		{Artifact: "a", Key: "k+00000000", Log: "l", Prev: -1},
		{
			Artifact: "genesis", Key: "k+ffffffff", Log: strings.Repeat("L", 128), Prev: MaxInt - 1,
			Index: MaxInt, Counter: MaxInt, Time: MaxInt, Policy: hexA, Ruleset: hexA,
			Commitments: []Commitment{{"a", Hash{}}, {"a-b", Hash{}}, {"a.b", Hash{}}, {"a0", Hash{}}, {"a_b", Hash{}}, {"ab", Hash{}}},
		},
	} {
		if err := h.Validate(); err != nil {
			t.Fatal(err)
		}
		entry := h.AppendJCS(nil)
		canonical, err := jcs.Transform(entry)
		if err != nil || string(canonical) != string(entry) {
			t.Errorf("%v: canonical form is %s, ours %s", err, canonical, entry)
		}
		if _, err := ParseHeader(entry); err != nil {
			t.Errorf("%s: %v", entry, err)
		}
	}
}

func TestHeaderIsStrict(t *testing.T) {
	t.Parallel()
	change := func(old, with string) string {
		if !strings.Contains(headerText, old) {
			t.Fatalf("no %s in the header", old)
		}
		return strings.Replace(headerText, old, with, 1)
	}
	for name, bad := range map[string]string{
		"nothing":             "",
		"null":                "null",
		"array":               "[]",
		"empty object":        "{}",
		"unknown member":      change(`"v":1`, `"v":1,"w":1`),
		"duplicate member":    change(`"v":1`, `"v":1,"v":1`),
		"duplicate by case":   change(`"v":1`, `"v":1,"V":1`),
		"name in upper case":  change(`"index"`, `"Index"`),
		"missing member":      change(`"ruleset":"",`, ``),
		"null member":         change(`"ruleset":""`, `"ruleset":null`),
		"null commitments":    change(`{"actor":"`+hexA+`","event":"`+hexA+`"}`, `null`),
		"duplicate name":      change(`"event":`, `"actor":`),
		"unsorted names":      change(`"actor":`, `"zone":`),
		"unsorted members":    change(`"v":1`, ``) + `,"v":1}`,
		"space":               change(`:12,`, `: 12,`),
		"trailing newline":    headerText + "\n",
		"trailing object":     headerText + "{}",
		"escape":              change(`"decision"`, `"d\u0065cision"`),
		"float":               change(`:12,`, `:12.0,`),
		"exponent":            change(`:12,`, `:12e0,`),
		"minus zero":          change(`"counter":0`, `"counter":-0`),
		"negative index":      change(`:12,`, `:-12,`),
		"index above 2^53-1":  change(`:12,`, `:9007199254740992,`),
		"counter too large":   change(`"counter":0`, `"counter":9007199254740992`),
		"time too large":      change(`1790000000000000`, `9007199254740992`),
		"negative time":       change(`1790000000000000`, `-1`),
		"prev is itself":      change(`"prev":-1`, `"prev":12`),
		"prev below -1":       change(`"prev":-1`, `"prev":-2`),
		"version 2":           change(`"v":1`, `"v":2`),
		"upper-case hash":     change(hexA, strings.ToUpper(hexA)),
		"short hash":          change(hexA, hexA[1:]),
		"empty hash":          change(hexA, ""),
		"short policy":        change(`"policy":"`+hexA, `"policy":"a`),
		"upper-case artifact": change(`"decision"`, `"Decision"`),
		"empty artifact":      change(`"decision"`, `""`),
		"quote in log":        change(`"l-1"`, `"l\"1"`),
		"slash in log":        change(`"l-1"`, `"l/1"`),
		"empty log":           change(`"l-1"`, `""`),
		"key without ID":      change(`+0a1b2c3d`, ``),
		"key with two pluses": change(`+0a1b2c3d`, `+x+0a1b2c3d`),
		"upper-case key ID":   change(`0a1b2c3d`, `0A1B2C3D`),
		"invalid UTF-8":       change(`frostgate.example`, "frostgate\xff"),
		"non-ASCII key":       change(`frostgate.example`, "frostgäte"),
		"too large":           change(`"l-1"`, `"`+strings.Repeat("l", MaxEntrySize)+`"`),
	} {
		if h, err := ParseHeader([]byte(bad)); err == nil {
			t.Errorf("%s: accepted as %+v", name, h)
		}
	}
	many := Header{Artifact: "a", Key: "k+00000000", Log: "l", Prev: -1, Commitments: make([]Commitment, MaxCommitments+1)}
	if many.Validate() == nil {
		t.Error("too many commitments accepted")
	}
}
