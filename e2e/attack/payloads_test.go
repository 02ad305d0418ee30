package attack

import "fmt"

// payloadAttacks change what is sealed beside the entries.
func payloadAttacks(f *fixture) []attack {
	at, other := f.a.decisions[20], f.a.decisions[21]
	sealed := func(column string) func(*admin) {
		return func(a *admin) {
			var b []byte
			a.get(`SELECT `+column+` FROM payload WHERE tenant_id = $1 AND idx = $2`, []any{f.a.id, at}, &b)
			b[len(b)-1] ^= 1
			a.do(`UPDATE payload SET `+column+` = $3 WHERE tenant_id = $1 AND idx = $2`, f.a.id, at, b)
		}
	}
	return []attack{
		{name: "edit sealed bytes", by: sealed("sealed"), seen: []string{
			entry("fsck a: payloads", at, "sealed payload does not open"),
			entry("chain a", at, "column payload"),
		}},
		{name: "edit a wrapped key", by: func(a *admin) {
			var b []byte
			a.get(`SELECT wrapped FROM payload WHERE tenant_id = $1 AND idx = $2`, []any{f.a.id, at}, &b)
			b[20] ^= 1
			a.do(`UPDATE payload SET wrapped = $3 WHERE tenant_id = $1 AND idx = $2`, f.a.id, at, b)
		}, seen: []string{
			entry("fsck a: payloads", at, "sealed payload does not open"),
			entry("chain a", at, "column payload"),
		}},
		{name: "empty a wrapped key", by: func(a *admin) {
			a.do(`UPDATE payload SET wrapped = $3, sealed = $3 WHERE tenant_id = $1 AND idx = $2`, f.a.id, at, []byte{})
		}, seen: []string{
			entry("fsck a: payloads", at, "sealed payload does not open"),
			entry("chain a", at, "column payload"),
		}},
		{name: "swap two payloads", by: func(a *admin) { a.swap("payload", f.a.id, at, other) }, seen: []string{
			entry("fsck a: payloads", at, "sealed payload does not open"),
			entry("fsck a: payloads", other, "sealed payload does not open"),
			entry("chain a", at, "column payload"),
		}},
		{name: "move a payload to another key version", by: func(a *admin) {
			a.do(`UPDATE payload SET key_ver = 99 WHERE tenant_id = $1 AND idx = $2`, f.a.id, at)
		}, seen: []string{
			entry("fsck a: payloads", at, "version 99 is not held"),
			entry("chain a", at, "column payload"),
		}},
		{name: "move a payload to another ring", by: func(a *admin) {
			a.do(`UPDATE payload SET ring = 'SECRET' WHERE tenant_id = $1 AND idx = $2`, f.a.id, at)
		}, seen: []string{
			entry("fsck a: payloads", at, "sealed payload does not open"),
			entry("chain a", at, "column payload"),
		}},
		{name: "delete a payload", by: func(a *admin) {
			a.do(`DELETE FROM payload WHERE tenant_id = $1 AND idx = $2`, f.a.id, at)
		}, seen: []string{
			entry("fsck a: payloads", at, "is missing, and no entry of the log says that it was erased or pruned"),
			entry("chain a", at, "the payload is missing, and no entry of the log says"),
		}},
		{name: "put an erased payload back from a backup", by: func(a *admin) {
			a.copyRows(f.yesterday, []string{"payload", "subject"}, `tenant_id = $1 AND idx = $2`, f.a.id, f.erased)
		}, seen: []string{
			entry("fsck a: payloads", f.erased, "it was put back"),
			entry("chain a", f.erased, "it was put back"),
		}},
		{name: "put an erased payload back and delete the mark", by: func(a *admin) {
			a.copyRows(f.yesterday, []string{"payload", "subject"}, `tenant_id = $1 AND idx = $2`, f.a.id, f.erased)
			a.do(`DELETE FROM payload_gone WHERE tenant_id = $1`, f.a.id)
		}, seen: []string{
			entry("fsck a: payloads", f.erased, "says that this payload was erased, but the store does not"),
			entry("chain a", f.erased, "says that this payload was erased, but the store does not"),
		}},
		{name: "put pruned payloads back and delete the marks", by: func(a *admin) {
			a.copyRows(f.yesterday, []string{"payload", "subject"}, `tenant_id = $1 AND idx < 5`, f.b.id)
			a.do(`DELETE FROM payload_gone WHERE tenant_id = $1`, f.b.id)
		}, seen: []string{
			entry("fsck b: payloads", 5, "is missing, and no entry"),
			entry("chain b", 5, "is missing, and no entry"),
		}},
		{name: "hide a subject from the index", by: func(a *admin) {
			a.do(`DELETE FROM subject WHERE tenant_id = $1 AND idx = $2`, f.a.id, at)
		}, seen: []string{
			entry("fsck a: subjects", at, "are not in the subject index"),
		}},
		{name: "point a subject elsewhere", by: func(a *admin) {
			a.do(`UPDATE subject SET idx = $3 WHERE tenant_id = $1 AND idx = $2`, f.a.id, at, at+1)
		}, seen: []string{
			entry("fsck a: subjects", at, "are not in the subject index"),
			entry("fsck a: subjects", at+1, "a subject that the payload does not have"),
		}},
		{name: "edit a data key", by: func(a *admin) {
			var b []byte
			var version int64
			a.get(`SELECT wrapped, version FROM data_key WHERE tenant_id = $1 AND purpose = $2`, []any{f.a.id, a.purpose(f.a.id, "index")}, &b, &version)
			b[len(b)-1] ^= 1
			a.do(`UPDATE data_key SET wrapped = $3 WHERE tenant_id = $1 AND purpose = $2`, f.a.id, a.purpose(f.a.id, "index"), b)
		}, seen: []string{
			"fsck a: | index key does not open",
			"chain a: | stored evidence is damaged | index key does not open",
		}},
		{name: "delete the payload keys", by: func(a *admin) {
			a.do(`DELETE FROM data_key WHERE tenant_id = $1 AND purpose LIKE '%payload%'`, f.a.id)
		}, seen: []string{
			"fsck a: | keys for ring | are not all there",
			"chain a: | stored evidence is damaged | are not all there",
		}},
		{name: "swap two tenants' data keys", by: func(a *admin) {
			a.do(`UPDATE data_key SET tenant_id = 'x' WHERE tenant_id = $1`, f.a.id)
			a.do(`UPDATE data_key SET tenant_id = $1 WHERE tenant_id = $2`, f.a.id, f.b.id)
			a.do(`UPDATE data_key SET tenant_id = $1 WHERE tenant_id = 'x'`, f.b.id)
		}, seen: []string{
			"fsck a: | dedup key does not open",
			"fsck b: | dedup key does not open",
			"chain a: | stored evidence is damaged",
		}},
	}
}

// entry is what a defence must say of an entry: its index and words.
func entry(defence string, idx int64, words string) string {
	return fmt.Sprintf("%s: | entry %d | %s", defence, idx, words)
}

// swap exchanges two rows of a table by their indexes.
func (a *admin) swap(table, tenant string, one, two int64) {
	a.Helper()
	const away = 1 << 40
	for _, m := range [][2]int64{{one, away}, {two, one}, {away, two}} {
		a.do(`UPDATE `+table+` SET idx = $3 WHERE tenant_id = $1 AND idx = $2`, tenant, m[0], m[1])
	}
}

// purpose finds a data key whose purpose has a word in it.
func (a *admin) purpose(tenant, word string) (out string) {
	a.Helper()
	a.get(`SELECT min(purpose) FROM data_key WHERE tenant_id = $1 AND purpose LIKE $2`, []any{tenant, "%" + word + "%"}, &out)
	return out
}
