// Package idempotency remembers the answers of mutations by their
// Idempotency-Key, so that a client that lost an answer can ask again.
//
// Invariants: an answer is kept only after the work behind it succeeded; it is
// sealed, for it may hold a secret that is shown once; the key and the request
// are kept as keyed hashes only; one key runs once at a time in a process.
//
// The row is written after the work's own transaction. A crash between the two
// loses the memory, not the work: the same key then runs again, and meets the
// feature's own guards (unique names, states). A decision does better: its
// memory is part of its own transaction, see package decision.
package idempotency

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"sync"
	"time"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

// Retention is how long an answer is remembered.
const Retention = 24 * time.Hour

// purpose separates what is sealed here from other sealed values.
const purpose = "idempotency"

// Vault seals answers and hashes keys.
type Vault interface {
	Seal(purpose, tenant string, plain []byte) []byte
	Open(purpose, tenant string, sealed []byte) ([]byte, error)
	MACKey(msg []byte) []byte
}

// Memory is the store of answers. It is safe for concurrent use.
type Memory struct {
	db    *db.DB
	vault Vault

	mu      sync.Mutex
	running map[slot]struct{} // guarded by mu
}

type slot struct {
	tenant domain.TenantID
	key    string
}

// New returns a memory on a store.
func New(d *db.DB, v Vault) *Memory {
	return &Memory{db: d, vault: v, running: map[slot]struct{}{}}
}

// Request is one use of an Idempotency-Key.
type Request struct {
	Tenant    domain.TenantID
	Principal domain.PrincipalID
	Key       string
	// Parts is what makes the request: method, path, query, body.
	Parts [][]byte
}

// Answer is what was, or is to be, remembered.
type Answer struct {
	Status int
	Body   []byte
}

// Do returns the remembered answer of the same request, or runs work and
// remembers its answer. It refuses another request under the same key, and the
// same key while it is at work.
func (m *Memory) Do(ctx context.Context, req Request, work func() (Answer, error)) (ans Answer, replayed bool, err error) {
	key := m.mac([]byte(req.Principal), []byte(req.Key))
	id := slot{req.Tenant, string(key)}
	if !m.enter(id) {
		return ans, false, fault.New(fault.Conflict, "A request with this Idempotency-Key is at work; try again when it is done.").At("Idempotency-Key")
	}
	defer m.leave(id)
	request := m.mac(req.Parts...)
	ans, replayed, err = m.recall(ctx, req.Tenant, key, request)
	if err != nil || replayed {
		return ans, replayed, err
	}
	if ans, err = work(); err != nil {
		return ans, false, err
	}
	if err := m.remember(ctx, req.Tenant, key, request, ans); err != nil {
		return ans, false, &NotRememberedError{Cause: err}
	}
	return ans, false, nil
}

// NotRememberedError says that the work is done and its answer is good, but a
// repeat would run it again.
type NotRememberedError struct{ Cause error }

func (e *NotRememberedError) Error() string { return "answer not remembered: " + e.Cause.Error() }

// Unwrap returns the cause.
func (e *NotRememberedError) Unwrap() error { return e.Cause }

func (m *Memory) enter(id slot) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, busy := m.running[id]; busy {
		return false
	}
	m.running[id] = struct{}{}
	return true
}

func (m *Memory) leave(id slot) {
	m.mu.Lock()
	delete(m.running, id)
	m.mu.Unlock()
}

// mac hashes parts with their lengths, so that no two lists read alike.
func (m *Memory) mac(parts ...[]byte) []byte {
	msg := []byte("idempotency/v1\x00")
	for _, p := range parts {
		msg = binary.BigEndian.AppendUint64(msg, uint64(len(p)))
		msg = append(msg, p...)
	}
	return m.vault.MACKey(msg)
}

func (m *Memory) recall(ctx context.Context, tenant domain.TenantID, key, request []byte) (ans Answer, found bool, err error) {
	var storedRequest, sealed []byte
	err = m.db.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		oldest := tx.Now - domain.Micros(Retention.Microseconds())
		found, err = tx.Get(ctx, selectAnswer, []any{string(tenant), key, int64(oldest)}, &storedRequest, &ans.Status, &sealed)
		return err
	})
	if err != nil || !found {
		return Answer{}, false, wrap("recall answer", err)
	}
	if !bytes.Equal(storedRequest, request) {
		return Answer{}, false, fault.New(fault.IdempotencyReuse, "This Idempotency-Key belongs to a different request; use a new one.").At("Idempotency-Key")
	}
	if ans.Body, err = m.vault.Open(purpose, string(tenant), sealed); err != nil {
		return Answer{}, false, wrap("open remembered answer", err)
	}
	return ans, true, nil
}

func (m *Memory) remember(ctx context.Context, tenant domain.TenantID, key, request []byte, ans Answer) error {
	sealed := m.vault.Seal(purpose, string(tenant), ans.Body)
	// The work is done: its memory must not depend on whether the client
	// still waits.
	ctx = context.WithoutCancel(ctx)
	err := m.db.InTx(ctx, tenant, func(tx *db.Tx) error {
		oldest := tx.Now - domain.Micros(Retention.Microseconds())
		if _, err := tx.Exec(ctx, deleteOld, string(tenant), int64(oldest)); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, insertAnswer, string(tenant), key, request, ans.Status, sealed, int64(tx.Now))
		return err
	})
	return wrap("remember answer", err)
}

func wrap(op string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", op, err)
}
