package normal

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// observed normalises a document and gives its objects; secrets are hashed
// under one key.
func observed(t *testing.T, rec Record) []Object {
	t.Helper()
	var out []Object
	n := New(Builtin(), &Secrets{ID: "0badcafe", Key: []byte("a key of the tests")})
	err := n.Objects(&rec, func(o *Object) error {
		c := *o
		c.Canonical = append([]byte(nil), o.Canonical...)
		out = append(out, c)
		return nil
	})
	if err != nil {
		t.Fatalf("%v\n%s", err, rec.JSON)
	}
	return out
}

func single(t *testing.T, json string) Object {
	t.Helper()
	objects := observed(t, Record{JSON: []byte(json)})
	if len(objects) != 1 {
		t.Fatalf("%d objects, want 1: %s", len(objects), json)
	}
	return objects[0]
}

func TestKubernetesObjectsAreKnownByWhatTheySay(t *testing.T) {
	t.Parallel()
	for _, c := range [...]struct{ json, want string }{
		{`{"apiVersion":"v1","kind":"Service","metadata":{"name":"web","namespace":"prod"}}`, "v1/Service prod/web web prod"},
		{`{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"prod"}}`, "v1/Namespace /prod prod "},
		{`{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"prod"}}`, "apps/v1/Deployment prod/web web prod"},
		{`{"apiVersion":"example.com/v1alpha3","kind":"Gate","metadata":{"name":"g","namespace":"n"}}`, "example.com/v1alpha3/Gate n/g g n"},
		// Other systems have these members too.
		{`{"apiVersion":"2024-03-01","kind":"web","metadata":{"name":"x"},"id":"7"}`, "json"},
		{`{"apiVersion":"kustomize.config.k8s.io/v1beta1","kind":"Kustomization","resources":[],"name":"k"}`, "json"},
	} {
		o := single(t, c.json)
		got := strings.Join([]string{o.Type, o.ID, o.Name, o.Template}, " ")
		if c.want == "json" && o.Type != "json" || c.want != "json" && got != c.want {
			t.Errorf("%s: got %q, want %q", c.json, got, c.want)
		}
	}
}

