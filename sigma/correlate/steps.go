package correlate

import "slices"

// spare is how many events of a step are kept beside those that it needs, for
// orders that a late event completes.
const spare = 4

// addSteps takes an event into a list of samples whose values are steps.
func (m *Machine) addSteps(h *header, body *reader, in Input, buf []sample) []sample {
	list := readSamples(body, toMilli(h.used), varints, buf)
	h.used = max(h.used, in.At)
	if in.Steps &= 1<<len(m.Steps) - 1; in.Steps != 0 {
		list = insert(list, sample{toMilli(in.At), uint64(in.Steps)})
	}
	list = m.recent(list, toMilli(h.used))
	var kept [MaxSteps]int
	return slices.DeleteFunc(list, func(s sample) bool {
		wanted := false
		for i, need := range m.Steps {
			if stepsOf(s)>>i&1 != 0 {
				wanted = wanted || kept[i] < need+spare
				kept[i]++
			}
		}
		return !wanted
	})
}

// sequence looks for the steps in their order. Events of the same millisecond
// have no order of their own: they fit any.
func (m *Machine) sequence(h header, body reader, in Input) (string, Reading) {
	var buf [onStack]sample
	list := m.addSteps(&h, &body, in, buf[:0])
	r := Reading{Since: in.At}
	for done := len(m.Steps); done > 0; done-- {
		if start, ok := m.chain(list, done); ok {
			r.Number, r.Since = int64(done), start*1000
			break
		}
	}
	if r.Number == int64(len(m.Steps)) {
		list = list[:0] // done; what follows is another one
	}
	return m.pack(h, varints, list), r
}

// chain looks for the first n steps, from the last one backwards: taking the
// latest event that fits leaves most room for the earlier steps.
func (m *Machine) chain(list []sample, n int) (start int64, ok bool) {
	last := n - 1
	for i := range list {
		if stepsOf(list[i])>>last&1 == 0 {
			continue
		}
		if start, ok = m.chainTo(list[i:], n); ok {
			return start, true
		}
	}
	return 0, false
}

// chainTo is chain with the list's first event as the last one.
func (m *Machine) chainTo(list []sample, n int) (start int64, ok bool) {
	var used [MaxSteps * (MaxRepeat + spare)]bool
	end := list[0].t
	bound := end // the earliest event of the step after
	for step := n - 1; step >= 0; step-- {
		need := m.Steps[step]
		from := bound
		for i := 0; i < len(list) && need > 0; i++ {
			s := list[i]
			if i < len(used) && !used[i] && s.t <= bound && stepsOf(s)>>step&1 != 0 {
				used[i], from = true, s.t
				need--
			}
		}
		if need > 0 || end-from >= m.Span.Milliseconds() {
			return 0, false
		}
		bound = from
	}
	return bound, true
}

// temporal counts the steps of the fullest window.
func (m *Machine) temporal(h header, body reader, in Input) (string, Reading) {
	var buf [onStack]sample
	list := m.addSteps(&h, &body, in, buf[:0])
	r := Reading{Since: in.At}
	m.around(list, toMilli(in.At), func(w window) {
		var seen uint32
		for _, s := range list[w.from:w.to] {
			seen |= stepsOf(s)
		}
		n := popcount(seen)
		if m.Holds != nil {
			n = 0
			if m.Holds(seen) {
				n = 1
			}
		}
		if n > r.Number {
			r.Number, r.Since = n, list[w.to-1].t*1000
		}
	})
	return m.pack(h, varints, list), r
}
