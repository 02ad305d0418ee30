package httpapi

import (
	"context"
	"encoding/hex"
	"net/http"

	"github.com/go-json-experiment/json/jsontext"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/tenant"
)

// replayList names the cursors of replayed ranges.
const replayList = "replay"

// replayRequest names what to decide again.
type replayRequest struct {
	EventID    string `json:"event_id,omitempty" maxlen:"128" doc:"One event; or decision_id; or a range."`
	DecisionID string `json:"decision_id,omitempty" maxlen:"192"`
	From       Time   `json:"from,omitzero" doc:"A range: received at or after."`
	To         Time   `json:"to,omitzero" doc:"A range: received before."`
	Limit      int    `json:"limit,omitempty" min:"1" max:"500" doc:"Of a range: decisions in one answer (default 50)."`
	Cursor     string `json:"cursor,omitempty" maxlen:"1024" doc:"Of a range: next_cursor of the answer before."`
	Ruleset    string `json:"ruleset,omitempty" maxlen:"64" doc:"Hash of another ruleset of the tenant: what it would have said, knowing only the window counts and allow-list entries that were recorded. Default: each decision's own."`
}

// replayAnswer is a page of replays.
type replayAnswer struct {
	Items       []replayView `json:"items" doc:"In the order of receipt."`
	NextCursor  string       `json:"next_cursor,omitempty" doc:"Send it as cursor with the same range; absent on the last page."`
	Same        int          `json:"same" doc:"How many of this page gave the recorded bytes."`
	Different   int          `json:"different"`
	Unavailable int          `json:"unavailable" doc:"How many could not be replayed."`
}

type replayView struct {
	DecisionID      string      `json:"decision_id"`
	EventID         string      `json:"event_id,omitempty" doc:"Absent when the payload is gone."`
	ReceivedAt      Time        `json:"received_at"`
	Outcome         string      `json:"outcome" enum:"same|different|unavailable"`
	Same            bool        `json:"same" doc:"The canonical outcome is the recorded one, bit for bit."`
	RecordedRuleset string      `json:"recorded_ruleset" doc:"Hash of the ruleset that decided."`
	Ruleset         string      `json:"ruleset,omitempty" doc:"Hash of the ruleset of this replay."`
	OtherRuleset    bool        `json:"other_ruleset" doc:"The replay asked another ruleset than the recorded one."`
	RecordedHash    string      `json:"recorded_hash,omitempty" doc:"SHA-256 of the recorded canonical outcome, hex."`
	ReplayedHash    string      `json:"replayed_hash,omitempty"`
	Fields          []fieldDiff `json:"fields" doc:"Each place at which the outcomes differ."`
	Reason          string      `json:"reason,omitempty" doc:"Why it could not be replayed." enum:"erased|pruned|payload_damaged|ruleset_missing|ruleset_unusable"`
	Problem         string      `json:"problem,omitempty"`
}

type fieldDiff struct {
	Path     string         `json:"path" doc:"As in mitigations[0].gating."`
	Recorded jsontext.Value `json:"recorded,omitzero" doc:"Absent: the recorded outcome has no such field."`
	Replayed jsontext.Value `json:"replayed,omitzero" doc:"Absent: the replayed outcome has no such field."`
}

// trailView is what happened around an event.
type trailView struct {
	EventID        string      `json:"event_id"`
	DecisionID     string      `json:"decision_id"`
	Classification string      `json:"classification"`
	Items          []trailItem `json:"items" doc:"In the order of time; what has no recorded time stands last."`
	Hidden         int         `json:"hidden" doc:"How many items the key's scopes and rings keep from it."`
}

type trailItem struct {
	At     Time              `json:"time,omitzero" doc:"Absent: when it happened is not recorded."`
	Kind   string            `json:"kind" doc:"For example received, decided, enforcement_revoked, read."`
	Actor  string            `json:"actor,omitempty" doc:"Who; absent: the server itself, or not known any more."`
	Ref    string            `json:"ref,omitempty" doc:"ID of what it happened to, or of the record that tells of it."`
	Index  *int64            `json:"index,omitempty" doc:"The entry of the tenant's log that proves it."`
	Detail map[string]string `json:"detail,omitempty"`
}

// badRow is a decision row that was edited.
type badRow struct {
	Index   int64     `json:"index"`
	Columns []badCell `json:"columns"`
}

type badCell struct {
	Column string `json:"column" doc:"payload stands for the sealed fields beside the row."`
	Stored string `json:"stored"`
	Proven string `json:"proven" doc:"What the entry commits to, or what follows from it."`
}

