package httpapi

import (
	"context"
	"net/http"
	"strconv"

	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/tenant"
)

// defendRequest documents what decision.ParseRequest reads; members beyond
// these are kept with the event.
type defendRequest struct {
	Source         string         `json:"source,omitempty" doc:"Where the event comes from, for example sshd."`
	Tenant         string         `json:"tenant_id,omitempty" doc:"Must be the key's tenant when given."`
	Timestamp      string         `json:"timestamp,omitempty" format:"date-time" doc:"When it happened; without one each request is a new event."`
	EventType      string         `json:"event_type,omitempty"`
	Payload        map[string]any `json:"payload,omitempty" doc:"What was observed."`
	Event          map[string]any `json:"event,omitempty" doc:"Another name for payload; the first that isn't empty counts."`
	Persona        string         `json:"persona,omitempty" enum:"guardian|sentinel" doc:"The key must allow it; default: the tenant's."`
	Classification string         `json:"classification,omitempty" enum:"UNCLASS|CUI|SECRET|TOPSECRET" doc:"The key must allow it; default: the tenant's."`
	Mission        string         `json:"mission_id,omitempty"`
	SourceEventID  string         `json:"source_event_id,omitempty" doc:"The source's own record number; keeps identical events apart."`
}

func (s *Server) defendRoutes() []*Route {
	detail := Param{Name: "detail", Enum: []string{"full", "compact"}, Doc: "compact leaves out explain.trace, explain.steps, receipt.entry and receipt.proof."}
	return []*Route{
		{
			Method: http.MethodPost, Path: prefixV1 + "/defend", Aliases: []string{"/defend", "/v1/defend"},
			Access: scoped, Scope: domain.ScopeDefendWrite, Class: tenant.ClassDefend, Tag: "decisions", Decides: true,
			Summary: "Decide on one event",
			Doc: "The answer is given when the decision is durable. The same event again gives the same decision with the header " +
				"Idempotent-Replayed: true; for an event without a timestamp an Idempotency-Key does the same.",
			Query: []Param{detail, waitParam()}, takesKey: true,
			endpoint: withBodies[defendRequest, decisionAnswer](text("application/json", s.defend)),
		}, {
			Method: http.MethodPost, Path: prefixV1 + "/defend/batch", Aliases: []string{"/v1/defend/batch"},
			Access: scoped, Scope: domain.ScopeDefendWrite, Class: tenant.ClassWrite, Tag: "decisions", Decides: true,
			Summary: "Decide on many events, one JSON object a line (NDJSON)",
			Doc: "Answers one line per line, in the same order: the decision, or {\"line\":n,\"problem\":{...}}; a bad line loses no other. " +
				"A line may have 1 MiB, a batch 64 MiB. Read the answer while sending. Each line counts against the quota class defend, " +
				"and is refused when the key or the tenant has lost the right meanwhile. With an Idempotency-Key each line has the key " +
				"KEY:n, n being its line number: the same batch sent again gives the same decisions, also for events without a timestamp.",
			Query: []Param{detail}, takesKey: true,
			endpoint: endpoint{status: http.StatusOK, reqMedia: ndjson, resMedia: ndjson, raw: s.defendBatch},
		},
	}
}

func detailOf(q query) decision.Detail {
	if q.text("detail") == "compact" {
		return decision.Compact
	}
	return decision.Full
}

// defend is the hot path: raw bytes in, raw bytes out.
func (s *Server) defend(ctx context.Context, x *exchange, c *Call) (err error) {
	key, err := idempotencyKey(c)
	if err != nil {
		return err
	}
	// A level that is never reached is refused before anything is decided.
	level := waitLevel(c.Query)
	if err := s.deps.Evidence.Anchors.Reaches(level); err != nil {
		return err
	}
	in := s.buffers.take()
	defer s.buffers.put(in)
	if *in, err = readBody(x, c.Request, *in, maxBody); err != nil {
		return err
	}
	res, err := s.deps.Decide.Defend(ctx, decision.Call{Principal: c.Principal, Body: *in, IdempotencyKey: key, Remote: c.Remote()})
	if err != nil {
		return err
	}
	if level != "" {
		if res, err = s.raised(ctx, res, level); err != nil {
			return err
		}
	}
	out := s.buffers.take()
	defer s.buffers.put(out)
	*out = res.AppendJSON(*out, detailOf(c.Query))
	h := c.header
	h["Content-Type"] = s.common.json
	h["Content-Length"] = []string{strconv.Itoa(len(*out))}
	if res.Replayed {
		h["Idempotent-Replayed"] = s.common.yes
	}
	_, _ = x.Write(*out) // the decision is recorded: a client that left asks again
	return nil
}
