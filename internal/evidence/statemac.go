package evidence

import (
	"context"
	"crypto/hmac"
	"errors"
	"fmt"
	"strconv"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/signing"
	"frostgate.io/frostgate/receipt"
)

// A log's state is signed when somebody asks for it, long after it was written.
// Who can write to the database, but holds no key, must not get a state of his
// own signed that way: each state carries an HMAC that was made when the server
// committed it. It is no signature, so making it before the commit forks nothing.

const sealState = `UPDATE log_state SET mac = $2 WHERE tenant_id = $1 AND size = $3 AND root = $4`

// StateMAC is the HMAC of a log state under the custody's key: what the server
// itself writes, and nobody without its key folder can.
func StateMAC(c *signing.Custody, tenant domain.TenantID, size uint64, root receipt.Hash) []byte {
	b := append([]byte("log-state/v1\x00"), tenant...)
	b = append(b, 0)
	b = strconv.AppendUint(b, size, 10)
	b = append(b, 0)
	return c.MACKey(append(b, root[:]...))
}

// ours tells whether this server wrote a stored state.
func (s *Sequencer) ours(tenant domain.TenantID, st *storedState) error {
	if hmac.Equal(st.mac, StateMAC(s.custody, tenant, st.edge.size, st.root)) {
		return nil
	}
	return fmt.Errorf("%w: its state was not written by this server, or by an older version of it "+
		"(then remove the file %s from the key folder once, and start again)", errForked, signing.SealedStates)
}

// mayBeSigned refuses to sign a state that is read from the store when its log is
// known to be damaged, or when it is not this server's.
func (s *Sequencer) mayBeSigned(tenant domain.TenantID, st *storedState) error {
	s.mu.Lock()
	err := s.damaged[tenant]
	s.mu.Unlock()
	if err == nil {
		if err = s.ours(tenant, st); err != nil {
			s.damage(tenant, err)
		}
	}
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "the tenant's log does not agree with its rows: nothing of it is signed until an operator has looked at it")
	}
	return nil
}

// SealStates gives the states that an older version wrote their HMACs. It is
// called once for a key folder, and takes what agrees with its rows, its last
// signature and its anchors; what does not is left for CheckLogs to report.
func (s *Sequencer) SealStates(ctx context.Context, tenants []domain.TenantID) error {
	for _, t := range append(tenants, RootLog) {
		st, err := readState(ctx, s.db, t)
		if err == nil && s.ours(t, st) == nil {
			continue
		}
		if err == nil {
			err = s.bornOut(ctx, t, st)
		}
		if errors.Is(err, errForked) || fault.CodeOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return err
		}
		if err := s.db.InTx(ctx, t, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, sealState, t, StateMAC(s.custody, t, st.edge.size, st.root), int64(st.edge.size), st.root[:])
			return err
		}); err != nil {
			return fmt.Errorf("seal the state of %s: %w", t, err)
		}
	}
	return nil
}
