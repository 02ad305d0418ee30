package normal

import (
	"bytes"
	"crypto/sha256"
	"slices"

	"frostgate.io/frostgate/internal/jsondoc"
)

// objectLimits bound a single object. Hashes in place of secrets can make it
// longer than it was.
var objectLimits = jsondoc.Limits{MaxBytes: 8 * MaxObject, MaxDepth: maxDepth + 4, MaxNodes: maxNodes}

// normalise writes the canonical form of an object and its hash.
func (n *Normaliser) normalise(k *knownType, v jsondoc.Value, obj *Object) error {
	if rd := &k.family.reader; rd.prepare != nil {
		out, rewritten := rd.prepare(n.build[:0], k.rules, v)
		n.build = out
		if rewritten {
			if err := n.inner.Parse(out, objectLimits); err != nil {
				return err
			}
			v = n.inner.Root()
		}
	}
	n.w.reset(k, n.sealer)
	n.w.value(v, rootState, notSecret)
	obj.Canonical = n.w.out
	obj.Hash = sha256.Sum256(n.w.out)
	return nil
}

// Again normalises an object that is normalised already and was changed, or
// that people wrote in the form of one: what stands for a secret in it stays.
// The bytes are valid until the next call on n.
func (n *Normaliser) Again(typ string, canonical []byte) ([]byte, Hash, error) {
	if err := n.doc.Parse(canonical, objectLimits); err != nil {
		return nil, Hash{}, err
	}
	n.sealer.trusting = true
	defer func() { n.sealer.trusting = false }()
	n.w.reset(n.knows(typ), n.sealer)
	n.w.value(n.doc.Root(), rootState, notSecret)
	return n.w.out, sha256.Sum256(n.w.out), nil
}

// secrecy says what of a value is secret.
type secrecy uint8

const (
	notSecret   secrecy = iota
	ownSecret           // the value's own text, or that of its elements
	pairSecret          // as a value beside its name; its own string, or that of its value
	textSecret          // all strings below it, but names
	belowSecret         // its own text, and all strings below it, but names
	deepSecret          // all below it
)

// writer writes one object's canonical form. Its slices are stacks that keep
// their memory.
type writer struct {
	k       *knownType
	sealer  *sealer
	out     []byte
	scratch []byte
	members []member
	spans   []span
	path    []byte // names from the root, each after a NUL
	room    spelling
}

// member is an object's member while its place is being found.
type member struct {
	prefix uint64 // the key's first bytes: they decide most comparisons
	key    []byte
	value  jsondoc.Value
	state  state
	secret secrecy
}

// span is an element of a set in the output, without the comma after it.
type span struct{ from, to int }

func (w *writer) reset(k *knownType, s *sealer) {
	w.k, w.sealer = k, s
	w.out, w.path = w.out[:0], w.path[:0]
	w.members, w.spans = w.members[:0], w.spans[:0]
}

func (w *writer) value(v jsondoc.Value, s state, secret secrecy) {
	switch v.Kind() {
	case jsondoc.Object:
		w.object(v, s, secret)
	case jsondoc.Array:
		w.array(v, s, secret)
	case jsondoc.String:
		w.text(v, s, secret)
	case jsondoc.Number:
		w.number(v, s, secret)
	default:
		w.out = append(w.out, v.Raw()...)
	}
}

func (w *writer) object(v jsondoc.Value, s state, secret secrecy) {
	switch secret {
	case ownSecret:
		secret = notSecret
	case belowSecret:
		secret = textSecret
	}
	base := len(w.members)
	var roles role
	for key, m := range v.MemberViews() {
		roles |= w.member(v, key, m, s, secret)
	}
	if roles == wholePair {
		w.pair(w.members[base:])
	}
	sortMembers(w.members[base:])
	w.out = append(w.out, '{')
	path := len(w.path)
	for i := base; i < len(w.members); i++ {
		m := w.members[i]
		if i > base {
			w.out = append(w.out, ',')
		}
		w.out = appendText(w.out, m.key)
		w.out = append(w.out, ':')
		w.path = append(append(w.path[:path], 0), m.key...)
		w.value(m.value, m.state, m.secret)
	}
	w.path = w.path[:path]
	w.members = w.members[:base]
	w.out = append(w.out, '}')
}

// member takes a member in, unless it says nothing. It returns what the member
// can be of a pair of name and value.
func (w *writer) member(object jsondoc.Value, key []byte, v jsondoc.Value, s state, secret secrecy) role {
	rules := w.k.rules
	name := w.k.name(key)
	if name.volatile || v.IsNull() && rules.doc.Nulls == nullsDropped {
		return 0
	}
	to := dead
	if s != dead {
		to = w.k.paths.next(s, name.symbol)
	}
	m := w.k.paths.at(to)
	if m.volatile || len(m.defaults) > 0 && isDefault(v, m.defaults) {
		return 0
	}
	if secret == pairSecret && name.role != pairValue || secret == textSecret && namesElement(key) {
		secret = notSecret
	}
	if secret != deepSecret {
		secret = max(secret, w.secrecy(object, m, &name))
	}
	w.members = append(w.members, member{prefix: prefixOf(key), key: key, value: v, state: to, secret: secret})
	return name.role
}