func (s *Server) forensicsRoutes() []*Route {
	return append(anywhere(&Route{
		Method: http.MethodPost, Path: prefixV1 + "/forensics/replay", Aliases: []string{"/forensics/replay"},
		Access: scoped, Scope: domain.ScopeEvidenceRead, Class: tenant.ClassRead, Tag: "evidence",
		Summary: "Decide recorded events again and compare the bytes",
		Doc: "One event, one decision, or a range by time of receipt in pages. It evaluates the recorded facts with the recorded ruleset; nothing is " +
			"written but an audit entry. A decision that can't be replayed is an outcome of its own and does not end a range.",
		endpoint: write(http.StatusOK, s.replay),
	}), &Route{
		Method: http.MethodGet, Path: prefixV1 + "/forensics/audit_trail/{event_id}", Aliases: []string{"/forensics/audit_trail/{event_id}"},
		Access: scoped, Scope: domain.ScopeEvidenceRead, Class: tenant.ClassRead, Tag: "evidence",
		Summary: "Everything that happened around one event, in the order of time",
		Doc: "Receipt and decision, neighbours of the same source and event type, enforcements, approvals, webhook deliveries, audited reads, " +
			"erasure and anchoring. Items that the key may not read are left out and counted.",
		endpoint: read(s.auditTrail),
	})
}

func (s *Server) replay(ctx context.Context, c *Call, in replayRequest) (replayAnswer, error) {
	ruleset, err := rulesetHash(in.Ruleset)
	if err != nil {
		return replayAnswer{}, err
	}
	ranged := in.From != 0 || in.To != 0
	named := 0
	for _, given := range []bool{in.EventID != "", in.DecisionID != "", ranged} {
		if given {
			named++
		}
	}
	if named != 1 {
		return replayAnswer{}, fault.New(fault.Invalid, "Give one of event_id, decision_id, or a range by from, to or both.").At("event_id")
	}
	if ranged {
		return s.replayRange(ctx, c, &in, ruleset)
	}
	if in.Limit != 0 || in.Cursor != "" {
		return replayAnswer{}, fault.New(fault.Invalid, "limit and cursor belong to a range.").At("limit")
	}
	index, err := s.indexIn(ctx, c, &in)
	if err != nil {
		return replayAnswer{}, err
	}
	log, err := s.deps.Decide.Keys.Keys(ctx, c.Tenant())
	if err != nil {
		return replayAnswer{}, err
	}
	if err := s.auditRead(ctx, c, string(decision.DecisionID(log.LogID, index))); err != nil {
		return replayAnswer{}, err
	}
	one, err := s.deps.Decide.Replay(ctx, c.Tenant(), index, ruleset)
	if err != nil {
		return replayAnswer{}, err
	}
	if err := s.mayRead(c, one.Ring); err != nil {
		return replayAnswer{}, err
	}
	return answerOf([]*decision.Replayed{one}, nil), nil
}

func rulesetHash(text string) (domain.Hash, error) {
	if text == "" {
		return "", nil
	}
	if b, err := hex.DecodeString(text); err != nil || len(b) != 32 {
		return "", fault.New(fault.Invalid, "ruleset must be a hash: 64 hexadecimal digits.").At("ruleset")
	}
	return domain.Hash(text), nil
}

// indexIn finds the one decision that a request names; another log's does not
// exist here.
func (s *Server) indexIn(ctx context.Context, c *Call, in *replayRequest) (uint64, error) {
	if in.EventID != "" {
		return s.deps.Decide.IndexOfEvent(ctx, c.Tenant(), domain.EventID(in.EventID))
	}
	log, index, err := decision.ParseDecisionID(in.DecisionID)
	if err != nil {
		return 0, err
	}
	keys, err := s.deps.Decide.Keys.Keys(ctx, c.Tenant())
	if err != nil {
		return 0, err
	}
	if log != keys.LogID {
		return 0, fault.New(fault.NotFound, "The tenant has no decision %s.", clip(in.DecisionID))
	}
	return index, nil
}

