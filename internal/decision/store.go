package decision

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"

	"github.com/go-json-experiment/json"
)

const (
	selectIndex       = `SELECT idx FROM decision WHERE tenant_id = $1 AND dedup = $2`
	selectIdempotency = `SELECT request_mac FROM idempotency WHERE tenant_id = $1 AND key_mac = $2`
	rowColumns        = `idx, received_at, event_at, source, event_type, level, score, anomaly, gating, action_taken, policy_allow, changed, rules, persona, ring, mission_id, prev_idx, key_id`
	selectRow         = `SELECT ` + rowColumns + ` FROM decision WHERE tenant_id = $1 AND idx = $2`
)

// Row is the part of a decision that stands in the clear: what lists, feeds and
// statistics read.
type Row struct {
	Index       int64
	ReceivedAt  domain.Micros
	EventAt     domain.Micros
	Source      string
	EventType   string
	Level       domain.ThreatLevel
	Score       int
	Anomaly     domain.Milli
	Gating      domain.Gating
	ActionTaken string
	PolicyAllow bool
	Changed     bool
	Rules       []string
	Persona     domain.Persona
	Ring        domain.Ring
	Mission     domain.MissionID
	Prev        int64
	Key         domain.KeyID
}

func scanRow(s db.Scanner) (*Row, error) {
	var r Row
	var allow, changed int64
	var rules string
	if err := s.Scan(&r.Index, &r.ReceivedAt, &r.EventAt, &r.Source, &r.EventType, &r.Level, &r.Score, &r.Anomaly, &r.Gating,
		&r.ActionTaken, &allow, &changed, &rules, &r.Persona, &r.Ring, &r.Mission, &r.Prev, &r.Key); err != nil {
		return nil, err
	}
	r.PolicyAllow, r.Changed = allow != 0, changed != 0
	if err := json.Unmarshal([]byte(rules), &r.Rules); err != nil {
		return nil, fmt.Errorf("rules of decision %d: %w", r.Index, err)
	}
	return &r, nil
}

func (r *Row) state() *lastState {
	return &lastState{
		Index: r.Index, Level: string(r.Level), Score: r.Score, Gating: string(r.Gating), Action: r.ActionTaken,
		PolicyAllow: r.PolicyAllow, Rules: r.Rules,
	}
}

func (s *Service) indexOf(ctx context.Context, tenant domain.TenantID, dedup evidence.MAC) (idx uint64, found bool, err error) {
	var n int64
	err = s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		found, err = tx.Get(ctx, selectIndex, []any{tenant, dedup[:]}, &n)
		return err
	})
	return uint64(n), found, err
}

// checkIdempotency refuses an Idempotency-Key that belongs to another request
// and says whether it belongs to this one already.
func (s *Service) checkIdempotency(ctx context.Context, a *admission) (known bool, err error) {
	var mac []byte
	err = s.DB.InReadTx(ctx, a.ev.Tenant, func(tx *db.Tx) error {
		known, err = tx.Get(ctx, selectIdempotency, []any{a.ev.Tenant, a.idem.key[:]}, &mac)
		return err
	})
	if err == nil && known && string(mac) != string(a.idem.request[:]) {
		err = fault.New(fault.IdempotencyReuse, "the Idempotency-Key was used for another request").At("Idempotency-Key")
	}
	return known, err
}

func (s *Service) rememberIdempotency(ctx context.Context, a *admission) error {
	return s.DB.InTx(ctx, a.ev.Tenant, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, insertIdempotency, a.ev.Tenant, a.idem.key[:], a.idem.request[:], []byte{}, tx.Now)
		return err
	})
}

// Get returns a recorded decision with its payload, diff and a receipt against
// the log's present checkpoint.
func (s *Service) Get(ctx context.Context, tenant domain.TenantID, index uint64) (*Result, error) {
	return s.get(ctx, tenant, index, true)
}

func (s *Service) get(ctx context.Context, tenant domain.TenantID, index uint64, proof bool) (*Result, error) {
	var res *Result
	err := s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		var err error
		res, err = s.getIn(ctx, tx, tenant, index, proof)
		return err
	})
	if err == nil && proof {
		_, err = s.Log.Anchors.Raise(ctx, res.stored)
	}
	return res, err
}

func (s *Service) getIn(ctx context.Context, tx *db.Tx, tenant domain.TenantID, index uint64, proof bool) (*Result, error) {
	row, err := readRow(ctx, tx, tenant, int64(index))
	if err != nil {
		return nil, err
	}
	if row == nil {
		return nil, s.absent(ctx, tenant, index)
	}
	receiptOf := s.Log.LeafIn
	if proof {
		receiptOf = s.Log.ReceiptIn
	}
	rc, err := receiptOf(ctx, tx, tenant, index)
	if err != nil {
		return nil, err
	}
	groups, err := s.Log.OpenIn(ctx, tx, tenant, index, []byte(rc.Entry))
	if err != nil {
		return nil, err
	}
	res, err := resultFrom(row, rc, groups)
	if err != nil {
		return nil, fmt.Errorf("decision %d: %w", index, err)
	}
	res.Tenant = tenant
	res.Event.Tenant = tenant
	if row.Prev >= 0 {
		prev, err := readRow(ctx, tx, tenant, row.Prev)
		if err != nil {
			return nil, err
		}
		if prev != nil {
			res.Diff = diff(prev.state(), row.state())
		}
	}
	for _, sink := range s.Sinks {
		sink.Describe(&res.Recorded)
	}
	return res, nil
}

