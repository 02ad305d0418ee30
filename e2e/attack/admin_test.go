package attack

import (
	"database/sql"
	"math/bits"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/signing"
	"frostgate.io/frostgate/receipt"
)

// rootTenant is the pseudo tenant whose rows are the log of logs.
const rootTenant = "root"

// tileWidth is how many hashes a full tile has.
const tileWidth = 256

// admin is the hostile administrator, connected to one copy of the store.
type admin struct {
	*testing.T
	f  *fixture
	s  store
	db *sql.DB
	// operator says that he has the key folder too.
	operator bool
}

// do runs a statement that must change something: an attack that changes nothing
// would prove nothing.
func (a *admin) do(query string, args ...any) {
	a.Helper()
	r, err := a.db.Exec(query, args...)
	if err != nil {
		a.Fatalf("%v: %.200s", err, query)
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		a.Fatalf("changed nothing (%v): %.200s", err, query)
	}
}

func (a *admin) get(query string, args []any, into ...any) {
	a.Helper()
	if err := a.db.QueryRow(query, args...).Scan(into...); err != nil {
		a.Fatalf("%v: %.200s", err, query)
	}
}

// leaf is a row of a log.
type leaf struct {
	idx   int64
	kind  string
	entry string
}

func (a *admin) leaves(tenant string) []leaf {
	a.Helper()
	rows, err := a.db.Query(`SELECT idx, kind, entry FROM log_leaf WHERE tenant_id = $1 ORDER BY idx`, tenant)
	if err != nil {
		a.Fatal(err)
	}
	defer rows.Close()
	var out []leaf
	for rows.Next() {
		var l leaf
		if err := rows.Scan(&l.idx, &l.kind, &l.entry); err != nil {
			a.Fatal(err)
		}
		out = append(out, l)
	}
	if err := rows.Err(); err != nil {
		a.Fatal(err)
	}
	return out
}

// table is where a kind of leaf stands.
func table(kind string) string {
	if kind == "decision" {
		return "decision"
	}
	return "artifact"
}

// rewrite replaces text in an entry, which stays readable.
func (a *admin) rewrite(tenant string, idx int64, from, to string) {
	a.Helper()
	var kind, entry string
	a.get(`SELECT kind, entry FROM log_leaf WHERE tenant_id = $1 AND idx = $2`, []any{tenant, idx}, &kind, &entry)
	if !strings.Contains(entry, from) {
		a.Fatalf("entry %d has no %q: %s", idx, from, entry)
	}
	a.do(`UPDATE `+table(kind)+` SET entry = $3 WHERE tenant_id = $1 AND idx = $2`, tenant, idx, strings.Replace(entry, from, to, 1))
}

// rehash makes all that is computed from the entries fit them again: leaf
// hashes, tiles, the tree's edge and root. It needs no key, only the source code.
func (a *admin) rehash(tenant string) (size int64, root receipt.Hash) {
	a.Helper()
	leaves := a.leaves(tenant)
	hashes := make([]receipt.Hash, len(leaves))
	for i, l := range leaves {
		hashes[i] = receipt.LeafHash([]byte(l.entry))
		if _, err := a.db.Exec(`UPDATE `+table(l.kind)+` SET leaf_hash = $3 WHERE tenant_id = $1 AND idx = $2 AND leaf_hash <> $3`, tenant, l.idx, hashes[i][:]); err != nil {
			a.Fatal(err)
		}
	}
	if _, err := a.db.Exec(`DELETE FROM tile WHERE tenant_id = $1`, tenant); err != nil {
		a.Fatal(err)
	}
	for n := 0; (n+1)*tileWidth <= len(hashes); n++ {
		part := hashes[n*tileWidth : (n+1)*tileWidth]
		sum := receipt.RootOf(part)
		a.do(`INSERT INTO tile (tenant_id, level, idx, hashes, root) VALUES ($1, 0, $2, $3, $4)`, tenant, n, flat(part), sum[:])
	}
	root = receipt.RootOf(hashes)
	a.do(`UPDATE log_state SET size = $2, root = $3, edge = $4 WHERE tenant_id = $1`, tenant, len(hashes), root[:], edgeOf(hashes))
	if a.operator {
		custody, err := signing.Open(a.s.cfg.DataDir, clock.System{})
		if err != nil {
			a.Fatal(err)
		}
		a.do(`UPDATE log_state SET mac = $2 WHERE tenant_id = $1`, tenant, evidence.StateMAC(custody, domain.TenantID(tenant), uint64(len(hashes)), root))
	}
	return int64(len(hashes)), root
}

func flat(hashes []receipt.Hash) []byte {
	out := []byte{}
	for i := range hashes {
		out = append(out, hashes[i][:]...)
	}
	return out
}

