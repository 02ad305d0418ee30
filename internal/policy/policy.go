// Package policy answers one question with Rego: is the event's own action
// admitted, and what does that oblige mitigations to?
//
// Invariant: pure and deterministic; an Engine is compiled once from immutable
// modules and is safe for concurrent use. It fails closed: without a clear
// answer nothing is allowed and every mitigation needs approval. Capabilities
// hold no network, randomness, environment or wall clock; evaluation is bounded
// in steps, not in time, so that replay gives the same answer on any machine.
// It must not decide gatings of mitigations: it only states obligations.
package policy

import (
	"context"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/metrics"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/topdown"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/jsondoc"
)

// Outcomes of an evaluation, as they stand in domain.PolicyResult.Outcome.
const (
	OK          = "ok"
	Undefined   = "undefined"   // allow has no value
	Failed      = "error"       // evaluation failed or gave something of the wrong type
	Timeout     = "timeout"     // the step limit, or the caller gave up
	Unavailable = "unavailable" // no bundle
	Disabled    = "disabled"    // policy.enforce=false
)

// ReasonUnavailable is the reason of every answer without an answer.
const ReasonUnavailable = "policy_unavailable"

// defaultSteps bounds one evaluation; about 50 ms of plain expressions on
// a slow core, some thousand times what the default policy needs.
const defaultSteps = 100_000

// Options tune an Engine.
type Options struct {
	Version     string // shown in results
	MaxSteps    int64  // expressions per evaluation; 0: the default of 100,000
	DisableMemo bool   // evaluate every time, for benchmarks
}

// Input is what policy may look at. Policies read it as
// input.{tenant_id, source, event_type, persona, classification, mission_id,
// src_ip, user, host, fail_count, has_fail_count, score, threat_level, rules,
// mitigations, time, event, anomaly_score}: rules are fired IDs, mitigations are actions, time
// is the event's time in nanoseconds, event is the payload.
type Input struct {
	Event       *domain.Event
	Payload     jsondoc.Value
	Score       int
	Level       domain.ThreatLevel
	Rules       []string
	Mitigations []domain.Mitigation
	Anomaly     domain.Milli // how unusual the event is; policies read 0 to 1
}

// Engine is a compiled policy.
type Engine struct {
	version  string
	hash     domain.Hash
	maxSteps int64
	compiler *ast.Compiler
	query    ast.Body
	values   [valueCount]valueForm
	qc       ast.QueryCompiler
	store    storage.Store
	txn      storage.Transaction
	uses     uses
	keys     [fieldCount]*ast.Term
	memo     *memo // nil when disabled or useless
}

// Hash identifies the modules; see Compile.
func (e *Engine) Hash() domain.Hash { return e.hash }

// Version is the version given at compile time.
func (e *Engine) Version() string { return e.version }

// InputPaths lists the input paths that the policy reads, sorted; "input"
// alone stands for all of it. Only these reach an evaluation.
func (e *Engine) InputPaths() []string { return e.uses.paths() }

// Eval answers for one event. The result's slices are shared: do not change them.
func (e *Engine) Eval(ctx context.Context, in Input) domain.PolicyResult {
	if e.memo == nil {
		return e.evaluate(ctx, in)
	}
	var space [512]byte
	key, ok := e.uses.appendKey(space[:0], &in)
	if !ok {
		return e.evaluate(ctx, in)
	}
	part := e.memo.partition(in.Event.Tenant, in.Event.Ring)
	if r, ok := part.get(key); ok {
		return r
	}
	r := e.evaluate(ctx, in)
	// Only what a repetition must give again: a caller that gave up says
	// nothing about the input.
	if r.Outcome != Timeout {
		part.put(key, r)
	}
	return r
}

// NoAnswer is the result for an outcome other than OK: nothing allowed, every
// mitigation needs approval. Replay feeds recorded outcomes back through it.
func (e *Engine) NoAnswer(outcome string) domain.PolicyResult {
	r := NoAnswer(outcome)
	r.Hash, r.Version = e.hash, e.version
	return r
}

// NoAnswer is Engine.NoAnswer where there is no engine at all.
func NoAnswer(outcome string) domain.PolicyResult {
	return domain.PolicyResult{
		Reasons:     []string{ReasonUnavailable},
		Outcome:     outcome,
		Obligations: []domain.Obligation{{Action: "*", Gating: domain.GateRequireApproval, Reason: ReasonUnavailable}},
	}
}

func (e *Engine) evaluate(ctx context.Context, in Input) domain.PolicyResult {
	budget := &steps{left: e.maxSteps, done: ctx.Done()}
	q := topdown.NewQuery(e.query).
		WithQueryCompiler(e.qc).
		WithCompiler(e.compiler).
		WithStore(e.store).
		WithTransaction(e.txn).
		WithInput(e.uses.input(&e.keys, &in)).
		WithCancel(budget).
		WithVirtualCache(newRuleCache()).
		WithBaseCache(noData{}).
		WithMetrics(metrics.NoOp()).
		WithSeed(noRandomness{}).
		WithTime(time.UnixMicro(int64(in.Event.Time))).
		WithStrictBuiltinErrors(true)
	var r domain.PolicyResult
	outcome := Undefined
	err := q.Iter(ctx, func(qr topdown.QueryResult) error {
		r, outcome = e.read(qr)
		return nil
	})
	switch {
	case budget.spent:
		return e.NoAnswer(Timeout)
	case err != nil:
		return e.NoAnswer(Failed)
	case outcome != OK:
		return e.NoAnswer(outcome)
	}
	r.Hash, r.Version = e.hash, e.version
	return r
}

// steps is a topdown.Cancel that counts: topdown asks it before every
// expression. One evaluation, hence one goroutine, owns it.
type steps struct {
	left  int64
	done  <-chan struct{}
	spent bool
}

// Cancel ends the evaluation.
func (s *steps) Cancel() { s.spent = true }

// Cancelled counts one step.
func (s *steps) Cancelled() bool {
	s.left--
	if s.left < 0 {
		s.spent = true
	}
	if s.left&255 == 0 && !s.spent {
		select {
		case <-s.done:
			s.spent = true
		default:
		}
	}
	return s.spent
}

// noRandomness fails what would read randomness; the capabilities hold no such
// builtin, so it is never read.
type noRandomness struct{}

func (noRandomness) Read([]byte) (int, error) { return 0, context.Canceled }
