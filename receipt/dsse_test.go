package receipt

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"
)

// The keys of the public vectors: RFC 8032, section 7.1, tests 1 and 2.
const (
	seedA = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
	seedB = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"
)

func keyOf(t testing.TB, seed string) ed25519.PrivateKey {
	t.Helper()
	raw, err := hex.DecodeString(seed)
	if err != nil {
		t.Fatal(err)
	}
	return ed25519.NewKeyFromSeed(raw)
}

func dsseKey(t testing.TB, id, seed string) DSSEKey {
	t.Helper()
	return DSSEKey{id, keyOf(t, seed).Public().(ed25519.PublicKey)}
}

// The signatures of github.com/secure-systems-lab/dsse, testvectors/vectors.json.
const (
	inToto     = "application/vnd.in-toto+json"
	payloadB64 = "eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEifQ=="
	byA        = `{"sig":"2WAfaHm5jluo0w+0rk8uVkluELJYWjSmU9x7EUzx+AyteDGJ4/nqyJXfmAUVFIAoQafWm7AxBZNw5M9ixNHiCA==","keyid":"A"}`
	byB        = `{"sig":"c1+67/aT0yqEpwx8PsVY3MLHsj9D0CZ014/Fv/QlG59P+9CobUZ7xECJ/V3USG0Ob9CiE5LjReEZUzNF2l7eBw==","keyid":"B"}`
)

func envelope(payloadType, payload string, sigs ...string) string {
	return `{"payload":"` + payload + `","payloadType":"` + payloadType + `","signatures":[` + strings.Join(sigs, ",") + `]}`
}

func unnamed(sig string) string {
	before, _, _ := strings.Cut(sig, `,"keyid"`)
	return before + "}"
}

func TestDSSEPublicVectors(t *testing.T) {
	t.Parallel()
	for name, v := range map[string]struct {
		envelope string
		keys     string
		accept   bool
		pae      string // hex, where it is not that of the first
	}{
		"single-signature": {
			envelope(inToto, payloadB64, byA), "A", true,
			"445353457631203238206170706c69636174696f6e2f766e642e696e2d746f746f2b6a736f6e203433207b225f74797065223a2268747470733a2f2f696e2d746f746f2e696f2f53746174656d656e742f7631227d",
		},
		"url-safe-base64": {
			envelope(inToto, "-_-_Pj8=",
				`{"sig":"P-_KHICeR7tI6S_YyejJTRtrXhcQyQ2LYPaL8h90KjC9qN8HU_svOQ6TuDOT1HIrsGW886DbWNWcCmX5twLrAw==","keyid":"A"}`), "A", true,
			"445353457631203238206170706c69636174696f6e2f766e642e696e2d746f746f2b6a736f6e203520fbffbf3e3f",
		},
		"two alphabets mixed": {envelope(inToto, "-_+/Pj8=",
			`{"sig":"P-_KHICeR7tI6S_YyejJTRtrXhcQyQ2LYPaL8h90KjC9qN8HU_svOQ6TuDOT1HIrsGW886DbWNWcCmX5twLrAw==","keyid":"A"}`), "A", false, ""},
		"url-safe-base64, spelt the other way": {
			envelope(inToto, "+/+/Pj8=",
				`{"sig":"P+/KHICeR7tI6S/YyejJTRtrXhcQyQ2LYPaL8h90KjC9qN8HU/svOQ6TuDOT1HIrsGW886DbWNWcCmX5twLrAw==","keyid":"A"}`), "A", true,
			"445353457631203238206170706c69636174696f6e2f766e642e696e2d746f746f2b6a736f6e203520fbffbf3e3f",
		},
		"payload-type-swapped": {envelope("application/vnd.example.other+json", payloadB64, byA), "A", false, ""},
		"non-ascii-payload-type": {
			envelope("application/vnd.exämple+json", payloadB64,
				`{"sig":"xmSk/ug66ysT7ayhkCIjhAq42zgZXSsEWuzUaNL7w2eGAdF/NU6/fRXPtmfN+5DNSAs5/i2lUnHjbbjPsu0tAw==","keyid":"A"}`), "A", true,
			"445353457631203239206170706c69636174696f6e2f766e642e6578c3a46d706c652b6a736f6e203433207b225f74797065223a2268747470733a2f2f696e2d746f746f2e696f2f53746174656d656e742f7631227d",
		},
		"empty-payload": {
			envelope(inToto, "",
				`{"sig":"gSggCAaTLTYyRH6FIDBem6meyIynsYy8RTHVzwx9tnTb7Bg/1jMWnuVgI/gffqmbsC2VX5/jHfkkDqsj7CDbDg==","keyid":"A"}`), "A", true,
			"445353457631203238206170706c69636174696f6e2f766e642e696e2d746f746f2b6a736f6e203020",
		},
		"empty-payload-type": {envelope("", payloadB64,
			`{"sig":"iC3q/+3Rm0+lpAJRueDmDh15PnwCfxKmS0NAfKsbv+zgulXQC/WM9trc+j1XEqlwDIg/vf/uNfebeD6sxInrDg==","keyid":"A"}`), "A", false, ""},
		"threshold-two-distinct-keys":   {envelope(inToto, payloadB64, byA, byB), "AB", true, ""},
		"threshold-two-one-key-twice":   {envelope(inToto, payloadB64, byA, byA), "AB", false, ""},
		"threshold-two-without-keyids":  {envelope(inToto, payloadB64, unnamed(byA), unnamed(byB)), "AB", true, ""},
		"one key under two names, ours": {envelope(inToto, payloadB64, unnamed(byA), unnamed(byA)), "Aa", false, ""},
	} {
		var keys []DSSEKey
		for _, id := range v.keys {
			keys = append(keys, dsseKey(t, string(id), map[rune]string{'A': seedA, 'a': seedA, 'B': seedB}[id]))
		}
		got, err := VerifyDSSE([]byte(v.envelope), keys...)
		// The threshold of each vector is the number of its keys.
		if ok := err == nil && len(got.Signers) >= len(keys); ok != v.accept {
			t.Errorf("%s: accepted %v, %v", name, ok, err)
		}
		if v.pae == "" || err != nil {
			continue
		}
		if pae := hex.EncodeToString(AppendPAE(nil, got.PayloadType, got.Payload)); pae != v.pae {
			t.Errorf("%s: PAE %s, want %s", name, pae, v.pae)
		}
	}
	if got := string(AppendPAE(nil, "http://example.com/HelloWorld", []byte("hello world"))); got != "DSSEv1 29 http://example.com/HelloWorld 11 hello world" {
		t.Errorf("PAE of the specification's example: %q", got)
	}
}

