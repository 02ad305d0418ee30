package receipt

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	refproof "github.com/transparency-dev/formats/proof"

	reflog "github.com/transparency-dev/formats/log"
	"golang.org/x/mod/sumdb/note"
)

var root64 = base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{0xab}, HashSize))

// TestCheckpointAgainstReference: transparency-dev/formats reads what we write
// and writes what we read.
func TestCheckpointAgainstReference(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	signed := f.checkpoint(testOrigin, f.signer)
	ours, n, err := ParseSignedCheckpoint(signed)
	if err != nil {
		t.Fatal(err)
	}
	if len(n.Sigs) != 0 || len(n.UnverifiedSigs) != 1 {
		t.Errorf("unchecked signatures are presented as checked: %+v", n)
	}
	var ref reflog.Checkpoint
	rest, err := ref.Unmarshal([]byte(n.Text))
	if err != nil || len(rest) != 0 {
		t.Fatalf("reference reads %q: rest %q, %v", n.Text, rest, err)
	}
	if ref.Origin != ours.Origin || ref.Size != ours.Size || Hash(ref.Hash) != ours.Root {
		t.Errorf("reference reads %+v, we read %+v", ref, ours)
	}
	if string(ref.Marshal()) != ours.Text() {
		t.Errorf("reference writes %q, we write %q", ref.Marshal(), ours.Text())
	}
	verifier, err := note.NewVerifier(f.vkey)
	if err != nil {
		t.Fatal(err)
	}
	opened, _, err := OpenCheckpoint(signed, testOrigin, note.VerifierList(verifier))
	if err != nil || opened != ours {
		t.Errorf("opened %+v, %v", opened, err)
	}
	if _, _, err := OpenCheckpoint(signed, testOrigin+"x", note.VerifierList(verifier)); err == nil {
		t.Error("opened under another origin")
	}
}

// TestReferenceOpensOurCheckpoint uses a log whose origin is its key's name, as
// the reference demands.
func TestReferenceOpensOurCheckpoint(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	verifier, err := note.NewVerifier(f.vkey)
	if err != nil {
		t.Fatal(err)
	}
	c, _, _, err := reflog.ParseCheckpoint(f.checkpoint(testKeyName, f.signer), testKeyName, verifier)
	if err != nil || c.Size != testSize {
		t.Errorf("reference: %+v, %v", c, err)
	}
}

func TestCheckpointIsStrict(t *testing.T) {
	t.Parallel()
	good := "o.example/l\n12\n" + root64 + "\n"
	if c, err := ParseCheckpoint(good); err != nil || c.Text() != good {
		t.Fatalf("%+v, %v", c, err)
	}
	empty := Checkpoint{Origin: "o", Root: EmptyRoot()}
	if c, err := ParseCheckpoint(empty.Text()); err != nil || c != empty {
		t.Errorf("empty log: %+v, %v", c, err)
	}
	for name, bad := range map[string]string{
		"nothing":             "",
		"two lines":           "o\n12\n",
		"no final newline":    strings.TrimSuffix(good, "\n"),
		"extension line":      good + "ext\n",
		"blank line":          good + "\n",
		"CRLF":                strings.ReplaceAll(good, "\n", "\r\n"),
		"empty origin":        "\n12\n" + root64 + "\n",
		"space in origin":     "o l\n12\n" + root64 + "\n",
		"plus in origin":      "o+l\n12\n" + root64 + "\n",
		"non-ASCII origin":    "ö\n12\n" + root64 + "\n",
		"long origin":         strings.Repeat("o", 256) + "\n12\n" + root64 + "\n",
		"leading zero":        "o\n012\n" + root64 + "\n",
		"double zero":         "o\n00\n" + root64 + "\n",
		"plus sign":           "o\n+12\n" + root64 + "\n",
		"minus zero":          "o\n-0\n" + root64 + "\n",
		"hexadecimal":         "o\n0x12\n" + root64 + "\n",
		"underscore":          "o\n1_2\n" + root64 + "\n",
		"empty size":          "o\n\n" + root64 + "\n",
		"2^63":                "o\n9223372036854775808\n" + root64 + "\n",
		"size 0, not empty":   "o\n0\n" + root64 + "\n",
		"unpadded":            "o\n12\n" + strings.TrimRight(root64, "=") + "\n",
		"stray bits":          "o\n12\n" + root64[:42] + "t=\n",
		"URL alphabet":        "o\n12\n" + strings.ReplaceAll(base64.URLEncoding.EncodeToString(bytes.Repeat([]byte{0xff}, 32)), "/", "_") + "\n",
		"31 bytes":            "o\n12\n" + base64.StdEncoding.EncodeToString(make([]byte, 31)) + "\n",
		"33 bytes":            "o\n12\n" + base64.StdEncoding.EncodeToString(make([]byte, 33)) + "\n",
		"line break in root":  "o\n12\n" + root64[:40] + "\r" + root64[40:] + "\n",
		"space after the end": "o\n12\n" + root64 + " \n",
	} {
		if c, err := ParseCheckpoint(bad); err == nil {
			t.Errorf("%s: accepted as %+v", name, c)
		}
	}
}