// pair hides the value of an object that gives it beside a secret's name.
func (w *writer) pair(members []member) {
	secret := false
	for i := range members {
		m := &members[i]
		if text, ok := m.value.StrView(); ok && m.secret == notSecret && w.k.name(m.key).role == pairName {
			secret = secret || w.k.callsSecret(text, &w.room)
		}
	}
	for i := range members {
		if m := &members[i]; secret && w.k.name(m.key).role == pairValue {
			m.secret = max(m.secret, pairSecret)
		}
	}
}

func (w *writer) secrecy(object jsondoc.Value, m *mark, name *nameMark) (secret secrecy) {
	for _, r := range m.secrets {
		if r.holds(object) {
			return deepSecret
		}
	}
	for _, r := range name.secrets {
		if r.holds(object) {
			if r.below {
				return belowSecret
			}
			secret = ownSecret
		}
	}
	return secret
}

func isDefault(v jsondoc.Value, defaults []string) bool {
	text, ok := v.StrView()
	if !ok {
		return false
	}
	for _, d := range defaults {
		if string(text) == d {
			return true
		}
	}
	return false
}

func (w *writer) array(v jsondoc.Value, s state, secret secrecy) {
	paths := w.k.paths
	to := dead
	if s != dead {
		to = paths.next(s, symOther)
	}
	if m := paths.at(to); len(m.secrets) > 0 && secret == notSecret {
		// A pattern that ends in * says it of the elements.
		secret = w.secrecy(v, m, &nameMark{})
	}
	path := len(w.path)
	w.path = append(w.path, 0, '*')
	w.out = append(w.out, '[')
	base, start := len(w.spans), len(w.out)
	ordered, next := paths.at(s).ordered, secret
	for e := range v.Elements() {
		from := len(w.out)
		w.value(e, to, max(secret, next))
		if next = notSecret; ordered {
			next = w.after(e)
		}
		w.spans = append(w.spans, span{from, len(w.out)})
		w.out = append(w.out, ',')
	}
	w.path = w.path[:path]
	if len(w.spans) == base {
		w.out = append(w.out, ']')
		return
	}
	if !ordered {
		w.sort(w.spans[base:], start)
	}
	w.spans = w.spans[:base]
	w.out[len(w.out)-1] = ']'
}

// after says of the element after this one whether it is the secret that an
// option takes.
func (w *writer) after(e jsondoc.Value) secrecy {
	if text, ok := e.StrView(); ok && w.flag(text) {
		return pairSecret
	}
	return notSecret
}

// sort brings a set's elements, which stand in the output from start on, into
// the order of their bytes.
func (w *writer) sort(spans []span, start int) {
	byBytes := func(x, y span) int { return bytes.Compare(w.out[x.from:x.to], w.out[y.from:y.to]) }
	if slices.IsSortedFunc(spans, byBytes) {
		return
	}
	slices.SortFunc(spans, byBytes)
	w.scratch = append(w.scratch[:0], w.out[start:]...)
	w.out = w.out[:start]
	for _, s := range spans {
		w.out = append(w.out, w.scratch[s.from-start:s.to-start]...)
		w.out = append(w.out, ',')
	}
}

func (w *writer) text(v jsondoc.Value, s state, secret secrecy) {
	text, _ := v.StrView()
	if secret == pairSecret && isTruth(text) {
		secret = notSecret
	}
	if secret != notSecret || w.shows(text) {
		w.seal(text)
		return
	}
	if form := w.k.paths.at(s).scalar; form != nil {
		if out, ok := form(w.out, v); ok {
			w.out = out
			return
		}
	}
	if raw := v.Raw(); len(raw) == len(text)+2 {
		w.out = append(w.out, raw...) // no escapes: canonical as it is
		return
	}
	w.out = appendText(w.out, text)
}

func (w *writer) number(v jsondoc.Value, s state, secret secrecy) {
	if secret != notSecret && secret != pairSecret && secret != textSecret {
		w.scratch = appendNumber(w.scratch[:0], v)
		w.seal(w.scratch)
		return
	}
	if form := w.k.paths.at(s).scalar; form != nil {
		if out, ok := form(w.out, v); ok {
			w.out = out
			return
		}
	}
	w.out = appendNumber(w.out, v)
}

func (w *writer) seal(text []byte) {
	w.out = w.sealer.append(w.out, w.path, text)
}
