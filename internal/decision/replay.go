package decision

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/jsondoc"
	"frostgate.io/frostgate/receipt"

	"github.com/go-json-experiment/json"
)

// ReplayState says how a replay ended.
type ReplayState string

// The states of a replay.
const (
	ReplaySame        ReplayState = "same"        // bit for bit
	ReplayDifferent   ReplayState = "different"   // Fields says where
	ReplayUnavailable ReplayState = "unavailable" // Reason says why it can't be done
)

// Why a replay can't be done, beside the fault codes erased and pruned.
const (
	RulesetMissing  = "ruleset_missing"  // the tenant has no such ruleset any more
	PayloadDamaged  = "payload_damaged"  // it is not there, or not what the entry commits to, and nothing says why
	RulesetUnusable = "ruleset_unusable" // the ruleset is stored, but does not compile here
)

// Replayed is the outcome of evaluating one recorded decision again.
type Replayed struct {
	LogID string
	Index uint64
	Event domain.EventID // empty when the payload can't be read
	At    domain.Micros  // received_at
	Ring  domain.Ring
	State ReplayState
	// RecordedRuleset decided then; Ruleset decided now. They differ only when
	// another one was asked for.
	RecordedRuleset, Ruleset domain.Hash
	// Hashes of the canonical outcomes; zero when unavailable.
	Recorded, Again [sha256.Size]byte
	Fields          []FieldDiff
	Reason, Problem string // of an unavailable one
}

// Replay evaluates a recorded decision again, from its recorded facts, and
// compares the outcome's bytes with the committed ones. An empty ruleset is the
// recorded one; another answers what that one would have said, knowing only the
// window counts and allow-list entries that were recorded then. That it can't be
// done is an outcome, not an error.
func (s *Service) Replay(ctx context.Context, tenant domain.TenantID, index uint64, ruleset domain.Hash) (*Replayed, error) {
	var out *Replayed
	var open openDecision
	err := s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) (err error) {
		out, err = s.openForReplay(ctx, tx, tenant, index, &open)
		return err
	})
	if err != nil || out.State == ReplayUnavailable {
		return out, err
	}
	out.Ruleset = out.RecordedRuleset
	if ruleset != "" {
		out.Ruleset = ruleset
	}
	rs, err := s.Rulesets.ByHash(ctx, tenant, out.Ruleset)
	if err != nil {
		err = out.unavailable(err, RulesetMissing, RulesetUnusable)
		return out, err
	}
	if out.Ruleset != out.RecordedRuleset {
		open.facts.PolicyOutcome = "" // how the other policy fared says nothing of this one
	}
	err = out.compare(rs, &open)
	return out, err
}

// openDecision is a decision as its entry commits to it. It takes nothing from
// the row, whose columns anybody with the database can change.
type openDecision struct {
	id      Identity
	outcome domain.Outcome
	bytes   []byte // of the outcome, as committed
	facts   domain.StateFacts
	event   *storedEvent
	// Who sent it.
	key       domain.KeyID
	principal domain.PrincipalID
}

func openGroups(groups []evidence.Group) (d openDecision, err error) {
	var facts outcomeFacts
	d.bytes = groupValue(groups, "decision")
	if d.id, d.outcome, facts, err = parseOutcome(d.bytes); err != nil {
		return d, err
	}
	if d.event, err = parseEvent(groupValue(groups, "event")); err != nil {
		return d, err
	}
	var actor struct {
		Key       domain.KeyID       `json:"key"`
		Principal domain.PrincipalID `json:"principal"`
	}
	if err := json.Unmarshal(groupValue(groups, "actor"), &actor); err != nil {
		return d, fmt.Errorf("stored actor: %w", err)
	}
	d.facts, d.key, d.principal = d.event.facts(), actor.Key, actor.Principal
	d.facts.Windows, d.facts.Anomaly, d.facts.PolicyOutcome = facts.windows, facts.anomaly, d.outcome.Policy.Outcome
	return d, nil
}

