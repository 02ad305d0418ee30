package diff_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/inventory/normal"
)

// view is one side of a case: objects "type id value [folder [name]]", and what its root
// says beyond them.
type view struct {
	objects  []string
	folders  []string
	selected []string
	change   func(*manifest.Root)
}

func (v view) snapshot(t *testing.T, types *normal.Types) *manifest.Snapshot {
	t.Helper()
	o := observe(t, types)
	for _, line := range v.objects {
		f := strings.Fields(line)
		place := ""
		if len(f) > 3 {
			place = f[3] + "/x.json"
		}
		name := "Name of " + f[1]
		if len(f) > 4 {
			name = f[4]
		}
		o.add(f[0], f[1], place, fmt.Appendf(nil, `{"displayName":"%s","v":%s}`, name, f[2]))
	}
	o.root.Folders, o.root.Selected = v.folders, v.selected
	s := o.snapshot()
	if v.change != nil {
		v.change(s.Root)
	}
	return s
}

// cover changes a type's coverage row.
func cover(typ string, with func(*manifest.Coverage)) func(*manifest.Root) {
	return func(r *manifest.Root) {
		c, ok := r.Cover(typ)
		if !ok {
			panic("no coverage of " + typ)
		}
		with(c)
	}
}

func status(typ string, s manifest.Status) func(*manifest.Root) {
	return cover(typ, func(c *manifest.Coverage) { c.Status = s })
}

func inQuarantine(typ, place string) func(*manifest.Root) {
	return func(r *manifest.Root) {
		r.Quarantined = append(r.Quarantined, manifest.Quarantined{Place: place, Type: typ, Reason: "not JSON"})
	}
}

