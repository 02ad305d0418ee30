package decision

import (
	"context"
	"fmt"
	"time"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/detect/anomaly"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/jsondoc"
)

// learned is what a tenant's events of one ring have taught, with the weights in
// force. Its tenant's lock guards it.
type learned struct {
	state *anomaly.State
	model *anomaly.Model
}

// observation is an event as the anomaly model sees it: hashes and numbers.
type observation struct {
	anomaly.Observation
	encoded []byte
}

// observe hashes what is learned of an event. Rings have keys of their own.
func observe(k *anomaly.Key, ev *domain.Event, payload jsondoc.Value, size int) observation {
	o := observation{Observation: anomaly.Observation{
		Source: k.Hash(ev.Source), Type: k.Hash(ev.Type), Size: uint64(size), HasFails: ev.HasFailCount,
		Hour: uint8(((clamped(ev)/3_600_000_000)%24 + 24) % 24),
	}}
	for _, v := range []struct {
		to   *uint64
		text string
	}{
		{&o.User, ev.User}, {&o.Host, ev.Host}, {&o.Network, anomaly.Network(ev.SourceIP)}, {&o.Action, actionOf(payload)}, {&o.Country, countryOf(payload)},
	} {
		if v.text != "" {
			*v.to = k.Hash(v.text)
		}
	}
	if o.HasFails {
		o.Fails = uint64(max(ev.FailCount, 0))
	}
	o.encoded = o.Append(make([]byte, 0, 80))
	return o
}

// clamped is the time by which windows and models go: a sender's clock may run
// ahead, but not far.
func clamped(ev *domain.Event) domain.Micros { return min(ev.Time, ev.ReceivedAt+futureSlack) }

// actionOf finds what an event says was done: the flat name, ECS, CloudTrail,
// Azure, Microsoft 365.
func actionOf(p jsondoc.Value) string {
	return firstText(p.Get("action"), p.Path("event", "action"), p.Get("eventName"), p.Get("operationName"), p.Get("Operation"))
}

func countryOf(p jsondoc.Value) string { _, country, _ := origin(p); return country }

// observing makes the observation of a call, outside the tenant's lock.
func (st *tenantState) observing(a *admission) observation {
	k, ok := st.anomalyKeys.Load(a.ev.Ring)
	if !ok {
		key := anomaly.Key(a.keys.Index("anomaly", string(a.ev.Ring)))
		k, _ = st.anomalyKeys.LoadOrStore(a.ev.Ring, &key)
	}
	return observe(k.(*anomaly.Key), &a.ev, a.req.Payload, len(a.canonical))
}

// learnedOf returns what is learned in a ring, read again after a start, a pause
// or a failed commit. It needs the lock.
func (st *tenantState) learnedOf(ring domain.Ring) (*learned, error) {
	if l := st.learned[ring]; l != nil {
		return l, nil
	}
	// What is on its way to the log would be missing from what is read.
	st.pending.Wait()
	l, err := st.relearn(ring)
	if err != nil {
		return nil, err
	}
	if st.learned == nil {
		st.learned = make(map[domain.Ring]*learned)
	}
	st.learned[ring] = l
	return l, nil
}

// learn judges the event by those before it and takes it in. The place in the
// log is reserved by then, and a panic must not leave it behind: the event then
// teaches nothing. It needs the lock.
func (st *tenantState) learn(ring domain.Ring, l *learned, o *observation) (fact *domain.AnomalyFact) {
	defer func() {
		if recover() != nil {
			fact, o.encoded = nil, nil
			delete(st.learned, ring)
		}
	}()
	return l.state.Observe(&o.Observation, o.encoded, l.model)
}

// restoreLearned reads what a ring's recorded events have taught.
func (s *Service) restoreLearned(ctx context.Context, tenant domain.TenantID, ring domain.Ring) (*learned, error) {
	l := &learned{}
	err := s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) (err error) {
		if l.state, err = readAnomaly(ctx, tx, tenant, ring); err != nil {
			return err
		}
		l.model, err = readModel(ctx, tx, tenant, ring)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("restore what tenant %s has learned: %w", tenant, err)
	}
	s.letRest()
	return l, nil
}

// idleAfter is how long a tenant must have been silent to lose its counters in
// memory; they are read again when it speaks.
const idleAfter = domain.Micros(10 * time.Minute / time.Microsecond)

// letRest drops the counters of silent tenants. It runs when one is read, as
// nothing else makes them more, and at most once a minute.
func (s *Service) letRest() {
	now := s.Clock.Now()
	last := s.swept.Load()
	if now-domain.Micros(last) < domain.Micros(time.Minute/time.Microsecond) || !s.swept.CompareAndSwap(last, int64(now)) {
		return
	}
	s.tenants.Range(func(_, v any) bool {
		st := v.(*tenantState)
		// A tenant whose lock is held is not silent; it may be the caller's own.
		if st.mu.TryLock() {
			if len(st.inflight) == 0 && st.used < now-idleAfter {
				st.learned = nil
			}
			st.mu.Unlock()
		}
		return true
	})
}

// useModel puts new weights in force.
func (st *tenantState) useModel(ring domain.Ring, m *anomaly.Model) {
	st.mu.Lock()
	defer st.mu.Unlock()
	if l := st.learned[ring]; l != nil && l.model.Version < m.Version {
		l.model = m
	}
}