// openForReplay reads what a replay needs. What is missing for good makes the
// replay unavailable; a decision that does not exist is an error.
func (s *Service) openForReplay(ctx context.Context, tx *db.Tx, tenant domain.TenantID, index uint64, into *openDecision) (*Replayed, error) {
	row, err := readRow(ctx, tx, tenant, int64(index))
	if err != nil {
		return nil, err
	}
	if row == nil {
		return nil, s.absent(ctx, tenant, index)
	}
	rc, err := s.Log.LeafIn(ctx, tx, tenant, index)
	if err != nil {
		return nil, err
	}
	out := &Replayed{LogID: rc.Log, Index: index, At: row.ReceivedAt, Ring: row.Ring}
	if h, err := receipt.ParseHeader([]byte(rc.Entry)); err == nil {
		out.RecordedRuleset = domain.Hash(h.Ruleset)
	}
	groups, err := s.Log.OpenIn(ctx, tx, tenant, index, []byte(rc.Entry))
	if err == nil {
		*into, err = openGroups(groups)
	}
	if err != nil {
		err = out.unavailable(err, PayloadDamaged, PayloadDamaged)
		return out, err
	}
	out.Event, out.RecordedRuleset = into.id.Event, into.outcome.RulesetHash
	return out, nil
}

// unavailable takes the error as the replay's outcome if it will stay: missing
// names what is not there, broken what is there but can't be used. A store or a
// caller that went away is an error still.
func (r *Replayed) unavailable(err error, missing, broken string) error {
	reason := broken
	switch code := fault.CodeOf(err); code {
	case fault.Erased, fault.Pruned:
		reason = string(code)
	case fault.NotFound:
		reason = missing
	case fault.Damaged, fault.Internal, fault.Invalid, fault.InvalidJSON:
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			return err
		}
	default:
		return err
	}
	r.State, r.Reason, r.Problem = ReplayUnavailable, reason, replayProblem(reason)
	var known *fault.Error
	if errors.As(err, &known) {
		r.Problem = known.Msg
	}
	return nil
}

func replayProblem(reason string) string {
	if reason == RulesetUnusable {
		return "the ruleset is stored, but can't be made ready"
	}
	return "the stored payload is not what the entry commits to"
}

// compare evaluates again and holds the bytes against each other.
func (r *Replayed) compare(rs *Ruleset, open *openDecision) error {
	ev, payload, err := open.normalised()
	if err != nil {
		return r.unavailable(err, PayloadDamaged, PayloadDamaged)
	}
	out := Evaluate(rs, &open.facts, ev, payload, rs.Detect.Match(ev, open.event.Event))
	now := AppendOutcome(nil, open.id, &out, &open.facts)
	r.Recorded, r.Again = OutputHash(open.bytes), OutputHash(now)
	if r.Recorded == r.Again {
		r.State = ReplaySame
		return nil
	}
	r.State = ReplayDifferent
	r.Fields, err = diffDocuments(open.bytes, now)
	return err
}

// normalised reads the recorded request again.
func (d *openDecision) normalised() (*domain.Event, jsondoc.Value, error) {
	doc, err := jsondoc.Parse(d.event.Event, jsondoc.Limits{})
	if err != nil {
		return nil, jsondoc.Value{}, fmt.Errorf("recorded payload: %w", err)
	}
	q := &d.event.Request
	req := Request{
		Source: q.Source, Timestamp: q.Timestamp, EventType: q.EventType, Persona: q.Persona, Ring: q.Ring, Mission: q.Mission,
		SourceEventID: q.SourceEventID, Payload: doc.Root(),
	}
	ev, _, err := normalise(&req, d.id.Tenant, Defaults{}, domain.Micros(d.event.Facts.ReceivedAt), nil)
	if err != nil {
		return nil, jsondoc.Value{}, fmt.Errorf("recorded event: %w", err)
	}
	ev.ID = d.id.Event
	return &ev, req.Payload, nil
}
