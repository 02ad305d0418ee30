package attack

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/app"
	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/signing"
	"frostgate.io/frostgate/internal/witnesstest"
	"frostgate.io/frostgate/receipt"
	frostgate "frostgate.io/frostgate/sdk/go"
)

// party is a tenant as its own people know it.
type party struct {
	id, log, origin, key string
	decisions            []int64 // their indexes
}

// fixture is a finished store and what an auditor has taken from it. It is not
// changed once it is built: attacks work on copies.
type fixture struct {
	today     store // with the erasure and the prune
	yesterday store // a backup from before them

	a, b     party // a has an erasure and full tiles, b was pruned
	erased   int64 // index of a's payload that was erased
	erasure  int64 // index of the artifact that says so
	module   string
	enrolled int64  // index of the artifact of its enrolment
	prune    int64  // index of b's prune artifact
	certID   string // of the erasure
	witness  *witnesstest.Witness
	policy   *receipt.Policy
	text     string // of the policy

	// What the auditor took with them, before any attack.
	receipts map[string][]byte
	bundles  map[string][]byte
	// oldRoot and newRoot are witnessed heads of the log of logs.
	oldRoot, newRoot []byte
	began, ended     time.Time // a span between two epochs, for bundles of one
}

// erasedIP is in one event of a only.
const erasedIP = "198.51.100.77"

func event(i int, ip string) string {
	return fmt.Sprintf(`{"source":"sshd","timestamp":"2026-03-01T12:%02d:%02dZ","event_type":"auth","event":{"src_ip":%q,"user":"u%d","failed_auths":%d}}`, i/60%60, i%60, ip, i, i%9)
}

func ip(i int) string { return fmt.Sprintf("203.0.113.%d", i%250) }

// build makes the store that all attacks of an engine begin with.
func build(t *testing.T, engine string) *fixture {
	t.Helper()
	f := &fixture{today: newStore(t, engine), receipts: map[string][]byte{}, bundles: map[string][]byte{}}
	f.meetWitness(t)
	f.firstDay(t)
	f.yesterday = f.today.clone(t)
	f.pruneB(t)
	f.secondDay(t)
	f.look(t)
	return f
}

// meetWitness starts the store once, so that a witness can know its key.
func (f *fixture) meetWitness(t *testing.T) {
	t.Helper()
	s := mustStart(t, f.today)
	vkey, origin := s.Parts.Custody.VerifierKey(), s.Parts.Custody.Origin()
	s.stop()
	f.witness = witnesstest.Start(t, witnesstest.Log{Origin: origin, VKey: vkey})
	f.text = fmt.Sprintf("log %s\nwitness one %s %s\nquorum one\n", vkey, f.witness.VKey, f.witness.URL)
	policy, err := receipt.ParsePolicy(f.text)
	check(t, err)
	f.policy = policy
	f.today.cfg.WitnessPolicy = filepath.Join(t.TempDir(), "policy")
	if err := os.WriteFile(f.today.cfg.WitnessPolicy, []byte(f.text), 0o600); err != nil {
		t.Fatal(err)
	}
	b, err := app.ReadBootstrap(f.today.cfg.DataDir)
	check(t, err)
	f.a = party{id: string(b.TenantID), key: b.AdminKey, origin: origin}
}

// mustStart is start for stores that must be sound.
func mustStart(t testing.TB, s store) *server {
	t.Helper()
	srv, err := start(t, s)
	check(t, err)
	return srv
}

func events(n int) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for i := range n {
			at := ip(i)
			if i == 7 {
				at = erasedIP
			}
			if !yield([]byte(event(i, at)), nil) {
				return
			}
		}
	}
}

// firstDay makes the second tenant, a module with an attestation and most of the
// decisions, and exports what an auditor would.
func (f *fixture) firstDay(t *testing.T) {
	t.Helper()
	ctx := context.Background()
	s := mustStart(t, f.today)
	defer s.stop()
	ca := s.client(f.a.key)
	tb, err := ca.CreateTenant(ctx, "other")
	check(t, err)
	me, err := ca.Whoami(ctx)
	check(t, err)
	kb, err := ca.CreateKey(ctx, frostgate.NewKey{Name: "other", TenantID: tb.ID, Scopes: me.Scopes})
	check(t, err)
	f.b = party{id: tb.ID, key: kb.Secret}
	f.addModule(t, ca)
	for r, err := range ca.DefendBatch(ctx, events(262), frostgate.BatchOptions{}) {
		if err != nil || r.Problem != nil {
			t.Fatal(err, r.Problem)
		}
	}
	for r, err := range s.client(f.b.key).DefendBatch(ctx, events(6), frostgate.BatchOptions{}) {
		if err != nil || r.Problem != nil {
			t.Fatal(err, r.Problem)
		}
	}
	for _, p := range []party{f.a, f.b} {
		s.must("POST", "/defend?wait=witnessed", p.key, event(300, ip(1)))
	}
	f.began = time.Now()
	f.oldRoot = s.must("GET", "/api/v1/evidence/root/checkpoint", "", "")
}

