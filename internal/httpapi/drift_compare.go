package httpapi

import (
	"context"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/drift"
	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/drift/plain"
	"frostgate.io/frostgate/internal/fault"

	"github.com/go-json-experiment/json/jsontext"
)

// Comparisons of tenants at work at the same time: each reads two snapshots.
const maxCompares, maxTenantCompares = 2, 1

// maxCompared bounds the whole values of one answer, in bytes.
const maxCompared = 16 << 20

// compareSide is a tenant's last run of a source, or one of its snapshots.
type compareSide struct {
	Tenant   string `json:"tenant_id,omitempty" maxlen:"100" doc:"Default the key's."`
	Source   string `json:"source,omitempty" maxlen:"200" doc:"kind/name; not needed with a snapshot."`
	Snapshot string `json:"snapshot,omitempty" maxlen:"64" doc:"Default: of the source's last run."`
}

type compareRequest struct {
	From  compareSide `json:"from"`
	To    compareSide `json:"to"`
	Types []string    `json:"types,omitempty" maxitems:"100"`
}

// compared is how two sides differ.
type compared struct {
	From compareSide `json:"from" doc:"With the snapshot that was compared."`
	To   compareSide `json:"to"`
	driftCounts
	Secrets   int               `json:"secrets_not_compared" doc:"Values that are hashed under different keys: nobody can say whether they differ."`
	Items     []comparedChange  `json:"items" doc:"The first 10,000; counts are of all."`
	Unknowns  []comparedUnknown `json:"unknown_items"`
	Ambiguous []ambiguousView   `json:"ambiguous" doc:"Names that several objects have, so that none was matched."`
	More      bool              `json:"more" doc:"There are more than are listed."`
}

type comparedChange struct {
	Kind      string   `json:"kind" enum:"added|removed|changed|metadata" doc:"added: only in to. removed: only in from."`
	Severity  string   `json:"severity"`
	Type      string   `json:"type"`
	Label     string   `json:"label"`
	Name      string   `json:"name,omitempty"`
	IDInFrom  string   `json:"id_in_from,omitempty"`
	IDInTo    string   `json:"id_in_to,omitempty"`
	Path      string   `json:"path,omitempty"`
	KeyedPath string   `json:"keyed_path,omitempty"`
	From      string   `json:"from,omitempty"`
	To        string   `json:"to,omitempty"`
	Change    string   `json:"change,omitempty" doc:"The change in a few words."`
	Ops       []opView `json:"ops"`

	FromValue jsontext.Value `json:"from_value,omitzero" doc:"The whole value; absent: there is none, or the answer has no room for more of them."`
	ToValue   jsontext.Value `json:"to_value,omitzero"`
}

type comparedUnknown struct {
	Type     string `json:"type"`
	ObjectID string `json:"object_id,omitempty" doc:"Absent: the whole type."`
	Reason   string `json:"reason"`
}

type ambiguousView struct {
	Type     string `json:"type"`
	Name     string `json:"name"`
	Template string `json:"template,omitempty"`
	InFrom   int    `json:"in_from"`
	InTo     int    `json:"in_to"`
}

// sideOf reads one side of a comparison.
func sideOf(c *Call, field string, in compareSide) (drift.SnapshotRef, error) {
	ref := drift.SnapshotRef{Tenant: domain.TenantID(in.Tenant), Source: in.Source, Root: in.Snapshot}
	if ref.Tenant == "" {
		ref.Tenant = c.Tenant()
	}
	if ref.Source == "" && ref.Root == "" {
		return ref, fault.New(fault.Invalid, "%s needs a source or a snapshot", field).At(field)
	}
	return ref, nil
}

func (s *Server) compareDrift(ctx context.Context, c *Call, in compareRequest) (compared, error) {
	from, err := sideOf(c, "from", in.From)
	if err != nil {
		return compared{}, err
	}
	to, err := sideOf(c, "to", in.To)
	if err != nil {
		return compared{}, err
	}
	done, err := s.compares.take(c.Tenant())
	if err != nil {
		return compared{}, err
	}
	defer done()
	got, err := s.deps.Drift.CompareTenants(ctx, from, to, drift.CompareOptions{Types: s.typesAsked(in.Types)}, s.mayIn(c, domain.ScopeDriftRead))
	if err != nil {
		return compared{}, err
	}
	rules, err := s.deps.Drift.Rules(ctx, c.Tenant(), -1)
	if err != nil {
		return compared{}, err
	}
	severity, err := diff.ParseSeverity([]byte(rules.Document))
	if err != nil {
		return compared{}, err
	}
	out := compared{
		From: compareSide{string(got.A.Tenant), got.A.Source, got.A.Root}, To: compareSide{string(got.B.Tenant), got.B.Source, got.B.Root},
		driftCounts: countsOf(got.Counts), Secrets: got.Secrets, Items: make([]comparedChange, len(got.Changes)), Unknowns: make([]comparedUnknown, len(got.Unknown)),
		Ambiguous: make([]ambiguousView, len(got.Ambiguous)), More: got.More,
	}
	room := maxCompared
	for i := range got.Changes {
		if m := &got.Changes[i]; m.Severity == "" {
			m.Severity = severity.Of(&m.Change)
		}
		out.Items[i] = s.comparedChangeOf(&got.Changes[i])
		if room -= len(got.Changes[i].From) + len(got.Changes[i].To); room > 0 {
			out.Items[i].FromValue, out.Items[i].ToValue = wholeValue(got.Changes[i].From), wholeValue(got.Changes[i].To)
		}
	}
	for i, u := range got.Unknown {
		out.Unknowns[i] = comparedUnknown{u.Type, u.ID, u.Reason}
	}
	for i, a := range got.Ambiguous {
		out.Ambiguous[i] = ambiguousView{a.Type, a.Name, a.Template, a.InA, a.InB}
	}
	return out, nil
}

func (s *Server) comparedChangeOf(m *drift.MappedChange) comparedChange {
	return comparedChange{
		Kind: string(m.Kind), Severity: string(m.Severity), Type: m.Type, Label: s.typeLabel(m.Type), Name: m.Name, IDInFrom: m.IDInA, IDInTo: m.IDInB,
		Path: plain.Path(m.Path), KeyedPath: m.Path, From: plain.Value(m.From, maxShort), To: plain.Value(m.To, maxShort), Change: plain.Change(m.Path, m.From, m.To, maxShort), Ops: opsOf(m.Ops),
	}
}
