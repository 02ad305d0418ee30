package attack

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"frostgate.io/frostgate/internal/app"
	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/signing"
	"frostgate.io/frostgate/receipt"
	frostgate "frostgate.io/frostgate/sdk/go"
)

// forgeAll rewrites an entry of tenant a and makes everything fit it, with a key
// that signs: the most that the server's own administrator can do.
func (a *admin) forgeAll(key note.Signer) {
	a.Helper()
	a.later(a.f.a.id, a.f.a.decisions[60])
	a.do(`UPDATE decision SET received_at = received_at + 1000000000000000 WHERE tenant_id = $1 AND idx = $2`, a.f.a.id, a.f.a.decisions[60])
	a.rehash(a.f.a.id)
	a.resign(key, a.f.a.id, a.f.a.origin)
	a.reroot(key)
	if _, err := a.db.Exec(`DELETE FROM cosigned`); err != nil {
		a.Fatal(err)
	}
}

func (f *fixture) attacker(t *testing.T) *admin {
	t.Helper()
	s := f.today.clone(t)
	a := &admin{T: t, f: f, s: s, db: s.connect(t)}
	t.Cleanup(func() { _ = a.db.Close() })
	return a
}

// alone gives the store a configuration without witnesses.
func (s store) alone() store {
	s.cfg.WitnessPolicy = ""
	return s
}

// liveKey: whoever has the live key can forge a store in which nothing is amiss.
// Then the witness shows it (see the histories), and what was exported before:
// the forged evidence is not witnessed, and beside the true one it is a proof of
// the forgery.
func (f *fixture) liveKey(t *testing.T) {
	t.Parallel()
	a := f.attacker(t)
	a.operator = true
	a.forgeAll(signer(t, a.s.cfg.DataDir, "log.key"))
	check(t, a.db.Close())
	var n notices
	f.fsck(t, a.s, &n)
	if len(n) > 0 {
		t.Errorf("the forgery is not perfect, so that it shows less than it should: %q", n)
	}
	s := mustStart(t, a.s.alone())
	var forged bytes.Buffer
	_, err := s.client(f.a.key).Bundle(context.Background(), frostgate.BundleQuery{All: true}, &forged)
	check(t, err)
	rep, err := receipt.VerifyBundle(bytes.NewReader(forged.Bytes()), f.policy.Trust())
	if err == nil || rep.Valid {
		t.Errorf("the forged bundle: level %q, %v\n%s", rep.Level, err, rep)
	}
	if rep, err := receipt.VerifyBundle(bytes.NewReader(forged.Bytes()), f.policy.Trust().Accepting(receipt.Anchored)); err != nil || rep.Level != receipt.Anchored {
		t.Errorf("the forged bundle is not perfect below the witnesses: level %q, %v\n%s", rep.Level, err, rep)
	}
	if !strings.Contains(rep.String(), "no quorum") {
		t.Errorf("the report does not say that the witnesses' quorum is missing:\n%s", rep)
	}
	for name, mine := range map[string][]byte{"bundle": f.bundles["a tenant"], "receipt": f.receipts["a"], "root checkpoint": f.newRoot} {
		f.provesSplit(t, name, mine, forged.Bytes())
	}
	// A claim of more than that is refused.
	id := fmt.Sprintf("%s-%d", f.a.log, f.a.decisions[60])
	r, err := receipt.FromResponse(s.must("GET", "/api/v1/decisions/"+id+"/receipt", f.a.key, ""))
	check(t, err)
	r.Level = receipt.Witnessed
	if _, err := receipt.Verify(r, f.policy.Trust()); err == nil || !strings.Contains(err.Error(), "anchored only") && !strings.Contains(err.Error(), "quorum") {
		t.Errorf("a receipt that claims to be witnessed: %v", err)
	}
}

// provesSplit wants a proof of two histories from two pieces of evidence.
func (f *fixture) provesSplit(t *testing.T, name string, mine, theirs []byte) {
	t.Helper()
	c, err := receipt.Compare(mine, theirs, f.policy.Trust())
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if len(c.Split) == 0 {
		t.Errorf("%s: no contradiction found: %+v", name, c)
		return
	}
	if said := c.Split[0].String(); !strings.Contains(said, "has two histories: at size") || !strings.Contains(said, f.name()) {
		t.Errorf("%s: %s", name, said)
	}
}

