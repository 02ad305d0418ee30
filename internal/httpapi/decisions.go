package httpapi

import (
	"context"
	"net/http"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/tenant"
	"frostgate.io/frostgate/receipt"
)

// Names of the lists that cursors belong to.
const (
	feedList     = "feed"
	decisionList = "decisions"
)

func severityEnum() []string { return []string{"info", "low", "medium", "high", "critical"} }
func actionEnum() []string {
	return []string{"log_only", "blocked", "rate_limited", "quarantined", "pending_approval"}
}
func ringEnum() []string   { return strs(domain.Rings()) }
func gatingEnum() []string { return []string{"allow", "require_approval", "reject"} }

// feedParams are the filters of the feed and its stream.
func feedParams() []Param {
	return []Param{
		{Name: "only_actionable", Kind: paramBool, Doc: "Leaves out log_only items of severity info and low."},
		{Name: "only_changed", Kind: paramBool, Doc: "Only where the decision differs from the one before of the same source and event type."},
		{Name: "severity", Enum: severityEnum()},
		{Name: "q", Doc: "Part of the source, event type or rules, or exactly an address, user or host."},
		{Name: "source"},
		{Name: "event_type"},
	}
}

func feedFilter(q query) decision.Filter {
	f := decision.Filter{Query: q.text("q"), Source: q.text("source"), EventType: q.text("event_type")}
	f.OnlyActionable, _ = q.flag("only_actionable")
	f.OnlyChanged, _ = q.flag("only_changed")
	if v := q.text("severity"); v != "" {
		f.Levels = []string{v}
	}
	return f
}

func (s *Server) decisionRoutes() []*Route {
	const base = prefixV1 + "/decisions"
	row := func(path, alias, summary string, scope domain.Scope, e endpoint, params ...Param) *Route {
		rt := &Route{
			Method: http.MethodGet, Path: path, Access: scoped, Scope: scope, Class: tenant.ClassRead, Tag: "decisions",
			Summary: summary, Query: params, endpoint: e,
		}
		if alias != "" {
			rt.Aliases = []string{alias}
		}
		return rt
	}
	stream := row(prefixV1+"/feed/stream", "/feed/stream", "The feed as server-sent events", domain.ScopeDecisionsRead, text("text/event-stream", s.feedStream), feedParams()...)
	stream.Doc = "The event ID is the log index: send the last one as Last-Event-ID to go on without loss. Without it the stream begins now. " +
		"A reader that is too slow is cut off and resumes by the same header."
	decisions := row(base, "/decisions", "Decisions, newest first", domain.ScopeDecisionsRead, read(s.listDecisions), pageParams(
		Param{Name: "level", Enum: []string{"none", "low", "medium", "high", "critical"}, Doc: "Threat level."},
		Param{Name: "severity", Enum: severityEnum(), Doc: "As in the feed; info is the level none."},
		Param{Name: "gating", Enum: gatingEnum()}, Param{Name: "action", Enum: actionEnum(), Doc: "Action taken."},
		Param{Name: "source"}, Param{Name: "event_type"}, Param{Name: "rule"}, Param{Name: "ring", Enum: ringEnum()}, Param{Name: "mission"},
		Param{Name: "subject", Doc: "Exactly an address, user or host."},
		Param{Name: "q", Doc: "Part of the source, event type or rules, or exactly an address, user or host."},
		Param{Name: "from", Kind: paramTime, Doc: "Received at or after."}, Param{Name: "to", Kind: paramTime, Doc: "Received before."},
		Param{Name: "event_from", Kind: paramTime, Doc: "Happened at or after."}, Param{Name: "event_to", Kind: paramTime, Doc: "Happened before."},
		Param{Name: "changed", Kind: paramBool, Doc: "true: only where the decision differs from the one before."},
		Param{Name: "only_actionable", Kind: paramBool, Doc: "Leaves out log_only items of severity info and low."},
		Param{Name: "policy_denied", Kind: paramBool, Doc: "true: only where the policy denies the event's own action."},
		orderParam("Default newest. gravest: by threat and score, the newest first among equals."))...)
	return anywhere(
		row(prefixV1+"/feed/live", "/feed/live", "The feed, newest first", domain.ScopeDecisionsRead, read(s.feedLive), pageParams(feedParams()...)...),
		stream,
		decisions,
		s.aboutRoute(),
		row(base+"/{id}", "/decisions/{id}", "One decision with its event", domain.ScopeDecisionsRead, read(s.getDecision)),
		row(base+"/{id}/receipt", "", "The receipt with openings of what it commits to", domain.ScopeEvidenceRead, read(s.getReceipt), waitParam()),
		row(prefixV1+"/forensics/snapshot/{event_id}", "/forensics/snapshot/{event_id}", "Event, facts, decision and receipt with openings", domain.ScopeEvidenceRead, read(s.snapshot)),
		row(prefixV1+"/stats", "/stats", "Counts over a window that ends now", domain.ScopeDecisionsRead, read(s.stats),
			Param{Name: "window", Enum: []string{"1h", "24h", "7d", "30d", "all"}, Doc: "Default 24h."},
			Param{Name: "clock", Enum: []string{"received", "event"}, Doc: "Count by when events came in (default) or when they happened; a historical import shows by the second only."}),
	)
}

