package archtest

import (
	"go/ast"
	"go/token"
	"maps"
	"slices"
	"strconv"
	"testing"
)

// systemCall is one place that opens a transaction without a tenant.
type systemCall struct{ file, reason string }

// systemTx lists every transaction that no tenant confines, with the reason it
// gives. A new line here needs the reviewer's answer to: why can't this be a
// tenant's transaction, and what keeps one tenant's rows from another?
var systemTx = []systemCall{
	// Tables that no tenant owns: principals and roles belong to organisations.
	// Each statement names the organisation or one principal.
	{"internal/auth/authenticate.go", "find the principal behind a key"},
	{"internal/auth/keys.go", "find who is given a key"},
	{"internal/auth/names.go", "find principals by name"},
	{"internal/auth/names.go", "find principals by name"},
	{"internal/auth/names.go", "find what a principal may do"},
	{"internal/auth/names.go", "read names of principals"},
	{"internal/auth/people.go", "change principals and roles"},
	{"internal/auth/people.go", "read principals"},
	{"internal/auth/service.go", "find what a principal may do"},

	// At start, before any tenant: a count, and the queue that each tenant's own
	// transactions then work off.
	{"internal/app/wire.go", "is the store new"},
	{"internal/signing/check.go", "compare the keys with the store's"},
	{"internal/evidence/anchor.go", "log of logs at start"},
	// fsck: one epoch's tree has a leaf of every tenant. Hashes of checkpoints
	// leave it, nothing else.
	{"internal/evidence/fsckaside.go", "epochs hold the checkpoints of all tenants"},
	{"internal/signing/reseal.go", "is the store under the current master key"},
	{"internal/signing/reseal.go", "all values are under the current master key"},
	{"internal/signing/reseal.go", "who has values under the master key"},
	{"internal/signing/reseal.go", "what is under a master key"},
	{"internal/notify/queue.go", "webhooks of all tenants at start"},
	{"internal/inventory/settle.go", "find tenants with unfinished inventory runs"},

	// Platform documents and the platform's pointer belong to no tenant. Every
	// statement says tenant_id = '' (or the owner it is given, which is '').
	{"internal/governance/platform.go", "publish the default documents of the platform"},
	{"internal/governance/platform.go", "switch the ruleset of the platform"},
	{"internal/governance/registry.go", "read documents of the platform"},
	{"internal/governance/warm.go", "find which rulesets will be needed"},

	// Denied requests that name no known tenant belong to none.
	{"internal/evidence/denied.go", "audit denied requests without a known tenant"},

	// The tenants themselves: made before they exist, loaded all at once.
	{"internal/tenant/bootstrap.go", "first start"},
	{"internal/tenant/service.go", "create a tenant"},
	{"internal/tenant/service.go", "load all tenants"},
	// In no binary: testOnly in ranks.go.
	{"internal/evidence/logtest/logtest.go", "make tenants for a test"},
}

// systemCalls finds the calls in a file; reason is empty where it isn't
// written out at the call.
func systemCalls(src source) []systemCall {
	var found []systemCall
	ast.Inspect(src.ast, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		f, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || (f.Sel.Name != "InSystemTx" && f.Sel.Name != "InSystemReadTx") {
			return true
		}
		c := systemCall{file: src.file}
		if len(call.Args) > 1 {
			if lit, ok := call.Args[1].(*ast.BasicLit); ok && lit.Kind == token.STRING {
				c.reason, _ = strconv.Unquote(lit.Value)
			}
		}
		found = append(found, c)
		return true
	})
	return found
}

// systemValues finds uses that are no call, such as a method value, which could
// carry the right anywhere.
func systemValues(src source) (n int) {
	ast.Inspect(src.ast, func(node ast.Node) bool {
		if sel, ok := node.(*ast.SelectorExpr); ok && (sel.Sel.Name == "InSystemTx" || sel.Sel.Name == "InSystemReadTx") {
			n++
		}
		return true
	})
	return n - len(systemCalls(src))
}

func TestSystemTransactionsAreListed(t *testing.T) {
	t.Parallel()
	unused := map[systemCall]bool{}
	for _, c := range systemTx {
		unused[c] = true
	}
	for _, src := range load(t) {
		if src.test || src.pkg == "internal/db" {
			continue
		}
		if systemValues(src) > 0 {
			t.Errorf("%s: a system transaction may only be called, not handed on", src.file)
		}
		for _, c := range systemCalls(src) {
			if c.reason == "" {
				t.Errorf("%s: write the reason of the system transaction as a literal at the call", c.file)
				continue
			}
			if !slices.Contains(systemTx, c) {
				t.Errorf("%s: system transaction %q is not on the list in systemtx_test.go: use a tenant's transaction, or add it with an answer", c.file, c.reason)
			}
			delete(unused, c)
		}
	}
	for c := range maps.Keys(unused) {
		t.Errorf("%s: system transaction %q is listed but gone", c.file, c.reason)
	}
}