// TestSignatureLineHasOneSpelling: x/mod would ignore the unused last bits.
func TestSignatureLineHasOneSpelling(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	signed := string(f.checkpoint(testOrigin, f.signer))
	at := strings.LastIndex(signed, "=\n") - 1
	bent := signed[:at] + string(signed[at]+1) + signed[at+1:]
	if _, err := note.Open([]byte(bent), note.VerifierList()); err == nil {
		t.Fatal("want an unverified note")
	}
	if _, _, err := ParseSignedCheckpoint([]byte(bent)); err == nil {
		t.Errorf("accepted %q", bent)
	}
}

func TestProofAgainstReference(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for i := range testSize {
		for _, extra := range [][]byte{nil, []byte("extra")} {
			ours := f.proof(i)
			ours.Extra = extra
			text, err := ours.MarshalText()
			if err != nil {
				t.Fatal(err)
			}
			var ref refproof.TLogProof
			if err := ref.Unmarshal(text); err != nil {
				t.Fatalf("reference refuses %q: %v", text, err)
			}
			if !bytes.Equal(ref.Marshal(), text) {
				t.Errorf("reference writes %q, we write %q", ref.Marshal(), text)
			}
			back, err := ParseProof(ref.Marshal())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(ours, back); diff != "" {
				t.Errorf("proof %d (-want +got):\n%s", i, diff)
			}
		}
	}
}

func TestProofIsStrict(t *testing.T) {
	t.Parallel()
	good := proofMagic + "index 3\n" + root64 + "\n\ncheckpoint"
	if _, err := ParseProof([]byte(good)); err != nil {
		t.Fatal(err)
	}
	line := root64 + "\n"
	if p, err := ParseProof([]byte(proofMagic + "index 3\n" + strings.Repeat(line, 63) + "\nc")); err != nil || len(p.Hashes) != 63 {
		t.Errorf("63 hashes: %v", err)
	}
	for name, bad := range map[string]string{
		"nothing":         "",
		"magic only":      proofMagic,
		"other version":   strings.Replace(good, "@v1", "@v2", 1),
		"CRLF":            strings.ReplaceAll(good, "\n", "\r\n"),
		"one CR":          strings.Replace(good, "3\n", "3\r\n", 1),
		"no index":        proofMagic + line + "\nc",
		"leading zero":    strings.Replace(good, "index 3", "index 03", 1),
		"negative":        strings.Replace(good, "index 3", "index -3", 1),
		"two spaces":      strings.Replace(good, "index 3", "index  3", 1),
		"2^64":            strings.Replace(good, "index 3", "index 18446744073709551616", 1),
		"empty extra":     strings.Replace(good, "index", "extra \nindex", 1),
		"bad extra":       strings.Replace(good, "index", "extra A\nindex", 1),
		"extra with CR":   strings.Replace(good, "index", "extra AA\rAA\nindex", 1),
		"two extras":      strings.Replace(good, "index", "extra AAAA\nextra AAAA\nindex", 1),
		"extra late":      strings.Replace(good, "3\n", "3\nextra AAAA\n", 1),
		"64 hashes":       proofMagic + "index 3\n" + strings.Repeat(line, 64) + "\nc",
		"short hash":      strings.Replace(good, root64, root64[:40], 1),
		"no blank line":   proofMagic + "index 3\n" + line,
		"no checkpoint":   proofMagic + "index 3\n" + line + "\n",
		"leading newline": "\n" + good,
		"too large":       good + strings.Repeat("x", MaxProofSize),
	} {
		if p, err := ParseProof([]byte(bad)); err == nil {
			t.Errorf("%s: accepted as %+v", name, p)
		}
	}
	if _, err := (&Proof{Hashes: make([]Hash, 64)}).MarshalText(); err == nil {
		t.Error("64 hashes were written")
	}
	if _, err := (&Proof{Checkpoint: make([]byte, MaxProofSize)}).MarshalText(); err == nil {
		t.Error("a proof above the size limit was written")
	}
}