func (s *Server) replayRange(ctx context.Context, c *Call, in *replayRequest, ruleset domain.Hash) (replayAnswer, error) {
	if in.From != 0 && in.To != 0 && in.From >= in.To {
		return replayAnswer{}, fault.New(fault.Invalid, "from must be before to.").At("from")
	}
	limit := in.Limit
	if limit == 0 {
		limit = defaultLimit
	}
	var after *decision.Place
	if in.Cursor != "" {
		after = &decision.Place{}
		at := int64(0)
		if err := db.DecodeCursor(replayList, in.Cursor, &at, &after.Index); err != nil {
			return replayAnswer{}, err
		}
		after.At = domain.Micros(at)
	}
	if err := s.auditRead(ctx, c, "replay"); err != nil {
		return replayAnswer{}, err
	}
	r := decision.ReplayRange{From: domain.Micros(in.From), To: domain.Micros(in.To), Ruleset: ruleset}
	all, last, more, err := s.deps.Decide.ReplayMany(ctx, c.Tenant(), r, after, limit)
	if err != nil {
		return replayAnswer{}, err
	}
	may, err := s.mayOpen(c)
	if err != nil {
		return replayAnswer{}, err
	}
	out := answerOf(all, may)
	if more {
		out.NextCursor = db.EncodeCursor(replayList, int64(last.At), last.Index)
	}
	return out, nil
}

// answerOf shows replays; of rings that the reader may not read, only whether
// they are the same.
func answerOf(all []*decision.Replayed, may func(domain.Ring) bool) replayAnswer {
	out := replayAnswer{Items: make([]replayView, len(all))}
	for i, r := range all {
		v := replayView{
			DecisionID: string(decision.DecisionID(r.LogID, r.Index)), EventID: string(r.Event), ReceivedAt: Time(r.At), Outcome: string(r.State),
			Same: r.State == decision.ReplaySame, RecordedRuleset: string(r.RecordedRuleset), Ruleset: string(r.Ruleset),
			OtherRuleset: r.Ruleset != "" && r.Ruleset != r.RecordedRuleset, Fields: make([]fieldDiff, len(r.Fields)), Reason: r.Reason, Problem: r.Problem,
		}
		for j, f := range r.Fields {
			v.Fields[j] = fieldDiff{f.Path, f.Recorded, f.Replayed}
		}
		if may != nil && !may(r.Ring) {
			v.EventID, v.Fields, v.Problem = "", []fieldDiff{}, closedRing(r.Ring)
		}
		switch r.State {
		case decision.ReplaySame:
			out.Same++
		case decision.ReplayDifferent:
			out.Different++
		default:
			out.Unavailable++
		}
		if r.State != decision.ReplayUnavailable {
			v.RecordedHash, v.ReplayedHash = hex.EncodeToString(r.Recorded[:]), hex.EncodeToString(r.Again[:])
		}
		out.Items[i] = v
	}
	return out
}

func (s *Server) auditTrail(ctx context.Context, c *Call) (trailView, error) {
	t, err := s.deps.Decide.Trail(ctx, c.Principal, domain.EventID(c.Path("event_id")), s.trailSources()...)
	if err != nil {
		return trailView{}, err
	}
	// After it, so that a trail does not tell of its own reading.
	if err := s.auditRead(ctx, c, string(t.Of.Decision)); err != nil {
		return trailView{}, err
	}
	out := trailView{
		EventID: string(t.Of.Event), DecisionID: string(t.Of.Decision), Classification: string(t.Ring), Items: make([]trailItem, len(t.Items)), Hidden: t.Hidden,
	}
	for i, it := range t.Items {
		out.Items[i] = trailItem{At: Time(it.At), Kind: it.Kind, Actor: string(it.Actor), Ref: it.Ref, Detail: it.Detail}
		if it.Index >= 0 {
			out.Items[i].Index = &it.Index
		}
	}
	return out, nil
}

// trailSources are the features that tell what they did around a decision.
func (s *Server) trailSources() []decision.TrailSource {
	return []decision.TrailSource{s.deps.Enforce, s.deps.Notify, s.deps.Audit, s.deps.Evidence}
}

// rowsPerVerdict bounds the rows of one answer: about a second of work.
const rowsPerVerdict = 10_000

func (s *Server) verifyRows(ctx context.Context, c *Call, out *chainVerdict) error {
	from := c.Query.number("rows_from", 0)
	if from < 0 {
		return fault.New(fault.Invalid, "rows_from must not be negative.").At("rows_from")
	}
	rows, err := s.deps.Decide.CheckRows(ctx, c.Tenant(), from, rowsPerVerdict)
	if err != nil {
		return err
	}
	out.RowsChecked = rows.Checked
	if rows.Next >= 0 {
		out.RowsNext = &rows.Next
	}
	if rows.Bad < 0 {
		return nil
	}
	out.BadRow = &badRow{Index: rows.Bad, Columns: make([]badCell, len(rows.Mismatches))}
	for i, m := range rows.Mismatches {
		out.BadRow.Columns[i] = badCell{m.Column, m.Stored, m.Proven}
	}
	if out.Valid || rows.Bad < *out.FirstBad {
		out.FirstBad, out.Problem = &rows.Bad, rows.Mismatches[0].String()
	}
	out.Valid = false
	return nil
}
