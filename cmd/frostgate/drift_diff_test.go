package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"

	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/inventory/normal"
	"frostgate.io/frostgate/internal/inventory/samples"
	"frostgate.io/frostgate/internal/testdata"
)

// diffed compares and reads the report of -o json.
func diffed(t *testing.T, want int, args ...string) (*diffReport, string) {
	t.Helper()
	code, out, errs := runOffline(t, "", append([]string{"drift", "diff", "-o", "json"}, args...)...)
	if code != want {
		t.Fatalf("exit %d, want %d: %s", code, want, errs)
	}
	r := &diffReport{}
	if err := json.Unmarshal([]byte(out), r); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, name := range []string{"added", "removed", "changed", "metadata", "unknown", "quarantined", "duplicates"} {
		if !strings.Contains(out, "\n  \""+name+"\": ") {
			t.Errorf("no count of %s", name)
		}
	}
	if !strings.Contains(out, "\n  \"items\": [") {
		t.Error("no items")
	}
	return r, errs
}

// counts are the numbers that scripts read, in their order.
func (r *diffReport) counts() [7]int {
	return [7]int{r.Added, r.Removed, r.Changed, r.Metadata, r.Unknown, r.Quarantined, r.Duplicates}
}

func (r *diffReport) kinds() [6]int {
	var n [6]int
	for _, it := range r.Items {
		n[slices.Index([]string{"added", "removed", "changed", "unknown", "quarantined", "duplicate"}, it.Kind)]++
	}
	return n
}

func files(t *testing.T, texts map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range texts {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		save(t, path, text)
	}
	return dir
}

// The reference counts of the README beside the real data.
func TestDriftDiffOfRealReleases(t *testing.T) {
	t.Parallel()
	data := filepath.Join(testdata.Dir(t), "drift")
	for _, c := range []struct {
		before, after string
		code          int
		want          [7]int // added, removed, changed, metadata, unknown, quarantined, duplicates
	}{
		{"openintunebaseline/windows-v3.5", "openintunebaseline/windows-v3.6", 1, [7]int{4, 1, 11, 3, 0, 0, 1}},
		{"openintunebaseline/windows-v3.6", "openintunebaseline/windows-v3.7", 1, [7]int{4, 0, 7, 0, 5, 1, 1}},
		{"openintunebaseline/windows-v3.7", "openintunebaseline/windows-v3.7", 0, [7]int{5: 1, 6: 1}},
		{"kube-prometheus/v0.17.0", "kube-prometheus/v0.18.0", 1, [7]int{2: 70}},
		{"kube-prometheus/v0.18.0/objects.ndjson", "kube-prometheus/v0.18.0", 0, [7]int{}},
	} {
		r, _ := diffed(t, c.code, filepath.Join(data, c.before), filepath.Join(data, c.after))
		got := r.counts()
		if got != c.want {
			t.Errorf("%s to %s: got %v, want %v", c.before, c.after, got, c.want)
		}
		if k := r.kinds(); k != [6]int{got[0], got[1], got[2], got[4], got[5], got[6]} {
			t.Errorf("%s to %s: items %v for counts %v", c.before, c.after, k, got)
		}
		for _, it := range r.Items {
			if it.Place == "" && it.Kind != "unknown" {
				t.Errorf("%s %s has no place", it.Kind, it.ID)
			}
			if it.Name == "" && it.Kind != "quarantined" {
				t.Errorf("%s %s has no name", it.Kind, it.ID)
			}
		}
		if strings.HasPrefix(c.before, "kube") && r.Groups > 161 {
			t.Errorf("%d groups", r.Groups)
		}
	}
}