// exportsHold: what the auditor took is good, whatever the server does later.
func (f *fixture) exportsHold(t *testing.T) {
	t.Parallel()
	for name, b := range f.bundles {
		rep, err := receipt.VerifyBundle(bytes.NewReader(b), f.policy.Trust())
		if err != nil || rep.Level != receipt.Witnessed || !rep.Pinned {
			t.Errorf("bundle %s: %v\n%s", name, err, rep)
		}
	}
	for name, b := range f.receipts {
		r, err := receipt.FromResponse(b)
		check(t, err)
		if rep, err := receipt.Verify(r, f.policy.Trust()); err != nil || rep.Level != receipt.Witnessed {
			t.Errorf("receipt %s: %v\n%s", name, err, rep)
		}
	}
	for name, b := range f.bundles {
		if c, err := receipt.Compare(f.bundles["a tenant"], b, f.policy.Trust()); err != nil || len(c.Split) > 0 {
			t.Errorf("%s: %+v %v", name, c, err)
		}
	}
}

// stolenKey signs with a key that was revoked: a forged head is refused at the
// start, and forged evidence by who has pinned the keys that are trusted now.
func (f *fixture) stolenKey(t *testing.T) {
	t.Parallel()
	a := f.attacker(t)
	s := a.s.alone()
	stolen := signer(t, s.cfg.DataDir, "log.key")
	check(t, a.db.Close())
	f.replaceKey(t, s, stolen)
	n := notices{}
	f.fsck(t, s, &n)
	srv := mustStart(t, s)
	f.ask(srv, &n)
	for _, line := range n {
		t.Errorf("after the rotation: %s", line)
	}
	trust, err := receipt.NewTrust(srv.Parts.Custody.VerifierKeys()...)
	check(t, err)
	both, err := receipt.NewTrust(append(srv.Parts.Custody.VerifierKeys(), strings.Fields(f.text)[1])...)
	check(t, err)
	var later bytes.Buffer // shows the revocation
	_, err = srv.client(f.a.key).Bundle(context.Background(), frostgate.BundleQuery{All: true}, &later)
	check(t, err)
	srv.stop()

	thief := &admin{T: t, f: f, s: s, db: s.connect(t)}
	thief.forgeAll(stolen)
	check(t, thief.db.Close())
	n = nil
	f.fsck(t, s, &n)
	if !n.has("fsck a: signature: | the last checkpoint") || !n.has("fsck root: signature: | the last checkpoint") {
		t.Errorf("fsck does not name the signature: %q", n)
	}
	srv, err = start(t, s)
	check(t, err)
	n = nil
	f.ask(srv, &n)
	for _, want := range []string{
		"not ready: | disagree with their rows", "alarm: | damaged or forked",
		`log: msg="evidence log damaged: its decisions stop" | signed only by revoked key`,
	} {
		if !n.has(want) {
			t.Errorf("nobody says %q: %q", want, n)
		}
	}
	f.forgedUnderOldKey(t, trust, both, stolen, later.Bytes())
}

// replaceKey issues a new log key and revokes the old one, as the operator of
// the server would after a theft.
func (f *fixture) replaceKey(t *testing.T, s store, old note.Signer) {
	t.Helper()
	_, err := signing.Issue(s.cfg.DataDir, clock.System{})
	check(t, err)
	srv := mustStart(t, s)
	for _, p := range []party{f.a, f.b} {
		srv.must("POST", "/defend?wait=anchored", p.key, event(500, ip(3)))
	}
	srv.stop()
	_, err = signing.Revoke(s.cfg.DataDir, fmt.Sprintf("%08x", old.KeyHash()), "stolen", clock.System{})
	check(t, err)
	srv = mustStart(t, s)
	for _, p := range []party{f.a, f.b} {
		srv.must("POST", "/defend?wait=anchored", p.key, event(501, ip(3)))
	}
	srv.stop()
}

