package drift

import (
	"context"
	"fmt"
	"testing"

	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/drift/rename"
)

// 20,000 policies of 1 KiB in each of two tenants, with references; one in a
// hundred differs.
func BenchmarkCompareTenants(b *testing.B) {
	const objects = 20_000
	tenant := func(prefix string, change int) files {
		f := files{}
		for i := range objects {
			id := fmt.Sprintf("%s-0000-4000-8000-%012d", prefix, i)
			if i%2 == 0 {
				f[fmt.Sprintf("Groups/%d.json", i)] = group(id, fmt.Sprint("Group ", i))
				continue
			}
			state := "enabled"
			if i%100 == change {
				state = "disabled"
			}
			f[fmt.Sprintf("ConditionalAccess/%d.json", i)] = fmt.Sprintf(`{"@odata.type":"#microsoft.graph.conditionalAccessPolicy","id":%q,"displayName":"Policy %d","state":%q,`+
				`"conditions":{"users":{"includeGroups":["%s-0000-4000-8000-%012d"]}},"grantControls":{"builtInControls":["mfa"]},"description":"%0900d"}`,
				id, i, state, prefix, i-1, i)
		}
		return f
	}
	from, to := tenant("11111111", -1).observe(b, "here"), tenant("22222222", 51).observe(b, "there")
	b.ResetTimer()
	for b.Loop() {
		p := rename.New(builtin(b))
		if err := p.Prepare(context.Background(), from, to); err != nil {
			b.Fatal(err)
		}
		counts, err := p.Compare(context.Background(), diff.Options{}, rename.Sink{
			Change:  func(diff.Change, string, string) error { return nil },
			Unknown: func(diff.Unknown) error { return nil },
		})
		if err != nil || counts.Changed != objects/100 || counts.Unchanged != objects-objects/100 || counts.Unknown != 0 {
			b.Fatalf("%+v, %v", counts, err)
		}
	}
}
