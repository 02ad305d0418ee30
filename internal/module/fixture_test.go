package module

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"strings"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/evidence/logtest"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/signing"
	"frostgate.io/frostgate/receipt"
)

const (
	tenantA = domain.TenantID("tn_a")
	tenantB = domain.TenantID("tn_b")
)

// fixture is the service on a real store with a real log writer.
type fixture struct {
	*Service
	t       *testing.T
	db      *db.DB
	clk     *clock.Fake
	custody *signing.Custody
}

// each runs fn on both engines, with a clock that can be moved.
func each(t *testing.T, fn func(f *fixture)) {
	t.Helper()
	for _, engine := range dbtest.Engines(t) {
		t.Run(engine.Name, func(t *testing.T) {
			t.Parallel()
			clk := clock.NewFake(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
			clk.Rand = rand.Reader
			fn(newFixture(t, engine.Open(t, clk), clk))
		})
	}
}

func newFixture(t *testing.T, d *db.DB, clk *clock.Fake) *fixture {
	t.Helper()
	log := logtest.New(t, d, clk, tenantA, tenantB)
	f := &fixture{t: t, db: d, clk: clk, custody: log.Custody}
	f.Service = New(Deps{DB: d, Clock: clk, Log: log.Sequencer, Keys: log.Keys, MAC: log.Custody}, Config{})
	return f
}

// by is who administers tenant a's modules.
func by() evidence.Actor {
	return evidence.Actor{Principal: &domain.Principal{ID: "pr_admin", Key: "k_admin"}, RequestID: "rq", Remote: "192.0.2.1:1"}
}

// signer is a module's own side.
type signer struct {
	f       *fixture
	tenant  domain.TenantID
	id      string
	private ed25519.PrivateKey
	vkey    string
	key     receipt.DSSEKey
}

// newSigner makes a key for a module.
func (f *fixture) newSigner(tenant domain.TenantID, id string) *signer {
	f.t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		f.t.Fatal(err)
	}
	s := &signer{f: f, tenant: tenant, id: id, private: private}
	if s.vkey, err = receipt.ModuleVerifierKey(id, public); err != nil {
		f.t.Fatal(err)
	}
	if _, s.key, err = receipt.ParseModuleKey(s.vkey); err != nil {
		f.t.Fatal(err)
	}
	return s
}

func (f *fixture) register(tenant domain.TenantID) (*Module, Token) {
	f.t.Helper()
	m, token, err := f.Create(context.Background(), tenant, Registration{Name: "Scanner 1", Kind: "scanner", Types: []string{"scan", "patch", "scan"}}, by())
	if err != nil {
		f.t.Fatal(err)
	}
	return m, token
}

// enrolment is what the module presents with a token.
func (s *signer) enrolment(token Token) Enrolment {
	return Enrolment{
		Token: token.Reveal(), VerifierKey: s.vkey,
		Proof: ed25519.Sign(s.private, receipt.EnrolmentMessage(string(s.tenant), s.id, token.ID, s.vkey)),
	}
}

// enrolled is a module that may sign.
func (f *fixture) enrolled(tenant domain.TenantID) *signer {
	f.t.Helper()
	m, token := f.register(tenant)
	s := f.newSigner(tenant, m.ID)
	if _, err := f.Enrol(context.Background(), tenant, s.enrolment(token), by()); err != nil {
		f.t.Fatal(err)
	}
	return s
}

// attest makes an envelope; change rewrites the statement's text before it is
// signed.
func (s *signer) attest(counter uint64, change ...string) []byte {
	s.f.t.Helper()
	at := time.UnixMicro(int64(s.f.clk.Now())).UTC().Format(time.RFC3339Nano)
	text := fmt.Sprintf(`{"_type":%q,"subject":[{"name":"host-1","digest":{"sha256":"%s"}}],"predicateType":%q,`+
		`"predicate":{"module":%q,"counter":%d,"time":%q,"type":"scan","data":{"findings":[{"id":"CVE-1","é":1.50}]}}}`,
		receipt.StatementType, strings.Repeat("0a", 32), receipt.AttestationType, s.id, counter, at)
	text = strings.NewReplacer(change...).Replace(text)
	envelope, err := receipt.SignDSSE(receipt.StatementPayloadType, []byte(text), s.key.ID, s.private)
	if err != nil {
		s.f.t.Fatal(err)
	}
	return envelope
}

// submit sends the envelope to the module's tenant.
func (s *signer) submit(envelope []byte) (*Attestation, error) {
	return s.f.Submit(context.Background(), s.tenant, envelope, by())
}

// refused fails unless err has the code.
func (f *fixture) refused(what string, err error, want fault.Code) {
	f.t.Helper()
	if got := fault.CodeOf(err); got != want {
		f.t.Errorf("%s: %q (%v), want %s", what, got, err, want)
	}
}

// size is how many entries the tenant's log has.
func (f *fixture) size(tenant domain.TenantID) int64 {
	f.t.Helper()
	n, err := f.Log.Size(context.Background(), tenant)
	if err != nil {
		f.t.Fatal(err)
	}
	return n
}

// audited lists the audit entries of an action.
func (f *fixture) audited(tenant domain.TenantID, action, outcome string) []evidence.AuditRecord {
	f.t.Helper()
	got, _, err := evidence.NewAuditStore(f.db).List(context.Background(), tenant, evidence.AuditFilter{Action: action, Outcome: outcome}, "", 500)
	if err != nil {
		f.t.Fatal(err)
	}
	return got
}

// same compares receipts by what they prove.
func same(a, b *receipt.Receipt) bool {
	return a.Index == b.Index && a.LeafHash == b.LeafHash && bytes.Equal([]byte(a.Entry), []byte(b.Entry))
}
