package policy

import (
	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// smallFrame is up to how many results a frame is searched in order.
const smallFrame = 16

// ruleCache is a topdown.VirtualCache for policies with few rules: a frame is a
// short list instead of a tree of hash maps, which would be a third of the
// allocations of an evaluation. A frame that grows turns into OPA's own cache,
// so that nothing becomes quadratic. One evaluation owns it.
type ruleCache struct {
	frames []frame
	space  [2]frame
	list   [8]cached
	terms  [32]*ast.Term
}

type frame struct {
	list  []cached
	terms []*ast.Term // backs the refs of list
	big   topdown.VirtualCache
}

type cached struct {
	ref   ast.Ref
	value *ast.Term // nil: undefined
}

func newRuleCache() *ruleCache {
	c := new(ruleCache)
	c.frames = c.space[:0]
	c.frames = append(c.frames, frame{list: c.list[:0], terms: c.terms[:0]})
	return c
}

// Push opens a frame.
func (c *ruleCache) Push() { c.frames = append(c.frames, frame{}) }

// Pop drops the top frame.
func (c *ruleCache) Pop() {
	c.frames[len(c.frames)-1] = frame{}
	c.frames = c.frames[:len(c.frames)-1]
}

func (c *ruleCache) top() *frame { return &c.frames[len(c.frames)-1] }

// Get returns a result; true says that it is known to be undefined.
func (c *ruleCache) Get(ref ast.Ref) (*ast.Term, bool) {
	f := c.top()
	if f.big != nil {
		return f.big.Get(ref)
	}
	if e := f.find(ref); e != nil {
		return e.value, e.value == nil
	}
	return nil, false
}

// Put records a result, nil for undefined.
func (c *ruleCache) Put(ref ast.Ref, value *ast.Term) {
	f := c.top()
	if f.big == nil && len(f.list) >= smallFrame {
		f.grow()
	}
	if f.big != nil {
		f.big.Put(ref, value)
		return
	}
	if e := f.find(ref); e != nil {
		e.value = value
		return
	}
	// The caller may reuse the slice of the ref.
	from := len(f.terms)
	f.terms = append(f.terms, ref...)
	f.list = append(f.list, cached{ref: f.terms[from:len(f.terms):len(f.terms)], value: value})
}

// Keys lists the refs that have a value in the top frame.
func (c *ruleCache) Keys() []ast.Ref {
	f := c.top()
	if f.big != nil {
		return f.big.Keys()
	}
	var keys []ast.Ref
	for _, e := range f.list {
		if e.value != nil {
			keys = append(keys, e.ref)
		}
	}
	return keys
}

func (f *frame) grow() {
	f.big = topdown.NewVirtualCache()
	for _, e := range f.list {
		f.big.Put(e.ref, e.value)
	}
	f.list, f.terms = nil, nil
}

// find compares from the end, where refs of one package differ.
func (f *frame) find(ref ast.Ref) *cached {
next:
	for i := range f.list {
		e := &f.list[i]
		if len(e.ref) != len(ref) {
			continue
		}
		for k := len(ref) - 1; k >= 0; k-- {
			if a, b := e.ref[k], ref[k]; a != b && a.Value.Compare(b.Value) != 0 {
				continue next
			}
		}
		return e
	}
	return nil
}

// noData is a topdown.BaseCache over a store without data.
type noData struct{}

// Get knows nothing.
func (noData) Get(ast.Ref) ast.Value { return nil }

// Put forgets.
func (noData) Put(ast.Ref, ast.Value) {}
