package diff

import "frostgate.io/frostgate/internal/jsondoc"

// grave writes what a manifest does not speak of and a live object has, where
// that opens more than the manifest does: what nobody and nothing but an
// attacker, or somebody in a hurry, adds to a live object.
func (s *settler) grave(l jsondoc.Value) bool {
	switch name := s.name(); {
	case s.typ == "networking.k8s.io/v1/NetworkPolicy" && s.path[0] == "spec":
		// The server adds these two itself.
		if name == "policyTypes" || name == "protocol" || l.Kind() >= jsondoc.Array && l.Len() == 0 {
			return false
		}
		s.raw(l)
		return true
	case !s.builtin:
		return false
	case name == "securityContext" && l.Kind() == jsondoc.Object:
		return s.graveMembers(l)
	case opensNode(name):
		if yes, _ := l.Bool(); !yes {
			return false
		}
		s.raw(l)
		return true
	}
	return false
}

func (s *settler) graveMembers(l jsondoc.Value) bool {
	before := len(s.dst)
	s.dst = append(s.dst, '{')
	for key, v := range l.Members() {
		s.member(key, func() bool { return s.grave(v) })
	}
	if len(s.dst) == before+1 {
		s.dst = s.dst[:before]
		return false
	}
	s.end('}')
	return true
}

// opensNode lists members that give a pod rights on its node.
func opensNode(name string) bool {
	switch name {
	case "hostNetwork", "hostPID", "hostIPC", "privileged", "allowPrivilegeEscalation":
		return true
	}
	return false
}

// privileged says that an element is a container with rights on its node.
func privileged(e jsondoc.Value) bool {
	yes, _ := e.Get("securityContext").Get("privileged").Bool()
	return yes
}