// Manifests and what a cluster made of them: what differs is what gitops-engine
// says.
func TestDriftDiffOfManifestsAndLiveObjects(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(testdata.Dir(t), "drift", "k8s-live-vs-config-gitops-engine", "5baed56")
	for _, name := range []string{
		"aggr-clusterrole", "deployment", "elasticsearch", "endpoints", "grafana-clusterrole", "mutatingwebhookconfig",
		"sealedsecret", "spinnaker-sa", "wordpress", "smd-deploy", "ssd-service",
	} {
		ext := ".json"
		if strings.HasPrefix(name, "s") && strings.Contains(name, "d-") && name != "spinnaker-sa" {
			ext = ".yaml"
		}
		config, live := filepath.Join(dir, name+"-config"+ext), filepath.Join(dir, name+"-live"+ext)
		for _, pair := range [][2]string{{config, live}, {live, config}} {
			if r, _ := diffed(t, 0, pair[0], pair[1]); r.Unchanged != 1 {
				t.Errorf("%s: %+v", name, r)
			}
		}
	}
	r, _ := diffed(t, 1, filepath.Join(dir, "ssd-svc-no-label-config.yaml"), filepath.Join(dir, "ssd-svc-label-live.yaml"))
	if r.Changed != 1 || r.Changes != 1 || r.Items[0].Changes[0].Path != "/metadata/labels/delete-me" {
		t.Errorf("a label too many: %+v", r)
	}
}

func TestDriftDiffOfTheSampleTenant(t *testing.T) {
	t.Parallel()
	before, after := t.TempDir(), t.TempDir()
	for _, err := range []error{samples.WriteBefore(before), samples.WriteBefore(after), samples.WriteAfter(after)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if r, errs := diffed(t, 0, before, before); r.counts() != [7]int{} || errs != "" {
		t.Errorf("the same folder: %v %s", r.counts(), errs)
	}
	r, _ := diffed(t, 1, before, after)
	if want := [7]int{samples.Added, samples.Removed, samples.Changed, samples.Metadata, 0, 0, 0}; r.counts() != want {
		t.Errorf("got %v, want %v", r.counts(), want)
	}
	var outputs []string
	for _, format := range []string{"json", "table", "csv"} {
		_, out, errs := runOffline(t, "", "drift", "diff", before, after, "-o", format, "--all")
		outputs = append(outputs, out)
		if strings.Contains(out+errs, "frostgate-secret:") {
			t.Errorf("%s shows what stands for a secret", format)
		}
		for _, side := range []string{before, after} {
			for _, secret := range secretsOf(t, side) {
				if strings.Contains(out, secret) {
					t.Errorf("%s shows the secret %s", format, secret)
				}
			}
		}
		if _, again, _ := runOffline(t, "", "drift", "diff", before, after, "-o", format, "--all"); again != out {
			t.Errorf("%s: twice, it differs", format)
		}
	}
	if !strings.Contains(outputs[1], "the secret changed") || !strings.Contains(outputs[1], "Drift: 1 added, 1 removed, 7 changed (1 only in name or description)") {
		t.Errorf("says %s", outputs[1])
	}
	if rows := strings.Count(outputs[2], "\n"); rows != 1+r.Changes {
		t.Errorf("%d rows for %d changes", rows, r.Changes)
	}
}

// secretsOf are the pre-shared keys in a folder of exports.
func secretsOf(t *testing.T, dir string) (secrets []string) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "DeviceConfiguration", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var doc struct {
			Key string `json:"preSharedKey"`
		}
		if err := json.Unmarshal(raw, &doc); err != nil {
			t.Fatal(err)
		}
		if doc.Key != "" {
			secrets = append(secrets, doc.Key)
		}
	}
	if len(secrets) == 0 {
		t.Fatal("the samples hold no secret")
	}
	return secrets
}

