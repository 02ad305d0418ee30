package httpapi

import (
	"net/http"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/tenant"
)

// resource is a group of routes in the documentation.
type resource struct{ name, doc string }

// tags lists the resources in the order in which the documentation shows them.
func tags() []resource {
	return []resource{
		{"decisions", "Events go in, decisions come out; the feed, search and statistics read them back."},
		{"roe", "Rules of engagement: what may be done, and when somebody must approve."},
		{"missions", "Signed, time-boxed limits under which decisions run."},
		{"rings", "Classification rings and what they demand."},
		{"rulesets", "Immutable, hashed documents that decide, and the pointer to the active ones."},
		{"rules", "Detections: Sigma rules of the active ruleset, imported, explained and tuned."},
		{"inventory", "What configuration was observed: runs, objects, snapshots, how completely each type was read."},
		{"drift", "What differs from what is expected, and what was decided about it."},
		{"enforcements", "Allowed mitigations that are in force until they expire or are revoked."},
		{"allowlists", "Targets that are never blocked; the gate removes mitigations against them."},
		{"approvals", "Decisions whose mitigations wait for a human."},
		{"evidence", "The tenant's Merkle log: receipts, checkpoints, verification."},
		{"modules", "Signers of attestations: registered, enrolled with a one-time token, rotated, revoked; each step is in the log."},
		{"webhooks", "Signed messages about decisions that match a filter, in the log's order, with retries."},
		{"tenants", "The isolation unit: settings, limits, suspension."},
		{"people", "Persons and service accounts with their roles; every key belongs to one."},
		{"audit", "Who changed, read or was denied what."},
		{"keys", "API keys: created once, shown once, rotated with overlap, revoked at once."},
		{"service", "Health, metrics, the contract and its documentation."},
	}
}

// routes is the table: the whole surface and the whole authorisation matrix.
func (s *Server) routes() []*Route {
	var table []*Route
	for _, rows := range [][]*Route{
		s.defendRoutes(), s.decisionRoutes(), s.feedbackRoutes(), s.evidenceRoutes(), s.catalogRoutes(), s.logRoutes(), s.rootRoutes(), s.bundleRoutes(),
		s.forensicsRoutes(), s.moduleRoutes(), s.signingKeyRoutes(), s.erasureRoutes(), s.roeRoutes(), s.missionRoutes(), s.rulesetRoutes(), s.detectionRoutes(),
		s.inventoryRoutes(), s.driftRoutes(), s.enforceRoutes(), s.webhookRoutes(), s.usageRoutes(),
		s.tenantRoutes(), s.peopleRoutes(), s.nameRoutes(), s.keyRoutes(), s.whoamiRoutes(), s.sessionRoutes(), s.auditRoutes(), s.serviceRoutes(),
	} {
		table = append(table, rows...)
	}
	return table
}

func (s *Server) serviceRoutes() []*Route {
	metrics := &Route{
		Method: http.MethodGet, Path: "/metrics", Access: scoped, Scope: domain.ScopeOpsRead, Class: tenant.ClassRead, Tag: "service",
		Summary: "Prometheus metrics", endpoint: text("text/plain; version=0.0.4; charset=utf-8", s.metricsPage),
	}
	if s.cfg.MetricsOpen {
		metrics.Access, metrics.Scope, metrics.Class = public, "", ""
	}
	return []*Route{
		{
			Method: http.MethodGet, Path: "/health/live", Access: public, Tag: "service",
			Summary: "Whether the process runs", endpoint: read(s.healthLive),
		},
		{
			Method: http.MethodGet, Path: "/health/ready", Access: public, Tag: "service",
			Summary: "Whether requests are taken", Doc: "503 with the same body until all checks pass, and while the server drains.",
			endpoint: withBody[readiness](text("application/json", s.healthReady)),
		},
		{
			Method: http.MethodGet, Path: "/health/detailed", Access: scoped, Scope: domain.ScopeOpsRead, Class: tenant.ClassRead, Tag: "service",
			Summary: "Checks with reasons, modules, version", endpoint: read(s.healthDetailed),
		},
		metrics,
		{
			Method: http.MethodGet, Path: prefixV1 + "/contracts/status", Aliases: []string{"/contracts/status"},
			Access: scoped, Scope: domain.ScopeRulesRead, Class: tenant.ClassRead, Tag: "service",
			Summary: "Whether the served contract is the committed one", endpoint: read(s.contractStatus),
		},
		{
			Method: http.MethodGet, Path: "/openapi.yaml", Access: public, Tag: "service",
			Summary: "This contract as YAML", endpoint: text("application/yaml", s.openAPIYAML),
		},
		{
			Method: http.MethodGet, Path: "/openapi.json", Access: public, Tag: "service",
			Summary: "This contract as JSON", endpoint: text("application/json", s.openAPIJSON),
		},
		{
			Method: http.MethodGet, Path: "/docs", Access: public, Tag: "service",
			Summary: "This contract for people", endpoint: text("text/html; charset=utf-8", s.docs),
		},
		{
			Method: http.MethodGet, Path: "/{$}", Access: public, Tag: "service",
			Summary: "What this is and where things are", endpoint: text("text/html; charset=utf-8", s.landing),
		},
	}
}
