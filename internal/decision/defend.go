package decision

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/detect"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/jsondoc"
	"frostgate.io/frostgate/sigma/correlate"
)

// Deps are what the pipeline stands on.
type Deps struct {
	DB       *db.DB
	Clock    clock.Clock
	Keys     *evidence.Keyring
	Log      *evidence.Sequencer
	Rulesets Rulesets
	Missions Missions
	Never    NeverBlock
	Tenants  Tenants
	Sinks    []Sink
	Logger   *slog.Logger // nil: silent
}

// Service is the pipeline. It is safe for concurrent use.
type Service struct {
	Deps
	rows    *rowWriter
	tenants sync.Map // domain.TenantID -> *tenantState
	docs    sync.Pool
	evicted atomic.Int64 // window states, see WindowStats

	activities activities

	// Background filling of seen filters; Close ends it.
	background context.Context
	stop       context.CancelFunc
	fill       sync.WaitGroup

	swept atomic.Int64 // when silent tenants were looked for last, in Micros
}

// New returns the pipeline over its dependencies.
func New(d Deps) *Service {
	s := &Service{Deps: d, rows: newRowWriter(d.DB, d.Sinks)}
	s.docs.New = func() any { return &workspace{doc: new(jsondoc.Doc)} }
	s.background, s.stop = context.WithCancel(context.Background())
	return s
}

// Close ends background work. Calls still under way finish first: the server
// drains before it closes.
func (s *Service) Close() {
	s.stop()
	s.fill.Wait()
}

// workspace is one request's reusable memory.
type workspace struct {
	doc *jsondoc.Doc
	buf []byte
}

// Call is one event to decide on.
type Call struct {
	Principal *domain.Principal
	Body      []byte
	// IdempotencyKey stands for the timestamp of an event that has none.
	IdempotencyKey string
	Remote         string // the caller's address, for the record
	// Bulk marks an import: it waits behind live decisions.
	Bulk bool
	// Compact says that the answer will be Compact: a replay then needs no
	// proof.
	Compact bool
	// Turn orders calls that run at the same time; nil has no order.
	Turn *Turn
}

// Defend decides on one event, records the decision durably and returns it. The
// same event again returns the recorded decision.
func (s *Service) Defend(ctx context.Context, c Call) (*Result, error) {
	defer c.Turn.Pass()
	ws := s.docs.Get().(*workspace)
	defer s.docs.Put(ws)
	req, err := ParseRequest(c.Body, ws.doc)
	if err != nil {
		return nil, err
	}
	a, err := s.admit(ctx, &c, &req, ws)
	if err != nil {
		return nil, err
	}
	for {
		res, again, err := s.decide(ctx, &c, a)
		if !again {
			return res, err
		}
	}
}

// admission is an authorised, normalised event on its way to a decision.
type admission struct {
	ev        domain.Event
	req       *Request
	canonical []byte
	rules     *Ruleset
	keys      *evidence.TenantKeys
	state     *tenantState
	dedup     evidence.MAC
	idem      *idempotency
	drift     int64
	compact   bool
	matched   *detect.Matched
	// Set when the place in the log is reserved.
	windows  []detect.Move
	evicted  correlate.Eviction
	observed observation
}

// admit checks tenant, persona, ring and mission against the key, normalises
// and identifies the event.
func (s *Service) admit(ctx context.Context, c *Call, r *Request, ws *workspace) (*admission, error) {
	p := c.Principal
	if r.TenantID != "" && domain.TenantID(r.TenantID) != p.Tenant {
		return nil, fault.New(fault.WrongTenant, "tenant_id is not the tenant of the key").At("tenant_id")
	}
	d, err := s.Deps.Tenants.Defaults(ctx, p.Tenant)
	if err != nil {
		return nil, err
	}
	a := &admission{req: r, compact: c.Compact}
	if a.rules, err = s.Rulesets.Active(ctx, p.Tenant); err != nil {
		return nil, err
	}
	if a.keys, err = s.Keys.Keys(ctx, p.Tenant); err != nil {
		return nil, err
	}
	if a.ev, ws.buf, err = normalise(r, p.Tenant, d, s.Clock.Now(), ws.buf[:0]); err != nil {
		return nil, err
	}
	a.canonical = ws.buf
	if err := a.rules.Doctrine.Check(a.ev.Persona, a.ev.Ring); err != nil {
		return nil, err
	}
	if err := permit(p, &a.ev, d); err != nil {
		return nil, err
	}
	a.drift = clockDrift(&a.ev, d.ClockStaleMS)
	stamp := r.Timestamp
	switch {
	case c.IdempotencyKey != "":
		a.idem = &idempotency{key: a.keys.Dedup("idempotency-key:" + c.IdempotencyKey), request: a.keys.Dedup("request:" + string(c.Body))}
		if stamp == "" {
			stamp = "idempotency-key:" + c.IdempotencyKey
		}
	case stamp == "":
		// New each time: the receive time alone could meet another event of the
		// same microsecond.
		var nonce [8]byte
		s.Clock.Random(nonce[:])
		stamp = "received:" + strconv.FormatInt(int64(a.ev.ReceivedAt), 10) + ":" + hex.EncodeToString(nonce[:])
	}
	a.ev.ID = identify(&a.ev, stamp, a.canonical)
	a.dedup = dedupKey(a.keys, &a.ev)
	a.state, err = s.state(ctx, p.Tenant)
	return a, err
}

