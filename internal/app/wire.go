package app

import (
	"context"
	"log/slog"
	"sync/atomic"

	"frostgate.io/frostgate/internal/auth"
	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/drift"
	"frostgate.io/frostgate/internal/enforce"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/governance"
	"frostgate.io/frostgate/internal/httpapi"
	"frostgate.io/frostgate/internal/httpapi/idempotency"
	"frostgate.io/frostgate/internal/inventory"
	"frostgate.io/frostgate/internal/inventory/graph"
	"frostgate.io/frostgate/internal/module"
	"frostgate.io/frostgate/internal/notify"
	"frostgate.io/frostgate/internal/obs"
	"frostgate.io/frostgate/internal/signing"
	"frostgate.io/frostgate/internal/tenant"
)

// Parts are the features of one server.
type Parts struct {
	Custody    *signing.Custody
	Keyring    *evidence.Keyring
	Log        *evidence.Sequencer
	Audit      *evidence.AuditStore
	Denied     *evidence.DeniedLog
	Tenants    *tenant.Service
	Auth       *auth.Service
	Limits     *auth.Limiter
	Enforce    *enforce.Service
	Disposal   *evidence.Disposal
	Notify     *notify.Service
	Signers    *module.Service
	Governance *governance.Service
	Decisions  *decision.Service
	Inventory  *inventory.Service
	Graph      *graph.Service
	Drift      *drift.Service

	// grown is told which logs grew; the server sets it once it can listen, while
	// the log writer runs already.
	grown atomic.Pointer[func([]domain.TenantID)]
}

// wire builds the features in the order in which they stand on each other and
// starts the log writer, which some of them need from the start.
func wire(ctx context.Context, cfg *Config, d *db.DB, url string, log *slog.Logger, m *obs.Metrics, writer *group) (*Parts, error) {
	clk := d.Clock()
	p := &Parts{}
	var err error
	if p.Custody, err = openKeys(ctx, cfg, d, clk); err != nil {
		return nil, err
	}
	if err := p.Custody.CheckStore(ctx, d); err != nil {
		return nil, err
	}
	if err := p.reseal(ctx, d, log); err != nil {
		return nil, err
	}
	p.Keyring = evidence.NewKeyring(d, p.Custody)
	if p.Log, err = evidence.NewSequencer(d, p.Keyring, p.Custody, clk, evidence.DefaultConfig()); err != nil {
		return nil, err
	}
	p.watch(m, log)
	p.Log.OnCommit = func(tenants []domain.TenantID) {
		if fn := p.grown.Load(); fn != nil {
			(*fn)(tenants)
		}
	}
	writer.run("log writer", p.Log.Run)
	p.Audit, p.Denied = evidence.NewAuditStore(d), evidence.NewDeniedLog(d, clk)
	p.Tenants = tenant.New(d, clk, p.Keyring)
	if err := p.Tenants.Load(ctx); err != nil {
		return nil, err
	}
	if p.Auth, err = auth.New(auth.Config{DB: d, Clock: clk, MAC: p.Custody, Tenants: p.Tenants}); err != nil {
		return nil, err
	}
	p.Limits = auth.NewLimiter(p.Tenants, clk)
	if _, err := p.Auth.Bootstrap(ctx, publisher(cfg.DataDir, url)); err != nil {
		return nil, err
	}
	if err := refreshURL(cfg.DataDir, url); err != nil {
		return nil, err
	}
	if err := p.checkLogs(ctx, cfg, log); err != nil {
		return nil, err
	}
	if err := p.signHeads(ctx, log); err != nil {
		return nil, err
	}
	if err := p.wireAnchors(ctx, cfg, m, log); err != nil {
		return nil, err
	}
	if err := p.reconcileKeys(ctx, log); err != nil {
		return nil, err
	}
	p.Enforce = enforce.New(d, enforce.Config{})
	if err := p.wireDecisions(ctx, cfg, d, clk); err != nil {
		return nil, err
	}
	if other, err := p.Governance.OtherDefault(ctx); err != nil {
		return nil, err
	} else if other != "" {
		log.WarnContext(ctx, "the default ruleset of this version is stored and not in force; a tenant takes it with: frostgate rulesets activate; one with rules of its own takes the built-in detections with: frostgate rules import --builtin", "ruleset", other)
	}
	p.watchWindows(m, log)
	p.wireInventory(d, clk, log)
	p.Disposal = evidence.NewDisposal(d, p.Keyring, p.Log, []evidence.Eraser{p.Enforce, p.Decisions, p.Inventory, p.Drift}, []evidence.Holder{p.Enforce})
	p.Signers = module.New(module.Deps{DB: d, Clock: clk, Log: p.Log, Keys: p.Keyring, MAC: p.Custody}, module.Config{})
	p.Notify = notify.New(d, decisionSource{p.Decisions, p.Governance}, p.Custody, notify.Config{AllowPrivate: cfg.WebhooksAllowPrivate}, log)
	return p, nil
}

// openKeys opens the key folder. New keys beside a store that holds data could
// not read it, so they are made on the first start only.
func openKeys(ctx context.Context, cfg *Config, d *db.DB, clk clock.Clock) (*signing.Custody, error) {
	var n int64
	if err := d.InSystemReadTx(ctx, "is the store new", func(tx *db.Tx) error {
		_, err := tx.Get(ctx, "SELECT count(*) FROM organisation", nil, &n)
		return err
	}); err != nil {
		return nil, err
	}
	return signing.OpenWith(cfg.DataDir, clk, signing.Options{MustExist: n > 0})
}

