package decision

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/detect/anomaly"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
)

// The kinds of entries that feedback makes.
const (
	KindFeedback     = "feedback"
	KindAnomalyModel = "anomaly_model"
)

// The verdicts of a person on a decision.
const (
	TruePositive  = "true_positive"
	FalsePositive = "false_positive"
)

// AnomalyRule stands in feedback for the anomaly score.
const AnomalyRule = "anomaly"

// maxComment bounds what a person says.
const maxComment = 2000

// Feedback is a person's verdict on a decision.
type Feedback struct {
	Verdict string
	// Rule is the one rule that it speaks of, AnomalyRule for the anomaly score;
	// empty: the decision as a whole, with every rule that fired.
	Rule string
	// Comment is sealed with the entry, and erased with the subjects of the
	// decision.
	Comment string
}

// Given is recorded feedback.
type Given struct {
	Decision domain.DecisionID
	Feedback
	Rules  []string // that it counts for
	LogID  string
	Index  uint64 // of the entry that records it
	At     domain.Micros
	By     domain.PrincipalID
	Replay bool // it was recorded before
	// Model is the version of the anomaly weights after it; Trained says that it
	// is a new one, because of this feedback.
	Model   *anomaly.Model
	Trained bool
}

// GiveFeedback records a verdict. The same again is the same entry; another
// verdict or comment of the person on the same takes the place of the one
// before, and both stay in the log. Where it is about the whole decision or the
// anomaly score, the ring's weights are worked out anew from the verdicts that
// are in force, so that nobody's counts twice: if they change, they are a new
// version of the model, recorded with the digest before and after.
func (s *Service) GiveFeedback(ctx context.Context, tenant domain.TenantID, index uint64, f Feedback, by evidence.Actor) (*Given, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	st, err := s.state(ctx, tenant)
	if err != nil {
		return nil, err
	}
	st.feedback.Lock()
	defer st.feedback.Unlock()
	g, err := s.feedbackOn(ctx, tenant, index, f, by)
	if err != nil {
		return nil, err
	}
	if !g.replay {
		if err := g.record(ctx); err != nil {
			return nil, err
		}
	}
	if err := g.retrain(ctx, st); err != nil {
		return nil, err
	}
	return g.given(), nil
}

func (f *Feedback) check() error {
	switch {
	case f.Verdict != TruePositive && f.Verdict != FalsePositive:
		return fault.New(fault.Invalid, "the verdict must be %s or %s, got %.40q", TruePositive, FalsePositive, f.Verdict).At("verdict")
	case len(f.Rule) > maxName || !utf8.ValidString(f.Rule):
		return fault.New(fault.Invalid, "the rule is longer than %d bytes or no text", maxName).At("rule")
	case len(f.Comment) > maxComment:
		return fault.New(fault.Invalid, "the comment is longer than %d bytes", maxComment).At("comment")
	case !utf8.ValidString(f.Comment) || strings.ContainsFunc(f.Comment, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }) || domain.HasHidden(f.Comment):
		return fault.New(fault.Invalid, "the comment holds control characters").At("comment")
	}
	return nil
}

// giving is feedback on its way.
type giving struct {
	s        *Service
	tenant   domain.TenantID
	id       domain.DecisionID
	index    uint64
	ring     domain.Ring
	feedback Feedback
	by       evidence.Actor
	mac      evidence.MAC
	rules    []string // that get the verdict
	subjects []domain.Subject
	own      verdictRow   // to be stored
	unknown  []verdictRow // of before the table of verdicts, to be stored too
	// before is the model in force, after what it becomes: itself, where there is
	// nothing to learn. modelIdx is the entry of before, -1 for the first.
	before, after *anomaly.Model
	modelIdx      int64
	replay        bool // the same was recorded before
	entry         uint64
	at            domain.Micros
	trained       bool
}

const selectModelIdx = `SELECT idx FROM anomaly_model WHERE tenant_id = $1 AND ring = $2 ORDER BY version DESC LIMIT 1`