func TestDriftDiffFilters(t *testing.T) {
	t.Parallel()
	before, after := t.TempDir(), t.TempDir()
	for _, err := range []error{samples.WriteBefore(before), samples.WriteBefore(after), samples.WriteAfter(after)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	all, _ := diffed(t, 1, before, after)
	grave, sorts := 0, map[string]int{}
	for _, it := range all.Items {
		sorts[it.Label]++
		if it.Severity == "high" || it.Severity == "critical" {
			grave++
		}
	}
	r, _ := diffed(t, 1, before, after, "--severity", "high")
	if n := r.Added + r.Removed + r.Changed; n != grave || n == 0 || n+r.Below != len(all.Items) {
		t.Errorf("%d of %d grave objects, %d below", n, grave, r.Below)
	}
	for label, n := range sorts {
		r, _ := diffed(t, 1, before, after, "--type", strings.ToUpper(label))
		if len(r.Items) != n {
			t.Errorf("%s: %d of %d", label, len(r.Items), n)
		}
	}
	rules := save(t, filepath.Join(t.TempDir(), "rules.yaml"), "not: rules\n")
	for _, args := range [][]string{
		{before, after, "--type", "toaster"},
		{before, filepath.Join(after, "gone")},
		{"-", "-"},
		{before, after, "--rules", rules},
		{before, after, "--rules", rules + "x"},
		{before, after, "--source", "graph"},
	} {
		r, errs := diffed(t, 2, args...)
		if r.Error == "" || errs == "" || r.counts() != [7]int{} {
			t.Errorf("%v: %+v %s", args, r, errs)
		}
	}
	for _, args := range [][]string{{before}, {before, after, "--severity", "worst"}, {before, after, "--identity", "size"}} {
		if code, _, _ := runOffline(t, "", append([]string{"drift", "diff"}, args...)...); code != exitUsage {
			t.Errorf("%v: exit %d", args, code)
		}
	}
}

func TestDriftDiffByName(t *testing.T) {
	t.Parallel()
	policy := func(id, name, state string) string {
		return `{"@odata.type":"#microsoft.graph.conditionalAccessPolicy","id":"` + id + `","displayName":"` + name + `","state":"` + state + `","conditions":{"users":{"includeUsers":["All"]}}}`
	}
	a := files(t, map[string]string{"ConditionalAccess/1.json": policy("11111111-0000-4000-8000-000000000001", "MFA", "enabled"), "ConditionalAccess/2.json": policy("11111111-0000-4000-8000-000000000002", "Block", "enabled")})
	b := files(t, map[string]string{"ConditionalAccess/1.json": policy("22222222-0000-4000-8000-000000000001", "MFA", "disabled"), "ConditionalAccess/2.json": policy("22222222-0000-4000-8000-000000000002", "Block", "enabled")})
	if r, _ := diffed(t, 1, a, b); r.counts() != [7]int{0: 2, 1: 2} {
		t.Errorf("by id: %v", r.counts())
	}
	r, _ := diffed(t, 1, a, b, "--identity", "name")
	if r.counts() != [7]int{2: 1} || r.Items[0].Name != "MFA" || r.Items[0].Changes[0].Path != "/state" {
		t.Errorf("by name: %v", r.Items)
	}
}

// TestDriftDiffByNameFollowsReferences compares one configuration in two
// tenants, where nothing but the IDs differs, then with one reference that does.
func TestDriftDiffByNameFollowsReferences(t *testing.T) {
	t.Parallel()
	tenant := func(prefix, excluded string) string {
		id := func(n string) string { return prefix + "-0000-4000-8000-00000000000" + n }
		return files(t, map[string]string{
			"Groups/1.json":            `{"@odata.type":"#microsoft.graph.group","id":"` + id("1") + `","displayName":"Staff"}`,
			"Groups/2.json":            `{"@odata.type":"#microsoft.graph.group","id":"` + id("2") + `","displayName":"Guests"}`,
			"ConditionalAccess/1.json": `{"@odata.type":"#microsoft.graph.conditionalAccessPolicy","id":"` + id("3") + `","displayName":"MFA","conditions":{"users":{"excludeGroups":["` + id(excluded) + `"]}}}`,
		})
	}
	a := tenant("11111111", "1")
	if r, _ := diffed(t, 0, a, tenant("22222222", "1"), "--identity", "name"); r.Unchanged != 3 {
		t.Errorf("the same: %+v", r)
	}
	r, _ := diffed(t, 1, a, tenant("22222222", "2"), "--identity", "name")
	if r.counts() != [7]int{2: 1} || r.Items[0].Changes[0].Path != "/conditions/users/excludeGroups" || r.Items[0].Place != "ConditionalAccess/1.json" {
		t.Errorf("another group: %+v", r.Items)
	}
	if from := string(r.Items[0].Changes[0].From); !strings.Contains(from, `"groups:Staff"`) {
		t.Errorf("from %s", from)
	}
}

// TestDriftDiffByNameLeavesDuplicatesOutOnBothSides has an ID twice on one side.
func TestDriftDiffByNameLeavesDuplicatesOutOnBothSides(t *testing.T) {
	t.Parallel()
	a := files(t, map[string]string{"x/1.json": `{"id":"1","displayName":"One","n":1}`, "x/2.json": `{"id":"1","displayName":"Two","n":2}`, "x/3.json": `{"id":"3","displayName":"Three"}`})
	b := files(t, map[string]string{"x/1.json": `{"id":"7","displayName":"One","n":1}`, "x/2.json": `{"id":"8","displayName":"Two","n":2}`, "x/3.json": `{"id":"9","displayName":"Three"}`})
	for _, sides := range [][2]string{{a, b}, {b, a}} {
		if r, _ := diffed(t, 0, sides[0], sides[1], "--identity", "name"); r.counts() != [7]int{6: 1} || r.Unchanged != 1 {
			t.Errorf("got %v %+v", r.counts(), r.Items)
		}
	}
}

func TestDriftDiffByNameOfWhatIsGone(t *testing.T) {
	t.Parallel()
	a := files(t, map[string]string{"x/1.json": `{"id":"1","displayName":"One"}`, "x/2.json": `{"id":"2","displayName":"Two"}`})
	b := files(t, map[string]string{"x/1.json": `{"id":"7","displayName":"One"}`})
	r, _ := diffed(t, 1, a, b, "--identity", "name")
	if r.counts() != [7]int{1: 1} || r.Items[0].ID != "2" || r.Items[0].Place != "x/2.json" {
		t.Errorf("got %+v", r.Items[0])
	}
}

func TestDriftDiffByNamesThatAreNotUnique(t *testing.T) {
	t.Parallel()
	a := files(t, map[string]string{"x/1.json": `{"id":"1","displayName":"Same","n":1}`, "x/2.json": `{"id":"2","displayName":"Same","n":2}`})
	b := files(t, map[string]string{"y.json": `{"id":"9","displayName":"Same","n":3}`})
	r, _ := diffed(t, 0, a, b, "--identity", "name")
	if r.counts() != [7]int{6: 1} || r.Items[0].Name != "Same" || r.Items[0].Place != "x/1.json, x/2.json, y.json" {
		t.Errorf("got %+v", r.Items[0])
	}
	if _, out, _ := runOffline(t, "", "drift", "diff", a, b, "--identity", "name"); !strings.Contains(out, "No drift in what could be compared: ") {
		t.Errorf("says %s", out)
	}
}

func TestDriftDiffOfSingleFiles(t *testing.T) {
	t.Parallel()
	dir := files(t, map[string]string{
		"old.json": `{"color":"red","list":[2,1]}`, "new.json": `{"list":[1,2],"color":"blue"}`,
		"new.yaml": "list: [1, 2]\ncolor: red\n", "bad.json": `{"color":`, "empty/x": "",
	})
	at := func(name string) string { return filepath.Join(dir, name) }
	r, _ := diffed(t, 1, at("old.json"), at("new.json"))
	if r.counts() != [7]int{2: 1} || r.Items[0].Place != at("new.json") {
		t.Errorf("got %+v", r.Items)
	}
	diffed(t, 0, at("old.json"), at("new.yaml"))
	r, errs := diffed(t, 2, at("old.json"), at("bad.json"))
	if r.Quarantined != 1 || r.Unknown != 1 || r.Removed != 0 || !strings.Contains(errs, "bad.json could not be read") {
		t.Errorf("a broken file: %+v %s", r, errs)
	}
	if r, _ := diffed(t, 2, at("old.json"), os.DevNull); r.Error == "" || r.Removed != 0 {
		t.Errorf("an empty file: %+v", r)
	}
	if _, errs := diffed(t, 0, at("empty"), at("empty")); !strings.Contains(errs, "holds no object at all") {
		t.Errorf("an empty folder: %s", errs)
	}
	code, out, _ := runOffline(t, `{"color":"green","list":[1,2]}`, "drift", "diff", at("old.json"), "-")
	if code != exitFailed || !strings.Contains(out, "-: 1 object") {
		t.Errorf("standard input: exit %d, %s", code, out)
	}
}

func TestDriftDiffStrict(t *testing.T) {
	t.Parallel()
	a := files(t, map[string]string{"x/a.json": `{"id":"a"}`, "x/b.json": `{"id":"b"}`})
	b := files(t, map[string]string{"x/a.json": `{"id":"a"}`, "x/b.json": `{"id"`})
	r, errs := diffed(t, 0, a, b)
	if r.counts() != [7]int{4: 1, 5: 1} || !strings.Contains(errs, "Not read: 1 place") {
		t.Errorf("got %v, %s", r.counts(), errs)
	}
	diffed(t, 1, a, b, "--strict")
}

// An exported snapshot holds against exports and against another one.
func TestDriftDiffOfSnapshots(t *testing.T) {
	t.Parallel()
	before, after := t.TempDir(), t.TempDir()
	for _, err := range []error{samples.WriteBefore(before), samples.WriteBefore(after), samples.WriteAfter(after)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	old, now := exported(t, before), exported(t, after)
	diffed(t, 0, old, old)
	if r, _ := diffed(t, 1, old, now); r.Changed != samples.Changed {
		t.Errorf("two snapshots: %v", r.counts())
	}
	r, errs := diffed(t, 0, old, before)
	if r.Secrets == 0 || !strings.Contains(errs, "hashed under different keys") {
		t.Errorf("secrets under different keys: %+v %s", r, errs)
	}
	r, _ = diffed(t, 1, old, after)
	if want := [7]int{samples.Added, samples.Removed, samples.Changed - 1, samples.Metadata}; r.counts() != want {
		t.Errorf("a snapshot and a folder: got %v, want %v", r.counts(), want)
	}
	raw, err := os.ReadFile(old)
	if err != nil {
		t.Fatal(err)
	}
	raw = bytes.Replace(raw, []byte(`"displayName":"`), []byte(`"displayName":"X`), 1)
	diffed(t, 2, save(t, filepath.Join(t.TempDir(), "tampered.ndjson"), string(raw)), before)
}

// exported writes a folder as a server exports its snapshot.
func exported(t *testing.T, dir string) string {
	t.Helper()
	rd := &sideReader{types: normal.Builtin(), kind: "directory", secrets: &normal.Secrets{ID: "0000abcd", Key: []byte("a key of the server")}}
	side, err := rd.read(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := manifest.WriteArchive(t.Context(), &b, side.snap); err != nil {
		t.Fatal(err)
	}
	return save(t, filepath.Join(t.TempDir(), "snapshot.ndjson"), b.String())
}

func TestNamespacesAreAdoptedFromLiveObjectsOnly(t *testing.T) {
	t.Parallel()
	object := func(namespace, live, data string) string {
		return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c" + namespace + live + "}\ndata: {a: " + data + "}\n"
	}
	const uid = ", uid: x, resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z'"
	manifestOnly := files(t, map[string]string{"c.yaml": object("", "", "x")})
	live := files(t, map[string]string{"c.yaml": object(", namespace: prod", uid, "y")})
	two := files(t, map[string]string{"c.yaml": object(", namespace: prod", uid, "x"), "d.yaml": object(", namespace: test", uid, "x")})
	other := files(t, map[string]string{"c.yaml": object(", namespace: prod", "", "x")})
	for _, c := range []struct {
		name, a, b string
		want       [7]int
	}{
		{"live", manifestOnly, live, [7]int{2: 1}},
		{"live first", live, manifestOnly, [7]int{2: 1}},
		{"in two namespaces", manifestOnly, two, [7]int{0: 2, 1: 1}},
		{"no live object", manifestOnly, other, [7]int{0: 1, 1: 1}},
	} {
		if r, _ := diffed(t, 1, c.a, c.b); r.counts() != c.want {
			t.Errorf("%s: %v", c.name, r.counts())
		}
	}
}

func TestManyObjectsShowGroupsFirst(t *testing.T) {
	t.Parallel()
	a, b := map[string]string{}, map[string]string{}
	for i := range 30 {
		name := string(rune('a'+i/26)) + string(rune('a'+i%26))
		a[name+".yaml"] = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + name + ", labels: {version: one}}\n"
		b[name+".yaml"] = strings.Replace(a[name+".yaml"], "one", "two\x1b", 1)
	}
	for name, text := range b {
		b[name] = strings.Replace(text, "two\x1b", `"two\e[2J"`, 1)
	}
	code, out, _ := runOffline(t, "", "drift", "diff", files(t, a), files(t, b))
	if code != exitFailed || strings.ContainsRune(out, '\x1b') {
		t.Errorf("exit %d: %q", code, out)
	}
	for _, want := range []string{"30 objects, 30 changes in 1 group", "30 × metadata › labels › version: one → two·[2J", "changed  aa  "} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in %s", want, out)
		}
	}
	if d := cmp.Diff(1, strings.Count(out, "one →")); d != "" {
		t.Errorf("the change is told more than once: %s", out)
	}
}
