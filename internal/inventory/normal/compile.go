package normal

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// rules compiles the data of one type.
func (b *builder) rules(typ Type, d *typeDoc, doc rulesDoc) (*Rules, error) {
	if doc.Nulls != nullsDropped && doc.Nulls != nullsKept {
		return nil, fmt.Errorf("nulls: must be %s or %s", nullsDropped, nullsKept)
	}
	typ.Assignable = doc.Assignable != nil && *doc.Assignable
	doc.Secrets = slices.Concat(commonSecrets(), doc.Secrets)
	var err error
	if typ.Normaliser, err = version(typ.Family, d.Recognise, doc); err != nil {
		return nil, err
	}
	r := &Rules{typ: typ, doc: doc, names: &nameTable{}}
	c := compiler{r: r, forms: b.forms}
	c.identity()
	c.volatile()
	c.secrets()
	c.values()
	c.arrays()
	if len(c.errs) > 0 {
		return nil, errors.Join(c.errs...)
	}
	// Most programs meet few of the types.
	r.paths = sync.OnceValue(func() *automaton { return compilePaths(c.paths) })
	return r, nil
}

// compiler collects the path rules of one type.
type compiler struct {
	r     *Rules
	forms map[string]scalarForm
	paths []pathRule
	errs  []error
}

func (c *compiler) fail(format string, args ...any) {
	c.errs = append(c.errs, fmt.Errorf(format, args...))
}

func (c *compiler) at(pattern string, apply func(*mark)) {
	steps, err := parsePattern(pattern)
	if err != nil {
		c.errs = append(c.errs, err)
		return
	}
	c.paths = append(c.paths, pathRule{steps, apply})
}

// identity reads the plain paths of identity, name and template.
func (c *compiler) identity() {
	c.r.ident = c.members(c.r.doc.Identity)
	c.r.called = c.members(c.r.doc.Name)
	c.r.templ = c.members(c.r.doc.Template)
	for _, path := range c.r.doc.Identity {
		c.at(path, func(m *mark) { m.volatile = true })
	}
	for _, path := range c.r.doc.Metadata {
		c.at(path, func(m *mark) { m.metadata = true })
	}
}

func (c *compiler) members(paths []string) [][]string {
	var out [][]string
	for _, path := range paths {
		steps, err := parsePattern(path)
		if err != nil || strings.Contains(path, "*") {
			c.fail("%q: must be the path of a member", path)
			continue
		}
		for i := range steps {
			steps[i] = unescape(steps[i])
		}
		out = append(out, steps)
	}
	return out
}

func (c *compiler) volatile() {
	for _, name := range c.r.doc.Keep {
		c.r.names.keep = append(c.r.names.keep, newGlob(name))
	}
	for _, p := range c.r.doc.Volatile {
		if strings.HasPrefix(p, "/") {
			c.at(p, func(m *mark) { m.volatile = true })
			continue
		}
		if strings.Trim(p, "*") == "" {
			c.fail("volatile %q: would drop everything", p)
		}
		c.r.names.volatile = append(c.r.names.volatile, newGlob(p))
	}
}

func (c *compiler) secrets() {
	for _, d := range c.r.doc.Secrets {
		for _, t := range d.When {
			c.checkTest(d.Path, t)
		}
		rule := &secretRule{when: d.When, below: d.Below}
		if strings.HasPrefix(d.Path, "/") {
			rule.deep = true
			if len(d.Not) > 0 {
				c.fail("secret %q: not is for names", d.Path)
			}
			if d.Below {
				c.fail("secret %q: below is for names", d.Path)
			}
			c.at(d.Path, func(m *mark) { m.secrets = append(m.secrets, rule) })
			continue
		}
		if strings.Trim(d.Path, "*") == "" || d.Path != strings.ToLower(d.Path) {
			c.fail("secret %q: must be a path, or a name in lower case", d.Path)
		}
		named := namedSecret{name: newGlob(d.Path), words: strings.Contains(d.Path, "_"), common: d.common, not: map[string]bool{}, rule: rule}
		for _, n := range d.Not {
			named.not[n] = true
		}
		c.r.names.secrets = append(c.r.names.secrets, named)
	}
	for _, name := range c.r.doc.NotSecret {
		c.r.names.notSecret = append(c.r.names.notSecret, newGlob(name))
	}
}

func (c *compiler) checkTest(path string, t testDoc) {
	given := 0
	for _, list := range [...][]string{t.Is, t.IsNot, t.Has} {
		if len(list) > 0 {
			given++
		}
	}
	if t.Member == "" || given != 1 {
		c.fail("secret %q: a condition needs a member and one of is, is_not, has", path)
	}
}

// values are rules of single values.
func (c *compiler) values() {
	for _, d := range c.r.doc.Defaults {
		if len(d.Values) == 0 {
			c.fail("default %q: has no values", d.Path)
		}
		c.at(d.Path, func(m *mark) { m.defaults = append(m.defaults, d.Values...) })
	}
	for _, d := range c.r.doc.Scalars {
		form := c.forms[d.As]
		if form == nil {
			c.fail("scalar %q: no form is called %q", d.Path, d.As)
		}
		c.at(d.Path, func(m *mark) { m.scalar = form })
	}
	for _, d := range c.r.doc.Schemas {
		if d.Name == "" {
			c.fail("schema %q: has no name", d.Path)
		}
		c.at(d.Path, func(m *mark) { m.schema = d.Name })
	}
}

func (c *compiler) arrays() {
	for _, p := range c.r.doc.Empty {
		c.at(p, func(m *mark) { m.empty = true })
	}
	for _, p := range c.r.doc.Ordered {
		c.at(p, func(m *mark) { m.ordered = true })
	}
	for _, d := range c.r.doc.Sets {
		key := c.key(d.Key)
		c.at(d.Path, func(m *mark) { m.key = append([]Key{key}, m.key...) })
	}
	for _, d := range c.r.doc.Keys {
		c.r.keys = append(c.r.keys, c.key(d))
	}
}

func (c *compiler) key(d keyDoc) Key {
	var k Key
	for _, part := range d {
		steps, err := parsePattern("/" + part)
		if err != nil || strings.Contains(part, "*") {
			c.fail("key %q: must be paths of members", part)
			continue
		}
		for i := range steps {
			steps[i] = unescape(steps[i])
		}
		k.Parts = append(k.Parts, steps)
	}
	if len(k.Parts) == 0 {
		c.fail("a key needs a member")
	}
	return k
}
