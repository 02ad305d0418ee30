package notify

import (
	"encoding/base64"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

// Status is a webhook's state.
type Status string

// The states of a webhook.
const (
	Active   Status = "active"
	Failing  Status = "failing"  // the last attempt failed or an item was given up
	Disabled Status = "disabled" // the endpoint answered 410 Gone
	Deleted  Status = "deleted"
)

// Webhook is one subscription and how its deliveries go.
type Webhook struct {
	ID         string
	URL        string
	Filter     Filter
	Status     Status
	NextIndex  int64         // log index to look at next
	Attempt    int           // failed attempts of the item at NextIndex
	NextAt     domain.Micros // when to try it again; 0: at once
	LastStatus int           // HTTP status of the last attempt; 0: no answer
	LastError  string
	Delivered  int64
	GivenUp    int64
	CreatedBy  domain.PrincipalID
	CreatedAt  domain.Micros
}

// Filter narrows what a webhook gets. An empty field doesn't; several fields
// must all fit, one value of a field is enough.
type Filter struct {
	MinSeverity string   `json:"min_severity,omitzero"`
	Gating      []string `json:"gating,omitzero"`
	Actions     []string `json:"actions,omitzero"` // action_taken or an action of a mitigation
	Rules       []string `json:"rules,omitzero"`
	EventTypes  []string `json:"event_types,omitzero"`
}

const (
	maxFilterValues = 50
	maxFilterValue  = 200
	maxURL          = 2048
)

// severities from least to most.
func severities() []string { return []string{"info", "low", "medium", "high", "critical"} }

func (f *Filter) check() error {
	if f.MinSeverity != "" && !slices.Contains(severities(), f.MinSeverity) {
		return fault.New(fault.Invalid, "unknown severity %q; known: %s", f.MinSeverity, strings.Join(severities(), ", ")).At("filter.min_severity")
	}
	for _, g := range f.Gating {
		switch domain.Gating(g) {
		case domain.GateAllow, domain.GateRequireApproval, domain.GateReject:
		default:
			return fault.New(fault.Invalid, "unknown gating %q; known: allow, require_approval, reject", g).At("filter.gating")
		}
	}
	for name, list := range map[string][]string{"gating": f.Gating, "actions": f.Actions, "rules": f.Rules, "event_types": f.EventTypes} {
		if len(list) > maxFilterValues {
			return fault.New(fault.TooLarge, "filter.%s has more than %d values", name, maxFilterValues).At("filter." + name)
		}
		for _, v := range list {
			if v == "" || len(v) > maxFilterValue {
				return fault.New(fault.Invalid, "a value of filter.%s is empty or longer than %d bytes", name, maxFilterValue).At("filter." + name)
			}
		}
	}
	return nil
}

// Match tells whether the item passes the filter.
func (f *Filter) Match(it *Item) bool {
	if f.MinSeverity != "" && slices.Index(severities(), it.Severity) < slices.Index(severities(), f.MinSeverity) {
		return false
	}
	oneOf := func(want []string, have ...string) bool {
		return len(want) == 0 || slices.ContainsFunc(have, func(h string) bool { return slices.Contains(want, h) })
	}
	return oneOf(f.Gating, string(it.Gating)) &&
		oneOf(f.Actions, append([]string{it.ActionTaken}, it.Actions...)...) &&
		oneOf(f.Rules, it.Rules...) &&
		oneOf(f.EventTypes, it.EventType)
}

// checkURL refuses what can't be a public endpoint; the address itself is
// checked again at every dial.
func checkURL(raw string, allowPrivate bool) error {
	bad := func(format string, args ...any) error {
		return fault.New(fault.Invalid, format, args...).At("url")
	}
	if len(raw) > maxURL {
		return bad("url is longer than %d bytes", maxURL)
	}
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "" || u.Opaque != "":
		return bad("url must be absolute, as in https://example.org/hook")
	case u.Scheme != "https" && (u.Scheme != "http" || !allowPrivate):
		return bad("url must begin with https://")
	case u.User != nil:
		return bad("url must not hold a user name or password")
	case u.Fragment != "":
		return bad("url must not have a fragment")
	}
	if a, err := netip.ParseAddr(u.Hostname()); err == nil && !allowPrivate {
		if why := forbidden(a); why != "" {
			return bad("url points to %s (%s)", a, why)
		}
	}
	return nil
}

// Secrets are whsec_ and base64 of 24 to 64 bytes; ours have 32.
const (
	secretPrefix = "whsec_"
	secretBytes  = 32
)

func formatSecret(key []byte) string { return secretPrefix + base64.StdEncoding.EncodeToString(key) }
