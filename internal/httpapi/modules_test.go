package httpapi

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/receipt"
)

// moduleSide is what a module holds.
type moduleSide struct {
	id, vkey, keyID string
	private         ed25519.PrivateKey
}

func newModuleSide(t *testing.T, id string, seed byte) *moduleSide {
	t.Helper()
	m := &moduleSide{id: id, private: ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))}
	var err error
	if m.vkey, err = receipt.ModuleVerifierKey(id, m.private.Public().(ed25519.PublicKey)); err != nil {
		t.Fatal(err)
	}
	_, key, err := receipt.ParseModuleKey(m.vkey)
	if err != nil {
		t.Fatal(err)
	}
	m.keyID = key.ID
	return m
}

func (m *moduleSide) sign(message []byte) string {
	return base64.StdEncoding.EncodeToString(ed25519.Sign(m.private, message))
}

func (m *moduleSide) enrolment(t *testing.T, tenant domain.TenantID, token string) string {
	t.Helper()
	return marshal(t, enrolment{
		Token: token, Key: m.vkey,
		Proof: m.sign(receipt.EnrolmentMessage(string(tenant), m.id, strings.Split(token, "_")[2], m.vkey)),
	})
}

func (m *moduleSide) envelope(t *testing.T, counter int, at domain.Micros) string {
	t.Helper()
	text := fmt.Sprintf(`{"_type":%q,"subject":[{"name":"h","digest":{"sha256":"%064d"}}],"predicateType":%q,"predicate":{"module":%q,"counter":%d,"time":%q,"type":"scan","data":{}}}`,
		receipt.StatementType, 0, receipt.AttestationType, m.id, counter, time.UnixMicro(int64(at)).UTC().Format(time.RFC3339Nano))
	out, err := receipt.SignDSSE(receipt.StatementPayloadType, []byte(text), m.keyID, m.private)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// A module over the API: registered, enrolled, attesting, rotated, revoked;
// each refusal is a problem of its own.
func TestModulesOverTheAPI(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	base, attestations := prefixV1+"/modules", prefixV1+"/evidence/attestations"
	a := f.do(t, adminA, "POST", base, `{"name":"Scanner","kind":"scanner","types":["scan"]}`)
	var made createdModule
	if a.into(t, &made); a.status != 201 || made.Status != "enrolling" || made.Token == "" || a.header.Get("Location") != base+"/"+made.ID {
		t.Fatalf("create: %d %s", a.status, a.body)
	}
	m := newModuleSide(t, made.ID, 1)
	f.keys.add("sensor", tenantA, domain.ScopeEvidenceWrite)
	f.do(t, adminB, "POST", base+"/enrol", m.enrolment(t, tenantB, made.Token)).want(t, 403, fault.TokenInvalid)
	f.do(t, "sensor", "POST", base+"/enrol", m.enrolment(t, tenantB, made.Token)).want(t, 403, fault.SignatureInvalid)
	var got moduleRecord
	if a = f.do(t, "sensor", "POST", base+"/enrol", m.enrolment(t, tenantA, made.Token)); a.status != 200 {
		t.Fatalf("enrol: %d %s", a.status, a.body)
	}
	if a.into(t, &got); got.Status != "active" || len(got.Keys) != 1 || got.Keys[0].ID != m.keyID {
		t.Errorf("enrolled: %s", a.body)
	}
	f.do(t, "sensor", "POST", base+"/enrol", m.enrolment(t, tenantA, made.Token)).want(t, 403, fault.TokenInvalid)

	first := m.envelope(t, 1, f.clk.Now())
	a = f.do(t, "sensor", "POST", attestations, first, "Content-Type", "application/vnd.dsse.envelope.v1+json")
	if a.status != 201 {
		t.Fatalf("attest: %d %s", a.status, a.body)
	}
	f.checkAttestation(t, a, m, first)
	again := f.do(t, "sensor", "POST", attestations, first)
	if again.status != 201 || again.header.Get("Location") != a.header.Get("Location") {
		t.Errorf("again: %d %s", again.status, again.body)
	}
	if read := f.do(t, adminA, "GET", a.header.Get("Location"), ""); read.status != 200 {
		t.Errorf("read: %d %s", read.status, read.body)
	} else {
		f.checkAttestation(t, read, m, first)
	}
	f.do(t, adminB, "GET", a.header.Get("Location"), "").want(t, 404, fault.NotFound)
	f.do(t, "sensor", "GET", a.header.Get("Location"), "").want(t, 403, fault.Forbidden)

	var told list[attestationItem]
	f.do(t, adminA, "GET", attestations+"?type=scan&module="+made.ID, "").into(t, &told)
	if len(told.Items) != 1 || told.Items[0].ModuleName != "Scanner" || told.Items[0].Counter != 1 || !strings.HasSuffix(a.header.Get("Location"), told.Items[0].ID) {
		t.Errorf("attestations: %+v", told.Items)
	}
	for key, query := range map[string]string{adminA: "?type=other", adminB: ""} {
		told = list[attestationItem]{}
		if f.do(t, key, "GET", attestations+query, "").into(t, &told); len(told.Items) != 0 {
			t.Errorf("attestations of %s%s: %+v", key, query, told.Items)
		}
	}
	f.do(t, adminA, "GET", base+"/"+made.ID, "").into(t, &got)
	if got.LastEntry == nil || fmt.Sprint(*got.LastEntry) != indexAt(a) || got.LastAttested != Time(f.clk.Now()) {
		t.Errorf("last attestation: %+v", got)
	}

	thief := newModuleSide(t, made.ID, 2)
	f.do(t, adminB, "POST", attestations, m.envelope(t, 2, f.clk.Now())).want(t, 403, fault.ModuleUnknown)
	f.do(t, "sensor", "POST", attestations, thief.envelope(t, 2, f.clk.Now())).want(t, 403, fault.SignatureInvalid)
	f.do(t, "sensor", "POST", attestations, m.envelope(t, 1, f.clk.Now()+1)).want(t, 409, fault.CounterReplayed)
	f.do(t, "sensor", "POST", attestations, m.envelope(t, 2, f.clk.Now()-601_000_000)).want(t, 422, fault.OutsideWindow)
	f.do(t, "sensor", "POST", attestations, strings.Replace(first, "{", `{"x":1,`, 1)).want(t, 400, fault.Invalid)
	big := strings.Replace(first, `"payload":"`, `"payload":"`+strings.Repeat("AAAA", receipt.MaxEnvelopeSize/4), 1)
	f.do(t, "sensor", "POST", attestations, big).want(t, 413, fault.TooLarge)

	next := newModuleSide(t, made.ID, 3)
	message := receipt.RotationMessage(string(tenantA), made.ID, m.keyID, next.vkey, 0)
	rotate := marshal(t, moduleRotation{OldKey: m.keyID, Key: next.vkey, OldProof: m.sign(message), Proof: next.sign(message)})
	if a = f.do(t, "sensor", "POST", base+"/"+made.ID+"/rotate", rotate); a.status != 200 {
		t.Fatalf("rotate: %d %s", a.status, a.body)
	}
	f.do(t, "sensor", "POST", attestations, m.envelope(t, 3, f.clk.Now())).want(t, 403, fault.ModuleRevoked)
	f.do(t, "sensor", "POST", base+"/"+made.ID+"/revoke", `{}`).want(t, 403, fault.Forbidden)
	f.do(t, adminB, "POST", base+"/"+made.ID+"/revoke", `{}`).want(t, 404, fault.NotFound)
	if a = f.do(t, adminA, "POST", base+"/"+made.ID+"/keys/"+next.keyID+"/revoke", `{"reason":"lost"}`); a.status != 200 {
		t.Errorf("revoke key: %d %s", a.status, a.body)
	}
	if a = f.do(t, adminA, "POST", base+"/"+made.ID+"/token", ""); a.status != 201 || !strings.Contains(string(a.body), `"fgm_`) {
		t.Errorf("token: %d %s", a.status, a.body)
	}
	if a = f.do(t, adminA, "POST", base+"/"+made.ID+"/revoke", `{"reason":"retired"}`); a.status != 200 {
		t.Errorf("revoke: %d %s", a.status, a.body)
	}
	var all list[moduleRecord]
	if f.do(t, adminA, "GET", base, "").into(t, &all); len(all.Items) != 1 || all.Items[0].Status != "revoked" || all.Items[0].Counter != 1 {
		t.Errorf("list: %+v", all.Items)
	}
	for _, secret := range []string{made.Token, strings.Split(made.Token, "_")[3]} {
		if strings.Contains(f.logs.String(), secret) {
			t.Error("a token is in the log")
		}
	}
	recs, _, err := f.deps.Audit.List(t.Context(), tenantA, evidence.AuditFilter{Action: "module."}, "", 50)
	if err != nil || len(recs) != 8 {
		t.Errorf("audit of modules: %d entries, %v", len(recs), err)
	}
}

// indexAt is the index at the end of an answer's location.
func indexAt(a *answer) string {
	at := a.header.Get("Location")
	return at[strings.LastIndex(at, "-")+1:]
}

// checkAttestation verifies the answer as a stranger would.
func (f *fixture) checkAttestation(t *testing.T, a *answer, m *moduleSide, envelope string) {
	t.Helper()
	rc, err := receipt.FromResponse(a.body)
	if err != nil {
		t.Fatal(err)
	}
	trust, err := receipt.NewTrust(f.deps.VerifierKey)
	if err != nil {
		t.Fatal(err)
	}
	report, err := receipt.Verify(rc, trust)
	if err != nil {
		t.Fatal(err)
	}
	var text string
	if err := json.Unmarshal([]byte(rc.Openings["envelope"].Value), &text); err != nil || text != envelope {
		t.Errorf("the opened envelope is %q, %v", text, err)
	}
	if report.Header.Key != m.keyID || report.Header.Counter != 1 || report.Header.Artifact != "attestation" {
		t.Errorf("header %+v", report.Header)
	}
}
