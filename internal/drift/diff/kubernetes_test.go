package diff

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/inventory/normal"
	"frostgate.io/frostgate/internal/testdata"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

// pairs are the real manifests with the objects that a cluster made of them,
// and what differs. Everything else that differs in the texts, some hundred
// values, is defaults, spelling, order and what controllers wrote.
var pairs = []struct {
	manifest, live string
	want           []string
}{
	// The rules of an aggregated role are the controller's.
	{"aggr-clusterrole-config.json", "aggr-clusterrole-live.json", nil},
	// The live object has one variable more, which nobody applied.
	{"deployment-config.json", "deployment-live.json", nil},
	{"elasticsearch-config.json", "elasticsearch-live.json", nil},
	{"endpoints-config.json", "endpoints-live.json", nil},
	// rules: [] and rules: null.
	{"grafana-clusterrole-config.json", "grafana-clusterrole-live.json", nil},
	// caBundle is injected.
	{"mutatingwebhookconfig-config.json", "mutatingwebhookconfig-live.json", nil},
	{"sealedsecret-config.json", "sealedsecret-live.json", nil},
	{"spinnaker-sa-config.json", "spinnaker-sa-live.json", nil},
	// The password is the manifest's again, though the last apply had another
	// one; "" and null are the same empty value.
	{"wordpress-config.json", "wordpress-live.json", nil},
	{"smd-deploy-config.yaml", "smd-deploy-live.yaml", nil},
	// argocd-controller applied requests, which the manifest no longer has. Port
	// 8080 is nobody's: it stays.
	{"smd-deploy2-config.yaml", "smd-deploy2-live.yaml", []string{
		"/spec/template/spec/containers/[name=nginx]/resources",
	}},
	// The same before it is undone: the prediction still has the requests.
	{"smd-deploy2-config.yaml", "smd-deploy2-predicted-live.json", []string{
		"/spec/template/spec/containers/[name=nginx]/resources",
	}},
	// The manifest says 1936, the cluster 1935.
	{"smd-service-config.yaml", "smd-service-live.yaml", []string{
		"/spec/ports/[port=1935,protocol=TCP]/targetPort",
	}},
	// Port 8080 (metrics) is new in the manifest and not applied yet.
	{"ssd-deploy-composite-key-config.yaml", "ssd-deploy-composite-key-live.yaml", []string{
		"/spec/template/spec/containers/[name=nginx]/ports/[containerPort=8080,protocol=TCP]",
	}},
	{"ssd-deploy-composite-key-config.yaml", "ssd-deploy-composite-key-predicted-live.json", nil},
	// Port 443 and the second variable are new in the manifest.
	{"ssd-deploy-nested-config.yaml", "ssd-deploy-nested-live.yaml", []string{
		"/spec/template/spec/containers/[name=main-container]/env/[name=ENV_VAR2]",
		"/spec/template/spec/containers/[name=main-container]/ports/[containerPort=443,protocol=TCP]",
	}},
	{"ssd-deploy-nested-config.yaml", "ssd-deploy-nested-predicted-live.json", nil},
	// Port 40 is new in the manifest. The container "idle" was applied by hand,
	// which this object's managedFields know as an update only: it is another
	// applier's, like an injected sidecar.
	{"ssd-deploy-with-manual-apply-config.yaml", "ssd-deploy-with-manual-apply-live.yaml", []string{
		"/spec/template/spec/containers/[name=main-container]/ports/[containerPort=40,protocol=TCP]",
	}},
	// Here kubectl's note of the last apply has it: applied, not in the manifest,
	// still there.
	{"ssd-deploy-with-manual-apply-config.yaml", "ssd-deploy-with-manual-apply-predicted-live.json", []string{
		"/spec/template/spec/containers/[name=idle]",
	}},
	{"ssd-service-config.yaml", "ssd-service-live.yaml", nil},
	// A webhook replaced the labels: the manifest's is gone.
	{"ssd-service-config.yaml", "ssd-service-predicted-live.json", []string{
		"/metadata/labels/app.kubernetes.io~1instance",
	}},
	// delete-me was applied by argocd-controller and left the manifest.
	{"ssd-svc-no-label-config.yaml", "ssd-svc-label-live.yaml", []string{
		"/metadata/labels/delete-me",
	}},
	{"ssd-svc-no-label-config.yaml", "ssd-svc-no-label-predicted-live.json", nil},
}