// theirs is an Ed25519 key as the reference library takes it.
type theirs struct {
	id  string
	key ed25519.PrivateKey
}

func (k theirs) Sign(_ context.Context, data []byte) ([]byte, error) {
	return ed25519.Sign(k.key, data), nil
}

func (k theirs) Verify(_ context.Context, data, sig []byte) error {
	if !ed25519.Verify(k.key.Public().(ed25519.PublicKey), data, sig) {
		return errors.New("bad signature")
	}
	return nil
}
func (k theirs) KeyID() (string, error)   { return k.id, nil }
func (k theirs) Public() crypto.PublicKey { return k.key.Public() }

func TestDSSEAgreesWithTheReferenceLibrary(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	a := theirs{"A", keyOf(t, seedA)}
	b := theirs{"B", keyOf(t, seedB)}
	for _, payload := range []string{"", "x", `{"a":"é"}`, strings.Repeat("\x00\xff", 999)} {
		ours, err := SignDSSE(inToto, []byte(payload), "A", a.key)
		if err != nil {
			t.Fatal(err)
		}
		var parsed dsse.Envelope
		if err := json.Unmarshal(ours, &parsed); err != nil {
			t.Fatal(err)
		}
		v, err := dsse.NewEnvelopeVerifier(a)
		if err != nil {
			t.Fatal(err)
		}
		if _, body, err := v.VerifyAndDecode(ctx, &parsed); err != nil || string(body) != payload {
			t.Errorf("they read ours as %q, %v", body, err)
		}
		signer, err := dsse.NewEnvelopeSigner(a, b)
		if err != nil {
			t.Fatal(err)
		}
		made, err := signer.SignPayload(ctx, inToto, []byte(payload))
		if err != nil {
			t.Fatal(err)
		}
		got, err := VerifyDSSE(mustJSON(t, made), dsseKey(t, "A", seedA), dsseKey(t, "B", seedB))
		if err != nil || string(got.Payload) != payload || len(got.Signers) != 2 {
			t.Errorf("we read theirs as %+v, %v", got, err)
		}
		if !bytes.Equal(AppendPAE(nil, inToto, []byte(payload)), dsse.PAE(inToto, []byte(payload))) {
			t.Errorf("PAE of %q differs", payload)
		}
	}
}

