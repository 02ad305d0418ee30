package evtx

// fragment writes what BinXML in [pos, end) of the chunk adds to an object.
func (w *writer) fragment(s *scope, pos, end int, nested bool) error {
	if w.depth++; w.depth > maxDepth {
		return errDeep
	}
	defer func() { w.depth-- }()
	for pos < end {
		if err := w.step(); err != nil {
			return err
		}
		switch w.c.data[pos] &^ tokenMore {
		case tokenEOF:
			return nil
		case tokenFragment:
			pos += fragmentHeader
		case tokenInstance:
			var err error
			if pos, err = w.instance(s, pos, end); err != nil {
				return err
			}
		case tokenOpen:
			k := compiler{c: w.c, p: &w.c.scratch, pos: pos, end: end, bare: w.bare(pos, end, nested), depth: w.depth}
			i, err := k.element()
			if err != nil {
				return err
			}
			if err := w.member(s, frame{p: k.p}, i); err != nil {
				return err
			}
			pos = k.pos
		case tokenPITarget, tokenPIData:
			k := compiler{c: w.c, p: &w.c.scratch, pos: pos, end: end}
			if _, err := k.piece(); err != nil {
				return err
			}
			pos = k.pos
		default:
			return errToken
		}
	}
	return nil
}

// bare finds out whether an element of a fragment has a dependency identifier. As
// a value of a template it should have none, but writers differ: the layout in
// which a name and a size that fits follow is the right one.
func (w *writer) bare(pos, end int, nested bool) bool {
	fits := func(bare bool) bool {
		at := pos + 1
		if !bare {
			at += 2
		}
		if at+8 > end || int(w.c.u32(at)) > end-at-4 {
			return false
		}
		_, _, err := w.c.name(w.c.u32(at + 4))
		return err == nil
	}
	return fits(nested) == nested
}

// instance writes the roots of a template instance into an object and gives where
// it ends.
func (w *writer) instance(s *scope, pos, end int) (int, error) {
	in, err := w.c.instance(pos, end, true)
	if err == nil {
		var roots []part
		if roots, err = w.c.template(in.definition); err == nil {
			err = w.children(s, frame{&w.c.compiled, w.c.values[in.first:len(w.c.values):len(w.c.values)]}, roots)
		}
	}
	w.c.values = w.c.values[:in.first]
	return in.end, err
}
