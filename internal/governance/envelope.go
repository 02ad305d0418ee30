package governance

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"

	"github.com/go-json-experiment/json"
)

// Bounds of an envelope.
const (
	maxMissionSpan domain.Micros = 30 * 24 * 3600 * 1e6
	maxBudget      int64         = 1_000_000
	maxTitle                     = 200
	maxAllowed                   = 64
)

// NoCap stands for no budget cap, or no cap of the blast radius.
const NoCap = -1

// Envelope bounds what decisions of one mission may do: in time, in actions, in
// number and in impact.
type Envelope struct {
	ID        domain.MissionID
	Title     string
	StartsAt  domain.Micros
	ExpiresAt domain.Micros // the first moment at which it is not valid any more
	Allowed   []string      // actions; empty allows none
	Budget    int64         // mitigations in all, or NoCap
	BlastCap  domain.Milli  // greatest impact without approval, or NoCap
	Persona   domain.Persona
	Ring      domain.Ring // empty persona or ring: any
}

// envelopeDoc is the content of a mission document, in RFC 8785 form.
type envelopeDoc struct {
	Allowed   []string         `json:"allowed_actions"`
	BlastCap  int64            `json:"blast_radius_cap"`
	Budget    int64            `json:"budget_cap"`
	Ring      domain.Ring      `json:"classification"`
	ExpiresAt int64            `json:"expires_at"`
	ID        domain.MissionID `json:"mission_id"`
	Persona   domain.Persona   `json:"persona"`
	StartsAt  int64            `json:"starts_at"`
	Tenant    domain.TenantID  `json:"tenant_id"`
	Title     string           `json:"title"`
	V         int              `json:"v"`
}

func (e *Envelope) encode(tenant domain.TenantID) ([]byte, error) {
	return canonical(envelopeDoc{
		Allowed: append([]string{}, e.Allowed...), BlastCap: int64(e.BlastCap), Budget: e.Budget, Ring: e.Ring, ExpiresAt: int64(e.ExpiresAt),
		ID: e.ID, Persona: e.Persona, StartsAt: int64(e.StartsAt), Tenant: tenant, Title: e.Title, V: 1,
	})
}

// parseEnvelope reads exactly what encode writes.
func parseEnvelope(content []byte) (*Envelope, domain.TenantID, error) {
	var d envelopeDoc
	if err := json.Unmarshal(content, &d, json.RejectUnknownMembers(true)); err != nil {
		return nil, "", fmt.Errorf("mission envelope: %w", err)
	}
	if d.V != 1 || d.BlastCap < NoCap || d.BlastCap > 1000 {
		return nil, "", fmt.Errorf("mission envelope: version %d or blast cap %d", d.V, d.BlastCap)
	}
	e := &Envelope{
		ID: d.ID, Title: d.Title, StartsAt: domain.Micros(d.StartsAt), ExpiresAt: domain.Micros(d.ExpiresAt), Allowed: d.Allowed,
		Budget: d.Budget, BlastCap: domain.Milli(d.BlastCap), Persona: d.Persona, Ring: d.Ring,
	}
	again, err := e.encode(d.Tenant)
	if err != nil {
		return nil, "", err
	}
	if !bytes.Equal(again, content) {
		return nil, "", fmt.Errorf("mission envelope: not in canonical form")
	}
	return e, d.Tenant, nil
}

// check refuses an envelope that can't bound anything sensibly. Actions, persona
// and ring must be known to the tenant's active doctrine.
func (s *Service) check(ctx context.Context, tenant domain.TenantID, e *Envelope) error {
	switch now := s.Clock.Now(); {
	case !isLabel(string(e.ID)):
		return fault.New(fault.Invalid, "mission_id must be 1 to %d of the characters a-z A-Z 0-9 . _ : -", maxLabel).At("mission_id")
	case strings.TrimSpace(e.Title) == "" || len(e.Title) > maxTitle || !utf8.ValidString(e.Title) || strings.ContainsRune(e.Title, 0):
		return fault.New(fault.Invalid, "title must be 1 to %d bytes of text", maxTitle).At("title")
	case e.StartsAt <= 0 || e.StartsAt >= e.ExpiresAt:
		return fault.New(fault.Invalid, "starts_at must be before expires_at").At("starts_at")
	case e.ExpiresAt-e.StartsAt > maxMissionSpan:
		return fault.New(fault.Invalid, "a mission lasts 30 days at most").At("expires_at")
	case e.ExpiresAt <= now:
		return fault.New(fault.Invalid, "expires_at is not in the future").At("expires_at")
	case e.Budget < NoCap || e.Budget > maxBudget:
		return fault.New(fault.Invalid, "budget_cap must be 0 to %d, or -1 for no cap", maxBudget).At("budget_cap")
	case e.BlastCap < NoCap || e.BlastCap > 1000:
		return fault.New(fault.Invalid, "blast_radius_cap must be 0 to 1, or -1 for no cap").At("blast_radius_cap")
	case len(e.Allowed) > maxAllowed:
		return fault.New(fault.Invalid, "%d allowed actions, at most %d", len(e.Allowed), maxAllowed).At("allowed_actions")
	}
	rs, err := s.Active(ctx, tenant)
	if err != nil {
		return err
	}
	d := rs.Doctrine
	for i, a := range e.Allowed {
		if _, ok := d.Action(a); !ok {
			return fault.New(fault.Invalid, "%q is not an action of the active doctrine", a).At(fmt.Sprintf("allowed_actions/%d", i))
		}
		if slices.Contains(e.Allowed[:i], a) {
			return fault.New(fault.Invalid, "%q is named twice", a).At(fmt.Sprintf("allowed_actions/%d", i))
		}
	}
	if _, ok := d.Document().Personas[e.Persona]; e.Persona != "" && !ok {
		return fault.New(fault.Invalid, "persona %q is unknown", e.Persona).At("persona")
	}
	if _, ok := d.Ring(e.Ring); e.Ring != "" && !ok {
		return fault.New(fault.Invalid, "classification %q is unknown", e.Ring).At("classification")
	}
	return nil
}

