package normal

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// realFolders are the real exports of this package's families.
var realFolders = [][]string{
	{"openintunebaseline", "windows-v3.5"},
	{"openintunebaseline", "windows-v3.6"},
	{"openintunebaseline", "windows-v3.7"},
	{"ca-baseline-j0eyv", "2026.2.1"},
	{"ca-baseline-j0eyv", "2026.6.1"},
	{"ca-baseline-j0eyv", "2026.7-67c82f5"},
	{"ca-policysets-alexfilipin", "2023-06-14-e58a7f9"},
	{"ca-policysets-alexfilipin", "2024-03-30-0ac5be9"},
}

func TestRealExportsAreRecognised(t *testing.T) {
	t.Parallel()
	types := Builtin()
	const (
		catalog    = "deviceManagement/configurationPolicies"
		compliance = "deviceManagement/deviceCompliancePolicies"
		device     = "deviceManagement/deviceConfigurations"
		driver     = "deviceManagement/windowsDriverUpdateProfiles"
		ca         = "identity/conditionalAccess/policies"
		location   = "identity/conditionalAccess/namedLocations"
	)
	for i, want := range []struct {
		types              map[string]int
		bad, ignored, dups int
	}{
		{map[string]int{catalog: 73, compliance: 8, device: 4, driver: 3}, 0, 0, 0},
		{map[string]int{catalog: 77, compliance: 8, device: 4, driver: 3}, 0, 0, 1},
		{map[string]int{catalog: 76, compliance: 8, device: 4, driver: 3}, 1, 0, 1},
		{map[string]int{ca: 31, "groups": 33, location: 2}, 0, 1, 0},
		{map[string]int{ca: 38, "groups": 36, location: 3}, 0, 1, 3},
		{map[string]int{ca: 36, "groups": 36, location: 3}, 0, 1, 2},
		{map[string]int{ca: 122}, 0, 0, 0},
		{map[string]int{ca: 212}, 0, 0, 0},
	} {
		good, raw, bad, ignored := export(t, New(types, testKey), realFolders[i]...)
		got, ids := map[string]int{}, map[string]int{}
		for _, o := range good {
			got[o.Type]++
			ids[o.Type+" "+o.ID]++
			if o.Name == "" {
				t.Errorf("%s has no name", o.place)
			}
		}
		dups := 0
		for _, n := range ids {
			if n > 1 {
				dups++
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(want.types) || len(bad) != want.bad || len(ignored) != want.ignored || dups != want.dups {
			t.Errorf("%v: got %v, not read %v, ignored %v, %d identities twice", realFolders[i], got, bad, ignored, dups)
		}
		for _, place := range bad {
			err := New(types, testKey).Objects(&Record{Place: place, JSON: raw[place]}, nil)
			var u *Unreadable
			if !errors.As(err, &u) || u.Type != catalog {
				t.Errorf("%s: the folder's type is lost: %v", place, err)
			}
		}
	}
}

// TestRealReferenceCounts are the counts that an independent program gave for
// the real releases, by Graph ID and without the identities that are there
// twice.
func TestRealReferenceCounts(t *testing.T) {
	t.Parallel()
	types := Builtin()
	read := func(version string) map[string]Hash {
		good, _, _, _ := export(t, New(types, testKey), "openintunebaseline", version)
		out, twice := map[string]Hash{}, map[string]bool{}
		for _, o := range good {
			_, there := out[o.ID]
			twice[o.ID] = twice[o.ID] || there
			out[o.ID] = o.Hash
		}
		for id, dup := range twice {
			if dup {
				out[id] = Hash{}
			}
		}
		return out
	}
	for _, c := range []struct {
		from, to               string
		added, missing, change int
	}{{"windows-v3.5", "windows-v3.6", 4, 1, 11}, {"windows-v3.6", "windows-v3.7", 4, 5, 7}} {
		from, to := read(c.from), read(c.to)
		var added, missing, change int
		for id, hash := range to {
			before, there := from[id]
			switch {
			case !there:
				added++
			case hash != before && hash != (Hash{}) && before != (Hash{}):
				change++
			}
		}
		for id := range from {
			if _, there := to[id]; !there {
				missing++
			}
		}
		if added != c.added || missing != c.missing || change != c.change {
			t.Errorf("%s to %s: added %d, missing %d, changed %d", c.from, c.to, added, missing, change)
		}
	}
}

// TestRealObjectsInOtherWords writes every real object in ways that mean the
// same: the hash stays.
func TestRealObjectsInOtherWords(t *testing.T) {
	t.Parallel()
	types := Builtin()
	n := New(types, testKey)
	rng := rand.New(rand.NewPCG(5, 6))
	count := 0
	for _, folder := range realFolders {
		good, raw, _, _ := export(t, n, folder...)
		for _, o := range good {
			rules := types.Rules(o.Type)
			doc := withAssignments(decodeAny(t, raw[o.place]), "g1", "g2")
			print := func(v any, numbers bool) Hash {
				p := printer{rng: rng, rules: rules, numbers: numbers}
				return one(t, n, Record{Place: o.place, JSON: p.print(nil, v)}).Hash
			}
			want := print(doc, false)
			for what, got := range map[string]Hash{
				"order":    print(doc, false),
				"numbers":  print(doc, true),
				"null":     print(edit(doc, addNull), false),
				"no null":  print(edit(doc, dropNull), false),
				"volatile": print(edit(doc, volatile(rng)), false),
				"filter":   print(edit(doc, noFilter(rng)), false),
			} {
				if got != want {
					t.Errorf("%s: %s changed the hash", o.place, what)
				}
			}
			count++
		}
	}
	t.Logf("%d objects", count)
}

func withAssignments(doc any, groups ...string) any {
	var list []any
	for _, g := range groups {
		list = append(list, map[string]any{
			"id": g, "source": "direct", "sourceId": "s",
			"target": map[string]any{"@odata.type": "#microsoft.graph.groupAssignmentTarget", "groupId": g},
		})
	}
	return edit(doc, func(path []string, m map[string]any) {
		if len(path) == 0 {
			m["assignments"] = list
		}
	})
}

func addNull(_ []string, m map[string]any) { m["frostgateNothing"] = nil }

func dropNull(_ []string, m map[string]any) {
	for k, v := range m {
		if v == nil {
			delete(m, k)
		}
	}
}

// volatile changes everything that changes by itself.
func volatile(rng *rand.Rand) func([]string, map[string]any) {
	return func(path []string, m map[string]any) {
		text := fmt.Sprint(rng.Uint64())
		for _, k := range []string{"createdDateTime", "lastModifiedDateTime", "modifiedDateTime", "settingCount", "supportsScopeTags", "isAssigned", "creationSource"} {
			m[k] = text
		}
		m["x@odata.type"], m["@odata.etag"], m["y@odata.navigationLink"] = text, text, text
		m["#microsoft.graph.assign"] = map[string]any{"target": text}
		if len(path) == 0 {
			m["version"] = json.Number("77")
		}
		if len(path) == 2 && path[0] == "assignments" {
			m["id"], m["sourceId"] = text, text
		}
		if len(path) == 2 && path[0] == "settings" && m["settingInstance"] != nil {
			m["id"] = text
		}
	}
}

// noFilter writes "no filter" in one of its ways.
func noFilter(rng *rand.Rand) func([]string, map[string]any) {
	return func(path []string, m map[string]any) {
		if len(path) != 3 || path[0] != "assignments" {
			return
		}
		const id, typ = "deviceAndAppManagementAssignmentFilterId", "deviceAndAppManagementAssignmentFilterType"
		switch rng.IntN(3) {
		case 0:
			m[id], m[typ] = nil, nil
		case 1:
			m[id], m[typ] = "00000000-0000-0000-0000-000000000000", "none"
		default:
			m[typ] = "none"
		}
	}
}

// TestRealLeavesAllCount changes leaves of real objects, one at a time: the
// hash changes each time.
func TestRealLeavesAllCount(t *testing.T) {
	t.Parallel()
	types := Builtin()
	n := New(types, testKey)
	rng := rand.New(rand.NewPCG(7, 8))
	count := 0
	for _, folder := range realFolders {
		good, _, _, _ := export(t, n, folder...)
		for _, o := range good {
			doc := decodeAny(t, o.Canonical)
			leaves := leavesOf(doc)
			rng.Shuffle(len(leaves), func(i, j int) { leaves[i], leaves[j] = leaves[j], leaves[i] })
			for _, leaf := range leaves[:min(len(leaves), 12)] {
				p := printer{rng: rng, rules: types.Rules(o.Type)}
				b := p.print(nil, change(doc, leaf))
				_, hash, err := n.Again(o.Type, b)
				if err != nil || hash == o.Hash {
					t.Errorf("%s: changing %v does not show (%v)", o.place, leaf, err)
				}
				count++
			}
			if again, hash, err := n.Again(o.Type, o.Canonical); err != nil || hash != o.Hash || string(again) != string(o.Canonical) {
				t.Errorf("%s: normalised again it differs", o.place)
			}
		}
	}
	t.Logf("%d leaves", count)
}

// leavesOf lists the paths of all leaves; steps are names and numbers.
func leavesOf(v any, path ...any) [][]any {
	var out [][]any
	switch v := v.(type) {
	case map[string]any:
		for k, m := range v {
			out = append(out, leavesOf(m, append(slices.Clone(path), k)...)...)
		}
		slices.SortFunc(out, func(x, y []any) int { return strings.Compare(fmt.Sprint(x), fmt.Sprint(y)) })
	case []any:
		for i, e := range v {
			out = append(out, leavesOf(e, append(slices.Clone(path), i)...)...)
		}
	default:
		out = append(out, path)
	}
	return out
}

// change gives a copy in which one leaf differs.
func change(v any, path []any) any {
	if len(path) == 0 {
		switch v := v.(type) {
		case string:
			return v + "~"
		case bool:
			return !v
		default:
			return "changed"
		}
	}
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, m := range v {
			out[k] = m
		}
		out[path[0].(string)] = change(v[path[0].(string)], path[1:])
		return out
	default:
		out := slices.Clone(v.([]any))
		out[path[0].(int)] = change(out[path[0].(int)], path[1:])
		return out
	}
}