func TestListsComeApart(t *testing.T) {
	t.Parallel()
	objects := observed(t, Record{JSON: []byte(`{"apiVersion":"v1","kind":"List","items":[
		{"apiVersion":"v1","kind":"Service","metadata":{"name":"a","namespace":"n"}},
		{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"b","namespace":"n"}}]}`)})
	objects = append(objects, observed(t, Record{JSON: []byte(`{"apiVersion":"v1","kind":"PodList","metadata":{"resourceVersion":"7"},"items":[
		{"metadata":{"name":"c","namespace":"n"},"spec":{}}]}`)})...)
	objects = append(objects, observed(t, Record{JSON: []byte(`{"apiVersion":"v1","kind":"List","items":[]}`)})...)
	var got []string
	for _, o := range objects {
		got = append(got, o.Type+" "+o.ID)
	}
	if d := cmp.Diff([]string{"v1/Service n/a", "apps/v1/Deployment n/b", "v1/Pod n/c"}, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestAnObjectWithoutANameIsQuarantined(t *testing.T) {
	t.Parallel()
	err := New(Builtin(), nil).Objects(&Record{JSON: []byte(`{"apiVersion":"v1","kind":"Service","metadata":{}}`)}, func(*Object) error { return nil })
	var bad *Unreadable
	if !errors.As(err, &bad) || bad.Type != "v1/Service" {
		t.Fatalf("got %v", err)
	}
}

func TestWhatTheServerWritesIsNoContent(t *testing.T) {
	t.Parallel()
	first := single(t, `{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d","namespace":"n","uid":"1","resourceVersion":"10","generation":1,"creationTimestamp":"2026-01-01T00:00:00Z",
		"managedFields":[{"manager":"x","operation":"Update"}],"annotations":{"deployment.kubernetes.io/revision":"1","team":"a"}},
		"spec":{"template":{"metadata":{"creationTimestamp":null},"spec":{"containers":[
			{"name":"a","env":[{"name":"X","value":"1"},{"name":"Y","value":"2"}],"ports":[{"containerPort":80}],"resources":{"limits":{"cpu":"1000m","memory":"1024Mi"}}},
			{"name":"b"}]}}},"status":{"replicas":1}}`)
	second := single(t, `{"status":{"replicas":2},"kind":"Deployment","apiVersion":"apps/v1","metadata":{"namespace":"n","name":"d","uid":"2","selfLink":"/x","resourceVersion":"11","generation":7,"creationTimestamp":"2026-02-01T00:00:00Z",
		"annotations":{"team":"a","deployment.kubernetes.io/revision":"9"}},
		"spec":{"template":{"metadata":{},"spec":{"containers":[{"name":"b"},
			{"env":[{"value":"2","name":"Y"},{"value":"1","name":"X"}],"name":"a","ports":[{"protocol":"TCP","containerPort":80}],"resources":{"limits":{"memory":"1Gi","cpu":1}}}]}}}}`)
	if d := cmp.Diff(string(first.Canonical), string(second.Canonical)); d != "" {
		t.Errorf("(-first +second):\n%s", d)
	}
	for _, gone := range []string{"resourceVersion", "revision", "status", "uid"} {
		if strings.Contains(string(first.Canonical), gone) {
			t.Errorf("%s is still there: %s", gone, first.Canonical)
		}
	}
}

func TestOrderCountsWhereItMeansSomething(t *testing.T) {
	t.Parallel()
	pod := func(spec string) string {
		return string(single(t, `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"n"},"spec":`+spec+`}`).Canonical)
	}
	for _, c := range [...]struct {
		a, b string
		same bool
	}{
		{`{"containers":[{"name":"a","command":["x","y"]}]}`, `{"containers":[{"name":"a","command":["y","x"]}]}`, false},
		{`{"initContainers":[{"name":"a"},{"name":"b"}]}`, `{"initContainers":[{"name":"b"},{"name":"a"}]}`, false},
		{`{"containers":[{"name":"a"},{"name":"b"}]}`, `{"containers":[{"name":"b"},{"name":"a"}]}`, true},
		{`{"tolerations":[{"key":"a"},{"key":"b"}]}`, `{"tolerations":[{"key":"b"},{"key":"a"}]}`, true},
		{`{"containers":[{"name":"a","resources":{"limits":{"cpu":"1"}}}]}`, `{"containers":[{"name":"a","resources":{"limits":{"cpu":"2"}}}]}`, false},
	} {
		if got := pod(c.a) == pod(c.b); got != c.same {
			t.Errorf("%s and %s: same is %v", c.a, c.b, got)
		}
	}
}

func TestSecretsOfKubernetesDoNotShow(t *testing.T) {
	t.Parallel()
	data := single(t, `{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s","namespace":"n","uid":"1","annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{\"stringData\":{\"password\":\"hunter2\"},\"metadata\":{\"name\":\"s\"}}"}},"data":{"password":"aHVudGVyMg==","empty":null}}`)
	plain := single(t, `{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s","namespace":"n"},"data":{"password":"b2xk","empty":""},"stringData":{"password":"hunter2"}}`)
	env := single(t, `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"n"},"spec":{"containers":[{"name":"c","env":[{"name":"DB_PASSWORD","value":"hunter2"},{"name":"MODE","value":"fast"}]}]}}`)
	for _, o := range []Object{data, plain, env} {
		for _, secret := range []string{"hunter2", "aHVudGVyMg", "b2xk"} {
			if strings.Contains(string(o.Canonical), secret) {
				t.Errorf("the secret shows: %s", o.Canonical)
			}
		}
	}
	if !strings.Contains(string(env.Canonical), "fast") {
		t.Errorf("what is no secret does not show: %s", env.Canonical)
	}
	live, _, _ := strings.Cut(string(data.Canonical), `,"frostgate:applied"`)
	of := func(s string) string { return s[strings.Index(s, `"data"`):strings.Index(s, `}`)] }
	if of(live) != of(string(plain.Canonical)) {
		t.Errorf("data and stringData of equal values differ:\n%s\n%s", live, plain.Canonical)
	}
}

func TestALiveObjectKeepsWhoSetWhat(t *testing.T) {
	t.Parallel()
	o := single(t, `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"n","uid":"1","annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{\"metadata\":{\"annotations\":{},\"name\":\"p\"},\"spec\":{\"containers\":[{\"name\":\"a\",\"ports\":[{\"containerPort\":80}],\"args\":[\"x\"]}]}}"},
		"managedFields":[
			{"manager":"argo","operation":"Apply","fieldsV1":{"f:spec":{"f:containers":{"k:{\"name\":\"a\"}":{".":{},"f:image":{}}},"f:hostname":{}}}},
			{"manager":"argo","operation":"Apply","subresource":"status","fieldsV1":{"f:status":{}}},
			{"manager":"kubelet","operation":"Update","fieldsV1":{"f:spec":{"f:nodeName":{}}}}]},"spec":{}}`)
	const want = `"frostgate:applied":{"apply:argo":{"spec":{"containers":{"k:{\"name\":\"a\"}":{"image":{}}},"hostname":{}}},` +
		`"last-applied":{"metadata":{"name":{}},"spec":{"containers":{"k:{\"name\":\"a\"}":{"args":{},"name":{},"ports":{"k:{\"containerPort\":80,\"protocol\":\"TCP\"}":{"containerPort":{}}}}}}}}`
	if !strings.Contains(string(o.Canonical), want) {
		t.Errorf("got %s\nwant in it %s", o.Canonical, want)
	}
	manifest := single(t, `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"n","creationTimestamp":null},"spec":{}}`)
	if strings.Contains(string(manifest.Canonical), AppliedMember) {
		t.Errorf("a manifest passes for a live object: %s", manifest.Canonical)
	}
	// Normalising again changes nothing.
	again, hash, err := New(Builtin(), nil).Again(o.Type, o.Canonical)
	if err != nil || hash != o.Hash || string(again) != string(o.Canonical) {
		t.Errorf("again: %v\n%s\n%s", err, again, o.Canonical)
	}
}

func TestRulesOfAnAggregatedRoleAreNobodysChange(t *testing.T) {
	t.Parallel()
	role := func(rules string) string {
		return string(single(t, `{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"r"},`+rules+`}`).Canonical)
	}
	selector := `"aggregationRule":{"clusterRoleSelectors":[{"matchLabels":{"a":"b"}}]}`
	if role(selector) != role(selector+`,"rules":[{"verbs":["get"]}]`) {
		t.Error("an aggregated role differs by its rules")
	}
	if role(`"rules":[{"verbs":["get"]}]`) == role(`"rules":[{"verbs":["get","delete"]}]`) {
		t.Error("a role does not differ by its rules")
	}
}

// FuzzKubernetes gives any text as an object and as the note of an apply.
func FuzzKubernetes(f *testing.F) {
	f.Add(`{"spec":{"ports":[{"port":80}]}}`, `{"spec":{"containers":[{"name":"a"}]}}`)
	f.Add(`{"data":{"a":null},"stringData":{"a":"b"}}`, `{"data":{"a":"b"},"stringData":{"a":""}}`)
	f.Add(`{"metadata":{"managedFields":[{"manager":"m","operation":"Apply","fieldsV1":{"f:a":{"k:{\"x\":1}":{}}}}]}}`, `[]`)
	types := Builtin()
	n := New(types, nil)
	f.Fuzz(func(t *testing.T, object, note string) {
		quoted := string(appendText(nil, []byte(strings.ToValidUTF8(note, ""))))
		for _, typ := range []string{"v1/Secret", "v1/Service", "example.com/v1/Gate"} {
			for _, raw := range []string{object, `{"metadata":{"uid":"1","annotations":{"` + lastAppliedAnnotation + `":` + quoted + `}}}`} {
				err := n.Objects(&Record{Type: typ, ID: "x", JSON: []byte(raw)}, func(o *Object) error {
					again, _, err := New(types, nil).Again(o.Type, o.Canonical)
					if err != nil || string(again) != string(o.Canonical) {
						t.Errorf("%v: not stable:\n%s\n%s", err, o.Canonical, again)
					}
					return nil
				})
				var bad *Unreadable
				var ignored *Ignored
				if err != nil && !errors.As(err, &bad) && !errors.As(err, &ignored) {
					t.Errorf("%v", err)
				}
			}
		}
	})
}
