package fault

import (
	"bytes"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"path/filepath"
	"slices"
	"sort"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // registers the "pgx" driver
	_ "modernc.org/sqlite"             // registers the "sqlite" driver

	"frostgate.io/frostgate/receipt"
)

// pin reads the log's public key once; it must never change afterwards.
func (l *ledger) pin(s *server) {
	s.t.Helper()
	var key struct{ VKey string }
	s.getJSON("/api/v1/evidence/key", &key)
	trust, err := receipt.NewTrust(key.VKey)
	if err != nil {
		s.t.Fatal(err)
	}
	l.trust = trust
}

// verdict is the answer of chain/verify.
type verdict struct {
	Log, Root string
	Size      uint64
	Valid     bool
	Problem   string
}

// checkChain lets the server recompute its log and compares with what was seen.
func (l *ledger) checkChain(s *server) verdict {
	s.t.Helper()
	var v verdict
	s.getJSON("/api/v1/forensics/chain/verify", &v)
	if !v.Valid {
		l.complain(&l.other, "the log does not verify: %s", v.Problem)
	}
	status, text, err := get(s.url+"/api/v1/evidence/logs/"+v.Log+"/checkpoint", s.boot.AdminKey)
	if err != nil || status != 200 {
		s.t.Fatalf("checkpoint: %d %v %s", status, err, text)
	}
	head, _, err := receipt.ParseSignedCheckpoint(text)
	if err != nil || head.Size != v.Size || head.Root.String() != v.Root {
		l.complain(&l.other, "checkpoint %d %s, chain %d %s, %v", head.Size, head.Root, v.Size, v.Root, err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for size := range l.heads {
		if size > v.Size {
			l.lost = append(l.lost, "a signed tree head was ahead of the log after a restart")
			break
		}
	}
	l.heads[head.Size] = head.Root
	return v
}

// checkGet reads some acknowledged decisions back through the API.
func (l *ledger) checkGet(s *server, ids []string) {
	s.t.Helper()
	for _, id := range ids {
		status, body, err := get(s.url+"/api/v1/decisions/"+id, s.boot.AdminKey)
		if err != nil || status != 200 {
			l.complain(&l.lost, "GET decision %s: %d %v %.200s", id, status, err, body)
			continue
		}
		var stored struct{ Decision json.RawMessage }
		if err := json.Unmarshal(body, &stored); err != nil {
			s.t.Fatal(err)
		}
		if _, err := l.verify(stored.Decision); err != nil {
			l.complain(&l.unverifiable, "receipt of stored decision %s: %v", id, err)
		}
	}
}

// settle brings every open event to an answer, so that each event that was ever
// sent must now be in the log exactly once.
func (l *ledger) settle(s *server) {
	s.t.Helper()
	if n := l.resend(s, l.openEvents()); n > 0 {
		s.t.Errorf("%d events are still refused by a healthy server\n%s", n, s.tail())
	}
}

func (l *ledger) openEvents() []*event {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []*event
	for _, e := range l.open {
		out = append(out, e)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].n < out[j].n })
	return out
}

// ackedSince lists acknowledged events with a number above n.
func (l *ledger) ackedSince(n int) (events []*event, ids []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, a := range l.acked {
		if i > n {
			events, ids = append(events, a.ev), append(ids, a.id)
		}
	}
	return events, ids
}

func (l *ledger) last() int { l.mu.Lock(); defer l.mu.Unlock(); return l.next }

// leaf is one stored entry of the log.
type leaf struct {
	kind  string
	entry string
	hash  receipt.Hash
}

