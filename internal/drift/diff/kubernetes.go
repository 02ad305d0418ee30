package diff

import (
	"bytes"

	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory/normal"
	"frostgate.io/frostgate/internal/jsondoc"
)

// kubernetesDesired prepares a manifest and the live object that the cluster
// made of it for comparison: of the live object stays what the manifest sets,
// and what was applied before, is in the manifest no more, and is still there.
// Defaults and what controllers and other appliers added are not in the
// manifest, so they are no drift from it. Which side is live shows in the
// object (normal.AppliedMember); two manifests, two live objects, and anything
// that is no Kubernetes object come back as they are.
func kubernetesDesired(rules *normal.Rules, from, to []byte) (desiredFrom, desiredTo []byte, err error) {
	if rules.Type().Family != "kubernetes" {
		return from, to, nil
	}
	liveFrom, liveTo := isLive(from), isLive(to)
	switch {
	case liveFrom == liveTo:
		return from, to, nil
	case liveTo:
		to, err = settle(rules, from, to)
	default:
		from, err = settle(rules, to, from)
	}
	return from, to, err
}

// isLive looks for the mark without parsing: the name can't be in a text
// without escapes.
func isLive(canonical []byte) bool {
	// The shorter text is found sooner: it does not begin with a quote.
	return bytes.Contains(canonical, []byte(`:applied":{`)) && bytes.Contains(canonical, []byte(`"`+normal.AppliedMember+`":{`))
}

// settle gives the live object reduced to what its manifest speaks of.
func settle(rules *normal.Rules, manifest, live []byte) ([]byte, error) {
	limits := jsondoc.Limits{MaxBytes: maxObject, MaxNodes: maxNodes}
	m, err := jsondoc.Parse(manifest, limits)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "an object to compare is no JSON document")
	}
	l, err := jsondoc.Parse(live, limits)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "an object to compare is no JSON document")
	}
	s := settler{rules: rules, typ: rules.Type().Name}
	s.builtin = normal.BuiltinKubernetes(s.typ)
	s.object(m.Root(), l.Root(), chooseTrees(s.typ, m.Root(), l.Root().Get(normal.AppliedMember)))
	// Members were written in the order of the manifest.
	done, err := jsondoc.Parse(s.dst, limits)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "settle a live object")
	}
	return done.Root().AppendCanonical(nil), nil
}

// settler writes what of a live object its manifest speaks of. Its methods say
// whether they wrote anything.
type settler struct {
	rules   *normal.Rules
	typ     string
	builtin bool
	dst     []byte
	path    []string
	differ  Differ
}

func (s *settler) value(m, l jsondoc.Value, applied trees) bool {
	switch {
	case !l.Exists():
		if !s.unset(m) {
			return false
		}
		s.raw(m)
	case m.Kind() == jsondoc.Object && l.Kind() == jsondoc.Object:
		s.object(m, l, applied)
	case m.Kind() == jsondoc.Array && l.Kind() == jsondoc.Array:
		s.array(m, l, applied)
	case s.builtin && assignedByServer(s.name()) && isZero(m):
		s.raw(m)
	default:
		s.raw(l)
	}
	return true
}

func (s *settler) raw(v jsondoc.Value) { s.dst = append(s.dst, v.Raw()...) }

func (s *settler) name() string {
	for i := len(s.path) - 1; i >= 0; i-- {
		if s.path[i] != "*" {
			return s.path[i]
		}
	}
	return ""
}

func (s *settler) object(m, l jsondoc.Value, applied trees) {
	s.dst = append(s.dst, '{')
	for key, v := range m.Members() {
		if len(s.path) == 0 && key == normal.AppliedMember {
			continue
		}
		s.member(key, func() bool { return s.value(v, l.Get(key), applied.below(key)) })
	}
	for key, v := range l.Members() {
		below := applied.below(key)
		switch {
		case m.Get(key).Exists() || s.within("metadata") && key == "namespace":
		case len(below) > 0:
			s.member(key, func() bool { return s.kept(v, below) })
		default:
			s.member(key, func() bool { return s.grave(v) })
		}
	}
	s.end('}')
}

// within says that the place is the member of that name of the root.
func (s *settler) within(name string) bool { return len(s.path) == 1 && s.path[0] == name }

// member writes a member whose value write writes, or nothing.
func (s *settler) member(key string, write func() bool) {
	before := len(s.dst)
	s.dst = append(jsondoc.AppendString(s.dst, key), ':')
	s.path = append(s.path, key)
	if write() {
		s.dst = append(s.dst, ',')
	} else {
		s.dst = s.dst[:before]
	}
	s.path = s.path[:len(s.path)-1]
}

// element is member for an element.
func (s *settler) element(write func() bool) {
	s.path = append(s.path, "*")
	if write() {
		s.dst = append(s.dst, ',')
	}
	s.path = s.path[:len(s.path)-1]
}

func (s *settler) end(c byte) {
	if last := len(s.dst) - 1; s.dst[last] == ',' {
		s.dst[last] = c
		return
	}
	s.dst = append(s.dst, c)
}

// kept writes what was applied, is in the manifest no more, and is still there.
func (s *settler) kept(l jsondoc.Value, applied trees) bool {
	if l.Kind() >= jsondoc.Array && l.Len() == 0 || applied.whole() && s.shared() {
		return false
	}
	if applied.whole() || l.Kind() < jsondoc.Array {
		s.raw(l)
		return true
	}
	before := len(s.dst)
	open, end := byte('{'), byte('}')
	if l.Kind() == jsondoc.Array {
		open, end = '[', ']'
	}
	s.dst = append(s.dst, open)
	empty := len(s.dst)
	if l.Kind() == jsondoc.Object {
		for key, v := range l.Members() {
			if below := applied.below(key); len(below) > 0 {
				s.member(key, func() bool { return s.kept(v, below) })
			}
		}
	} else {
		for e := range l.Elements() {
			if token, ok := normal.MergeToken(s.typ, s.name(), e); ok && len(applied.below(token)) > 0 {
				s.element(func() bool { s.raw(e); return true })
			}
		}
	}
	if len(s.dst) == empty {
		s.dst = s.dst[:before]
		return false
	}
	s.end(end)
	return true
}

// shared says that the place is a map that many write into: that somebody
// applied it as such says nothing of its members.
func (s *settler) shared() bool {
	return len(s.path) >= 2 && s.path[len(s.path)-2] == "metadata" && (s.name() == "labels" || s.name() == "annotations")
}