// TestCoverageDecides is the matrix of what a snapshot proves. "=" unchanged,
// "~" changed, "+" added, "-" removed, "?reason" unknown.
func TestCoverageDecides(t *testing.T) {
	t.Parallel()
	two := []string{"groups a 1 G", "groups b 1 G"}
	stream := []string{"groups a 1", "groups b 1"}
	other := []string{"groups a 1 G", "groups b 1 G", "policies p 1 P"}
	for name, c := range map[string]struct {
		from, to view
		want     string
		counts   diff.Counts
	}{
		"gone from a complete folder": {
			view{objects: two, folders: []string{"G"}}, view{objects: two[:1], folders: []string{"G"}}, "-b", diff.Counts{Removed: 1, Unchanged: 1},
		},
		"new in a complete folder": {
			view{objects: two[:1], folders: []string{"G"}}, view{objects: two, folders: []string{"G"}}, "+b", diff.Counts{Added: 1, Unchanged: 1},
		},
		"changed": {
			view{objects: two, folders: []string{"G"}}, view{objects: []string{"groups a 2 G", "groups b 1 G"}, folders: []string{"G"}}, "~a", diff.Counts{Changed: 1, Unchanged: 1},
		},
		"only its name changed": {
			view{objects: two[:1], folders: []string{"G"}},
			view{objects: []string{"groups a 1 G another"}, folders: []string{"G"}},
			"~a",
			diff.Counts{Changed: 1, Metadata: 1},
		},
		"a failed page": {
			view{objects: two, folders: []string{"G"}},
			view{objects: two[:1], folders: []string{"G"}, change: status("groups", manifest.Partial)},
			"?partial b",
			diff.Counts{Unknown: 1, Unchanged: 1},
		},
		"a failed type": {
			view{objects: two, folders: []string{"G"}},
			view{objects: two[:1], folders: []string{"G"}, change: status("groups", manifest.Failed)},
			"?failed b",
			diff.Counts{Unknown: 1, Unchanged: 1},
		},
		"a type that was passed over": {
			view{objects: two, folders: []string{"G"}},
			view{objects: two[:1], folders: []string{"G"}, change: status("groups", manifest.Skipped)},
			"?skipped b",
			diff.Counts{Unknown: 1, Unchanged: 1},
		},
		"a change in a failed type is a change": {
			view{objects: two, folders: []string{"G"}},
			view{objects: []string{"groups a 2 G"}, folders: []string{"G"}, change: status("groups", manifest.Failed)},
			"~a ?failed b",
			diff.Counts{Unknown: 1, Changed: 1},
		},
		"new where before was read in part": {
			view{objects: two[:1], folders: []string{"G"}, change: status("groups", manifest.Partial)},
			view{objects: two, folders: []string{"G"}},
			"?baseline b",
			diff.Counts{Unknown: 1, Unchanged: 1},
		},
		"quarantine of the type": {
			view{objects: two, folders: []string{"G"}},
			view{objects: two[:1], folders: []string{"G"}, change: inQuarantine("groups", "G/b.json")},
			"?quarantine b",
			diff.Counts{Unknown: 1, Unchanged: 1, Quarantined: 1},
		},
		"quarantine of another type": {
			view{objects: two, folders: []string{"G"}},
			view{objects: two[:1], folders: []string{"G"}, change: inQuarantine("policies", "P/b.json")},
			"-b",
			diff.Counts{Removed: 1, Unchanged: 1, Quarantined: 1},
		},
		"quarantine whose type what lies beside it told wrongly": {
			view{objects: []string{"groups a 1 G", "policies p 1 G"}, folders: []string{"G"}},
			view{objects: two[:1], folders: []string{"G"}, change: inQuarantine("groups", "G/p.json")},
			"?quarantine p",
			diff.Counts{Unknown: 1, Unchanged: 1, Quarantined: 1},
		},
		"quarantine whose type its folder told wrongly": {
			view{objects: []string{"policies p 1 G"}, folders: []string{"G"}},
			view{folders: []string{"G"}, change: inQuarantine("groups", "G/p.json")},
			"?quarantine p",
			diff.Counts{Unknown: 1, Quarantined: 1},
		},
		"quarantine before whose type may have been another": {
			view{objects: two[:1], folders: []string{"G"}, change: inQuarantine("groups", "G/p.json")},
			view{objects: []string{"groups a 1 G", "policies p 1 G"}, folders: []string{"G"}},
			"?baseline p",
			diff.Counts{Unknown: 1, Unchanged: 1, Quarantined: 1},
		},
		"quarantine that says its type among others": {
			view{objects: []string{"groups a 1 G", "policies p 1 G", "roles r 1 G"}, folders: []string{"G"}},
			view{objects: []string{"groups a 1 G", "roles r 1 G"}, folders: []string{"G"}, change: inQuarantine("groups", "G/b.json")},
			"-p",
			diff.Counts{Removed: 1, Unchanged: 2, Quarantined: 1},
		},
		"quarantine of no known type": {
			view{objects: other, folders: []string{"G", "P"}},
			view{objects: two[:1], folders: []string{"G", "P"}, change: inQuarantine("", "x.json")},
			"?quarantine b ?quarantine p",
			diff.Counts{Unknown: 2, Unchanged: 1, Quarantined: 1},
		},
		"quarantine before": {
			view{objects: two[:1], folders: []string{"G"}, change: inQuarantine("groups", "G/b.json")},
			view{objects: two, folders: []string{"G"}},
			"?baseline b",
			diff.Counts{Unknown: 1, Unchanged: 1, Quarantined: 1},
		},
		"one place in quarantine on both sides": {
			view{objects: two, folders: []string{"G"}, change: inQuarantine("groups", "G/c.json")},
			view{objects: two, folders: []string{"G"}, change: inQuarantine("groups", "G/c.json")},
			"",
			diff.Counts{Unchanged: 2, Quarantined: 1},
		},
		"the folder is missing": {
			view{objects: two, folders: []string{"G"}}, view{folders: []string{"."}}, "?folder a ?folder b", diff.Counts{Unknown: 2},
		},
		"one of two folders is missing": {
			view{objects: []string{"groups a 1 G", "groups b 1 H"}, folders: []string{"G", "H"}},
			view{objects: two[:1], folders: []string{"G"}},
			"?folder b",
			diff.Counts{Unknown: 1, Unchanged: 1},
		},
		"the folder is there and empty": {
			view{objects: two, folders: []string{"G"}}, view{folders: []string{"G"}}, "-a -b", diff.Counts{Removed: 2},
		},
		"a folder is new": {
			view{folders: []string{"."}}, view{objects: two, folders: []string{".", "G"}}, "+a +b", diff.Counts{Added: 2},
		},
		"a folder is new, deep down": {
			view{objects: two[:1], folders: []string{".", "G"}},
			view{objects: []string{"groups a 1 G", "groups b 1 G/H/I"}, folders: []string{".", "G", "G/H", "G/H/I"}},
			"+b",
			diff.Counts{Added: 1, Unchanged: 1},
		},
		"a folder is new where what is above it was not read": {
			view{objects: two[:1], folders: []string{"."}},
			view{objects: []string{"groups a 1 G", "groups b 1 G/H"}, folders: []string{".", "G", "G/H"}},
			"?baseline b",
			diff.Counts{Unknown: 1, Unchanged: 1},
		},
		"a folder is new where the top was not read": {
			view{objects: two[:1], folders: []string{"G"}},
			view{objects: append([]string{"policies p 1 P"}, two[:1]...), folders: []string{"G", "P"}},
			"?baseline p",
			diff.Counts{Unknown: 1, Unchanged: 1},
		},
		"a folder is new where something of no known type could not be read": {
			view{folders: []string{"."}, change: inQuarantine("", "x.json")},
			view{objects: two, folders: []string{".", "G"}},
			"?baseline a ?baseline b",
			diff.Counts{Unknown: 2, Quarantined: 1},
		},
		"a folder is new of a type that was not asked for": {
			view{folders: []string{"."}, selected: []string{"policies"}},
			view{objects: two, folders: []string{".", "G"}},
			"?baseline a ?baseline b",
			diff.Counts{Unknown: 2},
		},
		"a folder is new of a type that failed": {
			view{objects: two[:1], folders: []string{".", "G"}, change: status("groups", manifest.Failed)},
			view{objects: []string{"groups a 1 G", "groups b 1 H"}, folders: []string{".", "G", "H"}},
			"?baseline b",
			diff.Counts{Unknown: 1, Unchanged: 1},
		},
		"a folder after a stream, something new": {
			view{objects: stream[:1]}, view{objects: other, folders: []string{"G", "P"}}, "+b +p", diff.Counts{Added: 2, Unchanged: 1},
		},
		"a vouched type needs no folder": {
			view{objects: two, folders: []string{"G"}, selected: []string{"groups"}},
			view{folders: []string{"."}, selected: []string{"groups"}},
			"-a -b",
			diff.Counts{Removed: 2},
		},
		"a vouched type that failed": {
			view{objects: two, folders: []string{"G"}, selected: []string{"groups"}},
			view{objects: two[:1], folders: []string{"G"}, selected: []string{"groups"}, change: status("groups", manifest.Failed)},
			"?failed b",
			diff.Counts{Unknown: 1, Unchanged: 1},
		},
		"a type that was not asked for": {
			view{objects: other, folders: []string{"G", "P"}},
			view{objects: two, folders: []string{"G", "P"}, selected: []string{"groups"}},
			"?skipped p",
			diff.Counts{Unknown: 1, Unchanged: 2},
		},
		"a type that was not asked for before": {
			view{objects: two, folders: []string{"G", "P"}, selected: []string{"groups"}},
			view{objects: other, folders: []string{"G", "P"}},
			"?baseline p",
			diff.Counts{Unknown: 1, Unchanged: 2},
		},
		"gone from a stream": {
			view{objects: stream}, view{objects: stream[:1]}, "-b", diff.Counts{Removed: 1, Unchanged: 1},
		},
		"a type gone from a stream": {
			view{objects: append([]string{"policies p 1"}, stream...)}, view{objects: stream}, "-p", diff.Counts{Removed: 1, Unchanged: 2},
		},
		"a stream after a folder": {
			view{objects: other, folders: []string{"G", "P"}}, view{objects: stream}, "?folder p", diff.Counts{Unknown: 1, Unchanged: 2},
		},
		"a folder after a stream": {
			view{objects: append([]string{"policies p 1"}, stream...)}, view{objects: two, folders: []string{"G"}}, "?folder p", diff.Counts{Unknown: 1, Unchanged: 2},
		},
		"other filters": {
			view{objects: two, folders: []string{"G"}}, view{objects: []string{"groups a 1 G", "groups b 2 G", "groups c 1 G"}, folders: []string{"G"}, change: func(r *manifest.Root) {
				r.Filters = map[string]string{"prefix": "a"}
			}}, "?scope b ?scope c", diff.Counts{Unknown: 2, Unchanged: 1},
		},
		"another kind of source": {
			view{objects: two, folders: []string{"G"}},
			view{objects: two[:1], folders: []string{"G"}, change: func(r *manifest.Root) { r.Source = "graph/default" }},
			"?scope b",
			diff.Counts{Unknown: 1, Unchanged: 1},
		},
		"another source of the kind": {
			view{objects: two, folders: []string{"G"}},
			view{objects: two[:1], folders: []string{"G"}, change: func(r *manifest.Root) { r.Source = "directory/second" }},
			"-b",
			diff.Counts{Removed: 1, Unchanged: 1},
		},
		"another normaliser": {
			view{objects: []string{"groups a 1 G", "groups b 1 G", "groups c 1 G"}, folders: []string{"G"}},
			view{objects: []string{"groups a 1 G", "groups b 2 G", "groups d 1 G"}, folders: []string{"G"}, change: cover("groups", func(c *manifest.Coverage) { c.Normaliser = "next" })},
			"?normaliser b ?normaliser c ?normaliser d",
			diff.Counts{Unknown: 3, Unchanged: 1},
		},
		"another normaliser of another type": {
			view{objects: other, folders: []string{"G", "P"}},
			view{objects: []string{"groups a 2 G", "policies p 2 P"}, folders: []string{"G", "P"}, change: cover("policies", func(c *manifest.Coverage) { c.Normaliser = "next" })},
			"~a -b ?normaliser p",
			diff.Counts{Unknown: 1, Changed: 1, Removed: 1},
		},
		"a duplicate after": {
			view{objects: two, folders: []string{"G"}},
			view{objects: append([]string{"groups b 2 G"}, two...), folders: []string{"G"}},
			"",
			diff.Counts{Duplicates: 1, Unchanged: 1},
		},
		"a duplicate before": {
			view{objects: append([]string{"groups b 2 G"}, two...), folders: []string{"G"}},
			view{objects: two, folders: []string{"G"}},
			"",
			diff.Counts{Duplicates: 1, Unchanged: 1},
		},
		"a duplicate on both sides": {
			view{objects: append([]string{"groups b 2 G"}, two...), folders: []string{"G"}},
			view{objects: append([]string{"groups b 3 G"}, two...), folders: []string{"G"}},
			"",
			diff.Counts{Duplicates: 1, Unchanged: 1},
		},
		"equal claimants are a duplicate too": {
			view{objects: two, folders: []string{"G"}},
			view{objects: append([]string{"groups b 1 G"}, two...), folders: []string{"G"}},
			"",
			diff.Counts{Duplicates: 1, Unchanged: 1},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			types := normal.Builtin()
			from, to := c.from.snapshot(t, types), c.to.snapshot(t, types)
			f := compare(t, types, from, to, diff.Options{})
			if got := f.short(); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if d := cmp.Diff(c.counts, f.counts); d != "" {
				t.Error(d)
			}
		})
	}
}