func TestRealManifestsDifferFromLiveObjectsOnlyWhereTheyDo(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(testdata.Dir(t), "drift", "k8s-live-vs-config-gitops-engine", "5baed56")
	types := normal.Builtin()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, p := range pairs {
		used[p.manifest], used[p.live] = true, true
		typ, manifest := normalised(t, types, readObject(t, filepath.Join(dir, p.manifest)))
		_, live := normalised(t, types, readObject(t, filepath.Join(dir, p.live)))
		for _, way := range [...]struct{ from, to []byte }{{manifest, live}, {live, manifest}} {
			changes, err := Objects(types.Rules(typ), way.from, way.to)
			if err != nil {
				t.Fatalf("%s: %v", p.live, err)
			}
			var got []string
			for _, c := range changes {
				got = append(got, c.Path)
			}
			if d := cmp.Diff(p.want, got); d != "" {
				t.Errorf("%s against %s (-want +got):\n%s", p.manifest, p.live, d)
			}
		}
	}
	for _, f := range files {
		if !used[f.Name()] {
			t.Errorf("%s is in no pair", f.Name())
		}
	}
}

// TestAnyChangeOfAManifestShows changes every single value of every real
// manifest that its live object agrees with: each must be one difference.
func TestAnyChangeOfAManifestShows(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(testdata.Dir(t), "drift", "k8s-live-vs-config-gitops-engine", "5baed56")
	types := normal.Builtin()
	total := 0
	for _, p := range pairs {
		if p.want != nil {
			continue
		}
		object := readObject(t, filepath.Join(dir, p.manifest))
		typ, _ := normalised(t, types, object)
		_, live := normalised(t, types, readObject(t, filepath.Join(dir, p.live)))
		for n := 0; ; n++ {
			changed, what := changeLeaf(t, object, n)
			if changed == nil {
				break
			}
			_, manifest := normalised(t, types, changed)
			changes, err := Objects(types.Rules(typ), manifest, live)
			if err != nil {
				t.Fatal(err)
			}
			if len(changes) != 1 {
				t.Errorf("%s with another %s: %d changes", p.manifest, what, len(changes))
			}
			total++
		}
	}
	if total < 200 {
		t.Errorf("only %d values were changed", total)
	}
}

// TestAnyChangeOfALiveObjectShowsOnceAtMost changes every single value of the
// live objects: where the manifest sets it, it is one difference, elsewhere none.
func TestAnyChangeOfALiveObjectShowsOnceAtMost(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(testdata.Dir(t), "drift", "k8s-live-vs-config-gitops-engine", "5baed56")
	types := normal.Builtin()
	shown := 0
	for _, p := range pairs {
		if p.want != nil {
			continue
		}
		typ, manifest := normalised(t, types, readObject(t, filepath.Join(dir, p.manifest)))
		object := readObject(t, filepath.Join(dir, p.live))
		for n := 0; ; n++ {
			changed, what := changeLeaf(t, object, n)
			if changed == nil {
				break
			}
			_, live := normalised(t, types, changed)
			changes, err := Objects(types.Rules(typ), manifest, live)
			if err != nil {
				t.Fatal(err)
			}
			if len(changes) > 1 {
				t.Errorf("%s with another %s: %d changes", p.live, what, len(changes))
			}
			shown += len(changes)
		}
	}
	if shown < 150 {
		t.Errorf("only %d changes show", shown)
	}
}

// changeLeaf gives an object with its n-th value changed, and which one that
// is; nil when there are no more. What makes the identity is left alone.
func changeLeaf(t *testing.T, object []byte, n int) (changed []byte, what string) {
	t.Helper()
	var root any
	if err := json.Unmarshal(object, &root); err != nil {
		t.Fatal(err)
	}
	left := n
	var walk func(v any, path string) (any, bool)
	walk = func(v any, path string) (any, bool) {
		switch v := v.(type) {
		case map[string]any:
			for _, k := range slices.Sorted(maps.Keys(v)) {
				if at := path + "/" + k; at != "/apiVersion" && at != "/kind" && at != "/metadata/name" && at != "/metadata/namespace" {
					if c, done := walk(v[k], at); done {
						v[k] = c
						return v, true
					}
				}
			}
			return v, false
		case []any:
			for i := range v {
				if c, done := walk(v[i], fmt.Sprintf("%s/%d", path, i)); done {
					v[i] = c
					return v, true
				}
			}
			return v, false
		case nil:
			return v, false
		}
		if left--; left >= 0 {
			return v, false
		}
		what = path
		switch v := v.(type) {
		case string:
			if v == "" || strings.HasSuffix(v, "=") {
				return "QQ==", true
			}
			return v + "1", true
		case float64:
			return v + 1, true
		case bool:
			return !v, true
		}
		return v, false
	}
	out, done := walk(root, "")
	if !done {
		return nil, ""
	}
	changed, err := json.Marshal(out)
	if err != nil {
		t.Fatal(err)
	}
	return changed, what
}