// before reads the cursor of a list that runs down the log; -1 is its head.
func before(c *Call, name string) (int64, error) {
	at := int64(-1)
	if err := db.DecodeCursor(name, c.Query.text("cursor"), &at); err != nil {
		return 0, err
	}
	return at, nil
}

func (s *Server) feedLive(ctx context.Context, c *Call) (list[feedItem], error) {
	limit, err := c.Query.limit()
	if err != nil {
		return list[feedItem]{}, err
	}
	at, err := before(c, feedList)
	if err != nil {
		return list[feedItem]{}, err
	}
	page, err := s.deps.Decide.Feed(ctx, c.Tenant(), feedFilter(c.Query), at, limit)
	if err != nil {
		return list[feedItem]{}, err
	}
	items, title := make([]feedItem, len(page.Items)), s.titles(ctx, c.Tenant())
	for i, it := range page.Items {
		items[i] = feedTitled(it, title)
	}
	next := ""
	if page.Next >= 0 {
		next = db.EncodeCursor(feedList, page.Next)
	}
	return listOf(items, next), nil
}

func (s *Server) listDecisions(ctx context.Context, c *Call) (list[decisionRow], error) {
	limit, err := c.Query.limit()
	if err != nil {
		return list[decisionRow]{}, err
	}
	keys, err := s.deps.Decide.Keys.Keys(ctx, c.Tenant())
	if err != nil {
		return list[decisionRow]{}, err
	}
	q := c.Query
	f := decision.Filter{
		Gating: q.text("gating"), Action: q.text("action"), Source: q.text("source"), EventType: q.text("event_type"), Rule: q.text("rule"),
		Ring: q.text("ring"), Mission: q.text("mission"), Subject: q.text("subject"), Query: q.text("q"),
		ReceivedFrom: q.time("from"), ReceivedTo: q.time("to"), EventFrom: q.time("event_from"), EventTo: q.time("event_to"),
	}
	f.OnlyChanged, _ = q.flag("changed")
	f.OnlyActionable, _ = q.flag("only_actionable")
	f.PolicyDenied, _ = q.flag("policy_denied")
	for _, name := range []string{"level", "severity"} {
		if v := q.text(name); v != "" {
			f.Levels = append(f.Levels, v)
		}
	}
	if len(f.Levels) > 1 {
		return list[decisionRow]{}, fault.New(fault.Invalid, "Give level or severity, not both.").At("severity")
	}
	rows, next, err := s.decisionPage(ctx, c, f, limit)
	if err != nil {
		return list[decisionRow]{}, err
	}
	items := make([]decisionRow, len(rows))
	for i, r := range rows {
		items[i] = rowOf(r, keys.LogID)
	}
	s.titleDecisions(ctx, c.Tenant(), items)
	return listOf(items, next), nil
}