// absent is the error of a decision that the tenant does not have, under its full
// ID. The tenant's keys are in memory: whoever names a decision was read by them.
func (s *Service) absent(ctx context.Context, tenant domain.TenantID, index uint64) error {
	k, err := s.Keys.Keys(ctx, tenant)
	if err != nil {
		return err
	}
	return fault.New(fault.NotFound, "the tenant has no decision %s", DecisionID(k.LogID, index))
}

// RingOf returns the ring that a decision belongs to.
func (s *Service) RingOf(ctx context.Context, tenant domain.TenantID, index uint64) (domain.Ring, error) {
	var ring domain.Ring
	err := s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		row, err := readRow(ctx, tx, tenant, int64(index))
		if err == nil && row == nil {
			err = s.absent(ctx, tenant, index)
		}
		if err == nil {
			ring = row.Ring
		}
		return err
	})
	return ring, err
}

func readRow(ctx context.Context, tx *db.Tx, tenant domain.TenantID, idx int64) (row *Row, err error) {
	err = tx.ForEach(ctx, selectRow, []any{tenant, idx}, func(sc db.Scanner) error {
		row, err = scanRow(sc)
		return err
	})
	return row, err
}

// resultFrom puts a decision together from its row, receipt and opened groups.
func resultFrom(row *Row, rc *evidence.Proven, groups []evidence.Group) (*Result, error) {
	id, outcome, recorded, err := parseOutcome(groupValue(groups, "decision"))
	if err != nil {
		return nil, err
	}
	se, err := parseEvent(groupValue(groups, "event"))
	if err != nil {
		return nil, err
	}
	cfs, err := parseCounterfactuals(groupValue(groups, "explain"))
	if err != nil {
		return nil, err
	}
	var actor struct {
		Principal domain.PrincipalID `json:"principal"`
	}
	if err := json.Unmarshal(groupValue(groups, "actor"), &actor); err != nil {
		return nil, fmt.Errorf("stored actor: %w", err)
	}
	facts := se.facts()
	facts.Windows, facts.Anomaly, facts.PolicyOutcome = recorded.windows, recorded.anomaly, outcome.Policy.Outcome
	ev := &domain.Event{
		ID: id.Event, Tenant: id.Tenant, Source: row.Source, Type: row.EventType, Timestamp: se.Request.Timestamp,
		Time: row.EventAt, ReceivedAt: row.ReceivedAt, Persona: row.Persona, Ring: row.Ring, Mission: row.Mission,
		SourceEventID: se.Request.SourceEventID,
	}
	return &Result{
		Recorded:  Recorded{Tenant: id.Tenant, LogID: rc.Log, Index: rc.Index, Time: row.ReceivedAt, Event: ev, Outcome: &outcome},
		Principal: actor.Principal, Diff: Diff{PreviousIndex: -1, Changes: []Change{}}, Facts: facts, Counterfactuals: cfs,
		Payload: se.Event, Extra: se.Extra, stored: rc,
	}, nil
}

// Filter selects decisions; zero values select all.
type Filter struct {
	Levels         []string
	Gating         string
	Action         string
	Source         string
	EventType      string
	Rule           string
	Ring           string
	Mission        string
	Subject        string // an IP address, user or host, exact
	ReceivedFrom   domain.Micros
	ReceivedTo     domain.Micros // exclusive
	EventFrom      domain.Micros
	EventTo        domain.Micros // exclusive
	OnlyChanged    bool
	PolicyDenied   bool
	OnlyActionable bool // drops log_only with severity info or low
	Query          string
}

// conditions collects what a query asks for; each ? is the next argument.
type conditions struct {
	text strings.Builder
	args []any
}

func (c *conditions) add(cond string, vals ...any) {
	c.text.WriteString(" AND ")
	for _, v := range vals {
		c.args = append(c.args, v)
		cond = strings.Replace(cond, "?", "$"+strconv.Itoa(len(c.args)), 1)
	}
	c.text.WriteString(cond)
}

// where turns the filter into conditions; the tenant is argument 1.
func (s *Service) where(ctx context.Context, tenant domain.TenantID, f *Filter) (string, []any, error) {
	c := &conditions{args: []any{tenant}}
	f.columns(c)
	if f.Query != "" {
		q := db.LikeText(f.Query)
		cond, vals, err := s.subjectCondition(ctx, tenant, f.Query)
		if err != nil {
			return "", nil, err
		}
		c.add("("+s.DB.Lower("source")+" LIKE ? ESCAPE '!' OR "+s.DB.Lower("event_type")+" LIKE ? ESCAPE '!' OR "+s.DB.Lower("rules")+" LIKE ? ESCAPE '!' OR "+cond+")",
			append([]any{q, q, q}, vals...)...)
	}
	if f.Subject != "" {
		cond, vals, err := s.subjectCondition(ctx, tenant, f.Subject)
		if err != nil {
			return "", nil, err
		}
		c.add(cond, vals...)
	}
	return c.text.String(), c.args, nil
}

