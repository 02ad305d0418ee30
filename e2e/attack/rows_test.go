package attack

import (
	"fmt"
	"testing"
)

// column is how a column of a decision is edited.
type column struct{ name, set string }

// words are how an edit of the column is told.
func (c *column) words() string {
	if c.name == "entry" || c.name == "leaf_hash" {
		return "the stored leaf hash is not that of the entry"
	}
	return "column " + c.name + " is"
}

// columns are the edits of all clear columns.
func columns() []column {
	return []column{
		{"level", `'critical'`},
		{"score", `score + 1`},
		{"anomaly", `anomaly + 1`},
		{"gating", `'blocked'`},
		{"action_taken", `'ignored'`},
		{"policy_allow", `1 - policy_allow`},
		{"rules", `'["rule:none"]'`},
		{"source", `'nginx'`},
		{"event_type", `'other'`},
		{"event_at", `event_at + 1`},
		{"received_at", `received_at + 1`},
		{"persona", `'guardian2'`},
		{"ring", `'SECRET'`},
		{"mission_id", `'m'`},
		{"key_id", `'k'`},
		{"prev_idx", `prev_idx - 1`},
		{"changed", `1 - changed`},
		{"dedup", `leaf_hash`},
		{"leaf_hash", `dedup`},
		{"entry", `replace(entry, '"v":1', '"v":2')`},
	}
}

// columnsEdited edits each clear column of a decision's row in turn, under a
// running server, and puts it back.
func (f *fixture) columnsEdited(t *testing.T) {
	a := f.attacker(t)
	s := mustStart(t, a.s.alone())
	at := f.a.decisions[30]
	for _, c := range columns() {
		t.Run(c.name, func(t *testing.T) {
			var was any
			a.get(`SELECT `+c.name+` FROM decision WHERE tenant_id = $1 AND idx = $2`, []any{f.a.id, at}, &was)
			a.do(`UPDATE decision SET `+c.name+` = `+c.set+` WHERE tenant_id = $1 AND idx = $2`, f.a.id, at)
			var n notices
			f.fsck(t, a.s, &n)
			f.chain(s, "a", &f.a, &n)
			a.do(`UPDATE decision SET `+c.name+` = $3 WHERE tenant_id = $1 AND idx = $2`, f.a.id, at, was)
			for _, want := range []string{entry("fsck a: rows", at, c.words()), entry("chain a", at, c.words())} {
				if !n.has(want) {
					t.Errorf("nobody says %q: %q", want, n)
				}
			}
		})
	}
	var n notices
	if f.fsck(t, a.s, &n); len(n) > 0 {
		t.Errorf("not put back: %q", n)
	}
}