func TestEnvelopesHaveOneSpelling(t *testing.T) {
	t.Parallel()
	good := envelope(inToto, payloadB64, byA)
	for name, bad := range map[string]string{
		"not JSON":          good[1:],
		"array":             "[" + good + "]",
		"more after it":     good + "{}",
		"unknown member":    strings.Replace(good, "{", `{"x":1,`, 1),
		"duplicate":         strings.Replace(good, "{", `{"payloadType":"y",`, 1),
		"other case":        strings.Replace(good, `"payload"`, `"Payload"`, 1),
		"no payload":        strings.Replace(good, `"payload":"`+payloadB64+`",`, "", 1),
		"no padding":        strings.Replace(good, `fQ=="`, `fQ"`, 1),
		"stray bits":        strings.Replace(good, `fQ=="`, `fR=="`, 1),
		"line break":        strings.Replace(good, `fQ=="`, `f\nQ=="`, 1),
		"no signatures":     envelope(inToto, payloadB64),
		"null signatures":   `{"payload":"","payloadType":"t","signatures":null}`,
		"signature unknown": strings.Replace(good, `{"sig"`, `{"cert":"","sig"`, 1),
		"empty signature":   envelope(inToto, payloadB64, `{"sig":""}`),
		"sig number":        envelope(inToto, payloadB64, `{"sig":1}`),
		"keyid null":        envelope(inToto, payloadB64, `{"sig":"aaaa","keyid":null}`),
		"lone surrogate":    envelope(`\ud800`, payloadB64, byA),
		"17 signatures":     envelope(inToto, payloadB64, slices.Repeat([]string{byA}, 17)...),
		"too long":          envelope(inToto, strings.Repeat("AAAA", MaxEnvelopeSize/4), byA),
	} {
		if _, err := ParseEnvelope([]byte(bad)); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
	e, err := ParseEnvelope([]byte(good))
	if err != nil || !slices.Equal(e.KeyIDs(), []string{"A"}) {
		t.Fatalf("%v, %v", e, err)
	}
	if _, err := e.Verify(dsseKey(t, "other", seedA)); !errors.Is(err, ErrDSSESignature) {
		t.Errorf("the hint names another key: %v", err)
	}
	if _, err := e.Verify(DSSEKey{ID: "A", Public: []byte("short")}); !errors.Is(err, ErrDSSESignature) {
		t.Errorf("short key: %v", err)
	}
}

// Each flipped bit of an envelope is found, in text, hint and signature alike.
func TestEveryFlippedBitOfAnEnvelopeIsFound(t *testing.T) {
	t.Parallel()
	key := dsseKey(t, "m+00000001", seedA)
	good, err := SignDSSE(StatementPayloadType, []byte(statement("")), key.ID, keyOf(t, seedA))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := VerifyDSSE(good, key); err != nil {
		t.Fatal(err)
	}
	for i := range len(good) * 8 {
		bad := bytes.Clone(good)
		bad[i/8] ^= 1 << (i % 8)
		if _, err := VerifyDSSE(bad, key); err == nil {
			t.Fatalf("bit %d of byte %d (%q) is not found", i%8, i/8, good[i/8])
		}
	}
}

// statement is a good one, with the predicate's data replaced where given.
func statement(data string) string {
	if data == "" {
		data = "{}"
	}
	return `{"_type":"` + StatementType + `","subject":[{"name":"host-1","digest":{"sha256":"` + strings.Repeat("0a", 32) + `"}}],` +
		`"predicateType":"` + AttestationType + `","predicate":{"module":"mod_1","counter":7,"time":"2026-03-01T12:00:00Z","type":"scan","data":` + data + `}}`
}

func TestStatementsAndAttestations(t *testing.T) {
	t.Parallel()
	s, err := ParseStatement([]byte(statement(`{"n":1.50}`)))
	if err != nil {
		t.Fatal(err)
	}
	a, err := s.Attestation()
	if err != nil || a.Module != "mod_1" || a.Counter != 7 || a.Type != "scan" || string(a.Data) != `{"n":1.50}` || a.Time != "2026-03-01T12:00:00Z" {
		t.Fatalf("%+v, %v", a, err)
	}
	good := statement("")
	for name, swap := range map[string][2]string{
		"other statement":   {"Statement/v1", "Statement/v0.1"},
		"no subject":        {`[{"name"`, `[],"s":[{"name"`},
		"no digest":         {`,"digest":{`, `,"digests":{`},
		"empty digest":      {`{"sha256":"` + strings.Repeat("0a", 32) + `"}`, `{}`},
		"short digest":      {strings.Repeat("0a", 32), "0a"},
		"upper-case digest": {"0a0a", "0A0A"},
		"other predicate":   {AttestationType, "https://slsa.dev/provenance/v1"},
		"predicate text":    {`"predicate":{`, `"predicate":"","p":{`},
		"counter zero":      {`"counter":7`, `"counter":0`},
		"counter signed":    {`"counter":7`, `"counter":-1`},
		"counter float":     {`"counter":7`, `"counter":7.0`},
		"counter large":     {`"counter":7`, `"counter":9007199254740992`},
		"counter text":      {`"counter":7`, `"counter":"7"`},
		"member missing":    {`"time":"2026-03-01T12:00:00Z",`, ""},
		"member more":       {`"counter":7`, `"counter":7,"extra":1`},
		"member twice":      {`"counter":7`, `"counter":7,"counter":8`},
		"type with spaces":  {`"type":"scan"`, `"type":"a scan"`},
		"module with plus":  {"mod_1", "mod+1"},
		"data is a list":    {`"data":{}`, `"data":[]`},
	} {
		bad := strings.Replace(good, swap[0], swap[1], 1)
		if bad == good {
			t.Fatalf("%s: nothing was replaced", name)
		}
		s, err := ParseStatement([]byte(bad))
		if err == nil {
			_, err = s.Attestation()
		}
		if err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

func TestModuleKeysHaveOneSpelling(t *testing.T) {
	t.Parallel()
	public := keyOf(t, seedA).Public().(ed25519.PublicKey)
	vkey, err := ModuleVerifierKey("mod_1", public)
	if err != nil {
		t.Fatal(err)
	}
	module, key, err := ParseModuleKey(vkey)
	if err != nil || module != "mod_1" || !key.Public.Equal(public) || !strings.HasPrefix(vkey, key.ID+"+") || !isKey(key.ID) {
		t.Fatalf("%q %+v %v", module, key, err)
	}
	name, rest, _ := strings.Cut(vkey, "+")
	for _, bad := range []string{
		"", "mod_1", name + "+00000000" + rest[8:], vkey[:len(vkey)-1], vkey + "\n", "mod_2+" + rest,
		strings.Replace(vkey, rest[:8], strings.ToUpper(rest[:8]), 1) + " ",
	} {
		if _, _, err := ParseModuleKey(bad); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
	texts := [][]byte{
		EnrolmentMessage("t", "m", "k", vkey), RotationMessage("t", "m", "k", vkey, 0), AppendPAE(nil, "t", []byte("m")),
		EnrolmentMessage("t2", "m", "k", vkey), RotationMessage("t", "m", "k", vkey, 1),
	}
	for i := range texts {
		for j := range i {
			if bytes.Equal(texts[i], texts[j]) {
				t.Errorf("messages %d and %d are alike", i, j)
			}
		}
	}
}

// FuzzParseEnvelope: what we accept, the reference library reads alike.
func FuzzParseEnvelope(f *testing.F) {
	f.Add([]byte(envelope(inToto, payloadB64, byA)))
	f.Add([]byte(envelope(inToto, payloadB64, unnamed(byA), byB)))
	f.Add([]byte(envelope(`\u0041\/`, "", `{"keyid":"","sig":"aaaa"}`)))
	f.Add([]byte(`{"payload":"-_-_","payloadType":"t","signatures":[]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := ParseEnvelope(data)
		if err != nil {
			return
		}
		var ref dsse.Envelope
		if err := json.Unmarshal(data, &ref); err != nil {
			t.Fatalf("%q: %v", data, err)
		}
		body, err := ref.DecodeB64Payload()
		if err != nil || !bytes.Equal(body, e.UnverifiedPayload()) || ref.PayloadType != e.PayloadType || len(ref.Signatures) != len(e.signatures) {
			t.Errorf("%q is read as %+v, by them as %+v, %v", data, e, ref, err)
		}
		if base64.StdEncoding.EncodeToString(e.payload) != ref.Payload {
			t.Errorf("%q: the payload has another spelling", data)
		}
	})
}

// FuzzParseStatement must not accept a subject without digest, nor a counter
// that a header can't hold.
func FuzzParseStatement(f *testing.F) {
	f.Add([]byte(statement("")))
	f.Add([]byte(statement(`{"a":[1,{"b":null}]}`)))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := ParseStatement(data)
		if err != nil {
			return
		}
		for _, sub := range s.Subjects {
			if len(sub.Digest) == 0 {
				t.Errorf("%q: a subject without digest", data)
			}
		}
		a, err := s.Attestation()
		if err != nil {
			return
		}
		h := Header{Artifact: "attestation", Counter: a.Counter, Key: a.Module + "+00000000", Log: "l", Prev: -1}
		if !json.Valid(a.Data) || a.Counter == 0 || h.Counter > MaxInt || !isName(a.Type) {
			t.Errorf("%q is read as %+v", data, a)
		}
	})
}