// columns adds what the clear columns tell.
func (f *Filter) columns(c *conditions) {
	if len(f.Levels) > 0 {
		marks, vals := make([]string, len(f.Levels)), make([]any, len(f.Levels))
		for i, l := range f.Levels {
			if l == "info" {
				l = string(domain.LevelNone)
			}
			marks[i], vals[i] = "?", l
		}
		c.add("level IN ("+strings.Join(marks, ", ")+")", vals...)
	}
	for _, is := range []struct{ col, v string }{
		{"gating", f.Gating}, {"action_taken", f.Action}, {"source", f.Source}, {"event_type", f.EventType}, {"ring", f.Ring}, {"mission_id", f.Mission},
	} {
		if is.v != "" {
			c.add(is.col+" = ?", is.v)
		}
	}
	if f.Rule != "" {
		c.add("rules LIKE ? ESCAPE '!'", "%"+db.LikeEscaped(strconv.Quote(f.Rule))+"%")
	}
	for _, when := range []struct {
		cond string
		at   domain.Micros
	}{{"received_at >= ?", f.ReceivedFrom}, {"received_at < ?", f.ReceivedTo}, {"event_at >= ?", f.EventFrom}, {"event_at < ?", f.EventTo}} {
		if when.at != 0 {
			c.add(when.cond, when.at)
		}
	}
	if f.OnlyChanged {
		c.add("changed = 1")
	}
	if f.PolicyDenied {
		c.add("policy_allow = 0")
	}
	if f.OnlyActionable {
		c.add("NOT (action_taken = 'log_only' AND level IN ('none', 'low'))")
	}
}

// subjectCondition finds decisions by a personal value: the store knows it by
// HMAC only, so the match is exact.
func (s *Service) subjectCondition(ctx context.Context, tenant domain.TenantID, value string) (string, []any, error) {
	k, err := s.Keys.Keys(ctx, tenant)
	if err != nil {
		return "", nil, err
	}
	vals := []any{tenant}
	for _, kind := range []domain.SubjectKind{domain.SubjectIP, domain.SubjectUser, domain.SubjectHost} {
		mac := k.Subject(domain.Subject{Kind: kind, Value: value})
		vals = append(vals, mac[:])
	}
	// One probe per epoch: the index is led by epoch, not by the HMAC. CROSS JOIN
	// keeps SQLite from turning the loops around, which would read every row.
	return `idx IN (WITH RECURSIVE e(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM e WHERE n < (SELECT coalesce(max(epoch), 0) FROM subject WHERE tenant_id = $1))
		SELECT sub.idx FROM e CROSS JOIN subject sub WHERE sub.tenant_id = ? AND sub.epoch = e.n AND sub.mac IN (?, ?, ?))`, vals, nil
}

// List returns decisions in the clear, newest first, below the given index (or
// from the newest when before is negative), up to limit.
func (s *Service) List(ctx context.Context, tenant domain.TenantID, f Filter, before int64, limit int) ([]*Row, error) {
	cond, args, err := s.where(ctx, tenant, &f)
	if err != nil {
		return nil, err
	}
	if before >= 0 {
		args = append(args, before)
		cond += " AND idx < $" + strconv.Itoa(len(args))
	}
	args = append(args, limit)
	query := "SELECT " + rowColumns + " FROM decision WHERE tenant_id = $1" + cond + " ORDER BY idx DESC LIMIT $" + strconv.Itoa(len(args))
	return s.rowsOf(ctx, tenant, query, args)
}

// After returns decisions in log order from an index on, up to limit: how feeds
// and webhooks read the log.
func (s *Service) After(ctx context.Context, tenant domain.TenantID, f Filter, from int64, limit int) ([]*Row, error) {
	cond, args, err := s.where(ctx, tenant, &f)
	if err != nil {
		return nil, err
	}
	args = append(args, from, limit)
	n := len(args)
	query := "SELECT " + rowColumns + " FROM decision WHERE tenant_id = $1" + cond +
		" AND idx >= $" + strconv.Itoa(n-1) + " ORDER BY idx LIMIT $" + strconv.Itoa(n)
	return s.rowsOf(ctx, tenant, query, args)
}

func (s *Service) rowsOf(ctx context.Context, tenant domain.TenantID, query string, args []any) ([]*Row, error) {
	rows := []*Row{}
	err := s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		return tx.ForEach(ctx, query, args, func(sc db.Scanner) error {
			r, err := scanRow(sc)
			rows = append(rows, r)
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("list decisions: %w", err)
	}
	return rows, nil
}