// The states of a mission as stored; what the time makes of an active one is
// Mission.Reason's to say.
const (
	statusActive = "active"
	statusEnded  = "ended"
)

// Mission is a stored mission.
type Mission struct {
	Envelope
	Hash      domain.Hash
	Status    string
	Spent     int64
	CreatedBy domain.PrincipalID
	CreatedAt domain.Micros
	EndedAt   domain.Micros // 0: not ended
	Signature string        // signed note over tenant, mission and hash
	// Sound says that the stored envelope is what was signed.
	Sound bool
}

// Why a mission is not valid at a moment.
const (
	ReasonSignature  = "signature"
	ReasonNotStarted = "not_started"
	ReasonExpired    = "expired"
	ReasonEnded      = "ended"
	ReasonOverBudget = "over_budget"
)

// Reason says why the mission is not valid at a moment; empty when it is.
func (m *Mission) Reason(at domain.Micros) string {
	switch {
	case !m.Sound:
		return ReasonSignature
	case m.Status != statusActive || m.EndedAt != 0:
		return ReasonEnded
	case at < m.StartsAt:
		return ReasonNotStarted
	case at >= m.ExpiresAt:
		return ReasonExpired
	case m.Budget != NoCap && m.Spent >= m.Budget:
		return ReasonOverBudget
	}
	return ""
}

// fact is the mission as a decision sees it.
func (m *Mission) fact(at domain.Micros) *domain.MissionFact {
	f := &domain.MissionFact{Mission: m.ID, Reason: m.Reason(at), BlastCap: NoCap, BudgetLeft: NoCap}
	f.Valid = f.Reason == ""
	if !m.Sound {
		f.BudgetLeft = 0
		return f
	}
	f.Allowed, f.BlastCap, f.Persona, f.Ring = m.Allowed, m.BlastCap, m.Persona, m.Ring
	if m.Budget != NoCap {
		f.BudgetLeft = max(m.Budget-m.Spent, 0)
	}
	return f
}

const (
	missionColumns = `m.mission_id, m.hash, m.status, m.starts_at, m.expires_at, m.budget, m.spent, m.created_by, m.created_at, m.ended_at,
		d.content, coalesce(d.signed_by, '')`
	missionTables = ` FROM mission m LEFT JOIN document d
		ON d.tenant_id = m.tenant_id AND d.kind = 'mission' AND d.name = m.mission_id AND d.hash = m.hash`
	selectMission = `SELECT ` + missionColumns + missionTables + ` WHERE m.tenant_id = $1 AND m.mission_id = $2`
	listMissions  = `SELECT ` + missionColumns + missionTables + `
		WHERE m.tenant_id = $1 AND (m.created_at < $2 OR (m.created_at = $2 AND m.mission_id > $3)) AND ($4 = '' OR m.status = $4)
		AND ($6 = '' OR $6 = 'planned' AND m.status = 'active' AND m.starts_at > $7
			OR $6 = 'active' AND m.status = 'active' AND m.starts_at <= $7 AND m.expires_at > $7
			OR $6 = 'over' AND (m.status <> 'active' OR m.expires_at <= $7))
		ORDER BY m.created_at DESC, m.mission_id LIMIT $5`
	insertMission = `INSERT INTO mission (tenant_id, mission_id, hash, status, starts_at, expires_at, budget, spent, created_by, created_at, ended_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, 0)`
	endMission   = `UPDATE mission SET status = $3, ended_at = $4 WHERE tenant_id = $1 AND mission_id = $2 AND status = $5`
	spendMission = `UPDATE mission SET spent = spent + $3 WHERE tenant_id = $1 AND mission_id = $2`
)

// scanMission reads a mission and verifies its envelope: hash, signature, and
// that the row says what the envelope says.
func (s *Service) scanMission(row db.Scanner, tenant domain.TenantID) (*Mission, error) {
	m := &Mission{}
	var starts, expires domain.Micros
	var budget int64
	var content []byte
	err := row.Scan(&m.ID, &m.Hash, &m.Status, &starts, &expires, &budget, &m.Spent, &m.CreatedBy, &m.CreatedAt, &m.EndedAt, &content, &m.Signature)
	if err != nil {
		return nil, err
	}
	id := m.ID
	e, owner, err := parseEnvelope(content)
	m.Sound = err == nil && Hash(content) == m.Hash && owner == tenant && e.ID == id &&
		e.StartsAt == starts && e.ExpiresAt == expires && e.Budget == budget && s.signedBy(m.Signature, missionText(tenant, id, m.Hash))
	if m.Sound {
		m.Envelope = *e
	} else {
		m.StartsAt, m.ExpiresAt, m.Budget, m.BlastCap = starts, expires, budget, NoCap
	}
	return m, nil
}

// missionText is what an envelope's signature covers.
func missionText(tenant domain.TenantID, id domain.MissionID, hash domain.Hash) string {
	return "frostgate mission envelope v1\n" + string(tenant) + "\n" + string(id) + "\n" + string(hash) + "\n"
}
