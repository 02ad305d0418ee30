package frostgate

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"frostgate.io/frostgate/receipt"
)

func identity(seed byte) *ModuleIdentity {
	return &ModuleIdentity{Tenant: "tn_a", Module: "mod_1", Key: ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))}
}

func TestEnvelopesOfModulesVerify(t *testing.T) {
	t.Parallel()
	m := identity(1)
	good := Attestation{
		Counter: 3, Time: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), Type: "scan", Data: []byte(`{"ok":true}`),
		Subjects: []AttestationSubject{{"h", map[string]string{"sha256": strings.Repeat("0a", 32)}}},
	}
	envelope, err := m.Envelope(good)
	if err != nil {
		t.Fatal(err)
	}
	vkey, id, err := m.VerifierKey()
	if err != nil {
		t.Fatal(err)
	}
	_, key, err := receipt.ParseModuleKey(vkey)
	if err != nil || key.ID != id {
		t.Fatal(id, err)
	}
	signed, err := receipt.VerifyDSSE(envelope, key)
	if err != nil {
		t.Fatal(err)
	}
	s, err := receipt.ParseStatement(signed.Payload)
	if err != nil {
		t.Fatal(err)
	}
	if a, err := s.Attestation(); err != nil || a.Counter != 3 || a.Module != "mod_1" || a.Time != "2026-03-01T12:00:00Z" || string(a.Data) != `{"ok":true}` {
		t.Errorf("%+v, %v", a, err)
	}
	for name, change := range map[string]func(a *Attestation){
		"no subject": func(a *Attestation) { a.Subjects = nil },
		"no counter": func(a *Attestation) { a.Counter = 0 },
		"no data":    func(a *Attestation) { a.Data = nil },
		"a list":     func(a *Attestation) { a.Data = []byte("[]") },
		"no type":    func(a *Attestation) { a.Type = "" },
	} {
		bad := good
		change(&bad)
		if _, err := m.Envelope(bad); err == nil {
			t.Errorf("%s is signed", name)
		}
	}
	if _, err := (&ModuleIdentity{Module: "mod_1"}).Envelope(good); err == nil {
		t.Error("signed without a key")
	}
}

// What the client sends proves possession of the keys.
func TestModuleProofs(t *testing.T) {
	t.Parallel()
	var path string
	var body map[string]any
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path, body = r.URL.Path, nil
		raw, _ := io.ReadAll(r.Body)
		_ = json.Unmarshal(raw, &body)
		_, _ = io.WriteString(w, `{"id":"mod_1","keys":[]}`)
	}))
	t.Cleanup(srv.Close)
	c, err := New(srv.URL, "k")
	if err != nil {
		t.Fatal(err)
	}
	holds := func(member string, m *ModuleIdentity, message []byte) {
		t.Helper()
		sig, err := base64.StdEncoding.DecodeString(body[member].(string))
		if err != nil || !ed25519.Verify(m.Key.Public().(ed25519.PublicKey), message, sig) {
			t.Errorf("%s is not a signature of %q", member, message)
		}
	}
	old, next := identity(1), identity(2)
	vkey, id, _ := old.VerifierKey()
	if _, err := c.EnrolModule(context.Background(), "fgm_1_t0_secret", old); err != nil || path != "/api/v1/modules/enrol" {
		t.Fatal(path, err)
	}
	holds("proof", old, receipt.EnrolmentMessage("tn_a", "mod_1", "t0", vkey))
	if _, err := c.RotateModule(context.Background(), old, next, 90*time.Second); err != nil || path != "/api/v1/modules/mod_1/rotate" {
		t.Fatal(path, err)
	}
	vkey, _, _ = next.VerifierKey()
	message := receipt.RotationMessage("tn_a", "mod_1", id, vkey, 90)
	holds("old_proof", old, message)
	holds("proof", next, message)
	if _, err := c.EnrolModule(context.Background(), "fgm_2_t0_secret", old); err == nil {
		t.Error("enrolled with another module's token")
	}
	for _, bad := range []string{"", "fgm_1", "x_1_2_3", "fgm__t_s"} {
		if _, _, err := ModuleOfToken(bad); err == nil {
			t.Errorf("%q is a token", bad)
		}
	}
}
