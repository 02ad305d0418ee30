package receipt

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func witnessLine(name string, seed byte) string {
	return "witness " + name + " " + newTestWitness("w.example/"+name, seed).vkey(typeCosignature) + "\n"
}

func TestPolicyQuorums(t *testing.T) {
	t.Parallel()
	text := "# the example of c2sp.org/tlog-policy\n\n \t \n"
	for i, name := range strings.Fields("X1 X2 X3 Y1 Y2 Y3") {
		text += witnessLine(name, byte(40+i))
	}
	text += "group\tX-witnesses  2 X1 X2 X3 \n  group Y-witnesses any Y1 Y2 Y3\n #x\ngroup X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y"
	p, err := ParsePolicy(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		names string
		want  bool
	}{
		{"", false},
		{"X1 X2", false},
		{"X1 Y1 Y2 Y3", false},
		{"X1 X3 Y2", true},
		{"X1 X2 X3 Y1 Y2 Y3", true},
		{"X-witnesses Y-witnesses", false},
		{"X-and-Y", false},
		{"Z", false},
	} {
		have := map[string]bool{}
		for _, n := range strings.Fields(c.names) {
			have[n] = true
		}
		if got := p.Satisfied(have); got != c.want {
			t.Errorf("%q: %t", c.names, got)
		}
	}
	if len(p.Witnesses()) != 6 || p.Witnesses()[3].Name != "Y1" || !p.NeedsWitness() || p.Trust().Pinned() {
		t.Errorf("%+v", p.Witnesses())
	}
}

func TestPolicyIsStrict(t *testing.T) {
	t.Parallel()
	_, vkey := testKey(t, testKeyName, 7)
	a, b := witnessLine("a", 41), witnessLine("b", 42)
	good := "log " + vkey + " https://log.example/\n" + a + b + "group g any a b\nquorum g\n"
	if p, err := ParsePolicy(good); err != nil || !p.Trust().Pinned() {
		t.Fatal(err)
	}
	for name, bad := range map[string]string{
		"nothing":                 "",
		"no quorum":               a,
		"two quorums":             "quorum none\nquorum none\n",
		"unknown quorum":          "quorum a\n" + a,
		"quorum of two":           a + b + "quorum a b\n",
		"unknown word":            "quorum none\npolicy x\n",
		"other case":              "Quorum none\n",
		"log without key":         "log\nquorum none\n",
		"log with three words":    "log " + vkey + " u v\nquorum none\n",
		"log key twice":           "log " + vkey + "\nlog " + vkey + "\nquorum none\n",
		"log of a witness key":    "log " + strings.Fields(a)[2] + "\nquorum none\n",
		"log key in upper case":   "log " + strings.Replace(vkey, "eb3461a8", "EB3461A8", 1) + "\nquorum none\n",
		"witness without key":     "witness a\nquorum none\n",
		"witness key broken":      "witness a x+00000000+AAAA\nquorum none\n",
		"witness name twice":      a + strings.Replace(b, "witness b", "witness a", 1) + "quorum none\n",
		"witness key twice":       a + strings.Replace(a, "witness a", "witness c", 1) + "quorum none\n",
		"witness key, other name": a + "witness c " + vkeyOf("other", typeEd25519, newTestWitness("x", 41).public()) + "\nquorum none\n",
		"witness called none":     strings.Replace(a, "witness a", "witness none", 1) + "quorum none\n",
		"group without members":   a + "group g any\nquorum g\n",
		"group of itself":         "group g any g\nquorum g\n",
		"group of a later group":  a + "group g any h\ngroup h any a\nquorum g\n",
		"group of none":           "group g any none\nquorum g\n",
		"group called a":          a + b + "group a any b\nquorum a\n",
		"member twice":            a + "group g any a a\nquorum g\n",
		"member of two groups":    a + b + "group g any a\ngroup h any a b\nquorum h\n",
		"threshold 0":             a + "group g 0 a\nquorum g\n",
		"threshold 2 of 1":        a + "group g 2 a\nquorum g\n",
		"threshold +1":            a + "group g +1 a\nquorum g\n",
		"threshold 01":            a + "group g 01 a\nquorum g\n",
		"threshold most":          a + "group g most a\nquorum g\n",
		"carriage return":         "quorum none\r\n",
		"NUL":                     "quorum none\n#\x00\n",
		"DEL":                     "quorum none\n#\x7f\n",
		"vertical tab":            "quorum\vnone\n",
		"long URL":                a[:len(a)-1] + " " + strings.Repeat("u", 2049) + "\nquorum none\n",
		"large":                   "quorum none\n" + strings.Repeat("#\n", MaxPolicySize),
	} {
		if _, err := ParsePolicy(bad); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	var many strings.Builder
	for i := range maxPolicyNames + 1 {
		many.WriteString(witnessLine(fmt.Sprintf("w%d", i), byte(i)))
	}
	if _, err := ParsePolicy(many.String() + "quorum none\n"); err == nil {
		t.Error("too many witnesses accepted")
	}
}

func TestParseTrust(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, c := range map[string]struct {
		text           string
		pinned, policy bool
	}{
		"keys":   {"# mine\n" + w.vkey + "\n\n" + w.vkey2 + "\n", true, false},
		"policy": {w.policyText(), true, true},
		"none":   {"log " + w.vkey + "\nquorum none\n", true, true},
	} {
		got, err := ParseTrust(c.text)
		if err != nil || got.Pinned() != c.pinned || (got.Policy() != nil) != c.policy {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	for _, bad := range []string{"", "# only\n", "x\n", "quorum none\n", witnessLine("a", 41) + "quorum a\n", "log " + w.vkey + "\n", w.vkey + "\nquorum\n", w.vkey + "\nquorum none\n"} {
		if _, err := ParseTrust(bad); err == nil {
			t.Errorf("%q: accepted", bad)
		}
	}
}

func TestPolicyCosignatures(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mldsa := vkeyOf("pq.example", typeMLDSA44, make([]byte, mldsa44KeySize))
	p, err := ParsePolicy(w.policyText() + "witness later " + mldsa + "\n")
	if err != nil {
		t.Fatal(err)
	}
	cp := Checkpoint{Origin: testKeyName, Size: 1, Root: Hash{1}}.Text()
	stranger := newTestWitness("witness.example/one", 77)
	got, err := p.Cosignatures(w.sign(cp, w.signer, w.w2, stranger))
	if diff := cmp.Diff([]Cosignature{{Witness: "two", Time: 1_790_000_100}}, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	if got, err := p.Cosignatures(w.sign(cp, w.signer)); err != nil || len(got) != 0 {
		t.Errorf("none: %v, %v", got, err)
	}
	if _, err := p.Cosignatures(w.sign(cp, w.w1, forgedSigner{stranger, w.w2.KeyHash()})); err != nil {
		t.Errorf("a stranger's ID under another name: %v", err)
	}
	if _, err := p.Cosignatures(w.sign(cp, forgedSigner{stranger, w.w1.KeyHash()})); err == nil {
		t.Error("a forged cosignature is accepted")
	}
	again := *w.w1
	again.at++
	twice := append(w.sign(cp, w.w1), w.sign(cp, &again)[len(cp)+1:]...)
	if _, err := p.Cosignatures(twice); err == nil {
		t.Error("two lines by one witness are accepted")
	}
}