// permit refuses a persona, ring or mission that the key may not use. A key
// without a list may use the tenant's default only; without a mission list, any
// mission.
func permit(p *domain.Principal, ev *domain.Event, d Defaults) error {
	if ev.Persona != d.Persona && !slices.Contains(p.Personas, ev.Persona) || len(p.Personas) > 0 && !slices.Contains(p.Personas, ev.Persona) {
		return fault.New(fault.Forbidden, "the key may not use persona %s", ev.Persona).At("persona")
	}
	if ev.Ring != d.Ring && !slices.Contains(p.Rings, ev.Ring) || len(p.Rings) > 0 && !slices.Contains(p.Rings, ev.Ring) {
		return fault.New(fault.Forbidden, "the key may not use classification %s", ev.Ring).At("classification")
	}
	if ev.Mission != "" && len(p.Missions) > 0 && !slices.Contains(p.Missions, ev.Mission) {
		return fault.New(fault.Forbidden, "the key may not use this mission").At("mission_id")
	}
	return nil
}

// decide runs the ordered part: deduplicate, advance windows, reserve a place,
// evaluate, record. again asks for another round: an identical event that was
// in flight did not make it.
func (s *Service) decide(ctx context.Context, c *Call, a *admission) (res *Result, again bool, err error) {
	st := a.state
	st.mu.Lock()
	if f := st.flightOf(a); f != nil {
		st.mu.Unlock()
		// It takes no place of its own, and the other one may be behind it.
		c.Turn.Pass()
		<-f.done
		return nil, true, nil
	}
	f := &flight{done: make(chan struct{})}
	st.inflight[a.dedup] = f
	if a.idem != nil {
		st.inflight[a.idem.key] = f
	}
	lookup := a.idem != nil || st.seen.mayHave(a.dedup)
	st.mu.Unlock()
	defer func() {
		st.mu.Lock()
		delete(st.inflight, a.dedup)
		if a.idem != nil {
			delete(st.inflight, a.idem.key)
		}
		if f.ok {
			st.seen.add(a.dedup)
		}
		st.mu.Unlock()
		close(f.done)
	}()
	if lookup {
		res, err := s.recorded(ctx, a)
		if res != nil || err != nil {
			f.ok = err == nil
			return res, false, err
		}
	}
	res, err = s.fresh(ctx, c, a)
	f.ok = err == nil
	if err != nil && db.IsDuplicate(err) {
		// Recorded between our look-up and our commit: then it is a replay, or
		// the idempotency key belongs to another request.
		res, err = s.recorded(ctx, a)
		f.ok = err == nil
		if res == nil && err == nil {
			err = errors.New("a duplicate that can't be found")
		}
	}
	return res, false, err
}

// recorded returns the stored decision of the event, nil when there is none. An
// Idempotency-Key that belongs to another request is refused.
func (s *Service) recorded(ctx context.Context, a *admission) (*Result, error) {
	known := true
	if a.idem != nil {
		var err error
		if known, err = s.checkIdempotency(ctx, a); err != nil {
			return nil, err
		}
	}
	idx, found, err := s.indexOf(ctx, a.ev.Tenant, a.dedup)
	if err != nil || !found {
		return nil, err
	}
	if !known { // the key's first use is a replay: from now on it belongs to this request
		if err := s.rememberIdempotency(ctx, a); err != nil {
			return nil, err
		}
	}
	res, err := s.get(ctx, a.ev.Tenant, idx, !a.compact)
	if err != nil {
		return nil, err
	}
	res.Replayed = true
	return res, nil
}

