package sigma

// ownSource serves events that name their logsource themselves. Each distinct
// logsource of the rules has a plan of its own; an event is served by at most
// eight of them, whatever it says, so that nothing has to be kept per event.
type ownSource struct {
	object int32                  // path of the object
	parts  [3]int32               // paths of category, product, service
	names  [3]map[string]int32    // of each part, folded; 0 is the empty name
	plans  map[[3]int32]*lazyPlan // by the names' numbers
}

// ownSource compiles every rule for events that name their logsource at a path.
func (k *compiler) ownSource(path string) *ownSource {
	o := &ownSource{object: k.tree.add("", path), plans: map[[3]int32]*lazyPlan{}}
	for i, part := range [3]string{"category", "product", "service"} {
		o.parts[i] = k.tree.add(path, part)
		o.names[i] = map[string]int32{"": 0}
	}
	for source, rules := range k.sources {
		var key [3]int32
		for i, name := range [3]string{source.Category, source.Product, source.Service} {
			n, ok := o.names[i][name]
			if !ok {
				n = int32(len(o.names[i]))
				o.names[i][name] = n
			}
			key[i] = n
		}
		p := &lazyPlan{}
		for _, r := range rules {
			p.rules = append(p.rules, k.rule(r, 0))
		}
		k.room(p.rules)
		o.plans[key] = p
	}
	return o
}

// runOwn evaluates the rules of the logsource that the event names.
func (m *Matcher) runOwn(o *ownSource) {
	at := m.slots[o.object]
	if at.gen != m.gen || m.ev[m.spans[at.head].start-1] != '{' {
		return
	}
	var key [3]int32
	for i, path := range o.parts {
		key[i] = -1 // a name that no rule has
		if n, ok := o.names[i][string(m.ownName(path))]; ok {
			key[i] = n
		}
	}
	for mask := range 8 {
		open := key
		for i := range open {
			if mask>>i&1 != 0 {
				if key[i] == 0 { // the same again
					open[i] = -1
					continue
				}
				open[i] = 0
			}
		}
		if p := o.plans[open]; p != nil {
			m.run(p.plan(m.set.rarity))
		}
	}
}

// ownName is a part's text in lower case; lists and objects have none.
func (m *Matcher) ownName(path int32) []byte {
	s := m.slots[path]
	if s.gen != m.gen {
		return nil
	}
	v := m.spans[s.head]
	if c := m.ev[v.start-1]; c == '{' || c == '[' || v.first == v.last {
		return nil
	}
	l := &m.leaves[v.first]
	if l.kind == leafNull {
		return nil
	}
	return m.folded(m.ev, l)
}