// rowAttacks move, add and remove rows of logs without making the rest fit.
func rowAttacks(f *fixture) []attack {
	last := f.a.decisions[len(f.a.decisions)-1]
	at := f.a.decisions[40]
	return []attack{
		{name: "delete the last row", by: func(a *admin) {
			a.do(`DELETE FROM decision WHERE tenant_id = $1 AND idx = $2`, f.a.id, last)
		}, seen: []string{
			entry("fsck a: entries", last, "it is missing"),
			entry("chain a", last, "the log has"),
			"not ready: | 1 of the tenants' logs disagree with their rows",
			"log: msg=\"evidence log damaged: its decisions stop\" tenant= | 13 nodes of 14 are there",
		}},
		{name: "delete a middle row", by: func(a *admin) {
			a.do(`DELETE FROM decision WHERE tenant_id = $1 AND idx = $2`, f.a.id, at)
		}, seen: []string{
			entry("fsck a: entries", at, "it is missing"),
			entry("chain a", at, "is missing or stands twice"),
		}},
		{name: "reorder two rows", by: func(a *admin) { a.swap("decision", f.a.id, at, at+1) }, seen: []string{
			entry("fsck a: entries", at, fmt.Sprint("it belongs at index ", at+1)),
			entry("chain a", at, "the entry belongs to another place"),
		}},
		{name: "insert a row behind the end", by: func(a *admin) {
			a.do(`INSERT INTO artifact (tenant_id, idx, kind, leaf_hash, entry, at) SELECT tenant_id, $3, kind, leaf_hash, entry, at FROM artifact WHERE tenant_id = $1 AND idx = $2`, f.a.id, 0, last+1)
		}, seen: []string{
			entry("fsck a: rows", last+1, "1 rows stand behind the log's end"),
			entry("chain a", last+1, ""),
			"not ready: | 1 of the tenants' logs disagree with their rows",
			"log: msg=\"evidence log damaged: its decisions stop\" tenant= | 1 rows stand beyond the log's end",
		}},
		{name: "insert a row beside another", by: func(a *admin) {
			a.do(`INSERT INTO artifact (tenant_id, idx, kind, leaf_hash, entry, at) SELECT tenant_id, $3, kind, leaf_hash, entry, at FROM artifact WHERE tenant_id = $1 AND idx = $2`, f.a.id, 0, at)
		}, seen: []string{
			entry("fsck a: rows", at, "it stands twice"),
			entry("chain a", at+1, "is missing or stands twice"),
		}},
		{name: "swap two tenants' rows", by: func(a *admin) { a.swapTenants() }, seen: []string{
			entry("fsck a: entries", 0, "it belongs to log "+f.b.log),
			entry("fsck b: entries", 0, "it belongs to log "+f.a.log),
			entry("chain a", 0, "belongs to another place"),
			entry("chain b", 0, "belongs to another place"),
			"not ready: | 1 of the tenants' logs disagree with their rows",
		}},
		{name: "edit a tile", by: func(a *admin) {
			var b []byte
			a.get(`SELECT hashes FROM tile WHERE tenant_id = $1`, []any{f.a.id}, &b)
			b[40*32] ^= 1
			a.do(`UPDATE tile SET hashes = $2 WHERE tenant_id = $1`, f.a.id, b)
		}, seen: []string{
			"fsck a: tiles: | tile/0/000",
		}},
		{name: "edit a tile's root", by: func(a *admin) {
			a.do(`UPDATE tile SET root = (SELECT root FROM log_state WHERE tenant_id = 'root') WHERE tenant_id = $1`, f.a.id)
		}, seen: []string{
			"fsck a: tiles: | tile/0/000",
			"not ready: | 1 of the tenants' logs disagree with their rows",
		}},
		{name: "delete a tile", by: func(a *admin) { a.do(`DELETE FROM tile WHERE tenant_id = $1`, f.a.id) }, seen: []string{
			"fsck a: tiles: | tile/0/000 | missing",
			"not ready: | 1 of the tenants' logs disagree with their rows",
			"log: msg=\"evidence log damaged: its decisions stop\" tenant= | tile 1/0",
		}},
		{name: "edit the root", by: func(a *admin) {
			a.do(`UPDATE log_state SET root = (SELECT root FROM log_state WHERE tenant_id = 'root') WHERE tenant_id = $1`, f.a.id)
		}, seen: []string{
			"fsck a: root: | its tree edge does not give its root",
			"not ready: | 1 of the tenants' logs disagree with their rows",
			"log: msg=\"evidence log damaged: its decisions stop\" tenant= | tree edge does not give the stored root",
		}},
		{name: "edit the tree's edge", by: func(a *admin) {
			a.do(`UPDATE log_state SET edge = $2 WHERE tenant_id = $1`, f.a.id, []byte("short"))
		}, seen: []string{
			"fsck a: root: | its tree edge does not give its root",
			"not ready: | 1 of the tenants' logs disagree with their rows",
			"log: msg=\"evidence log damaged: its decisions stop\" tenant= | tree edge of size",
		}},
		{name: "edit the size", by: func(a *admin) {
			a.do(`UPDATE log_state SET size = size - 1 WHERE tenant_id = $1`, f.a.id)
		}, seen: []string{
			"fsck a: root: | the log's head says",
			"not ready: | 1 of the tenants' logs disagree with their rows",
		}},
		{name: "delete the log's state", by: func(a *admin) { a.do(`DELETE FROM log_state WHERE tenant_id = $1`, f.a.id) }, seen: []string{
			"fsck a: | the tenant has no log",
			"chain a: 404 | the tenant has no log",
			"not ready: | 1 of the tenants' logs disagree with their rows",
			"log: msg=\"evidence log damaged: its decisions stop\" tenant= | its state is gone",
		}},
		{name: "edit the stored checkpoint", by: func(a *admin) {
			a.do(`UPDATE log_state SET checkpoint = replace(checkpoint, $2, $3) WHERE tenant_id = $1`, f.a.id, f.a.log, f.b.log)
		}, seen: []string{
			"fsck a: signature: | the last checkpoint",
			"not ready: | 1 of the tenants' logs disagree with their rows",
			"log: msg=\"evidence log damaged: its decisions stop\" tenant= | stored checkpoint",
		}},
		{name: "edit a tenant's log ID", by: func(a *admin) {
			a.do(`UPDATE tenant SET log_id = 'log_forged' WHERE tenant_id = $1`, f.a.id)
		}, seen: []string{
			entry("fsck a: entries", 0, "it belongs to log "+f.a.log),
			entry("chain a", 0, "belongs to another place"),
			"not ready: | 1 of the tenants' logs disagree with their rows",
		}},
		{name: "edit a tenant's slot", by: func(a *admin) {
			a.do(`UPDATE tenant SET slot = 7 WHERE tenant_id = $1`, f.a.id)
		}, seen: []string{
			"fsck a: signed: | it stands in slot 0 of the log of logs, the tenant's row says slot 7",
			"alarm: | the log of logs is damaged or forked",
		}},
		{name: "swap two tenants' slots", by: func(a *admin) {
			a.do(`UPDATE tenant SET slot = slot + 10`)
			a.do(`UPDATE tenant SET slot = CASE slot WHEN 10 THEN 1 ELSE 0 END`)
		}, seen: []string{
			"fsck a: signed: | it stands in slot 0 of the log of logs, the tenant's row says slot 1",
			"fsck b: signed: | it stands in slot 1 of the log of logs, the tenant's row says slot 0",
			"alarm: | the log of logs is damaged or forked",
		}},
		{name: "edit an anchor's path", by: func(a *admin) {
			a.do(`UPDATE anchor SET path = $3 WHERE tenant_id = $1 AND size = $2`, f.a.id, a.lastAnchor(f.a.id).size, make([]byte, 32))
		}, seen: []string{
			"fsck a: signed: | the log of logs does not hold it",
		}},
		{name: "edit an anchor's slot", by: func(a *admin) {
			a.do(`UPDATE anchor SET slot = 1 - slot WHERE tenant_id = $1 AND size = $2`, f.a.id, a.lastAnchor(f.a.id).size)
		}, seen: []string{
			"fsck a: signed: | the log of logs does not hold it",
			"fsck root: signed: | do not give this epoch's root",
		}},
		{name: "edit an anchor's epoch", by: func(a *admin) {
			a.do(`UPDATE anchor SET epoch = epoch - 1 WHERE tenant_id = $1 AND size = $2`, f.a.id, a.lastAnchor(f.a.id).size)
		}, seen: []string{
			"fsck a: signed: | the log of logs does not hold it",
		}},
		{name: "edit an anchor's checkpoint", by: func(a *admin) {
			a.do(`UPDATE anchor SET checkpoint = replace(checkpoint, $3, $4) WHERE tenant_id = $1 AND size = $2`, f.a.id, a.lastAnchor(f.a.id).size, f.a.log, f.b.log)
		}, seen: []string{
			"fsck a: signed: | the checkpoint of epoch | origin is",
			"fsck root: signed: | do not give this epoch's root",
			"alarm: | the log of logs is damaged or forked",
			"not ready: | 1 of the tenants' logs disagree with their rows",
		}},
		{name: "edit an anchor's size", by: func(a *admin) {
			a.do(`UPDATE anchor SET size = size + 1 WHERE tenant_id = $1 AND size = $2`, f.a.id, a.lastAnchor(f.a.id).size)
		}, seen: []string{
			"fsck a: signed: | an epoch holds this log with | the newest are gone",
			"not ready: | 1 of the tenants' logs disagree with their rows",
			"log: msg=\"evidence log damaged: its decisions stop\" tenant= | is not one of size",
		}},
		{name: "edit an anchor's time", by: func(a *admin) {
			a.do(`UPDATE anchor SET at = at - 3600000000 WHERE tenant_id = $1 AND size = $2`, f.a.id, a.lastAnchor(f.a.id).size)
		}, seen: []string{
			"fsck a: rows: | its row says that it was anchored at | was closed at",
		}},
		{name: "delete the last anchor", by: func(a *admin) {
			a.do(`DELETE FROM anchor WHERE tenant_id = $1 AND size = $2`, f.a.id, a.lastAnchor(f.a.id).size)
		}, seen: []string{
			"fsck root: signed: | do not give this epoch's root: one was removed or changed",
			"alarm: | the log of logs is damaged or forked",
			"log: msg=\"log of logs damaged | don't give the root of the last epoch",
		}},
		{name: "delete all anchors of a tenant", by: func(a *admin) { a.do(`DELETE FROM anchor WHERE tenant_id = $1`, f.a.id) }, seen: []string{
			"fsck root: signed: | do not give this epoch's root: one was removed or changed",
			"alarm: | the log of logs is damaged or forked",
			"log: msg=\"log of logs damaged | don't give the root of the last epoch",
		}},
		{name: "edit the cosigned checkpoint", by: func(a *admin) {
			a.do(`UPDATE cosigned SET checkpoint = replace(checkpoint, $1, $2)`, f.name(), "elsewhere")
		}, seen: []string{
			"fsck root: signed: the checkpoint that witnesses cosigned: | origin is",
		}},
		{name: "edit an epoch of the root log", by: func(a *admin) { a.rewrite(rootTenant, a.lastAnchor(f.a.id).epoch, `"slots":`, `"slots":1`) }, seen: []string{
			"fsck root: rows: | the stored leaf hash is not that of the entry",
			"fsck root: signed: | signed at size",
		}},
		{name: "delete the root log's last rows", by: func(a *admin) {
			a.do(`DELETE FROM artifact WHERE tenant_id = 'root' AND idx >= $1`, a.lastAnchor(f.a.id).epoch)
		}, seen: []string{
			"fsck root: entries: | it is missing",
			"alarm: | the log of logs is damaged or forked",
			"log: msg=\"log of logs damaged | tile 0/0 of tenant root",
		}},
	}
}

// lastAnchor is a tenant's newest checkpoint in the log of logs.
func (a *admin) lastAnchor(tenant string) anchor {
	a.Helper()
	all := a.anchors(tenant)
	if len(all) < 2 {
		a.Fatalf("only %d anchors", len(all))
	}
	return all[len(all)-1]
}

// swapTenants gives each of two tenants the other's first artifact.
func (a *admin) swapTenants() {
	a.Helper()
	for _, table := range []string{"artifact", "payload"} {
		a.do(`UPDATE `+table+` SET tenant_id = 'x' WHERE tenant_id = $1 AND idx = 0`, a.f.a.id)
		a.do(`UPDATE `+table+` SET tenant_id = $1 WHERE tenant_id = $2 AND idx = 0`, a.f.a.id, a.f.b.id)
		a.do(`UPDATE `+table+` SET tenant_id = $1 WHERE tenant_id = 'x' AND idx = 0`, a.f.b.id)
	}
}
