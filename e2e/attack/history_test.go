package attack

import (
	"frostgate.io/frostgate/receipt"
)

// wordAttacks forge what the log says about payloads that are gone, and other
// artifacts.
func wordAttacks(f *fixture) []attack {
	a1, claimed := f.enrolled, f.a.decisions[50]
	return []attack{
		{name: "edit the erasure artifact", by: func(a *admin) { a.rewrite(f.a.id, f.erasure, `"artifact":"erasure"`, `"artifact":"erasurf"`) }, seen: []string{
			entry("fsck a: rows", f.erasure, "the stored leaf hash is not that of the entry"),
			entry("chain a", f.erasure, "the stored leaf hash is not that of the entry"),
		}},
		{name: "make the erasure artifact unreadable", by: func(a *admin) { a.rewrite(f.a.id, f.erasure, `"v":1`, `"v":9`) }, seen: []string{
			entry("fsck a: entries", f.erasure, "it can't be read"),
			"chain a: | entry",
		}},
		{name: "edit the time of a module's artifact", by: func(a *admin) { a.later(f.a.id, a1) }, seen: []string{
			entry("fsck a: entries", a1, "the entry was changed: its hash is not the tile's"),
			entry("chain a", a1, "the stored leaf hash is not that of the entry"),
		}},
		{name: "edit the genesis", by: func(a *admin) { a.later(f.a.id, 0) }, seen: []string{
			entry("fsck a: entries", 0, "the entry was changed: its hash is not the tile's"),
			entry("chain a", 0, "the stored leaf hash is not that of the entry"),
		}},
		{name: "edit an artifact's kind column", by: func(a *admin) {
			a.do(`UPDATE artifact SET kind = 'prune' WHERE tenant_id = $1 AND idx = $2`, f.a.id, f.erasure)
		}, seen: []string{
			entry("fsck a: rows", f.erasure, "the row says \"prune\", the entry \"erasure\""),
			entry("chain a", f.erasure, "the entry belongs to another place"),
		}},
		{name: "edit an artifact's time column", by: func(a *admin) {
			a.do(`UPDATE artifact SET at = at - 86400000000 WHERE tenant_id = $1 AND idx = $2`, f.a.id, f.erasure)
		}, seen: []string{
			entry("fsck a: rows", f.erasure, "column at is"),
		}},
		{name: "delete the erasure artifact", by: func(a *admin) {
			a.do(`DELETE FROM artifact WHERE tenant_id = $1 AND idx = $2`, f.a.id, f.erasure)
		}, seen: []string{
			entry("fsck a: entries", f.erasure, "it is missing"),
			entry("chain a", f.erasure, "is missing or stands twice"),
			"not ready: | 1 of the tenants' logs disagree with their rows",
		}},
		{name: "delete the prune artifact", by: func(a *admin) {
			a.do(`DELETE FROM artifact WHERE tenant_id = $1 AND idx = $2`, f.b.id, f.prune)
		}, seen: []string{
			entry("fsck b: entries", f.prune, "it is missing"),
			entry("chain b", f.prune, "is missing or stands twice"),
			"not ready: | 1 of the tenants' logs disagree with their rows",
		}},
		{name: "destroy the erasure's payload", by: func(a *admin) {
			a.do(`DELETE FROM payload WHERE tenant_id = $1 AND idx = $2`, f.a.id, f.erasure)
		}, seen: []string{
			entry("fsck a: payloads", f.erasure, "is missing, and no entry of the log says"),
			entry("chain a", f.erased, ""),
		}},
		{name: "delete the mark of an erasure", by: func(a *admin) { a.do(`DELETE FROM payload_gone WHERE tenant_id = $1`, f.a.id) }, seen: []string{
			entry("fsck a: payloads", f.erased, "is missing, and no entry of the log says"),
			entry("chain a", f.erased, "is missing, and no entry of the log says"),
		}},
		{name: "widen the mark of an erasure", by: func(a *admin) {
			a.do(`UPDATE payload_gone SET last_idx = last_idx + 1 WHERE tenant_id = $1`, f.a.id)
			a.do(`DELETE FROM payload WHERE tenant_id = $1 AND idx = $2`, f.a.id, f.erased+1)
		}, seen: []string{
			entry("fsck a: payloads", f.erased, "tells of this payload's end, but it does not"),
			entry("chain a", f.erased, "tells of this payload's end, but it does not"),
		}},
		{name: "claim an erasure that nobody asked for", by: func(a *admin) {
			a.do(`DELETE FROM payload WHERE tenant_id = $1 AND idx = $2`, f.a.id, claimed)
			a.do(`INSERT INTO payload_gone (tenant_id, first_idx, last_idx, by_idx, kind) VALUES ($1, $2, $2, $3, 'erased')`, f.a.id, claimed, f.erasure)
		}, seen: []string{
			entry("fsck a: payloads", claimed, "tells of this payload's end, but it does not"),
			entry("chain a", claimed, "tells of this payload's end, but it does not"),
		}},
		{name: "claim a prune by an entry that is none", by: func(a *admin) {
			a.do(`DELETE FROM payload WHERE tenant_id = $1 AND idx = $2`, f.a.id, claimed)
			a.do(`INSERT INTO payload_gone (tenant_id, first_idx, last_idx, by_idx, kind) VALUES ($1, $2, $2, $3, 'pruned')`, f.a.id, claimed, claimed+1)
		}, seen: []string{
			entry("fsck a: payloads", claimed, "tells of this payload's end, but it does not"),
			entry("chain a", claimed, "tells of this payload's end, but it does not"),
		}},
		{name: "say pruned for erased", by: func(a *admin) { a.do(`UPDATE payload_gone SET kind = 'pruned' WHERE tenant_id = $1`, f.a.id) }, seen: []string{
			entry("fsck a: payloads", f.erased, "was pruned, entry"),
			entry("chain a", f.erased, "was pruned, entry"),
		}},
		{name: "forget an erasure's certificate", by: func(a *admin) { a.do(`DELETE FROM erasure WHERE tenant_id = $1`, f.a.id) }, seen: []string{
			entry("fsck a: rows", f.erasure, "the list of erasures lacks this one"),
		}},
	}
}

