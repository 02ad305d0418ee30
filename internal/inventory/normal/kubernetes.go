package normal

import (
	"bytes"
	"encoding/base64"
	"strings"

	"frostgate.io/frostgate/internal/jsondoc"
)

// AppliedMember is a top-level member that the normaliser adds to a Kubernetes
// object as the cluster returned it, and that manifests don't have: what was
// set by those who applied the object, by who they are, in names without values
// (see applied.go). It makes a live object known as one, and comparing it with
// its manifest possible. It is no configuration: no change is ever reported
// there.
const AppliedMember = "frostgate:applied"

// kubernetesReader reads objects of the Kubernetes API and lists of them.
func kubernetesReader() reader {
	return reader{
		family:    "kubernetes",
		split:     splitKubernetes,
		pages:     kubernetesPages,
		recognise: recogniseKubernetes,
		identify:  identifyKubernetes,
		prepare:   prepareKubernetes,
	}
}

// splitKubernetes takes lists apart: v1/List, whose items say what they are,
// and lists of one kind (PodList), whose items leave it to the list.
func splitKubernetes(_ *Types, doc jsondoc.Value, each func(jsondoc.Value, string)) bool {
	kind, _ := doc.Get("kind").Str()
	items := doc.Get("items")
	of, isList := strings.CutSuffix(kind, "List")
	version, ok := kubernetesVersion(doc)
	if !isList || !ok || items.Kind() != jsondoc.Array {
		return false
	}
	typ := ""
	if of != "" {
		typ = version + "/" + of
	}
	for item := range items.Elements() {
		each(item, typ)
	}
	return true
}

// kubernetesPages says whether a list goes on: who asks in parts gets a token for
// the next.
func kubernetesPages(_ *Types, doc jsondoc.Value) []Page {
	kind, _ := doc.Get("kind").Str()
	version, _ := kubernetesVersion(doc)
	of := strings.TrimSuffix(kind, "List")
	page := Page{Type: version + "/" + of, any: of == ""}
	next, _ := doc.Get("metadata").Get("continue").Str()
	page.More = next != ""
	return []Page{page}
}

func recogniseKubernetes(_ *Types, object jsondoc.Value, _ *Record) string {
	kind, _ := object.Get("kind").Str()
	version, ok := kubernetesVersion(object)
	if !ok || kind == "" || strings.ContainsAny(kind, "/. ") {
		return ""
	}
	// What components of Kubernetes itself read from files needs no metadata.
	group, _, _ := strings.Cut(version, "/")
	ownFile := group == "audit.k8s.io" || strings.HasSuffix(group, ".config.k8s.io") && group != "kustomize.config.k8s.io"
	if object.Get("metadata").Kind() != jsondoc.Object && !ownFile {
		return ""
	}
	return version + "/" + kind
}

// kubernetesVersion gives an object's apiVersion if it looks like one of the
// Kubernetes API: v1, apps/v1, example.com/v2beta1. Other systems have members
// of that name too, with dates in them.
func kubernetesVersion(object jsondoc.Value) (string, bool) {
	text, _ := object.Get("apiVersion").Str()
	group, version, grouped := strings.Cut(text, "/")
	if !grouped {
		version, group = group, "core"
	}
	digits, isVersion := strings.CutPrefix(version, "v")
	return text, isVersion && group != "" && digits != "" && digits[0] >= '1' && digits[0] <= '9' &&
		!strings.ContainsAny(group+version, "/ :")
}

// identifyKubernetes gives namespace/name; /name for what has no namespace.
func identifyKubernetes(_ *Rules, object jsondoc.Value, _ *Record) (id, name string) {
	meta := object.Get("metadata")
	if name, _ = meta.Get("name").Str(); name == "" {
		return "", ""
	}
	namespace, _ := meta.Get("namespace").Str()
	return namespace + "/" + name, name
}

// prepareKubernetes brings together what the API lets people write in several
// ways, and keeps of a live object what its server-populated metadata told.
func prepareKubernetes(dst []byte, r *Rules, object jsondoc.Value) ([]byte, bool) {
	p := kubernetesWriter{dst: dst, builtin: BuiltinKubernetes(r.typ.Name)}
	kind := r.typ.Name[strings.LastIndexByte(r.typ.Name, '/')+1:]
	// Rules of an aggregated role are written by a controller from other roles.
	aggregated := kind == "ClusterRole" && object.Get("aggregationRule").Kind() == jsondoc.Object
	secret := r.typ.Name == "v1/Secret"
	p.open('{')
	for key, v := range object.MemberViews() {
		switch name := string(key); {
		case secret && (name == "data" || name == "stringData"):
		case aggregated && name == "rules":
		case r.typ.Name == "v1/ConfigMap" && (name == "data" || name == "binaryData"):
			p.key(name)
			p.textMap(v)
		default:
			p.key(name)
			p.value(v, "")
		}
	}
	if secret && (object.Get("data").Len() > 0 || object.Get("stringData").Len() > 0) {
		p.key("data")
		p.secretData(object)
	}
	if isLive(object) {
		p.key(AppliedMember)
		p.dst = appendApplied(p.dst, r, object)
	}
	p.close('}')
	return p.dst, true
}

