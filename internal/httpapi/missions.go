package httpapi

import (
	"context"
	"math"
	"net/http"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/governance"
	"frostgate.io/frostgate/internal/tenant"
)

// envelope bounds what decisions of one mission may do.
type envelope struct {
	ID             string   `json:"mission_id,omitempty" maxlen:"128" doc:"Absent: the server makes one."`
	Title          string   `json:"title" minlen:"1" maxlen:"200"`
	StartsAt       Time     `json:"starts_at"`
	ExpiresAt      Time     `json:"expires_at" doc:"The first moment at which it is not valid any more."`
	Allowed        []string `json:"allowed_actions" maxitems:"64" doc:"Actions of the doctrine; none allows none."`
	Budget         *int64   `json:"budget_cap,omitzero" min:"0" doc:"Mitigations in all; absent: no cap."`
	BlastCap       *float64 `json:"blast_radius_cap,omitzero" doc:"Greatest impact, 0 to 1, without approval; absent: no cap."`
	Persona        string   `json:"persona,omitempty" enum:"guardian|sentinel" doc:"Absent: any."`
	Classification string   `json:"classification,omitempty" enum:"UNCLASS|CUI|SECRET|TOPSECRET" doc:"Absent: any."`
}

// mission is an envelope as signed and stored, with what was spent.
type mission struct {
	envelope
	Hash      string `json:"hash" doc:"SHA-256 of the envelope."`
	Signature string `json:"signature" doc:"The server's signed note over tenant, mission and hash."`
	Status    string `json:"status" enum:"active|ended"`
	Valid     bool   `json:"valid" doc:"Whether decisions may use it now."`
	Reason    string `json:"reason,omitempty" enum:"signature|not_started|expired|ended|over_budget" doc:"Why not."`
	Spent     int64  `json:"spent" doc:"Mitigations so far."`
	CreatedBy string `json:"created_by"`
	CreatedAt Time   `json:"created_at"`
	EndedAt   Time   `json:"ended_at,omitzero"`
}

type missionEnd struct {
	Reason string `json:"reason,omitempty" maxlen:"200"`
}

func (s *Server) missionRoutes() []*Route {
	const base = prefixV1 + "/missions"
	row := func(method, path, summary string, scope domain.Scope, class tenant.Class, e endpoint) *Route {
		return &Route{
			Method: method, Path: base + path, Aliases: []string{"/missions" + path}, Access: scoped, Scope: scope, Class: class, Tag: "missions",
			Summary: summary, Mutates: class == tenant.ClassWrite, endpoint: e,
		}
	}
	rows := row("GET", "", "Mission envelopes, newest first", domain.ScopeMissionsRead, tenant.ClassRead, read(s.listMissions))
	rows.Query = pageParams(Param{Name: "status", Enum: []string{"active", "ended"}},
		Param{Name: "phase", Enum: strs([]governance.Phase{governance.Planned, governance.Running, governance.Over}), Doc: "planned: not begun; active: within its time; over: ended, or past its time."})
	return anywhere(
		rows,
		row("POST", "", "Sign and store an envelope; it never changes", domain.ScopeMissionsWrite, tenant.ClassWrite, write(http.StatusCreated, s.createMission)),
		row("GET", "/{id}", "One mission", domain.ScopeMissionsRead, tenant.ClassRead, read(s.getMission)),
		row("POST", "/{id}/end", "End a mission before its time", domain.ScopeMissionsWrite, tenant.ClassWrite, write(http.StatusOK, s.endMission)),
	)
}

func (s *Server) missionOf(m *governance.Mission) mission {
	now := s.clock.Now()
	out := mission{
		envelope: envelope{
			ID: string(m.ID), Title: m.Title, StartsAt: Time(m.StartsAt), ExpiresAt: Time(m.ExpiresAt), Allowed: strs(m.Allowed),
			Persona: string(m.Persona), Classification: string(m.Ring),
		},
		Hash: string(m.Hash), Signature: m.Signature, Status: m.Status, Reason: m.Reason(now), Spent: m.Spent,
		CreatedBy: string(m.CreatedBy), CreatedAt: Time(m.CreatedAt), EndedAt: Time(m.EndedAt),
	}
	out.Valid = out.Reason == ""
	if m.Budget != governance.NoCap {
		out.Budget = &m.Budget
	}
	if m.BlastCap != governance.NoCap {
		blast := fraction(m.BlastCap)
		out.BlastCap = &blast
	}
	return out
}

func (s *Server) listMissions(ctx context.Context, c *Call) (list[mission], error) {
	limit, err := c.Query.limit()
	if err != nil {
		return list[mission]{}, err
	}
	found, next, err := s.deps.Govern.Missions(ctx, c.Tenant(), c.Query.text("status"), governance.Phase(c.Query.text("phase")), c.Query.text("cursor"), limit)
	if err != nil {
		return list[mission]{}, err
	}
	items := make([]mission, len(found))
	for i, m := range found {
		items[i] = s.missionOf(m)
	}
	return listOf(items, next), nil
}

func (s *Server) createMission(ctx context.Context, c *Call, in envelope) (mission, error) {
	e := governance.Envelope{
		ID: domain.MissionID(in.ID), Title: in.Title, StartsAt: domain.Micros(in.StartsAt), ExpiresAt: domain.Micros(in.ExpiresAt), Allowed: in.Allowed,
		Budget: governance.NoCap, BlastCap: governance.NoCap, Persona: domain.Persona(in.Persona), Ring: domain.Ring(in.Classification),
	}
	if in.Budget != nil {
		e.Budget = *in.Budget
	}
	if in.BlastCap != nil {
		if *in.BlastCap < 0 || *in.BlastCap > 1 {
			return mission{}, fault.New(fault.Invalid, "blast_radius_cap must be 0 to 1").At("blast_radius_cap")
		}
		e.BlastCap = domain.Milli(math.Round(*in.BlastCap * 1000))
	}
	m, err := s.deps.Govern.CreateMission(ctx, c.Tenant(), e, c.actor())
	if err != nil {
		return mission{}, err
	}
	c.Location("missions", string(m.ID))
	return s.missionOf(m), nil
}

// missing turns the pipeline's refusal of a mission into "not found" where the
// mission is the resource itself.
func missing(err error) error {
	if fault.CodeOf(err) == fault.UnknownMission {
		return fault.Wrap(fault.NotFound, err, "The tenant has no such mission.")
	}
	return err
}

func (s *Server) getMission(ctx context.Context, c *Call) (mission, error) {
	m, err := s.deps.Govern.Mission(ctx, c.Tenant(), domain.MissionID(c.Path("id")))
	if err != nil {
		return mission{}, missing(err)
	}
	return s.missionOf(m), nil
}

func (s *Server) endMission(ctx context.Context, c *Call, in missionEnd) (mission, error) {
	m, err := s.deps.Govern.EndMission(ctx, c.Tenant(), domain.MissionID(c.Path("id")), in.Reason, c.actor())
	if err != nil {
		return mission{}, missing(err)
	}
	return s.missionOf(m), nil
}