// checkLogs compares every tenant's log with its rows before the server is
// ready.
func (p *Parts) checkLogs(ctx context.Context, cfg *Config, log *slog.Logger) error {
	var ids []domain.TenantID
	for _, t := range p.Tenants.All() {
		ids = append(ids, t.ID)
	}
	if err := p.sealStates(ctx, cfg, ids, log); err != nil {
		return err
	}
	if err := p.Log.CheckLogs(ctx, ids); err != nil {
		return err
	}
	for tenant, err := range p.Log.Damage() {
		log.Error("evidence log damaged: its decisions stop", "tenant", tenant, "error", err)
	}
	return nil
}

// sealStates takes over, once for a key folder, the log states that a version
// before the HMACs wrote. Afterwards a state without one is nobody's.
func (p *Parts) sealStates(ctx context.Context, cfg *Config, ids []domain.TenantID, log *slog.Logger) error {
	done, err := signing.StatesSealed(cfg.DataDir)
	if err != nil || done {
		return err
	}
	if err := p.Log.SealStates(ctx, ids); err != nil {
		return err
	}
	log.Info("log states sealed", "logs", len(ids))
	return signing.MarkStatesSealed(cfg.DataDir)
}

// watch exports the writer's figures.
func (p *Parts) watch(m *obs.Metrics, log *slog.Logger) {
	batch := m.Sizes("frostgate_record_batch_units", "Decisions and artifacts committed in one transaction.").WithLabelValues()
	failures := m.Counter("frostgate_record_failures_total", "Batches that the store refused.").WithLabelValues()
	m.GaugeFunc("frostgate_record_queue_units", "Decisions and artifacts that wait for the log writer.", func() float64 { return float64(p.Log.QueueLen()) })
	p.Log.OnBatch = func(units int, err error) {
		batch.Observe(float64(units))
		switch fault.CodeOf(err) {
		case "":
		case fault.Conflict, fault.PreconditionFail: // somebody else was first: whoever asked is told, nothing is amiss
			log.Debug("entry refused", "units", units, "error", err)
		default:
			failures.Inc()
			log.Error("batch not recorded", "units", units, "error", err)
		}
	}
}

// watchWindows exports what detection keeps of the past.
func (p *Parts) watchWindows(m *obs.Metrics, log *slog.Logger) {
	p.Decisions.Logger = log
	m.GaugeFunc("frostgate_detect_window_states", "Window states of all tenants in memory.", func() float64 { return float64(p.Decisions.WindowStats().States) })
	m.GaugeFunc("frostgate_detect_window_bytes", "What window states take in memory.", func() float64 { return float64(p.Decisions.WindowStats().Bytes) })
	m.CounterFunc("frostgate_detect_windows_evicted_total", "Window states that still counted and had to go for others.", func() float64 { return float64(p.Decisions.WindowStats().Evicted) })
}

// deps are the parts as the HTTP server takes them.
func (p *Parts) deps(cfg *Config, d *db.DB, log *slog.Logger, m *obs.Metrics) httpapi.Deps {
	return httpapi.Deps{
		Clock: d.Clock(), Log: log, Metrics: m, DB: d,
		Auth: p.Auth, People: p.Auth, Tenants: p.Tenants, Limits: p.Limits, Answers: idempotency.New(d, p.Custody),
		Audit: p.Audit, Denied: p.Denied, Evidence: p.Log, Decide: p.Decisions, Govern: p.Governance, Enforce: p.Enforce, Disposal: p.Disposal, Notify: p.Notify, Signers: p.Signers,
		Inventory: p.Inventory, Graph: p.Graph, Drift: p.Drift,
		VerifierKey: p.Custody.VerifierKey(), LogKeys: p.Custody.LogKeys(), Origin: p.Custody.Origin(),
		Checks: p.checks(cfg, d), Modules: modules(cfg),
	}
}

// checks are what /health/ready asks.
func (p *Parts) checks(cfg *Config, d *db.DB) []httpapi.Check {
	return []httpapi.Check{
		{Name: "database", Func: d.Ping},
		{Name: "evidence writer", Func: func(context.Context) error { return p.Log.Healthy() }},
		// Without them receipts stay at a lower level; decisions go on.
		{Name: "log of logs", Advisory: true, Func: func(context.Context) error { return p.Log.Anchors.Healthy() }},
		{Name: "witnesses", Advisory: true, Func: func(context.Context) error { return p.Log.Anchors.Quorum(evidence.QuorumLag) }},
		{Name: "policy engine", Func: p.Governance.Ready},
		{Name: "disk", Func: func(context.Context) error { return diskHasRoom(cfg.DataDir) }},
	}
}

// modules lists what may be off, with the key that turned it off.
func modules(cfg *Config) []httpapi.Module {
	return []httpapi.Module{
		{Name: "policy enforcement", On: cfg.PolicyEnforce, Flag: "policy.enforce"},
		{Name: "open metrics", On: cfg.MetricsOpen, Flag: "metrics_open"},
		{Name: "webhooks to private addresses", On: cfg.WebhooksAllowPrivate, Flag: "webhooks.allow_private"},
		{Name: "tls", On: cfg.TLSCert != "", Flag: "tls.cert"},
	}
}