// later moves the time in an entry by a microsecond.
func (a *admin) later(tenant string, idx int64) { a.rewrite(tenant, idx, `"time":1`, `"time":2`) }

// historyAttacks make all that can be computed fit the forged history.
func historyAttacks(f *fixture) []attack {
	tenantTables := []string{"log_state", "artifact", "decision", "payload", "subject", "tile", "payload_gone", "erasure", "retention_mark", "retention_held", "decision_last", "window_state", "window_mark"}
	last := f.a.decisions[len(f.a.decisions)-1]
	cut := func(a *admin) {
		for _, table := range []string{"decision", "payload", "subject"} {
			a.do(`DELETE FROM `+table+` WHERE tenant_id = $1 AND idx = $2`, f.a.id, last)
		}
	}
	forge := func(a *admin) (size int64, root receipt.Hash) {
		a.later(f.a.id, f.a.decisions[60])
		a.do(`UPDATE decision SET received_at = received_at + 1000000000000000 WHERE tenant_id = $1 AND idx = $2`, f.a.id, f.a.decisions[60])
		return a.rehash(f.a.id)
	}
	return []attack{
		{name: "cut the end off, hashes recomputed", by: func(a *admin) { cut(a); a.rehash(f.a.id) }, seen: []string{
			"fsck a: signed: | holds this log with | the newest are gone",
			"not ready: | 1 of the tenants' logs disagree with their rows",
			"log: msg=\"evidence log damaged: its decisions stop\" tenant= | the newest are gone",
		}},
		{name: "cut the end off, hashes recomputed, an old checkpoint put in", by: func(a *admin) {
			cut(a)
			all := a.anchors(f.a.id)
			a.rehash(f.a.id)
			a.do(`UPDATE log_state SET checkpoint = $2 WHERE tenant_id = $1`, f.a.id, all[len(all)-2].checkpoint)
		}, seen: []string{
			"fsck a: signed: | holds this log with | the newest are gone",
			"not ready: | 1 of the tenants' logs disagree with their rows",
			"log: msg=\"evidence log damaged: its decisions stop\" tenant= | the newest are gone",
		}},
		{name: "cut the end off, hashes recomputed, signatures and anchors removed", by: func(a *admin) {
			cut(a)
			size, _ := a.rehash(f.a.id)
			a.do(`UPDATE log_state SET checkpoint = '' WHERE tenant_id = $1`, f.a.id)
			a.do(`DELETE FROM anchor WHERE tenant_id = $1 AND size > $2`, f.a.id, size)
		}, seen: []string{
			"fsck root: signed: | do not give this epoch's root: one was removed",
			"alarm: | the log of logs is damaged or forked",
		}},
		{name: "rewrite an entry, all hashes recomputed", by: func(a *admin) { forge(a) }, seen: []string{
			"fsck a: signed: the last checkpoint: | was changed since",
			"fsck a: signed: the checkpoint of epoch | was changed since",
			"not ready: | 1 of the tenants' logs disagree with their rows",
			"log: msg=\"evidence log damaged: its decisions stop\" tenant= | was signed over other entries",
		}},
		{name: "rewrite an entry, all hashes recomputed, signatures removed", by: func(a *admin) {
			forge(a)
			a.do(`UPDATE log_state SET checkpoint = '' WHERE tenant_id = $1`, f.a.id)
		}, seen: []string{
			"fsck a: signed: the checkpoint of epoch | was changed since",
			"not ready: | 1 of the tenants' logs disagree with their rows",
			"log: msg=\"evidence log damaged: its decisions stop\" tenant= | was signed over other entries",
		}},
		{name: "rewrite an entry, everything recomputed up to the root log, without a key", by: func(a *admin) {
			forge(a)
			a.do(`UPDATE log_state SET checkpoint = ''`)
			a.do(`DELETE FROM cosigned`)
			a.do(`DELETE FROM anchor WHERE tenant_id = $1`, f.a.id)
			a.reroot(nil)
		}, seen: []string{
			"alarm: | damaged or forked",
			"log: msg=\"evidence log damaged: its decisions stop\" tenant= | not written by this server",
			"log: msg=\"log of logs damaged\" | not written by this server",
		}},
		{name: "rewrite an entry, the log of logs emptied, without a key", by: func(a *admin) {
			forge(a)
			a.do(`UPDATE log_state SET checkpoint = ''`)
			a.do(`DELETE FROM cosigned`)
			a.do(`DELETE FROM anchor`)
			a.do(`DELETE FROM artifact WHERE tenant_id = 'root' AND idx > 0`)
			a.rehash(rootTenant)
		}, seen: []string{
			"alarm: | damaged or forked",
			"log: msg=\"evidence log damaged: its decisions stop\" tenant= | not written by this server",
			"log: msg=\"log of logs damaged\" | not written by this server",
		}},
		{name: "rewrite an entry, everything recomputed and signed with the live key", by: func(a *admin) {
			a.operator = true
			a.forgeAll(signer(a.T, a.s.cfg.DataDir, "log.key"))
		}, seen: []string{
			"start refused: | witness one: the witness has seen another history of this log",
		}},
		{name: "restore the whole database of yesterday", by: func(a *admin) {
			check(a.T, a.db.Close())
			a.s = f.yesterday.clone(a.T)
			a.db = a.s.connect(a.T)
		}, seen: []string{
			"start refused: | witness one has seen | older than what was witnessed | restore a newer backup",
		}},
		{name: "restore one tenant's rows of yesterday", by: func(a *admin) { a.copyRows(f.yesterday, tenantTables, `tenant_id = $1`, f.a.id) }, seen: []string{
			"fsck a: signed: | the newest are gone",
			"not ready: | 1 of the tenants' logs disagree with their rows",
			"log: msg=\"evidence log damaged: its decisions stop\" tenant= | the newest are gone",
		}},
		{name: "restore one tenant's rows and anchors of yesterday", by: func(a *admin) {
			a.copyRows(f.yesterday, append(tenantTables, "anchor"), `tenant_id = $1`, f.a.id)
		}, seen: []string{
			"fsck root: signed: | do not give this epoch's root",
			"alarm: | the log of logs is damaged or forked",
		}},
		{name: "restore the root log's rows of yesterday", by: func(a *admin) {
			a.copyRows(f.yesterday, []string{"log_state", "artifact", "tile", "cosigned"}, `tenant_id = $1`, rootTenant)
		}, seen: []string{
			"fsck a: signed: | the log of logs does not hold it",
			"alarm: | the log of logs is damaged or forked",
		}},
		{name: "restore the root log's rows and all anchors of yesterday", by: func(a *admin) {
			a.copyRows(f.yesterday, []string{"log_state", "artifact", "tile", "cosigned"}, `tenant_id = $1`, rootTenant)
			a.copyRows(f.yesterday, []string{"anchor"}, `tenant_id <> $1`, "")
		}, seen: []string{
			"start refused: | witness one has seen | older than what was witnessed",
		}},
	}
}
