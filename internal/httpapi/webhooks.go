package httpapi

import (
	"context"
	"net/http"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/notify"
	"frostgate.io/frostgate/internal/tenant"
)

// webhook is a subscription and how its deliveries go.
type webhook struct {
	ID         string        `json:"id"`
	URL        string        `json:"url"`
	Filter     webhookFilter `json:"filter"`
	Status     string        `json:"status" enum:"active|failing|disabled|deleted" doc:"disabled: the endpoint answered 410 Gone."`
	NextIndex  int64         `json:"next_index" doc:"Log index of the decision it looks at next."`
	Attempt    int           `json:"attempt" doc:"Failed attempts of that decision."`
	NextAt     Time          `json:"next_at,omitzero" doc:"When it is tried again."`
	LastStatus int           `json:"last_status,omitzero" doc:"HTTP status of the last attempt; absent: no answer."`
	LastError  string        `json:"last_error,omitempty"`
	Delivered  int64         `json:"delivered"`
	GivenUp    int64         `json:"given_up"`
	CreatedBy  string        `json:"created_by"`
	CreatedAt  Time          `json:"created_at"`
}

// webhookFilter narrows what is sent: all given fields must fit, one value of
// a field is enough.
type webhookFilter struct {
	MinSeverity string   `json:"min_severity,omitempty" enum:"info|low|medium|high|critical"`
	Gating      []string `json:"gating,omitempty" enum:"allow|require_approval|reject" maxitems:"50"`
	Actions     []string `json:"actions,omitempty" maxitems:"50" doc:"Actions taken or proposed."`
	Rules       []string `json:"rules,omitempty" maxitems:"50"`
	EventTypes  []string `json:"event_types,omitempty" maxitems:"50"`
}

type newWebhook struct {
	URL    string        `json:"url" minlen:"1" maxlen:"2048" doc:"https address that takes Standard Webhooks messages."`
	Filter webhookFilter `json:"filter,omitzero"`
}

// createdWebhook shows the secret this once.
type createdWebhook struct {
	webhook
	Secret string `json:"secret" doc:"Signs the messages (Standard Webhooks). Shown once."`
}

// failedDelivery is a message that was given up.
type failedDelivery struct {
	Index      int64  `json:"index" doc:"Log index of the decision."`
	MessageID  string `json:"message_id"`
	Attempts   int    `json:"attempts"`
	LastStatus int    `json:"last_status,omitzero"`
	LastError  string `json:"last_error,omitempty"`
	GivenUpAt  Time   `json:"given_up_at"`
}

type webhookTest struct {
	MessageID string `json:"message_id"`
	Delivered bool   `json:"delivered"`
	Status    int    `json:"status,omitzero" doc:"The endpoint's HTTP status; absent: no answer."`
	Error     string `json:"error,omitempty"`
}

func (s *Server) webhookRoutes() []*Route {
	const base = prefixV1 + "/webhooks"
	row := func(method, path string, scope domain.Scope, class tenant.Class, summary string, e endpoint) *Route {
		return &Route{
			Method: method, Path: base + path, Access: scoped, Scope: scope, Class: class, Tag: "webhooks",
			Summary: summary, Mutates: class == tenant.ClassWrite, endpoint: e,
		}
	}
	deliveries := row("GET", "/{id}/deliveries", domain.ScopeWebhooksRead, tenant.ClassRead, "Messages that were given up", read(s.listFailures))
	deliveries.Query = pageParams()
	return anywhere(
		row("GET", "", domain.ScopeWebhooksRead, tenant.ClassRead, "Webhooks of the tenant", read(s.listWebhooks)),
		row("POST", "", domain.ScopeWebhooksWrite, tenant.ClassWrite, "Send decisions from now on to an address", write(http.StatusCreated, s.createWebhook)),
		row("GET", "/{id}", domain.ScopeWebhooksRead, tenant.ClassRead, "One webhook", read(s.getWebhook)),
		row("DELETE", "/{id}", domain.ScopeWebhooksWrite, tenant.ClassWrite, "End a webhook", act(s.deleteWebhook)),
		deliveries,
		row("POST", "/{id}/test", domain.ScopeWebhooksWrite, tenant.ClassWrite, "Send a test message now", read(s.testWebhook)),
	)
}

func (s *Server) listWebhooks(ctx context.Context, c *Call) (list[webhook], error) {
	found, err := s.deps.Notify.List(ctx, c.Tenant())
	if err != nil {
		return list[webhook]{}, err
	}
	items := make([]webhook, len(found))
	for i := range found {
		items[i] = webhookOf(&found[i])
	}
	return listOf(items, ""), nil
}

func (s *Server) createWebhook(ctx context.Context, c *Call, in newWebhook) (createdWebhook, error) {
	w, secret, err := s.deps.Notify.Create(ctx, c.Tenant(), notify.NewWebhook{URL: in.URL, Filter: notify.Filter(in.Filter)}, c.actor())
	if err != nil {
		return createdWebhook{}, err
	}
	c.Location("webhooks", w.ID)
	return createdWebhook{webhookOf(&w), secret}, nil
}

func (s *Server) getWebhook(ctx context.Context, c *Call) (webhook, error) {
	w, err := s.deps.Notify.Get(ctx, c.Tenant(), c.Path("id"))
	if err != nil {
		return webhook{}, err
	}
	return webhookOf(&w), nil
}

func (s *Server) deleteWebhook(ctx context.Context, c *Call) error {
	return s.deps.Notify.Delete(ctx, c.Tenant(), c.Path("id"), c.actor())
}

func (s *Server) listFailures(ctx context.Context, c *Call) (list[failedDelivery], error) {
	limit, err := c.Query.limit()
	if err != nil {
		return list[failedDelivery]{}, err
	}
	found, next, err := s.deps.Notify.Failures(ctx, c.Tenant(), c.Path("id"), c.Query.text("cursor"), limit)
	if err != nil {
		return list[failedDelivery]{}, err
	}
	items := make([]failedDelivery, len(found))
	for i, f := range found {
		items[i] = failedDelivery{f.Index, f.MessageID, f.Attempts, f.LastStatus, f.LastError, Time(f.GivenUpAt)}
	}
	return listOf(items, next), nil
}

func (s *Server) testWebhook(ctx context.Context, c *Call) (webhookTest, error) {
	t, err := s.deps.Notify.Test(ctx, c.Tenant(), c.Path("id"), c.actor())
	if err != nil {
		return webhookTest{}, err
	}
	return webhookTest(t), nil
}

func webhookOf(w *notify.Webhook) webhook {
	return webhook{
		ID: w.ID, URL: w.URL, Filter: webhookFilter(w.Filter), Status: string(w.Status), NextIndex: w.NextIndex,
		Attempt: w.Attempt, NextAt: Time(w.NextAt), LastStatus: w.LastStatus, LastError: w.LastError,
		Delivered: w.Delivered, GivenUp: w.GivenUp, CreatedBy: string(w.CreatedBy), CreatedAt: Time(w.CreatedAt),
	}
}