// checkStore reads the stopped server's tables, with none of the product's
// code, and compares them with everything that was acknowledged: the entries
// are dense, hash to their leaves and give the stored root; every tree head
// that was ever signed is the root over a prefix of them.
func (l *ledger) checkStore(t *testing.T, c childConfig, tenant string) (decisions, artifacts int) {
	t.Helper()
	d := openStore(t, c)
	defer d.Close()
	leaves := readLeaves(t, d, tenant)
	var size int
	var root []byte
	if err := d.QueryRow("SELECT size, root FROM log_state WHERE tenant_id = $1", tenant).Scan(&size, &root); err != nil {
		t.Fatal(err)
	}
	roots := prefixRoots(leaves)
	if size != len(leaves) || !bytes.Equal(root, roots[len(leaves)][:]) {
		t.Errorf("stored tree: size %d root %x; from %d entries: %s", size, root, len(leaves), roots[len(leaves)])
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for size, head := range l.heads {
		if size > uint64(len(leaves)) || roots[size] != head {
			t.Errorf("the signed tree head of size %d is no prefix of the log of size %d", size, len(leaves))
		}
	}
	for i, leaf := range leaves {
		if leaf.kind != "decision" {
			artifacts++
			continue
		}
		decisions++
		a := l.acked[l.owner[uint64(i)]]
		switch {
		case a == nil || a.index != uint64(i):
			t.Errorf("entry %d is a decision that nobody was told of, after every event was settled", i)
		case a.leaf != leaf.hash.String() || a.entry != leaf.entry:
			t.Errorf("entry %d differs from what was acknowledged for event %d", i, a.ev.n)
		}
	}
	if decisions != len(l.acked) {
		t.Errorf("%d decisions in the log, %d events acknowledged", decisions, len(l.acked))
	}
	if len(l.acked) != l.next {
		t.Errorf("%d events sent, %d acknowledged in the end", l.next, len(l.acked))
	}
	return decisions, artifacts
}

func openStore(t *testing.T, c childConfig) *sql.DB {
	t.Helper()
	driver, dsn := "sqlite", "file:"+filepath.Join(c.DataDir, "frostgate.db")
	if c.Database != "" {
		driver, dsn = "pgx", c.Database
	}
	d, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func readLeaves(t *testing.T, d *sql.DB, tenant string) []leaf {
	t.Helper()
	rows, err := d.Query("SELECT idx, kind, leaf_hash, entry FROM log_leaf WHERE tenant_id = $1 ORDER BY idx", tenant)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []leaf
	for rows.Next() {
		var idx int
		var raw []byte
		var f leaf
		if err := rows.Scan(&idx, &f.kind, &raw, &f.entry); err != nil {
			t.Fatal(err)
		}
		f.hash = receipt.LeafHash([]byte(f.entry))
		if idx != len(out) {
			t.Fatalf("entry %d stands where %d should be: the log has a hole or a double", idx, len(out))
		}
		if !bytes.Equal(raw, f.hash[:]) {
			t.Errorf("entry %d does not hash to its leaf %s", idx, hex.EncodeToString(raw))
		}
		if h, err := receipt.ParseHeader([]byte(f.entry)); err != nil || h.Index != uint64(idx) {
			t.Errorf("entry %d: header %v %v", idx, h, err)
		}
		out = append(out, f)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// prefixRoots gives the RFC 6962 root over the first n leaves for every n. It
// holds the perfect subtrees of the prefix, largest first.
func prefixRoots(leaves []leaf) []receipt.Hash {
	roots := []receipt.Hash{receipt.EmptyRoot()}
	var edge []receipt.Hash
	for n, leaf := range leaves {
		edge = append(edge, leaf.hash)
		for m := n + 1; m%2 == 0; m /= 2 {
			k := len(edge)
			edge = append(edge[:k-2], receipt.NodeHash(edge[k-2], edge[k-1]))
		}
		root := edge[len(edge)-1]
		for i := len(edge) - 2; i >= 0; i-- {
			root = receipt.NodeHash(edge[i], root)
		}
		roots = append(roots, root)
	}
	return roots
}

// TestPrefixRoots holds the helper to the public package's whole-tree root.
func TestPrefixRoots(t *testing.T) {
	t.Parallel()
	var leaves []leaf
	var hashes []receipt.Hash
	for i := range 70 {
		h := receipt.LeafHash([]byte{byte(i)})
		leaves, hashes = append(leaves, leaf{hash: h}), append(hashes, h)
	}
	for n, root := range prefixRoots(leaves) {
		if root != receipt.RootOf(hashes[:n]) {
			t.Fatalf("root over %d leaves", n)
		}
	}
}

// percentile of durations; the list is not empty.
func percentile(list []time.Duration, q float64) time.Duration {
	list = slices.Sorted(slices.Values(list))
	return list[min(len(list)-1, int(q*float64(len(list))))]
}

// conclude reports what happened and fails on every broken promise.
func (l *ledger) conclude(t *testing.T) {
	t.Helper()
	for i, f := range l.failures() {
		if i == 20 {
			t.Errorf("and %d more", len(l.failures())-i)
			break
		}
		t.Error(f)
	}
	t.Logf("acknowledged %d (%d events), refused with 503 %d, lost %d, duplicated %d, unverifiable %d, other failures %d",
		l.answers, len(l.acked), l.refused, len(l.lost), len(l.duplicated), len(l.unverifiable), len(l.other))
}
