package notify

import (
	"context"
	"crypto/tls"
	"encoding/hex"
	"log/slog"
	"math"
	"net/http"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"

	"github.com/go-json-experiment/json"
)

// Config holds the settings; a zero field means its default.
type Config struct {
	// AllowPrivate lets webhooks reach private addresses and plain http, for an
	// installation whose receivers are inside the same network.
	AllowPrivate bool
	Timeout      time.Duration // of one attempt; default 15 s
	InFlight     int           // attempts at the same time; default 64
	PerTenant    int           // webhooks of one tenant; default 20
	TLS          *tls.Config   // nil: the system's roots, TLS 1.2 or later
	// After gives a channel that fires after a time; nil is time.After. Tests
	// drive retries with it.
	After func(time.Duration) <-chan time.Time
}

func (c Config) withDefaults() Config {
	if c.Timeout <= 0 {
		c.Timeout = 15 * time.Second
	}
	if c.InFlight <= 0 {
		c.InFlight = 64
	}
	if c.PerTenant <= 0 {
		c.PerTenant = 20
	}
	if c.After == nil {
		c.After = time.After
	}
	return c
}

// Sealer keeps secrets unreadable in the store.
type Sealer interface {
	Seal(purpose, tenant string, plain []byte) []byte
	Open(purpose, tenant string, sealed []byte) ([]byte, error)
}

const sealPurpose = "webhook"

// Service keeps webhooks and delivers to them. It is safe for concurrent use.
type Service struct {
	db     *db.DB
	clk    clock.Clock
	source Source
	sealer Sealer
	cfg    Config
	log    *slog.Logger
	client *http.Client
	queue  *queue
}

// New returns the service; nothing is delivered before Run.
func New(d *db.DB, source Source, sealer Sealer, cfg Config, log *slog.Logger) *Service {
	cfg = cfg.withDefaults()
	return &Service{
		db: d, clk: d.Clock(), source: source, sealer: sealer, cfg: cfg, log: log,
		client: newClient(cfg), queue: newQueue(),
	}
}

// NewWebhook is what a caller says of a new webhook.
type NewWebhook struct {
	URL    string
	Filter Filter
}

// Create makes a webhook that gets the decisions from now on. The secret is
// returned this once.
func (s *Service) Create(ctx context.Context, tenant domain.TenantID, in NewWebhook, by evidence.Actor) (w Webhook, secret string, err error) {
	if err := checkURL(in.URL, s.cfg.AllowPrivate); err != nil {
		return Webhook{}, "", err
	}
	if err := in.Filter.check(); err != nil {
		return Webhook{}, "", err
	}
	filter, err := json.Marshal(in.Filter)
	if err != nil {
		return Webhook{}, "", err
	}
	next, err := s.source.Size(ctx, tenant)
	if err != nil {
		return Webhook{}, "", err
	}
	var id [8]byte
	var key [secretBytes]byte
	s.clk.Random(id[:])
	s.clk.Random(key[:])
	w = Webhook{
		ID: "wh_" + hex.EncodeToString(id[:]), URL: in.URL, Filter: in.Filter, Status: Active,
		NextIndex: next, CreatedBy: idOf(by),
	}
	sealed := s.sealer.Seal(sealPurpose, string(tenant), key[:])
	err = s.db.InTx(ctx, tenant, func(tx *db.Tx) error {
		var n int
		if _, err := tx.Get(ctx, countWebhooks, []any{string(tenant)}, &n); err != nil {
			return err
		}
		if n >= s.cfg.PerTenant {
			return fault.New(fault.QuotaExceeded, "there are already %d webhooks", n)
		}
		w.CreatedAt = tx.Now
		if _, err := tx.Exec(ctx, insertWebhook, string(tenant), w.ID, w.URL, sealed, string(filter), w.NextIndex,
			string(w.CreatedBy), int64(w.CreatedAt)); err != nil {
			return err
		}
		return s.audit(ctx, tx, by, "webhook.create", w.ID, map[string]string{"url": w.URL})
	})
	if err != nil {
		return Webhook{}, "", err
	}
	s.queue.add(target{tenant, w.ID})
	return w, formatSecret(key[:]), nil
}