func (f *found) short() string {
	var out []string
	for i := range f.changes {
		sign := map[diff.Kind]string{diff.Added: "+", diff.Removed: "-"}[f.changes[i].Kind]
		if sign == "" {
			sign = "~"
		}
		out = append(out, f.changes[i].ID+" "+sign+f.changes[i].ID)
	}
	for _, u := range f.unknown {
		out = append(out, u.ID+" ?"+u.Reason+" "+u.ID)
	}
	// Changes and unknowns came in one order; here they are merged by ID again.
	for i := range out {
		for j := i; j > 0 && out[j] < out[j-1]; j-- {
			out[j], out[j-1] = out[j-1], out[j]
		}
	}
	for i := range out {
		_, out[i], _ = strings.Cut(out[i], " ")
	}
	return strings.Join(out, " ")
}

func TestWholeObjects(t *testing.T) {
	t.Parallel()
	types := normal.Builtin()
	a := view{objects: []string{"groups a 1"}}.snapshot(t, types)
	b := view{objects: []string{"groups b 2"}}.snapshot(t, types)
	f := compare(t, types, a, b, diff.Options{Severity: diff.BuiltinSeverity()})
	content := func(id, v string) []byte { return []byte(`{"displayName":"Name of ` + id + `","v":` + v + `}`) }
	want := []diff.Change{
		{
			Type: "groups", ID: "a", Name: "Name of a", Kind: diff.Removed, From: content("a", "1"), FromHash: manifest.HashOf(content("a", "1")),
			Ops: []diff.Op{{Op: "remove"}}, Severity: diff.High,
		},
		{
			Type: "groups", ID: "b", Name: "Name of b", Kind: diff.Added, To: content("b", "2"), ToHash: manifest.HashOf(content("b", "2")),
			Ops: []diff.Op{{Op: "add", Value: content("b", "2")}}, Severity: diff.Medium,
		},
	}
	if d := cmp.Diff(want, f.changes); d != "" {
		t.Error(d)
	}
}

