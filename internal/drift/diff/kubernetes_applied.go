package diff

import (
	"strings"

	"frostgate.io/frostgate/internal/inventory/normal"
	"frostgate.io/frostgate/internal/jsondoc"
)

// trees are what appliers set below one place; see normal.AppliedMember.
type trees []jsondoc.Value

// below goes to a member or element.
func (t trees) below(name string) trees {
	var out trees
	for _, tree := range t {
		if b := tree.Get(name); b.Exists() {
			out = append(out, b)
		}
	}
	return out
}

// whole says that the place was set as one value.
func (t trees) whole() bool {
	for _, tree := range t {
		if tree.Len() == 0 {
			return true
		}
	}
	return false
}

// chooseTrees gives what earlier states of a manifest have set in a live
// object: kubectl's note of the last apply, and the fields of the managers of
// server-side apply that set at least half of what the manifest says. Other
// managers apply for themselves: an autoscaler's replicas are no leftover.
func chooseTrees(typ string, manifest, applied jsondoc.Value) trees {
	var out trees
	for name, tree := range applied.Members() {
		if name == normal.LastApplied {
			out = append(out, tree)
			continue
		}
		if !strings.HasPrefix(name, "apply:") {
			continue
		}
		c := coverage{typ: typ}
		for key, v := range manifest.Members() {
			switch key {
			case "apiVersion", "kind":
			case "metadata":
				for _, shared := range [...]string{"labels", "annotations"} {
					c.count(v.Get(shared), shared, trees{tree}.below(key).below(shared))
				}
			default:
				c.count(v, key, trees{tree}.below(key))
			}
		}
		if c.set > 0 && 2*c.set >= c.all {
			out = append(out, tree)
		}
	}
	return out
}

// coverage counts the values of a manifest, and those of them that a tree has.
type coverage struct {
	typ      string
	all, set int
}

func (c *coverage) count(v jsondoc.Value, name string, t trees) {
	switch {
	case v.Kind() == jsondoc.Object && !t.whole():
		for key, m := range v.Members() {
			c.count(m, key, t.below(key))
		}
	case v.Kind() == jsondoc.Array && !t.whole():
		for e := range v.Elements() {
			token, ok := normal.MergeToken(c.typ, name, e)
			if !ok {
				c.all++
				continue
			}
			c.count(e, name, t.below(token))
		}
	case v.Exists():
		c.all++
		if len(t) > 0 {
			c.set++
		}
	}
}

// unset says that a value of a manifest means what its absence means, so that
// the API server, which leaves such values out, didn't lose it. It knows the
// members of Kubernetes' own types for which that holds; for others, also where
// zero is not the default (replicas, runAsUser, allowPrivilegeEscalation), a
// missing value is missing. Custom resources are stored as they were written.
func (s *settler) unset(m jsondoc.Value) bool {
	if !s.builtin && (len(s.path) == 0 || s.path[0] != "metadata") {
		return false
	}
	switch m.Kind() {
	case jsondoc.Array:
		return m.Len() == 0
	case jsondoc.Object:
		if !emptyMeansNone(s.name()) {
			return false
		}
		for key, v := range m.Members() {
			s.path = append(s.path, key)
			ok := s.unset(v)
			s.path = s.path[:len(s.path)-1]
			if !ok {
				return false
			}
		}
		return true
	}
	return isZero(m) && (zeroMeansNone(s.name()) || assignedByServer(s.name()))
}

func isZero(v jsondoc.Value) bool {
	switch string(v.Raw()) {
	case `""`, "0", "false":
		return true
	}
	return false
}

// emptyMeansNone lists maps, and structs that have no meaning by being there.
func emptyMeansNone(name string) bool {
	switch name {
	case "affinity", "annotations", "binaryData", "data", "hard", "labels", "limits", "matchLabels", "metadata",
		"nodeSelector", "options", "parameters", "requests", "resources", "securityContext", "selector",
		"strategy", "stringData", "updateStrategy", "dnsConfig":
		return true
	}
	return false
}

// zeroMeansNone lists members that are left out when they are zero, with zero as
// their default.
func zeroMeansNone(name string) bool {
	switch name {
	case "hostNetwork", "hostPID", "hostIPC", "stdin", "stdinOnce", "tty", "readOnly", "paused", "suspend",
		"publishNotReadyAddresses", "unschedulable", "minReadySeconds", "initialDelaySeconds", "hostPort", "partition",
		"value", "subPath", "subPathExpr", "medium", "hostname", "subdomain", "namespace", "generateName",
		"externalName", "loadBalancerIP", "apiGroup", "message", "priorityClassName", "host", "path", "immutable",
		"privileged", "runAsNonRoot", "readOnlyRootFilesystem", "shareProcessNamespace", "optional":
		return true
	}
	return false
}

// assignedByServer lists members in which zero asks the server for a value.
func assignedByServer(name string) bool {
	switch name {
	case "clusterIP", "nodePort", "healthCheckNodePort", "schedulerName", "nodeName", "protocol", "dnsPolicy", "restartPolicy":
		return true
	}
	return false
}