// feedbackOn reads what the verdict is about and what was said before.
func (s *Service) feedbackOn(ctx context.Context, tenant domain.TenantID, index uint64, f Feedback, by evidence.Actor) (*giving, error) {
	keys, err := s.Keys.Keys(ctx, tenant)
	if err != nil {
		return nil, err
	}
	g := &giving{
		s: s, tenant: tenant, index: index, id: DecisionID(keys.LogID, index), feedback: f, by: by,
		mac: keys.Dedup("feedback:" + f.Rule + "\x00" + f.Comment), modelIdx: -1,
	}
	g.own = verdictRow{idx: int64(index), rule: f.Rule, by: by.Entry(tenant, "", "").Principal, verdict: f.Verdict, mac: g.mac[:]}
	err = s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		var open openDecision
		is, err := s.openForReplay(ctx, tx, tenant, index, &open)
		if err != nil {
			return err
		}
		row, err := readRow(ctx, tx, tenant, int64(index))
		if err != nil {
			return err
		}
		g.ring = is.Ring
		g.own.ring, g.own.source, g.own.eventType = is.Ring, row.Source, row.EventType
		if g.rules, err = f.rulesOf(row); err != nil {
			return err
		}
		if is.State != ReplayUnavailable {
			g.own.found = anomaly.FindingsOf(open.facts.Anomaly)
			ev, _, err := open.normalised()
			if err != nil {
				return err
			}
			g.subjects = ev.Subjects()
		}
		return g.readBefore(ctx, tx)
	})
	return g, err
}

// rulesOf are the rules that a verdict counts for.
func (f *Feedback) rulesOf(row *Row) ([]string, error) {
	switch {
	case f.Rule == AnomalyRule, f.Rule != "" && slices.Contains(row.Rules, f.Rule):
		return []string{f.Rule}, nil
	case f.Rule != "":
		return nil, fault.New(fault.Invalid, "rule %.100q did not fire in this decision: one of %s, or %s", f.Rule, strings.Join(row.Rules, ", "), AnomalyRule).At("rule")
	}
	rules := []string{""}
	if row.Score > 0 { // else nothing but the default fired
		rules = append(rules, row.Rules...)
	}
	return rules, nil
}

// readBefore reads the model in force and the verdicts that it follows from.
func (g *giving) readBefore(ctx context.Context, tx *db.Tx) (err error) {
	if g.before, err = readModel(ctx, tx, g.tenant, g.ring); err != nil {
		return err
	}
	if _, err := tx.Get(ctx, selectModelIdx, []any{g.tenant, g.ring}, &g.modelIdx); err != nil {
		return err
	}
	all, unknown, err := g.s.readVerdicts(ctx, tx, g.tenant, g.ring, g.own.idx)
	if err != nil {
		return err
	}
	g.unknown, g.after = unknown, g.before
	g.compare(all)
	if g.own.judges() {
		g.after = weighVerdicts(g.before, replaceVerdict(all, g.own), g.ring)
	}
	return nil
}

// compare finds what the same person said before.
func (g *giving) compare(all []verdictRow) {
	g.own.since = math.MaxInt64 // the entry to come is behind all others
	for i := range all {
		v := &all[i]
		if v.idx != g.own.idx {
			continue
		}
		if g.own.found == (anomaly.Findings{}) { // the payload is gone, what it taught is not
			g.own.found = v.found
		}
		if v.rule != g.own.rule || v.by != g.own.by || v.verdict != g.own.verdict {
			continue
		}
		g.own.since = v.since
		if string(v.mac) == string(g.own.mac) {
			g.replay, g.entry, g.at = true, uint64(v.entry), v.at
		}
	}
}

// given is the answer.
func (g *giving) given() *Given {
	out := &Given{
		Decision: g.id, Feedback: g.feedback, Index: g.entry, At: g.at, By: g.own.by,
		Model: g.before, Trained: g.trained, Replay: g.replay,
	}
	out.LogID, _, _ = ParseDecisionID(string(g.id))
	for _, r := range g.rules {
		if r != "" {
			out.Rules = append(out.Rules, r)
		}
	}
	if g.trained {
		out.Model = g.after
	}
	return out
}

// appendFeedback appends the entry's group (RFC 8785).
func (g *giving) appendFeedback(b []byte) []byte {
	e := g.by.Entry(g.tenant, "", "")
	b = appendStr(append(b, `{"comment":`...), g.feedback.Comment)
	b = appendStr(append(b, `,"decision":`...), string(g.id))
	b = appendStr(append(b, `,"key":`...), string(e.Key))
	b = appendStr(append(b, `,"principal":`...), string(e.Principal))
	b = appendStr(append(b, `,"rule":`...), g.feedback.Rule)
	return append(appendStr(append(b, `,"verdict":`...), g.feedback.Verdict), '}')
}

// appendModel appends the group of a new model (RFC 8785): what it was, what it
// is, and why.
func (g *giving) appendModel(b []byte) []byte {
	b = appendStr(append(b, `{"after":`...), g.after.Digest())
	b = appendStr(append(b, `,"before":`...), g.before.Digest())
	b = strconv.AppendUint(append(b, `,"feedback":`...), g.entry, 10)
	b = g.after.AppendDocument(append(b, `,"model":`...))
	return append(appendStr(append(b, `,"ring":`...), string(g.ring)), '}')
}