func TestOnlySomeTypes(t *testing.T) {
	t.Parallel()
	types := normal.Builtin()
	a := view{objects: []string{"groups a 1", "policies p 1", "policies q 1", "policies q 1"}, change: inQuarantine("policies", "x")}.snapshot(t, types)
	b := view{objects: []string{"groups a 2", "policies p 2"}}.snapshot(t, types)
	f := compare(t, types, a, b, diff.Options{Types: func(typ string) bool { return typ == "groups" }})
	if d := cmp.Diff(diff.Counts{Changed: 1}, f.counts); d != "" {
		t.Error(d)
	}
}

// TestAnObjectThatIsNoLongerRecognisedIsAChange compares an object with what is
// left of it after an edit of the member that gave its type.
func TestAnObjectThatIsNoLongerRecognisedIsAChange(t *testing.T) {
	t.Parallel()
	types := normal.Builtin()
	side := func(typ, content string) *manifest.Snapshot {
		o := observe(t, types)
		o.add(typ, "1", "", []byte(content))
		o.add("groups", "2", "", []byte(`{}`))
		return o.snapshot()
	}
	const filters = "deviceManagement/assignmentFilters"
	was := side(filters, `{"displayName":"f","rule":"x","assignmentFilterManagementType":"devices"}`)
	is := side(normal.PlainType, `{"createdDateTime":"2026-01-01","displayName":"f","rule":"y"}`)
	for _, c := range [][2]*manifest.Snapshot{{was, is}, {is, was}} {
		f := compare(t, types, c[0], c[1], diff.Options{})
		if d := cmp.Diff(diff.Counts{Changed: 1, Unchanged: 1}, f.counts); d != "" {
			t.Error(d)
		}
		if f.short() != "~1 ~1" && f.short() != "~1" {
			t.Error(f.short())
		}
	}
	// Another object that happens to have the ID stays another one.
	both := side(filters, `{"displayName":"f","rule":"x","assignmentFilterManagementType":"devices"}`)
	two := observe(t, types)
	two.add(filters, "1", "", []byte(`{"displayName":"f","rule":"x","assignmentFilterManagementType":"devices"}`))
	two.add("groups", "2", "", []byte(`{}`))
	two.add(normal.PlainType, "1", "", []byte(`{"a":1}`))
	if f := compare(t, types, both, two.snapshot(), diff.Options{}); f.counts.Added != 1 || f.counts.Changed != 0 {
		t.Errorf("%+v", f.counts)
	}
}