// indexOf reads the decision ID in the path; another log's does not exist here.
func (s *Server) indexOf(ctx context.Context, c *Call) (uint64, error) {
	log, index, err := decision.ParseDecisionID(c.Path("id"))
	if err != nil {
		return 0, err
	}
	keys, err := s.deps.Decide.Keys.Keys(ctx, c.Tenant())
	if err != nil {
		return 0, err
	}
	if log != keys.LogID {
		return 0, fault.New(fault.NotFound, "The tenant has no decision %s.", clip(c.Path("id")))
	}
	return index, nil
}

func (s *Server) getDecision(ctx context.Context, c *Call) (decisionView, error) {
	index, err := s.indexOf(ctx, c)
	if err != nil {
		return decisionView{}, err
	}
	res, err := s.deps.Decide.Get(ctx, c.Tenant(), index)
	if err != nil {
		return decisionView{}, err
	}
	if err := s.mayRead(c, res.Event.Ring); err != nil {
		return decisionView{}, err
	}
	return viewOf(res), nil
}

func (s *Server) getReceipt(ctx context.Context, c *Call) (*receipt.Receipt, error) {
	index, err := s.indexOf(ctx, c)
	if err != nil {
		return nil, err
	}
	if err := s.auditRead(ctx, c, c.Path("id")); err != nil {
		return nil, err
	}
	ring, err := s.deps.Decide.RingOf(ctx, c.Tenant(), index)
	if err != nil {
		return nil, err
	}
	if err := s.mayRead(c, ring); err != nil {
		return nil, err
	}
	if err := s.wait(ctx, c.Tenant(), index, waitLevel(c.Query)); err != nil {
		return nil, err
	}
	return s.deps.Evidence.Receipt(ctx, c.Tenant(), index, true)
}

func (s *Server) snapshot(ctx context.Context, c *Call) (snapshotView, error) {
	id := c.Path("event_id")
	res, err := s.deps.Decide.FindByEvent(ctx, c.Tenant(), domain.EventID(id))
	if err != nil {
		return snapshotView{}, err
	}
	if err := s.mayRead(c, res.Event.Ring); err != nil {
		return snapshotView{}, err
	}
	if err := s.auditRead(ctx, c, string(res.ID())); err != nil {
		return snapshotView{}, err
	}
	rc, err := s.deps.Evidence.Receipt(ctx, c.Tenant(), res.Index, true)
	if err != nil {
		return snapshotView{}, err
	}
	return snapshotView{decisionView: viewOf(res), Facts: factsOf(&res.Facts), Receipt: rc}, nil
}

func (s *Server) stats(ctx context.Context, c *Call) (statsView, error) {
	window, clk := c.Query.text("window"), c.Query.text("clock")
	if window == "" {
		window = "24h"
	}
	if clk == "" {
		clk = string(decision.ByReceived)
	}
	st, err := s.deps.Decide.Stats(ctx, c.Tenant(), window, decision.StatsClock(clk))
	if err != nil {
		return statsView{}, err
	}
	out := statsView{
		Window: window, Clock: clk, From: Time(st.From), To: Time(st.To), Total: st.Total, Denied: st.Denied,
		BySeverity: st.BySeverity, ByGating: st.ByGating, ByAction: st.ByAction, ByRule: st.ByRule, BySource: st.BySource,
		Buckets: make([]statsBucket, len(st.Buckets)), Titles: s.ruleTitles(ctx, c.Tenant(), st.ByRule),
	}
	for i, b := range st.Buckets {
		out.Buckets[i] = statsBucket{Time(b.Start), b.Total, b.BySeverity, b.ByGating}
	}
	return out, nil
}
