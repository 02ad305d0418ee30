package inventory

// count takes the batches in order.
func (p *pipe) count() {
	for b := range p.order {
		<-b.ready
		for i := range b.out {
			if p.failure() != nil {
				break
			}
			if err := p.take(b, &b.out[i]); err != nil {
				p.failed(err)
			}
		}
		if b.big {
			<-p.keep.big
		} else {
			p.reuse(b)
		}
		if p.keep.rest != nil {
			p.keep.rest()
		}
	}
}

func (p *pipe) take(b *batch, r *result) error {
	if p.tally.end > 0 {
		return lineError(p.tally.end, "it says that the upload ends here, but more follows")
	}
	switch r.what {
	case anObject:
		if !p.tally.wanted(r.kind) {
			return nil
		}
		if r.to > r.from {
			if err := p.keep.keep(r.hash, b.canon[r.from:r.to]); err != nil {
				return err
			}
		}
		if p.heard != nil {
			p.heard(r.place, r.kind, r.id)
		}
		return p.tally.object(r.kind, r.id, r.place, r.hash)
	case aQuarantine:
		return p.tally.fail(r.failed, r.noFile)
	case aStatement:
		return p.tally.cover(r.coverage)
	case aReadFolder:
		return p.tally.folder(r.place)
	case aCount:
		p.tally.lines++
		return nil
	case aPage:
		p.tally.page(r.kind, r.more)
		return nil
	case aGarbled:
		p.tally.garbled++
		return nil
	case anEnd:
		return p.tally.ends(r.line, r.count)
	}
	return r.err
}

// reuse gives a batch's memory back, unless one large object blew it up.
func (p *pipe) reuse(b *batch) {
	if cap(b.raw) > 2*batchBytes || cap(b.canon) > 4*batchBytes {
		return
	}
	clear(b.items)
	clear(b.out)
	b.items, b.raw, b.out, b.canon = b.items[:0], b.raw[:0], b.out[:0], b.canon[:0]
	select {
	case p.free <- b:
	default:
	}
}
