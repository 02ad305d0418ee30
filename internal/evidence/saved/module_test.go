package saved

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"frostgate.io/frostgate/receipt"
)

// attested makes the entry of an attestation with its envelope opened.
func attested(t *testing.T, seed string) (*Document, *receipt.Header) {
	t.Helper()
	key := ed25519.NewKeyFromSeed([]byte(strings.Repeat(seed, ed25519.SeedSize)))
	vkey, err := receipt.ModuleVerifierKey("mod_1", key.Public().(ed25519.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	_, k, err := receipt.ParseModuleKey(vkey)
	if err != nil {
		t.Fatal(err)
	}
	statement := fmt.Sprintf(`{"_type":%q,"subject":[{"name":"s","digest":{"sha256":%q}}],"predicateType":%q,`+
		`"predicate":{"module":"mod_1","counter":7,"time":"2026-03-01T12:00:00Z","type":"scan","data":{}}}`,
		receipt.StatementType, strings.Repeat("0a", 32), receipt.AttestationType)
	envelope, err := receipt.SignDSSE(receipt.StatementPayloadType, []byte(statement), k.ID, key)
	if err != nil {
		t.Fatal(err)
	}
	return opening(t, string(envelope), k), &receipt.Header{Artifact: artifactAttestation, Key: k.ID, Counter: 7}
}

func opening(t *testing.T, envelope string, keys ...receipt.DSSEKey) *Document {
	t.Helper()
	group, err := json.Marshal(envelope)
	if err != nil {
		t.Fatal(err)
	}
	rc := &receipt.Receipt{Openings: map[string]receipt.Opening{groupEnvelope: {Value: string(group)}}}
	return &Document{Receipt: rc, ModuleKeys: keys}
}

func TestAttestationIsTheModulesWordOnlyWithItsSignature(t *testing.T) {
	t.Parallel()
	d, h := attested(t, "a")
	if c, err := d.moduleSignature(h); err != nil || !c.OK {
		t.Errorf("its key: %+v %v", c, err)
	}
	other, otherHeader := attested(t, "b")
	for name, tc := range map[string]struct {
		d *Document
		h receipt.Header
	}{
		"another key":         {&Document{Receipt: d.Receipt, ModuleKeys: other.ModuleKeys}, *h},
		"no envelope at all":  {opening(t, "no envelope at all", d.ModuleKeys...), *h},
		"no text":             {&Document{Receipt: testReceipt(`{}`), ModuleKeys: d.ModuleKeys}, *h},
		"entry names another": {d, *otherHeader},
		"another counter":     {d, receipt.Header{Artifact: h.Artifact, Key: h.Key, Counter: 8}},
		"no attestation":      {d, *testHeader()},
	} {
		if c, err := tc.d.moduleSignature(&tc.h); err == nil || c.OK || c.Skipped {
			t.Errorf("%s: %+v", name, c)
		}
	}
}

func TestAttestationWithoutKeySaysSo(t *testing.T) {
	t.Parallel()
	d, h := attested(t, "a")
	d.ModuleKeys = nil
	if c, err := d.moduleSignature(h); err != nil || !c.Skipped || !strings.Contains(c.Detail, "not checked") || !strings.Contains(c.Detail, h.Key) {
		t.Errorf("%+v %v", c, err)
	}
	if c, err := d.moduleSignature(testHeader()); c != nil || err != nil {
		t.Errorf("a decision: %+v %v", c, err)
	}
}

func FuzzModuleSignature(f *testing.F) {
	f.Add(`"no envelope"`)
	f.Add(`"{\"payload\":\"` + base64.StdEncoding.EncodeToString([]byte("{}")) + `\",\"payloadType\":\"a\",\"signatures\":[]}"`)
	f.Fuzz(func(t *testing.T, group string) {
		d := &Document{
			Receipt:    &receipt.Receipt{Openings: map[string]receipt.Opening{groupEnvelope: {Value: group}}},
			ModuleKeys: []receipt.DSSEKey{{ID: "m+01020304", Public: make([]byte, ed25519.PublicKeySize)}},
		}
		if c, err := d.moduleSignature(&receipt.Header{Artifact: artifactAttestation, Key: "m+01020304"}); err == nil && c.OK && !strings.Contains(group, "signatures") {
			t.Errorf("%q passed", group)
		}
	})
}
