package sigma

// profile measures the rules that are tested in full.
type profile struct {
	now  func() int64
	cost func(rule int, took int64)
}

// Profile is Match with a measurement: cost is told of each rule of the set that
// had to be tested in full how long that took, in the units of now. Rules whose
// literals do not occur in the event are not tested and cost nothing that could be
// theirs.
func (m *Matcher) Profile(event []byte, now func() int64, cost func(rule int, took int64)) ([]Match, error) {
	m.profile = &profile{now, cost}
	defer func() { m.profile = nil }()
	return m.Match(event)
}

// test says whether a candidate matches.
func (m *Matcher) test(r *planRule) bool {
	if m.profile == nil {
		return m.holds(r.cond)
	}
	from := m.profile.now()
	ok := m.holds(r.cond)
	m.profile.cost(int(r.rule), m.profile.now()-from)
	return ok
}
