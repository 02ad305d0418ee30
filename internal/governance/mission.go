package governance

import (
	"context"
	"encoding/hex"
	"fmt"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
)

// missionVersion is the version of every mission document: an envelope is never
// changed, a new mission is a new name.
const missionVersion = "1"

// CreateMission checks, signs and stores an envelope. Without an ID it gets one.
func (s *Service) CreateMission(ctx context.Context, tenant domain.TenantID, e Envelope, by evidence.Actor) (*Mission, error) {
	if e.ID == "" {
		var b [10]byte
		s.Clock.Random(b[:])
		e.ID = domain.MissionID("msn_" + hex.EncodeToString(b[:]))
	}
	if err := s.check(ctx, tenant, &e); err != nil {
		return nil, err
	}
	content, err := e.encode(tenant)
	if err != nil {
		return nil, err
	}
	m := &Mission{Envelope: e, Hash: Hash(content), Status: statusActive, CreatedBy: principalOf(by), Sound: true}
	if m.Signature, err = s.sign(missionText(tenant, e.ID, m.Hash)); err != nil {
		return nil, err
	}
	if _, err := s.Mission(ctx, tenant, e.ID); err == nil {
		return nil, errMissionExists(e.ID)
	} else if fault.CodeOf(err) != fault.UnknownMission {
		return nil, err
	}
	text, err := canonical(struct {
		Envelope  string           `json:"envelope"`
		Event     string           `json:"event"`
		Hash      domain.Hash      `json:"hash"`
		ID        domain.MissionID `json:"mission_id"`
		Signature string           `json:"signature"`
	}{string(content), "created", m.Hash, m.ID, m.Signature})
	if err != nil {
		return nil, err
	}
	err = s.record(ctx, tenant, "mission", by, text, &change{
		audit: auditEntry(by, tenant, "mission.create", string(e.ID), map[string]string{"title": e.Title, "hash": string(m.Hash)}),
		apply: func(ctx context.Context, tx *db.Tx) error {
			m.CreatedAt = tx.Now
			return s.insertMission(ctx, tx, tenant, m, content)
		},
	})
	if err != nil {
		return nil, err
	}
	return m, nil
}

func errMissionExists(id domain.MissionID) error {
	return fault.New(fault.Conflict, "mission %q exists; an envelope never changes, choose another ID", id).At("mission_id")
}

func (s *Service) insertMission(ctx context.Context, tx *db.Tx, tenant domain.TenantID, m *Mission, content []byte) error {
	if have, err := s.findMission(ctx, tx, tenant, m.ID); err != nil {
		return err
	} else if have != nil {
		return errMissionExists(m.ID)
	}
	r := Ref{m.Hash, KindMission, string(m.ID), missionVersion}
	if _, err := putDocument(ctx, tx, tenant, r, content, m.Signature, m.CreatedBy); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, insertMission, tenant, m.ID, m.Hash, m.Status, m.StartsAt, m.ExpiresAt, m.Budget, m.CreatedBy, tx.Now)
	if err != nil {
		return fmt.Errorf("insert mission: %w", err)
	}
	return nil
}

func (s *Service) findMission(ctx context.Context, tx *db.Tx, tenant domain.TenantID, id domain.MissionID) (m *Mission, err error) {
	err = tx.ForEach(ctx, selectMission, []any{tenant, id}, func(row db.Scanner) error {
		m, err = s.scanMission(row, tenant)
		return err
	})
	return m, err
}

// Mission returns a mission of the tenant as stored.
func (s *Service) Mission(ctx context.Context, tenant domain.TenantID, id domain.MissionID) (*Mission, error) {
	var m *Mission
	err := s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) (err error) {
		m, err = s.findMission(ctx, tx, tenant, id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("mission %s: %w", id, err)
	}
	if m == nil {
		return nil, fault.New(fault.UnknownMission, "no mission %q", id).At("mission_id")
	}
	return m, nil
}

const missionList = "missions"

// Phase says where the time has a mission.
type Phase string

// The phases of missions: not begun, within their time, or over or ended.
const (
	Planned Phase = "planned"
	Running Phase = "active"
	Over    Phase = "over"
)

// Missions lists the tenant's missions, newest first; status ("active",
// "ended") and phase narrow the list unless they are empty.
func (s *Service) Missions(ctx context.Context, tenant domain.TenantID, status string, phase Phase, cursor string, limit int) ([]*Mission, string, error) {
	if status != "" && status != statusActive && status != statusEnded {
		return nil, "", fault.New(fault.Invalid, "status %q is not active or ended", status).At("status")
	}
	at, after := int64(1)<<62, ""
	if err := db.DecodeCursor(missionList, cursor, &at, &after); err != nil {
		return nil, "", err
	}
	size := db.PageSize(limit)
	var out []*Mission
	err := s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		return tx.ForEach(ctx, listMissions, []any{tenant, at, after, status, size + 1, string(phase), tx.Now}, func(row db.Scanner) error {
			m, err := s.scanMission(row, tenant)
			out = append(out, m)
			return err
		})
	})
	if err != nil {
		return nil, "", fmt.Errorf("list missions: %w", err)
	}
	if len(out) <= size {
		return out, "", nil
	}
	out = out[:size]
	last := out[size-1]
	return out, db.EncodeCursor(missionList, int64(last.CreatedAt), string(last.ID)), nil
}

// EndMission ends a mission before its time; it waits for a decision of the
// mission that is under way. Ending it again changes nothing.
func (s *Service) EndMission(ctx context.Context, tenant domain.TenantID, id domain.MissionID, reason string, by evidence.Actor) (*Mission, error) {
	if len(reason) > maxTitle {
		return nil, fault.New(fault.Invalid, "reason is longer than %d bytes", maxTitle).At("reason")
	}
	if err := checkWhy(reason); err != nil {
		return nil, err
	}
	st, err := s.missions.acquire(ctx, missionKey{tenant, id})
	if err != nil {
		return nil, err
	}
	defer s.missions.release(st)
	m, err := s.Mission(ctx, tenant, id)
	if err != nil || m.Status != statusActive {
		return m, err
	}
	text, err := canonical(struct {
		Event  string           `json:"event"`
		Hash   domain.Hash      `json:"hash"`
		ID     domain.MissionID `json:"mission_id"`
		Reason string           `json:"reason"`
	}{"ended", m.Hash, id, reason})
	if err != nil {
		return nil, err
	}
	st.mission = nil // read again, whether or not the end becomes durable
	err = s.record(ctx, tenant, "mission", by, text, &change{
		audit: auditEntry(by, tenant, "mission.end", string(id), map[string]string{"reason": reason}),
		apply: func(ctx context.Context, tx *db.Tx) error {
			n, err := tx.Exec(ctx, endMission, tenant, id, statusEnded, tx.Now, statusActive)
			if err == nil && n != 1 {
				err = fault.New(fault.Conflict, "mission %q was ended meanwhile", id)
			}
			m.Status, m.EndedAt = statusEnded, tx.Now
			return err
		},
	})
	if err != nil {
		return nil, err
	}
	return m, nil
}
