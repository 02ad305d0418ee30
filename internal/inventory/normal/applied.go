package normal

import (
	"slices"
	"strings"

	"frostgate.io/frostgate/internal/jsondoc"
)

// Of a live Kubernetes object stays, under AppliedMember, who set what in it:
//
//	{"last-applied": tree, "apply:argocd-controller": tree}
//
// A tree has a member for each member that was set, whose value is the tree
// below it; {} is a value set as a whole. Elements of lists with merge keys are
// members "k:" and the key as JSON, as in managedFields. last-applied is from
// kubectl's annotation, apply:NAME from the managers of server-side apply.
// Values stay out: the annotation of a Secret holds the secret.

// LastApplied is the name of the tree of kubectl's annotation.
const LastApplied = "last-applied"

const lastAppliedAnnotation = "kubectl.kubernetes.io/last-applied-configuration"

// mergeKeys are the lists that appliers share, each its own elements, with what
// tells their elements apart. Every other list is set as a whole.
// https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy
func mergeKeys(list string, element jsondoc.Value) []string {
	switch list {
	case "containers", "initContainers", "ephemeralContainers", "env", "volumes", "imagePullSecrets",
		"webhooks", "resourceClaims", "secrets", "claims":
		return []string{"name"}
	case "volumeMounts":
		return []string{"mountPath"}
	case "volumeDevices":
		return []string{"devicePath"}
	case "hostAliases":
		return []string{"ip"}
	case "topologySpreadConstraints":
		return []string{"topologyKey", "whenUnsatisfiable"}
	case "ownerReferences":
		return []string{"uid"}
	case "ports":
		if element.Get("containerPort").Exists() {
			return []string{"containerPort", "protocol"}
		}
		return []string{"port", "protocol"}
	}
	return nil
}

// MergeToken gives the name under which an applied tree has an element of a
// list of a type: "k:" and its key as canonical JSON. False: the list is set as
// a whole.
func MergeToken(typ, list string, element jsondoc.Value) (string, bool) {
	if !BuiltinKubernetes(typ) || list == "ports" && !portsMerge(typ) || list == "secrets" && typ != "v1/ServiceAccount" {
		return "", false
	}
	keys := mergeKeys(list, element)
	if len(keys) == 0 || !element.Get(keys[0]).Exists() {
		return "", false
	}
	return mergeToken(keys, element), true
}

// portsMerge says that a type's ports are shared. Those of network policies and
// endpoints are not.
func portsMerge(typ string) bool {
	kind := typ[strings.LastIndexByte(typ, '/')+1:]
	return kind != "NetworkPolicy" && kind != "Endpoints" && kind != "EndpointSlice"
}

func mergeToken(keys []string, element jsondoc.Value) string {
	slices.Sort(keys)
	out := []byte("k:{")
	for _, k := range keys {
		v := element.Get(k)
		switch {
		case v.Exists():
		case k == "protocol":
			if out[len(out)-1] != '{' {
				out = append(out, ',')
			}
			out = append(out, `"protocol":"TCP"`...)
			continue
		default:
			continue
		}
		if out[len(out)-1] != '{' {
			out = append(out, ',')
		}
		out = append(jsondoc.AppendString(out, k), ':')
		out = v.AppendCanonical(out)
	}
	return string(append(out, '}'))
}

// appendApplied writes what a live object tells of who set what.
func appendApplied(dst []byte, r *Rules, object jsondoc.Value) []byte {
	w := appliedWriter{kubernetesWriter: kubernetesWriter{dst: dst}, typ: r.typ.Name}
	meta := object.Get("metadata")
	w.open('{')
	if text, ok := meta.Path("annotations", lastAppliedAnnotation).StrView(); ok {
		// What can't be read tells nothing: the live object itself was readable.
		if doc, err := jsondoc.Parse(text, jsondoc.Limits{}); err == nil && doc.Root().Kind() == jsondoc.Object {
			w.key(LastApplied)
			w.set(doc.Root())
		}
	}
	written := map[string]bool{}
	for entry := range meta.Get("managedFields").Elements() {
		manager, _ := entry.Get("manager").Str()
		operation, _ := entry.Get("operation").Str()
		subresource, _ := entry.Get("subresource").Str()
		fields := entry.Get("fieldsV1")
		// Updates own defaults too, so they don't tell what a manifest set.
		if operation != "Apply" || subresource != "" || fields.Kind() != jsondoc.Object || written[manager] {
			continue
		}
		written[manager] = true
		w.key("apply:" + manager)
		w.fields(fields)
	}
	w.close('}')
	return w.dst
}

type appliedWriter struct {
	kubernetesWriter
	typ string
}

// set writes the tree of an object that was applied. Empty values set nothing.
func (w *appliedWriter) set(v jsondoc.Value) {
	w.open('{')
	for key, m := range v.MemberViews() {
		name := string(key)
		if m.IsNull() || m.Kind() >= jsondoc.Array && m.Len() == 0 || w.typ == "v1/Secret" && (name == "data" || name == "stringData") {
			continue
		}
		w.key(name)
		switch m.Kind() {
		case jsondoc.Object:
			w.set(m)
		case jsondoc.Array:
			w.list(name, m)
		default:
			w.dst = append(w.dst, "{}"...)
		}
	}
	if w.typ == "v1/Secret" && v.Get("metadata").Exists() {
		w.secret(v)
	}
	w.close('}')
}

// secret writes the names of a secret's data, however it was given.
func (w *appliedWriter) secret(v jsondoc.Value) {
	names := map[string]bool{}
	w.key("data")
	w.open('{')
	for _, member := range [...]string{"data", "stringData"} {
		for key := range v.Get(member).MemberViews() {
			if name := string(key); !names[name] {
				names[name] = true
				w.key(name)
				w.dst = append(w.dst, "{}"...)
			}
		}
	}
	w.close('}')
}

// list writes the elements of a list that appliers share; another is one value.
func (w *appliedWriter) list(name string, v jsondoc.Value) {
	w.open('{')
	seen := map[string]bool{}
	for e := range v.Elements() {
		token, ok := MergeToken(w.typ, name, e)
		if !ok || seen[token] {
			continue
		}
		seen[token] = true
		w.key(token)
		w.set(e)
	}
	w.close('}')
}

// fields writes the tree of a manager's fieldsV1: f: is a member, k: an element
// by its key; v: (an element of a set of scalars) and i: say no more than their
// list does, and "." only that the member itself is there.
func (w *appliedWriter) fields(v jsondoc.Value) {
	w.open('{')
	for key, m := range v.MemberViews() {
		if m.Kind() != jsondoc.Object {
			continue
		}
		switch name := string(key); {
		case strings.HasPrefix(name, "f:"):
			w.key(name[2:])
			w.fields(m)
		case strings.HasPrefix(name, "k:"):
			if doc, err := jsondoc.Parse(key[2:], jsondoc.Limits{}); err == nil {
				w.key("k:" + string(doc.Root().AppendCanonical(nil)))
				w.fields(m)
			}
		}
	}
	w.close('}')
}