func (f *fixture) addModule(t *testing.T, c *frostgate.Client) {
	t.Helper()
	ctx := context.Background()
	m, err := c.CreateModule(ctx, frostgate.NewModule{Name: "scanner", Kind: "scanner", Types: []string{"scan"}})
	check(t, err)
	f.module = m.ID
	seed := sha256.Sum256([]byte("module"))
	id := &frostgate.ModuleIdentity{Tenant: f.a.id, Module: m.ID, Key: ed25519.NewKeyFromSeed(seed[:])}
	_, err = c.EnrolModule(ctx, m.Token, id)
	check(t, err)
}

// pruneB ends what tenant b holds, as its retention would a day later: the
// clock of the store is two days ahead for this.
func (f *fixture) pruneB(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	ahead := clock.NewFake(time.Now().Add(48 * time.Hour))
	url := f.today.cfg.Database
	if url == "" {
		url = "sqlite:" + filepath.Join(f.today.cfg.DataDir, "frostgate.db")
	}
	d, err := db.Open(ctx, db.Config{URL: url}, ahead)
	check(t, err)
	defer func() { check(t, d.Close()) }()
	custody, err := signing.OpenWith(f.today.cfg.DataDir, clock.System{}, signing.Options{MustExist: true})
	check(t, err)
	keys := evidence.NewKeyring(d, custody)
	log, err := evidence.NewSequencer(d, keys, custody, clock.System{}, evidence.DefaultConfig())
	check(t, err)
	done := make(chan error)
	go func() { done <- log.Run(ctx) }()
	x := evidence.NewDisposal(d, keys, log, nil, nil)
	n, err := x.Prune(ctx, evidence.Retention{Tenant: domain.TenantID(f.b.id), Days: 1})
	if err != nil || n.Payloads == 0 {
		t.Fatalf("prune: %+v %v", n, err)
	}
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

// secondDay erases, decides a little more and lets the auditor come again.
func (f *fixture) secondDay(t *testing.T) {
	t.Helper()
	ctx := context.Background()
	s := mustStart(t, f.today)
	defer s.stop()
	cert, err := s.client(f.a.key).Erase(ctx, frostgate.Subject{Kind: "ip", Value: erasedIP}, "case 7", false)
	check(t, err)
	f.certID, f.erased = cert.ID, int64(cert.Indexes[0][0])
	for i := range 3 {
		for _, p := range []party{f.a, f.b} {
			s.must("POST", "/defend?wait=witnessed", p.key, event(400+i, ip(2)))
		}
	}
	f.export(t, s)
}

// export takes what the auditor holds: receipts, bundles of each kind, and the
// witnessed head of the log of logs.
func (f *fixture) export(t *testing.T, s *server) {
	t.Helper()
	ctx := context.Background()
	f.ended = time.Now()
	for name, p := range map[string]*party{"a": &f.a, "b": &f.b} {
		c := s.client(p.key)
		ten, err := c.Tenant(ctx, p.id)
		check(t, err)
		p.log, p.origin = ten.LogID, f.name()+"/"+ten.LogID
		d := s.must("POST", "/defend?wait=witnessed&detail=full", p.key, event(402, ip(2)))
		f.receipts[name] = d
		f.exportBundles(t, s, name, p)
	}
	f.newRoot = s.must("GET", "/api/v1/evidence/root/checkpoint", "", "")
}

// name is that of the log key.
func (f *fixture) name() string { return strings.Split(strings.Fields(f.text)[1], "+")[0] }

// look finds the indexes that attacks aim at.
func (f *fixture) look(t *testing.T) {
	t.Helper()
	d := f.today.connect(t)
	defer d.Close()
	for _, p := range []*party{&f.a, &f.b} {
		p.decisions = decisionsOf(t, d, p.id)
	}
	check(t, d.QueryRow(`SELECT idx FROM artifact WHERE tenant_id = $1 AND kind = 'erasure'`, f.a.id).Scan(&f.erasure))
	check(t, d.QueryRow(`SELECT min(idx) FROM artifact WHERE tenant_id = $1 AND kind = 'module'`, f.a.id).Scan(&f.enrolled))
	check(t, d.QueryRow(`SELECT min(idx) FROM artifact WHERE tenant_id = $1 AND kind = 'prune'`, f.b.id).Scan(&f.prune))
}

func decisionsOf(t *testing.T, d *sql.DB, tenant string) (out []int64) {
	t.Helper()
	rows, err := d.Query(`SELECT idx FROM decision WHERE tenant_id = $1 ORDER BY idx`, tenant)
	check(t, err)
	defer rows.Close()
	for rows.Next() {
		var i int64
		check(t, rows.Scan(&i))
		out = append(out, i)
	}
	check(t, rows.Err())
	return out
}