// A manifest in YAML, the live object made of it, and where they differ.
var settled = []struct {
	name, manifest, live string
	want                 []string
}{
	{
		"defaults and quantities are no difference",
		`{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: n}, spec: {hostNetwork: false, containers: [{name: a, image: i,
			command: [], env: [{name: X, value: ""}], resources: {limits: {cpu: 0.5, memory: 1024Mi}}, ports: [{containerPort: 80}]}]}}`,
		`{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: n, uid: u}, spec: {dnsPolicy: ClusterFirst, containers: [{name: a, image: i,
			env: [{name: X}], imagePullPolicy: Always, resources: {limits: {cpu: 500m, memory: 1Gi}}, ports: [{containerPort: 80, protocol: TCP}]}]}}`,
		nil,
	},
	{
		"a zero that is not the default is missing when it is",
		`{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {automountServiceAccountToken: false, containers: [{name: a, securityContext: {allowPrivilegeEscalation: false, runAsUser: 0, privileged: false}}]}}`,
		`{apiVersion: v1, kind: Pod, metadata: {name: p, uid: u}, spec: {containers: [{name: a, securityContext: {}}]}}`,
		[]string{
			"/spec/automountServiceAccountToken",
			"/spec/containers/[name=a]/securityContext/allowPrivilegeEscalation",
			"/spec/containers/[name=a]/securityContext/runAsUser",
		},
	},
	{
		"what custom resources say is stored as it is said",
		`{apiVersion: example.com/v1, kind: Gate, metadata: {name: g}, spec: {open: false, readOnly: false, list: []}}`,
		`{apiVersion: example.com/v1, kind: Gate, metadata: {name: g, uid: u}, spec: {open: false}}`,
		[]string{"/spec/list", "/spec/readOnly"},
	},
	{
		"a list that is the manifest's alone may have no element more",
		`{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: b}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}, subjects: [{kind: ServiceAccount, name: a, namespace: n}]}`,
		`{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: b, uid: u}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}, subjects: [{kind: ServiceAccount, name: a, namespace: n}, {kind: User, name: mallory, apiGroup: rbac.authorization.k8s.io}]}`,
		[]string{"/subjects/[kind=User,name=mallory]"},
	},
	{
		"elements without keys are paired by what they say",
		`{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p}, spec: {podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {app: a}}}], ports: [{port: 80}]}, {ports: [{port: 443}, {port: 53, protocol: UDP}]}]}}`,
		`{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p, uid: u}, spec: {podSelector: {}, policyTypes: [Ingress], ingress: [{ports: [{port: 53, protocol: UDP}, {port: 443, protocol: TCP}]}, {from: [{podSelector: {matchLabels: {app: a}}}], ports: [{port: 80, protocol: TCP}]}]}}`,
		nil,
	},
	{
		"removed from the manifest, applied before, still live",
		`{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {keep: "1"}}`,
		`{apiVersion: v1, kind: ConfigMap, metadata: {name: c, uid: u, annotations: {kubectl.kubernetes.io/last-applied-configuration: '{"data":{"keep":"1","drop":"2"},"metadata":{"annotations":{},"name":"c","namespace":"n"}}'}}, data: {keep: "1", drop: "2", others: "3"}}`,
		[]string{"/data/drop"},
	},
	{
		"another applier's fields are no leftovers",
		`{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {paused: true, minReadySeconds: 5}}`,
		`{apiVersion: apps/v1, kind: Deployment, metadata: {name: d, uid: u, managedFields: [{manager: autoscaler, operation: Apply, fieldsV1: {"f:spec": {"f:replicas": {}}}}]}, spec: {paused: true, minReadySeconds: 5, replicas: 7}}`,
		nil,
	},
	{
		"stringData is data, and a secret's values never show",
		`{apiVersion: v1, kind: Secret, metadata: {name: s}, stringData: {user: root, password: hunter2}, data: {password: b2xk}}`,
		`{apiVersion: v1, kind: Secret, metadata: {name: s, uid: u}, data: {user: cm9vdA==, password: aHVudGVyMg==}, type: Opaque}`,
		nil,
	},
	{
		"init containers run in order",
		`{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {initContainers: [{name: a}, {name: b}]}}`,
		`{apiVersion: v1, kind: Pod, metadata: {name: p, uid: u}, spec: {initContainers: [{name: b}, {name: a}]}}`,
		[]string{"/spec/initContainers/[0]/name", "/spec/initContainers/[1]/name"},
	},
	{
		"rights on the node that the manifest does not give",
		`{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: a}, {name: b, securityContext: {runAsUser: 1}}]}}`,
		`{apiVersion: v1, kind: Pod, metadata: {name: p, uid: u}, spec: {hostNetwork: true, hostPID: false, securityContext: {fsGroup: 1}, containers: [{name: a, securityContext: {privileged: true, runAsUser: 2}}, {name: b, securityContext: {runAsUser: 1, allowPrivilegeEscalation: true}}, {name: sidecar}, {name: slipped, securityContext: {privileged: true}}]}}`,
		[]string{
			"/spec/containers/[name=a]/securityContext", "/spec/containers/[name=b]/securityContext/allowPrivilegeEscalation",
			"/spec/containers/[name=slipped]", "/spec/hostNetwork",
		},
	},
	{
		"a network policy that lets more in than its manifest",
		`{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p}, spec: {podSelector: {}, egress: [{ports: [{port: 53}]}]}}`,
		`{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p, uid: u}, spec: {podSelector: {}, policyTypes: [Ingress, Egress], egress: [{ports: [{port: 53, protocol: TCP}]}], ingress: [{}]}}`,
		[]string{"/spec/ingress"},
	},
	{
		"what the server assigns was asked for",
		`{apiVersion: v1, kind: Service, metadata: {name: s, finalizers: [mine]}, spec: {clusterIP: "", ports: [{port: 80, nodePort: 0}]}}`,
		`{apiVersion: v1, kind: Service, metadata: {name: s, uid: u, finalizers: [mine, service.kubernetes.io/load-balancer-cleanup]}, spec: {clusterIP: 10.0.0.1, ports: [{port: 80, protocol: TCP, nodePort: 31000, targetPort: 80}]}}`,
		nil,
	},
}