// forgedUnderOldKey is what verifiers say of a head that only the stolen key
// signed.
func (f *fixture) forgedUnderOldKey(t *testing.T, now, both receipt.Trust, stolen note.Signer, later []byte) {
	t.Helper()
	r, err := receipt.FromResponse(f.receipts["a"])
	check(t, err)
	r.Anchor, r.Level = nil, receipt.Committed
	if _, err := receipt.Verify(r, now); err == nil || !strings.Contains(err.Error(), "signature") {
		t.Errorf("a receipt under the revoked key, pinned to the keys of now: %v", err)
	}
	// The holder of a later bundle sees there from which entry on the key was
	// worth nothing.
	rep, err := receipt.VerifyBundle(bytes.NewReader(later), both)
	if err != nil {
		t.Fatalf("%v\n%s", err, rep)
	}
	revoked := false
	for _, k := range rep.Keys {
		revoked = revoked || k.Action == receipt.KeyRevoke && strings.Contains(k.Key, fmt.Sprintf("%08x", stolen.KeyHash())) && k.Reason == "stolen"
	}
	if !revoked {
		t.Errorf("the bundle does not tell of the revocation: %+v", rep.Keys)
	}
}

// healed: what the witnesses said can be asked for again, so that losing it or
// putting an older word in its place harms nothing.
func (f *fixture) healed(t *testing.T) {
	t.Parallel()
	for name, by := range map[string]func(*admin){
		"deleted": func(a *admin) { a.do(`DELETE FROM cosigned`) },
		"older":   func(a *admin) { a.do(`UPDATE cosigned SET checkpoint = $1`, string(f.oldRoot)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := f.attacker(t)
			by(a)
			check(t, a.db.Close())
			s := mustStart(t, a.s)
			r, err := receipt.FromResponse(s.must("GET", fmt.Sprintf("/api/v1/decisions/%s-%d/receipt", f.a.log, f.a.decisions[60]), f.a.key, ""))
			check(t, err)
			if rep, err := receipt.Verify(r, f.policy.Trust()); err != nil || rep.Level != receipt.Witnessed {
				t.Errorf("%v\n%s", err, rep)
			}
		})
	}
}

// nextAppend: a log that was changed under a running server takes nothing more.
func (f *fixture) nextAppend(t *testing.T) {
	t.Parallel()
	a := f.attacker(t)
	s := mustStart(t, a.s.alone())
	s.must("POST", "/defend", f.a.key, event(600, ip(4))) // the writer knows the log now
	last := f.a.decisions[len(f.a.decisions)-1]
	a.do(`DELETE FROM decision WHERE tenant_id = $1 AND idx > $2`, f.a.id, last)
	a.do(`DELETE FROM payload WHERE tenant_id = $1 AND idx > $2`, f.a.id, last)
	a.do(`DELETE FROM subject WHERE tenant_id = $1 AND idx > $2`, f.a.id, last)
	a.rehash(f.a.id)
	code, body := s.call("POST", "/defend", f.a.key, event(601, ip(4)))
	if code != 503 || !strings.Contains(string(body), "does not agree with its rows") {
		t.Errorf("the next append: %d %s", code, body)
	}
	if code, body := s.call("GET", "/health/ready", "", ""); code != 503 {
		t.Errorf("ready: %d %s", code, body)
	}
	s.must("POST", "/defend", f.b.key, event(600, ip(4))) // the others go on
}

// foreignKeys: a key folder of another server opens nothing.
func (f *fixture) foreignKeys(t *testing.T) {
	t.Parallel()
	a := f.attacker(t)
	other := newStore(t, "sqlite")
	mustStart(t, other).stop()
	copyFolder(t, other.cfg.DataDir+"/keys", a.s.cfg.DataDir+"/keys")
	if st, err := app.OpenStore(context.Background(), a.s.cfg); err == nil {
		check(t, st.Close())
		t.Error("fsck reads a store with keys of another")
	}
	if s, err := start(t, a.s); err == nil {
		t.Errorf("started on %s", s.URL)
	} else if !strings.Contains(err.Error(), "log.key") {
		t.Errorf("the refusal does not name the key: %v", err)
	}
}
