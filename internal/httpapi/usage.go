package httpapi

import (
	"context"
	"net/http"

	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/tenant"
)

// usageView is what one tenant used, hour by hour.
type usageView struct {
	From  Time        `json:"from"`
	To    Time        `json:"to"`
	Total int64       `json:"total"`
	Hours []usageHour `json:"hours"`
}

type usageHour struct {
	Start     Time  `json:"start"`
	Decisions int64 `json:"decisions"`
}

// tenantsUsage is what each tenant used, day by day.
type tenantsUsage struct {
	From  Time          `json:"from"`
	To    Time          `json:"to"`
	Total int64         `json:"total"`
	Items []tenantUsage `json:"items" doc:"By tenant ID."`
}

type tenantUsage struct {
	Tenant    string     `json:"tenant_id"`
	Name      string     `json:"name"`
	Status    string     `json:"status" enum:"active|suspended|closing"`
	Decisions int64      `json:"decisions"`
	Days      []usageDay `json:"days" doc:"Days in UTC with decisions."`
	BusiestAt Time       `json:"busiest_at,omitzero" doc:"The hour with the most decisions; absent: none."`
	Busiest   int64      `json:"busiest" doc:"Decisions in that hour."`
	Limit     rate       `json:"limit" doc:"What the tenant may send."`
}

type usageDay struct {
	Start     Time  `json:"start"`
	Decisions int64 `json:"decisions"`
}

func (s *Server) usageRoutes() []*Route {
	times := []Param{
		{Name: "from", Kind: paramTime, Doc: "Default: 30 days before to."}, {Name: "to", Kind: paramTime, Doc: "Default: now."},
	}
	one := &Route{
		Method: http.MethodGet, Path: prefixV1 + "/usage", Aliases: []string{"/usage"}, Access: scoped, Scope: domain.ScopeUsageRead, Class: tenant.ClassRead,
		Tag: "decisions", Summary: "Decisions per hour, as they are metered", Query: times, endpoint: read(s.usage),
	}
	every := &Route{
		Method: http.MethodGet, Path: prefixV1 + "/usage/tenants", Access: scoped, Scope: domain.ScopeUsageRead, Class: tenant.ClassRead,
		Tag: "decisions", Summary: "Decisions per day of each tenant that the key's owner may see, against its limits", Query: times, endpoint: read(s.usageOfTenants),
	}
	return append(anywhere(one), every)
}

const (
	hourMicros = domain.Micros(3600 * 1_000_000)
	dayMicros  = 24 * hourMicros
	// usageSpan is what one answer covers at most.
	usageSpan = 400 * dayMicros
)

// usageTimes is what a request asks for.
func (s *Server) usageTimes(c *Call) (from, to domain.Micros, err error) {
	from, to = c.Query.time("from"), c.Query.time("to")
	if to == 0 {
		to = s.clock.Now() + 1
	}
	if from == 0 {
		from = max(0, to-30*dayMicros)
	}
	if from >= to || to-from > usageSpan {
		return 0, 0, fault.New(fault.Invalid, "from must be before to, at most 400 days apart").At("from")
	}
	return from, to, nil
}

func (s *Server) usage(ctx context.Context, c *Call) (usageView, error) {
	from, to, err := s.usageTimes(c)
	if err != nil {
		return usageView{}, err
	}
	hours, err := s.deps.Decide.Usage(ctx, c.Tenant(), from, to)
	if err != nil {
		return usageView{}, err
	}
	out := usageView{From: Time(from), To: Time(to), Hours: make([]usageHour, len(hours))}
	for i, h := range hours {
		out.Hours[i] = usageHour{Time(h.Start), h.Decisions}
		out.Total += h.Decisions
	}
	return out, nil
}

func (s *Server) usageOfTenants(ctx context.Context, c *Call) (tenantsUsage, error) {
	from, to, err := s.usageTimes(c)
	if err != nil {
		return tenantsUsage{}, err
	}
	ids, err := s.tenantsOf(ctx, c, domain.ScopeUsageRead)
	if err != nil {
		return tenantsUsage{}, err
	}
	out := tenantsUsage{From: Time(from), To: Time(to), Items: make([]tenantUsage, 0, len(ids))}
	for _, id := range ids {
		t, err := s.deps.Tenants.Lookup(id)
		if err != nil {
			return tenantsUsage{}, err
		}
		hours, err := s.deps.Decide.Usage(ctx, id, from, to)
		if err != nil {
			return tenantsUsage{}, err
		}
		u := usageByDay(t, hours)
		out.Items = append(out.Items, u)
		out.Total += u.Decisions
	}
	return out, nil
}

// usageByDay adds hours, which come in order, up to days.
func usageByDay(t *tenant.Tenant, hours []decision.UsageHour) tenantUsage {
	limit := t.Settings.Rates.Defend
	u := tenantUsage{
		Tenant: string(t.ID), Name: t.Name, Status: string(t.Status), Days: []usageDay{}, Limit: rate{&limit.PerSecond, &limit.Burst},
	}
	for _, h := range hours {
		day := Time(h.Start - h.Start%dayMicros)
		if n := len(u.Days); n == 0 || u.Days[n-1].Start != day {
			u.Days = append(u.Days, usageDay{Start: day})
		}
		u.Days[len(u.Days)-1].Decisions += h.Decisions
		u.Decisions += h.Decisions
		if h.Decisions > u.Busiest {
			u.BusiestAt, u.Busiest = Time(h.Start), h.Decisions
		}
	}
	return u
}