// fresh decides on an event that is certainly new and records it.
func (s *Service) fresh(ctx context.Context, c *Call, a *admission) (*Result, error) {
	facts := domain.StateFacts{ClockDriftMS: a.drift}
	a.matched = a.rules.Detect.Match(&a.ev, a.canonical)
	if err := s.neverBlock(ctx, a, &facts); err != nil {
		return nil, err
	}
	// Before anything that others may wait for: the mission, a bulk place.
	if err := c.Turn.wait(ctx); err != nil {
		return nil, err
	}
	var lease MissionLease
	if a.ev.Mission != "" {
		var err error
		if facts.Mission, lease, err = s.Missions.Begin(ctx, a.ev.Tenant, a.ev.Mission, a.ev.ReceivedAt); err != nil {
			return nil, err
		}
		defer lease.Release()
	}
	if c.Bulk {
		release, err := s.Log.AcquireBulk(ctx)
		if err != nil {
			return nil, err
		}
		defer release()
	}
	hits := a.rules.Detect.WindowHits(&a.ev, a.req.Payload, a.matched)
	slots := windowSlots(a.keys, a.ev.Ring, hits)
	u := &evidence.Unit{Tenant: a.ev.Tenant, Kind: Kind, Prev: -1, Ring: a.ev.Ring, Rows: s.rows, OwnLeaf: true, Bulk: c.Bulk}
	a.observed = a.state.observing(a)
	if err := a.state.reserve(s.Log, u, a, slots, hits, &facts); err != nil {
		return nil, err
	}
	c.Turn.Pass()
	s.tellEvicted(ctx, a.ev.Tenant, a.evicted.Live)
	rec, cfs, err := s.evaluateInto(c, a, u, &facts, lease)
	if err != nil {
		s.Log.Fail(u, err)
	} else {
		s.Log.Ready(u)
	}
	done, err := u.Wait()
	a.state.pending.Done()
	if err != nil {
		a.state.discard()
		return nil, err
	}
	for _, sink := range s.Sinks {
		sink.Describe(&rec.Recorded)
	}
	return &Result{
		Recorded: rec.Recorded, Principal: c.Principal.ID, Diff: rec.diff, Facts: facts, Counterfactuals: cfs,
		committed: done, live: true,
	}, nil
}

// evaluateInto does the work between Reserve and Ready. A panic in it must not
// leave the queue standing: it becomes this unit's error.
func (s *Service) evaluateInto(c *Call, a *admission, u *evidence.Unit, facts *domain.StateFacts, lease MissionLease) (rec *record, cfs []domain.Counterfactual, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("evaluate: panic: %v", p)
		}
	}()
	out, flips := evaluate(a.rules, facts, &a.ev, a.req.Payload, a.matched)
	cfs = counterfactuals(a.rules, facts, &a.ev, a.req.Payload, a.matched, &out, flips)
	if lease != nil {
		lease.Spend(allowed(&out))
	}
	decision := AppendOutcome(make([]byte, 0, 2048), Identity{a.ev.ID, a.ev.Tenant}, &out, facts)
	rec = &record{
		Recorded: Recorded{Tenant: a.ev.Tenant, Time: a.ev.ReceivedAt, Event: &a.ev, Outcome: &out},
		dedup:    a.dedup, key: c.Principal.Key, state: stateOf(&out), idem: a.idem,
		windows: a.windows, evicted: a.evicted, observed: a.observed.encoded,
	}
	u.Item, u.Time, u.Ruleset, u.Policy = rec, a.ev.ReceivedAt, out.RulesetHash, out.Policy.Hash
	u.Subjects = a.ev.Subjects()
	u.Groups = append(make([]evidence.Group, 0, 4), evidence.Group{Name: "actor", Value: appendActor(make([]byte, 0, 160), c)},
		evidence.Group{Name: "decision", Value: decision},
		evidence.Group{Name: "event", Value: appendEvent(make([]byte, 0, len(a.canonical)+512), a, facts)})
	if len(cfs) > 0 {
		u.Groups = append(u.Groups, evidence.Group{Name: "explain", Value: appendCounterfactuals(nil, cfs)})
	}
	u.Place = func(index uint64) error { return s.rows.place(u, rec, index) }
	return rec, cfs, a.keys.Seal(u, s.Clock)
}

