package app

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"time"

	"frostgate.io/frostgate/internal/obs"
	"frostgate.io/frostgate/receipt"
)

// wireAnchors opens the log of logs and asks its witnesses, before anything is
// appended, whether this store is the one that they know.
func (p *Parts) wireAnchors(ctx context.Context, cfg *Config, m *obs.Metrics, log *slog.Logger) error {
	a := p.Log.Anchors
	if cfg.WitnessPolicy != "" {
		policy, err := readPolicy(cfg.WitnessPolicy)
		if err != nil {
			return err
		}
		if err := a.UseWitnesses(policy, &http.Client{Timeout: 30 * time.Second, CheckRedirect: noRedirect}); err != nil {
			return configFault("evidence.witness_policy", "%s: %v", cfg.WitnessPolicy, err)
		}
	}
	p.watchAnchors(m, log)
	if err := a.Open(ctx); err != nil {
		return err
	}
	if err := a.Healthy(); err != nil {
		log.Error("log of logs damaged", "error", err)
	}
	if err := a.Greet(ctx); err != nil {
		return fmt.Errorf("the evidence can't be continued: %w", err)
	}
	if err := a.Quorum(0); err != nil {
		log.Warn("witnesses' quorum missed", "error", err)
	}
	return nil
}

func readPolicy(file string) (*receipt.Policy, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, configFault("evidence.witness_policy", "witness policy: %v", err)
	}
	policy, err := receipt.ParsePolicy(string(text))
	if err != nil {
		return nil, configFault("evidence.witness_policy", "%s: %v", file, err)
	}
	return policy, nil
}

// noRedirect keeps a witness from sending us elsewhere.
func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

func (p *Parts) watchAnchors(m *obs.Metrics, log *slog.Logger) {
	a := p.Log.Anchors
	tenants := m.Sizes("frostgate_epoch_tenants", "Tenants whose checkpoints one epoch anchored.").WithLabelValues()
	failures := m.Counter("frostgate_epoch_failures_total", "Epochs that could not be closed.").WithLabelValues()
	m.GaugeFunc("frostgate_root_size", "Entries of the root log.", func() float64 { size, _ := a.Root(); return float64(size) })
	m.GaugeFunc("frostgate_root_cosigned_size", "Entries of the root log that a quorum of witnesses cosigned.", func() float64 { size, _ := a.Cosigned(); return float64(size) })
	a.OnEpoch = func(n int, _ time.Duration, err error) {
		tenants.Observe(float64(n))
		if err != nil {
			failures.Inc()
			log.Error("epoch not closed", "tenants", n, "error", err)
		}
	}
	a.OnQuorum = func(err error) {
		if err != nil {
			log.Error("witnesses' quorum missed", "error", err)
			return
		}
		log.Info("witnesses' quorum reached")
	}
}