func TestAManifestIsComparedAsWhatItWants(t *testing.T) {
	t.Parallel()
	types := normal.Builtin()
	for _, c := range settled {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			typ, manifest := normalised(t, types, yamlObject(t, c.manifest))
			_, live := normalised(t, types, yamlObject(t, c.live))
			changes, err := Objects(types.Rules(typ), manifest, live)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, ch := range changes {
				got = append(got, ch.Path)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("(-want +got):\n%s\n%s\n%s", d, manifest, live)
			}
		})
	}
}

// FuzzSettle gives any pair of objects to the comparison of manifest and live:
// it may find nothing, but must not fail or differ from itself.
func FuzzSettle(f *testing.F) {
	for _, c := range settled {
		f.Add(c.manifest, c.live)
	}
	types := normal.Builtin()
	f.Fuzz(func(t *testing.T, manifest, live string) {
		var m, l any
		if yaml.Unmarshal([]byte(manifest), &m) != nil || yaml.Unmarshal([]byte(live), &l) != nil {
			return // made-up bytes that are no manifest: the readers have fuzz tests of their own
		}
		mj, err1 := json.Marshal(m)
		lj, err2 := json.Marshal(l)
		if err1 != nil || err2 != nil {
			return // YAML that has no JSON form, such as NaN
		}
		n := normal.New(types, nil)
		var typ string
		var sides [2][]byte
		for i, raw := range [2][]byte{mj, lj} {
			if n.Objects(&normal.Record{Type: "apps/v1/Deployment", ID: "x", JSON: raw}, func(o *normal.Object) error {
				typ, sides[i] = o.Type, append([]byte(nil), o.Canonical...)
				return nil
			}) != nil {
				return // the normaliser refuses it, which its own fuzz test covers
			}
		}
		if sides[0] == nil || sides[1] == nil {
			return // a list without elements: nothing to compare
		}
		if _, err := Objects(types.Rules(typ), sides[0], sides[1]); err != nil {
			t.Fatalf("%v\n%s\n%s", err, sides[0], sides[1])
		}
	})
}

// readObject reads a JSON or YAML file as JSON.
func readObject(t *testing.T, path string) []byte {
	t.Helper()
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasSuffix(path, ".yaml") {
		return yamlObject(t, string(body))
	}
	return body
}

func yamlObject(t *testing.T, text string) []byte {
	t.Helper()
	var v any
	if err := yaml.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(fmt.Errorf("%s: %w", text, err))
	}
	return out
}

// normalised gives an object's type and canonical form.
func normalised(t *testing.T, types *normal.Types, object []byte) (typ string, canonical []byte) {
	t.Helper()
	n := normal.New(types, &normal.Secrets{ID: "00000001", Key: []byte("test")})
	err := n.Objects(&normal.Record{JSON: object}, func(o *normal.Object) error {
		typ, canonical = o.Type, append([]byte(nil), o.Canonical...)
		return nil
	})
	if err != nil {
		t.Fatalf("%v\n%s", err, object)
	}
	return typ, canonical
}