// allowed counts the mitigations that may run without anybody's approval.
func allowed(o *domain.Outcome) int64 {
	n := int64(0)
	for i := range o.Mitigations {
		if o.Mitigations[i].Gating == domain.GateAllow {
			n++
		}
	}
	return n
}

// neverBlock asks the allow-lists about everything that a mitigation of this
// event can aim at.
func (s *Service) neverBlock(ctx context.Context, a *admission, facts *domain.StateFacts) error {
	ask := func(kind, value, target string) error {
		entry, ok, err := s.Never.NeverBlock(ctx, a.ev.Tenant, kind, value, a.ev.ReceivedAt)
		if err != nil {
			return fmt.Errorf("allow-lists: %w", err)
		}
		if ok {
			if facts.NeverBlock == nil {
				facts.NeverBlock = make(map[string]string)
			}
			facts.NeverBlock[target] = entry
		}
		return nil
	}
	for _, sub := range a.ev.Subjects() {
		if err := ask(string(sub.Kind), sub.Value, string(sub.Kind)+":"+sub.Value); err != nil {
			return err
		}
	}
	session, country, asn := origin(a.req.Payload)
	if session != "" {
		if err := ask("session", session, "session:"+session); err != nil {
			return err
		}
	}
	if a.ev.SourceIP == "" {
		return nil
	}
	// Country and network are where the source address belongs: they protect it.
	if country != "" {
		if err := ask("country", strings.ToUpper(country), "ip:"+a.ev.SourceIP); err != nil {
			return err
		}
	}
	if asn != "" {
		return ask("asn", strings.ToUpper(asn), "ip:"+a.ev.SourceIP)
	}
	return nil
}

// flight is an event between admission and its durable decision.
type flight struct {
	done chan struct{}
	ok   bool // set before done is closed
}

// tenantState is what the ordered part of the pipeline keeps per tenant.
type tenantState struct {
	mu       sync.Mutex
	inflight map[evidence.MAC]*flight
	windows  windowTable
	seen     seenFilter
	stale    bool // a commit failed: windows must be read again from the log
	reload   func() (windowTable, error)

	// learned is what the rings' events have taught; a missing one is read
	// again. used is when the tenant last spoke.
	learned map[domain.Ring]*learned
	used    domain.Micros
	relearn func(domain.Ring) (*learned, error)
	// pending are the units between reserve and their commit.
	pending sync.WaitGroup
	// feedback is held by whoever judges a decision: the model before must still
	// be the one in force when the one after is made.
	feedback sync.Mutex
	// anomalyKeys are *anomaly.Key by ring; they need no lock.
	anomalyKeys sync.Map
}

// flightOf returns what is under way for the same event or the same
// Idempotency-Key. It needs the lock.
func (st *tenantState) flightOf(a *admission) *flight {
	if f := st.inflight[a.dedup]; f != nil || a.idem == nil {
		return f
	}
	return st.inflight[a.idem.key]
}

// reserve advances the windows and reserves the unit's place in one step, so
// that facts follow log order.
func (st *tenantState) reserve(log *evidence.Sequencer, u *evidence.Unit, a *admission, slots []detect.Slot, hits []detect.WindowKey, facts *domain.StateFacts) error {
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.stale {
		st.pending.Wait() // what is on its way to the log would be missing from what is read
		w, err := st.reload()
		if err != nil {
			return err
		}
		st.windows, st.stale = w, false
	}
	taught, err := st.learnedOf(a.ev.Ring)
	if err != nil {
		return err
	}
	// Counting comes first: a panic in it must not leave a reserved place behind.
	st.stale = true
	c := st.windows.counter(a.keys, a.ev.Ring, windowTime(&a.ev))
	c.all(a.rules.Detect, a, hits, slots)
	if err := log.Reserve(u); err != nil {
		st.stale = !c.revert()
		return err
	}
	st.stale = false
	facts.Windows, a.windows, a.evicted = c.Facts, c.Moves, c.Evicted
	facts.Anomaly = st.learn(a.ev.Ring, taught, &a.observed)
	st.used = a.ev.ReceivedAt
	st.pending.Add(1)
	return nil
}

// discard gives window state up after a failed commit: it may count events that
// were never recorded.
func (st *tenantState) discard() { st.mu.Lock(); st.stale, st.learned = true, nil; st.mu.Unlock() }