func TestPrepare(t *testing.T) {
	t.Parallel()
	types := normal.Builtin()
	a := view{objects: []string{"groups a 1", "groups b 1"}}.snapshot(t, types)
	b := view{objects: []string{"groups a 2", "groups b 3"}}.snapshot(t, types)
	f := compare(t, types, a, b, diff.Options{Prepare: func(from bool, _, id string, content []byte) ([]byte, error) {
		if id == "a" && !from {
			return []byte(strings.Replace(string(content), "2", "1", 1)), nil
		}
		return content, nil
	}})
	if d := cmp.Diff(diff.Counts{Changed: 1, Unchanged: 1}, f.counts); d != "" {
		t.Error(d)
	}
}

func TestDamagedStore(t *testing.T) {
	t.Parallel()
	types := normal.Builtin()
	for name, damage := range map[string]func(parts){
		"missing": func(p parts) { delete(p, manifest.HashOf([]byte(`{"displayName":"Name of a","v":1}`))) },
		"altered": func(p parts) { p[manifest.HashOf([]byte(`{"displayName":"Name of a","v":1}`))] = []byte(`{"v":1}`) },
	} {
		a := view{objects: []string{"groups a 1"}}.snapshot(t, types)
		b := view{objects: []string{"groups a 2"}}.snapshot(t, types)
		damage(a.Store.(parts))
		if _, err := diff.Snapshots(t.Context(), types, a, b, diff.Options{}, new(found)); fault.CodeOf(err) != fault.Damaged {
			t.Errorf("%s: %v", name, err)
		}
	}
}
