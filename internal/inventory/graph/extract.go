package graph

import (
	"slices"
	"strings"
	"sync"

	"frostgate.io/frostgate/internal/jsondoc"
)

// standing says whether an object is assigned to anybody.
type standing uint8

const (
	notAssignable standing = iota
	assigned
	unassigned
	unread // it could be, but its assignments are not in what was read
)

// ref is one reference of an object.
type ref struct {
	rule  int // which rule found it
	typ   string
	id    string
	sure  bool // what it names must be there
	known bool // what it names is there, observed or not
}

// facts are what the graph keeps of an object.
type facts struct {
	standing standing
	refs     []ref
}

// maxRefs bounds the references of one object.
const maxRefs = 20_000

// extractor finds references. It remembers which rules hold for which type and
// is safe for concurrent use.
type extractor struct {
	set        *ruleset
	assignable func(typ string) bool

	mu    sync.RWMutex
	types map[string]*plan
}

// plan is what to look for in objects of one type.
type plan struct {
	rules      []int
	assigned   *assignedRule
	assignable bool
}

func (p *plan) empty() bool { return len(p.rules) == 0 && p.assigned == nil && !p.assignable }

func newExtractor(set *ruleset, assignable func(string) bool) *extractor {
	return &extractor{set: set, assignable: assignable, types: map[string]*plan{}}
}

// plan gives the rules of a type.
func (x *extractor) plan(typ string) *plan {
	x.mu.RLock()
	p := x.types[typ]
	x.mu.RUnlock()
	if p != nil {
		return p
	}
	p = &plan{assignable: x.assignable(typ)}
	for i := range x.set.refs {
		if matchAny(x.set.refs[i].types, typ) {
			p.rules = append(p.rules, i)
		}
	}
	for i := range x.set.assigned {
		if matchAny(x.set.assigned[i].types, typ) {
			p.assigned = &x.set.assigned[i]
		}
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if len(x.types) >= 10_000 { // names of types come from outside
		clear(x.types)
	}
	x.types[typ] = p
	return p
}

// facts reads an object's canonical content.
func (x *extractor) facts(doc *jsondoc.Doc, typ, id string, canonical []byte) (facts, error) {
	p := x.plan(typ)
	if p.empty() {
		return facts{}, nil
	}
	if err := doc.Parse(canonical, jsondoc.Limits{MaxBytes: 64 << 20, MaxDepth: 72}); err != nil {
		return facts{}, err
	}
	root := doc.Root()
	f := facts{standing: standingOf(p, root)}
	self := ref{typ: typ, id: id}
	who := identityOf(id)
	for _, i := range p.rules {
		r := &x.set.refs[i]
		for _, path := range r.paths {
			each(root, path, func(v jsondoc.Value) {
				to, ok := x.reference(r, v, who)
				if !ok || to.typ == self.typ && to.id == self.id {
					return
				}
				to.rule = i
				if len(f.refs) < maxRefs && !slices.ContainsFunc(f.refs[max(0, len(f.refs)-64):], to.same) {
					f.refs = append(f.refs, to)
				}
			})
		}
	}
	return f, nil
}

func (r ref) same(o ref) bool { return r.rule == o.rule && r.typ == o.typ && r.id == o.id }

// each calls fn for every value at a path.
func each(v jsondoc.Value, path []string, fn func(jsondoc.Value)) {
	if len(path) == 0 {
		if v.Exists() && !v.IsNull() {
			fn(v)
		}
		return
	}
	switch step := path[0]; step {
	case "*":
		children(v, func(c jsondoc.Value) { each(c, path[1:], fn) })
	case "**":
		each(v, path[1:], fn)
		children(v, func(c jsondoc.Value) {
			if c.Kind() >= jsondoc.Array {
				each(c, path, fn)
			}
		})
	default:
		if m := v.Get(step); m.Exists() {
			each(m, path[1:], fn)
		}
	}
}

func children(v jsondoc.Value, fn func(jsondoc.Value)) {
	for e := range v.Elements() {
		fn(e)
	}
	for _, m := range v.MemberViews() {
		fn(m)
	}
}

// reference makes the reference that a rule sees in a value.
func (x *extractor) reference(r *rule, v jsondoc.Value, who identity) (ref, bool) {
	if !holds(r.when, v) {
		return ref{}, false
	}
	typ, okType := r.to.fill(v, who)
	id, okID := r.id.fill(v, who)
	if !okType || !okID || len(typ) > 512 || len(id) > 1024 || len(r.like) > 0 && !matchAny(r.like, id) {
		return ref{}, false
	}
	out := ref{typ: typ, id: id, sure: !r.maybe && (r.maybeIf == nil || !holds(r.maybeIf, v))}
	if t := x.set.targets[typ]; t != nil {
		if matchAny(t.none, id) {
			return ref{}, false
		}
		out.known = matchAny(t.known, id)
	}
	return out, true
}

// holds says that each member has one of its values.
func holds(when map[string][]string, v jsondoc.Value) bool {
	for member, values := range when {
		if !slices.Contains(values, text(v.Get(member))) {
			return false
		}
	}
	return true
}

// text gives a scalar as text, empty for anything else.
func text(v jsondoc.Value) string {
	if s, ok := v.Str(); ok {
		return s
	}
	if k := v.Kind(); k == jsondoc.Number || k == jsondoc.Bool {
		return string(v.Raw())
	}
	return ""
}

// fill makes the text; false when a place has nothing.
func (t template) fill(v jsondoc.Value, who identity) (string, bool) {
	if s, ok := t.constant(); ok {
		return s, true
	}
	var b strings.Builder
	for i, alternatives := range t.places {
		found := ""
		for _, a := range alternatives {
			switch {
			case a == "$":
				found = text(v)
			case a[0] == '@':
				found = who.part(a)
			default:
				found = text(v.Get(a))
			}
			if found != "" {
				break
			}
		}
		if found == "" {
			return "", false
		}
		b.WriteString(t.text[i])
		b.WriteString(found)
	}
	b.WriteString(t.text[len(t.places)])
	return b.String(), true
}

// exclusion is the target that takes devices out of an assignment.
const exclusion = "#microsoft.graph.exclusionGroupAssignmentTarget"

// standingOf says whether an object is assigned: an assignable one by its
// assignments, of which one must not be an exclusion.
func standingOf(p *plan, root jsondoc.Value) standing {
	if p.assigned != nil {
		out := unassigned
		for _, path := range p.assigned.any {
			each(root, path, func(v jsondoc.Value) {
				if !p.assigned.none[text(v)] {
					out = assigned
				}
			})
		}
		return out
	}
	if !p.assignable {
		return notAssignable
	}
	list := root.Get("assignments")
	if list.Kind() != jsondoc.Array {
		return unread
	}
	for a := range list.Elements() {
		if text(a.Path("target", "@odata.type")) != exclusion {
			return assigned
		}
	}
	return unassigned
}