// edgeOf is the stored form of a tree's right edge: the roots of its perfect
// subtrees, the smallest first.
func edgeOf(hashes []receipt.Hash) []byte {
	var nodes []receipt.Hash
	for rest := hashes; len(rest) > 0; {
		n := 1 << (bits.Len(uint(len(rest))) - 1)
		nodes = append([]receipt.Hash{receipt.RootOf(rest[:n])}, nodes...)
		rest = rest[n:]
	}
	return flat(nodes)
}

// signer reads a private log key, as who runs the server can.
func signer(t testing.TB, dataDir, name string) note.Signer {
	t.Helper()
	line, err := os.ReadFile(filepath.Join(dataDir, "keys", name))
	if err != nil {
		t.Fatal(err)
	}
	s, err := note.NewSigner(strings.TrimSpace(string(line)))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// signed makes a checkpoint.
func signed(t testing.TB, key note.Signer, origin string, size int64, root receipt.Hash) string {
	t.Helper()
	out, err := note.Sign(&note.Note{Text: receipt.Checkpoint{Origin: origin, Size: uint64(size), Root: root}.Text()}, key)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// resign signs a log's present state and all its anchored ones.
func (a *admin) resign(key note.Signer, tenant, origin string) {
	a.Helper()
	leaves := a.leaves(tenant)
	hashes := make([]receipt.Hash, len(leaves))
	for i, l := range leaves {
		hashes[i] = receipt.LeafHash([]byte(l.entry))
	}
	head := signed(a.T, key, origin, int64(len(hashes)), receipt.RootOf(hashes))
	a.do(`UPDATE log_state SET checkpoint = $2 WHERE tenant_id = $1`, tenant, head)
	for _, an := range a.anchors(tenant) {
		if an.size > int64(len(hashes)) {
			a.do(`DELETE FROM anchor WHERE tenant_id = $1 AND size = $2`, tenant, an.size)
			continue
		}
		cp := signed(a.T, key, origin, an.size, receipt.RootOf(hashes[:an.size]))
		a.do(`UPDATE anchor SET checkpoint = $3 WHERE tenant_id = $1 AND size = $2`, tenant, an.size, cp)
	}
}

// anchor is a row of the table anchor.
type anchor struct {
	tenant            string
	size, epoch, slot int64
	checkpoint        string
}

// anchors reads a tenant's anchors, or those of all.
func (a *admin) anchors(tenant string) (out []anchor) {
	a.Helper()
	rows, err := a.db.Query(`SELECT tenant_id, size, epoch, slot, checkpoint FROM anchor WHERE tenant_id = $1 OR $1 = '' ORDER BY epoch, slot`, tenant)
	if err != nil {
		a.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var x anchor
		if err := rows.Scan(&x.tenant, &x.size, &x.epoch, &x.slot, &x.checkpoint); err != nil {
			a.Fatal(err)
		}
		out = append(out, x)
	}
	if err := rows.Err(); err != nil {
		a.Fatal(err)
	}
	return out
}

// reroot makes the log of logs fit the anchors again: epoch roots, paths, the
// root log's own hashes and, with a key, its signature.
func (a *admin) reroot(key note.Signer) {
	a.Helper()
	slots := map[int64]receipt.Hash{}
	all := a.anchors("")
	for _, l := range a.leaves(rootTenant) {
		e, err := receipt.ParseRootEntry([]byte(l.entry))
		if err != nil {
			a.Fatal(err)
		}
		if e.Artifact != receipt.RootEpoch {
			continue
		}
		var here []anchor
		for _, x := range all {
			if x.epoch == l.idx {
				slots[x.slot] = receipt.LeafHash([]byte(x.checkpoint))
				here = append(here, x)
			}
		}
		tree := make([]receipt.Hash, e.Slots)
		for i := range tree {
			if h, ok := slots[int64(i)]; ok {
				tree[i] = h
			} else {
				tree[i] = receipt.LeafHash(nil)
			}
		}
		for _, x := range here {
			a.do(`UPDATE anchor SET path = $3 WHERE tenant_id = $1 AND size = $2`, x.tenant, x.size, flat(path(tree, int(x.slot))))
		}
		e.Root = receipt.RootOf(tree)
		a.do(`UPDATE artifact SET entry = $3 WHERE tenant_id = $1 AND idx = $2`, rootTenant, l.idx, string(e.AppendJCS(nil)))
	}
	size, root := a.rehash(rootTenant)
	if key != nil {
		a.do(`UPDATE log_state SET checkpoint = $2 WHERE tenant_id = $1`, rootTenant, signed(a.T, key, key.Name(), size, root))
	}
}

// path is the inclusion proof of a leaf (RFC 6962 section 2.1.1).
func path(leaves []receipt.Hash, i int) []receipt.Hash {
	if len(leaves) <= 1 {
		return nil
	}
	k := 1 << (bits.Len(uint(len(leaves)-1)) - 1)
	if i < k {
		return append(path(leaves[:k], i), receipt.RootOf(leaves[k:]))
	}
	return append(path(leaves[k:], i-k), receipt.RootOf(leaves[:k]))
}