// BuiltinKubernetes says that a type is of an API that Kubernetes itself
// serves: its objects are stored as Go structs, which drops empty values and
// adds defaults. Custom resources are stored as they were written.
func BuiltinKubernetes(typ string) bool {
	group, _, _ := strings.Cut(typ, "/")
	switch group {
	case "v1", "apps", "batch", "autoscaling", "policy", "extensions":
		return true
	case "gateway.networking.k8s.io", "snapshot.storage.k8s.io", "metrics.k8s.io", "x-k8s.io":
		return false
	}
	return strings.HasSuffix(group, ".k8s.io") && !strings.HasSuffix(group, ".x-k8s.io")
}

// isLive says that the cluster's server has written into the object.
func isLive(object jsondoc.Value) bool {
	meta := object.Get("metadata")
	for _, name := range [...]string{"uid", "resourceVersion", "managedFields", "selfLink"} {
		if v := meta.Get(name); v.Exists() && !v.IsNull() {
			return true
		}
	}
	return meta.Get("creationTimestamp").Kind() == jsondoc.String
}

// kubernetesWriter copies an object and completes it on the way.
type kubernetesWriter struct {
	dst     []byte
	builtin bool
}

func (p *kubernetesWriter) open(c byte) { p.dst = append(p.dst, c) }

func (p *kubernetesWriter) close(c byte) {
	if last := len(p.dst) - 1; p.dst[last] == ',' {
		p.dst[last] = c
		return
	}
	p.dst = append(p.dst, c)
}

func (p *kubernetesWriter) key(name string) {
	if last := p.dst[len(p.dst)-1]; last != '{' && last != ',' {
		p.dst = append(p.dst, ',')
	}
	p.dst = append(jsondoc.AppendString(p.dst, name), ':')
}

// value copies a value; list is the name of the member whose list it is in.
func (p *kubernetesWriter) value(v jsondoc.Value, list string) {
	switch v.Kind() {
	case jsondoc.Object:
		p.open('{')
		for key, m := range v.MemberViews() {
			p.key(string(key))
			p.value(m, string(key))
		}
		if p.builtin && list == "ports" && lacksProtocol(v) {
			p.key("protocol")
			p.dst = append(p.dst, `"TCP"`...)
		}
		p.close('}')
	case jsondoc.Array:
		p.open('[')
		for e := range v.Elements() {
			p.value(e, list)
			p.dst = append(p.dst, ',')
		}
		p.close(']')
	default:
		p.dst = append(p.dst, v.Raw()...)
	}
}

// lacksProtocol says that an element of ports leaves its protocol to the
// default, which is part of what tells ports apart.
func lacksProtocol(v jsondoc.Value) bool {
	protocol := v.Get("protocol")
	return (v.Get("port").Exists() || v.Get("containerPort").Exists()) && !protocol.Exists()
}

// textMap copies a map of texts, in which null is the empty text.
func (p *kubernetesWriter) textMap(v jsondoc.Value) {
	if v.Kind() != jsondoc.Object {
		p.dst = append(p.dst, v.Raw()...)
		return
	}
	p.open('{')
	for key, m := range v.MemberViews() {
		p.key(string(key))
		if m.IsNull() {
			p.dst = append(p.dst, `""`...)
			continue
		}
		p.dst = append(p.dst, m.Raw()...)
	}
	p.close('}')
}

// secretData writes data and stringData as the API stores them: as data alone,
// in base64, where stringData counts before data.
func (p *kubernetesWriter) secretData(object jsondoc.Value) {
	data, plain := object.Get("data"), object.Get("stringData")
	p.open('{')
	for key, m := range data.MemberViews() {
		if text := plain.Get(string(key)); text.Exists() && !text.IsNull() {
			continue
		}
		p.key(string(key))
		text, _ := m.StrView()
		// Base64 may be wrapped; the API stores it in one piece.
		p.dst = jsondoc.AppendString(p.dst, string(bytes.Join(bytes.Fields(text), nil)))
	}
	for key, m := range plain.MemberViews() {
		if text, ok := m.StrView(); ok {
			p.key(string(key))
			p.dst = jsondoc.AppendString(p.dst, base64.StdEncoding.EncodeToString(text))
		}
	}
	p.close('}')
}