// List returns the tenant's webhooks, the oldest first; there are few.
func (s *Service) List(ctx context.Context, tenant domain.TenantID) (out []Webhook, err error) {
	err = s.db.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		return tx.ForEach(ctx, selectWebhook+" WHERE tenant_id = $1 AND status <> 'deleted' ORDER BY created_at, webhook_id",
			[]any{string(tenant)}, func(sc db.Scanner) error {
				r, err := scanRow(sc)
				out = append(out, r.Webhook)
				return err
			})
	})
	return out, err
}

// Get returns one webhook.
func (s *Service) Get(ctx context.Context, tenant domain.TenantID, id string) (Webhook, error) {
	r, err := s.read(ctx, tenant, id)
	return r.Webhook, err
}

func (s *Service) read(ctx context.Context, tenant domain.TenantID, id string) (r row, err error) {
	err = s.db.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		r, err = getRow(ctx, tx, id)
		return err
	})
	return r, err
}

// Delete ends a webhook and forgets its secret; its row stays for the record.
func (s *Service) Delete(ctx context.Context, tenant domain.TenantID, id string, by evidence.Actor) error {
	err := s.db.InTx(ctx, tenant, func(tx *db.Tx) error {
		r, err := getRow(ctx, tx, id)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, deleteWebhook, string(tenant), id, []byte{}); err != nil {
			return err
		}
		return s.audit(ctx, tx, by, "webhook.delete", id, map[string]string{"url": r.URL})
	})
	if err == nil {
		s.queue.remove(target{tenant, id})
	}
	return err
}

// Failure is an item that was given up after its last attempt.
type Failure struct {
	Index      int64
	MessageID  string
	Attempts   int
	LastStatus int
	LastError  string
	GivenUpAt  domain.Micros
}

const failureList = "webhook_failures"

// Failures returns what was given up, the latest first.
func (s *Service) Failures(ctx context.Context, tenant domain.TenantID, id, cursor string, limit int) (items []Failure, next string, err error) {
	limit = db.PageSize(limit)
	before := int64(math.MaxInt64)
	if err := db.DecodeCursor(failureList, cursor, &before); err != nil {
		return nil, "", err
	}
	err = s.db.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		if _, err := getRow(ctx, tx, id); err != nil {
			return err
		}
		return tx.ForEach(ctx, selectFailure, []any{string(tenant), id, before, limit + 1}, func(sc db.Scanner) error {
			var f Failure
			err := sc.Scan(&f.Index, &f.MessageID, &f.Attempts, &f.LastStatus, &f.LastError, &f.GivenUpAt)
			items = append(items, f)
			return err
		})
	})
	if err != nil {
		return nil, "", err
	}
	if len(items) > limit {
		items = items[:limit]
		next = db.EncodeCursor(failureList, items[limit-1].Index)
	}
	return items, next, nil
}

// Tested is the outcome of a test message.
type Tested struct {
	MessageID string
	Delivered bool
	Status    int // 0: no answer
	Error     string
}

// Test sends a test message now, outside the order of decisions and without
// retries.
func (s *Service) Test(ctx context.Context, tenant domain.TenantID, id string, by evidence.Actor) (Tested, error) {
	r, err := s.read(ctx, tenant, id)
	if err != nil {
		return Tested{}, err
	}
	key, err := s.sealer.Open(sealPurpose, string(tenant), r.secret)
	if err != nil {
		return Tested{}, err
	}
	var nonce [8]byte
	s.clk.Random(nonce[:])
	msg := "msg_" + id + "_test_" + hex.EncodeToString(nonce[:])
	b, err := body(typeTest, tenant, s.clk.Now(), map[string]string{"webhook_id": id, "message": "This is a test."})
	if err != nil {
		return Tested{}, err
	}
	if err := s.db.InTx(ctx, tenant, func(tx *db.Tx) error {
		return s.audit(ctx, tx, by, "webhook.test", id, map[string]string{"message_id": msg})
	}); err != nil {
		return Tested{}, err
	}
	res := s.post(ctx, r.URL, key, msg, b)
	return Tested{MessageID: msg, Delivered: res.ok(), Status: res.status, Error: res.err}, nil
}
