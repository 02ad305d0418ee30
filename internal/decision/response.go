package decision

import (
	"strconv"
	"strings"
	"time"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/receipt"

	"github.com/go-json-experiment/json/jsontext"
)

// Result is a recorded decision with everything that an answer shows.
type Result struct {
	Recorded
	Replayed        bool
	Principal       domain.PrincipalID
	Diff            Diff
	Facts           domain.StateFacts
	Counterfactuals []domain.Counterfactual
	// Event payload and unknown request fields, canonical; set when read back.
	Payload jsontext.Value
	Extra   jsontext.Value

	live      bool
	committed evidence.Committed // of a live result
	stored    *evidence.Proven   // of one read back
}

// Detail says how much of a decision an answer carries.
type Detail uint8

// The details.
const (
	Full    Detail = iota
	Compact        // without trace, steps and the receipt's entry and proof
)

// DecisionID is the public name of a decision: its log and its index in it.
func DecisionID(logID string, index uint64) domain.DecisionID {
	return domain.DecisionID(logID + "-" + strconv.FormatUint(index, 10))
}

// ParseDecisionID reads a decision ID.
func ParseDecisionID(id string) (logID string, index uint64, err error) {
	i := strings.LastIndexByte(id, '-')
	if i > 0 {
		if n, perr := strconv.ParseUint(id[i+1:], 10, 63); perr == nil && (id[i+1] != '0' || i+2 == len(id)) {
			return id[:i], n, nil
		}
	}
	return "", 0, fault.New(fault.Invalid, "a decision ID looks like LOG-INDEX, got %.80q", id).At("id")
}

// ID returns the decision's public name.
func (r *Result) ID() domain.DecisionID { return DecisionID(r.LogID, r.Index) }

// Receipt returns the decision's receipt.
func (r *Result) Receipt() receipt.Receipt {
	var rc receipt.Receipt
	if r.live {
		rc = r.committed.Receipt()
	} else {
		rc = r.stored.Receipt
	}
	rc.URL = "/api/v1/decisions/" + string(r.ID()) + "/receipt"
	return rc
}

// AppendJSON appends the answer; see Response in the contract.
func (r *Result) AppendJSON(b []byte, detail Detail) []byte {
	o := r.Outcome
	b = appendStr(append(b, `{"event_id":`...), string(r.Event.ID))
	b = appendStr(append(b, `,"decision_id":`...), string(r.ID()))
	b = appendStr(append(b, `,"tenant_id":`...), string(r.Tenant))
	b = appendTime(append(b, `,"received_at":`...), r.Time)
	b = strconv.AppendBool(append(b, `,"replayed":`...), r.Replayed)
	b = appendStr(append(b, `,"threat_level":`...), string(o.Level))
	b = strconv.AppendInt(append(b, `,"score":`...), int64(o.Score), 10)
	b = appendMilli(append(b, `,"anomaly_score":`...), o.Anomaly)
	b = append(b, `,"mitigations":[`...)
	for i := range o.Mitigations {
		id := ""
		if i < len(r.EnforcementIDs) {
			id = r.EnforcementIDs[i]
		}
		b = appendMitigation(comma(b, i), &o.Mitigations[i], id)
	}
	b = appendStr(append(b, `],"gating":`...), string(o.Gating))
	b = appendStr(append(b, `,"action_taken":`...), actionTaken(o))
	b = appendStr(append(b, `,"explanation_brief":`...), o.Brief)
	b = strconv.AppendInt(append(b, `,"clock_drift_ms":`...), o.ClockDriftMS, 10)
	b = r.appendExplain(append(b, `,"explain":`...), detail)
	b = strconv.AppendBool(append(b, `,"policy":{"allow":`...), o.Policy.Allow)
	b = appendStrs(append(b, `,"reasons":`...), o.Policy.Reasons)
	b = appendStr(append(b, `,"outcome":`...), o.Policy.Outcome)
	b = appendStr(append(b, `,"hash":`...), string(o.Policy.Hash))
	b = appendStr(append(b, `,"version":`...), o.Policy.Version)
	b = appendStr(append(b, `},"ruleset":{"version":`...), o.RulesetVersion)
	b = append(appendStr(append(b, `,"hash":`...), string(o.RulesetHash)), '}')
	if r.Approval != nil {
		b = appendStr(append(b, `,"approval":{"id":`...), r.Approval.ID)
		b = append(appendTime(append(b, `,"expires_at":`...), r.Approval.ExpiresAt), '}')
	}
	b = r.appendDiff(append(b, `,"diff":`...))
	return append(r.appendReceipt(append(b, `,"receipt":`...), detail), '}')
}

func (r *Result) appendExplain(b []byte, detail Detail) []byte {
	o := r.Outcome
	b = appendStr(append(b, `{"summary":`...), o.Summary)
	b = appendStrs(append(b, `,"rules_triggered":`...), o.Rules)
	if detail == Full {
		b = append(b, `,"trace":[`...)
		for i := range o.Trace {
			h := &o.Trace[i]
			b = appendStr(append(comma(b, i), `{"rule":`...), h.Rule)
			b = appendStr(append(b, `,"title":`...), h.Title)
			b = strconv.AppendBool(append(b, `,"matched":`...), h.Matched)
			b = strconv.AppendInt(append(b, `,"points":`...), int64(h.Points), 10)
			b = appendDetection(appendValueMap(append(b, `,"values":`...), h.Values), h)
			b = append(b, '}')
		}
		b = append(b, `],"steps":[`...)
		for i := range o.Steps {
			s := &o.Steps[i]
			b = appendStr(append(comma(b, i), `{"stage":`...), s.Stage)
			b = appendStr(append(b, `,"what":`...), s.What)
			b = append(appendValueMap(append(b, `,"values":`...), s.Values), '}')
		}
		b = append(b, ']')
	}
	b = append(b, `,"counterfactuals":[`...)
	for i, c := range r.Counterfactuals {
		b = appendStr(append(comma(b, i), `{"change":`...), c.Change)
		b = appendStr(append(b, `,"new_gating":`...), string(c.NewGating))
		b = append(appendStr(append(b, `,"new_threat_level":`...), string(c.NewLevel)), '}')
	}
	b = appendMilli(append(b, `],"anomaly_score":`...), o.Anomaly)
	b = appendAnomaly(b, r.Facts.Anomaly)
	b = strconv.AppendInt(append(b, `,"score":`...), int64(o.Score), 10)
	b = appendTieD(append(b, `,"tie_d":`...), &o.TieD)
	b = append(b, `,"state_facts":[`...)
	for i, f := range r.Facts.Windows {
		b = appendStr(append(comma(b, i), `{"window":`...), f.Window)
		b = appendStr(append(b, `,"key":`...), f.Key)
		b = strconv.AppendInt(append(b, `,"value":`...), f.Count, 10)
		b = append(appendTime(append(b, `,"since":`...), f.Since), '}')
	}
	return append(b, "]}"...)
}

// appendDetection adds what only some rules have.
func appendDetection(b []byte, h *domain.RuleHit) []byte {
	if h.Level != "" {
		b = appendStr(append(b, `,"level":`...), h.Level)
	}
	if len(h.Techniques) > 0 {
		b = appendStrs(append(b, `,"techniques":`...), h.Techniques)
	}
	if h.Author != "" {
		b = appendStr(append(b, `,"author":`...), h.Author)
	}
	if h.Suppressed != "" {
		b = appendStr(append(b, `,"suppressed":`...), h.Suppressed)
	}
	return b
}

func appendMitigation(b []byte, m *domain.Mitigation, enforcement string) []byte {
	b = appendStr(append(b, `{"action":`...), m.Action)
	b = appendStr(append(b, `,"target":`...), m.Target)
	b = appendStr(append(b, `,"target_kind":`...), m.TargetKind)
	b = strconv.AppendInt(append(b, `,"ttl":`...), m.TTLSeconds, 10)
	b = appendStr(append(b, `,"reason":`...), m.Reason)
	b = appendMilli(append(b, `,"confidence":`...), m.Confidence)
	b = strconv.AppendBool(append(b, `,"reversible":`...), m.Reversible)
	b = appendStr(append(b, `,"gating":`...), string(m.Gating))
	if enforcement != "" {
		b = appendStr(append(b, `,"enforcement_id":`...), enforcement)
	}
	return append(b, '}')
}

func appendTieD(b []byte, t *domain.TieD) []byte {
	b = strconv.AppendBool(append(b, `{"roe_applied":`...), t.ROEApplied)
	b = strconv.AppendBool(append(b, `,"disruption_limited":`...), t.DisruptionLimited)
	b = strconv.AppendBool(append(b, `,"ao_required":`...), t.AORequired)
	b = appendStr(append(b, `,"persona":`...), string(t.Persona))
	b = appendStr(append(b, `,"classification":`...), string(t.Ring))
	b = appendMilli(append(b, `,"service_impact":`...), t.ServiceImpact)
	b = appendMilli(append(b, `,"user_impact":`...), t.UserImpact)
	b = appendStr(append(b, `,"gating_decision":`...), string(t.Gating))
	b = appendStr(append(b, `,"policy_version":`...), t.PolicyVersion)
	b = appendStr(append(b, `,"policy_hash":`...), string(t.PolicyHash))
	b = appendStr(append(b, `,"mission_id":`...), string(t.Mission))
	return append(appendStr(append(b, `,"impact_model":`...), t.ImpactModel), '}')
}

func (r *Result) appendDiff(b []byte) []byte {
	b = append(b, `{"previous_decision_id":`...)
	if r.Diff.PreviousIndex >= 0 {
		b = appendStr(b, string(DecisionID(r.LogID, uint64(r.Diff.PreviousIndex))))
	} else {
		b = append(b, "null"...)
	}
	b = append(b, `,"changes":[`...)
	for i, c := range r.Diff.Changes {
		b = appendStr(append(comma(b, i), `{"field":`...), c.Field)
		b = appendStr(append(b, `,"from":`...), c.From)
		b = append(appendStr(append(b, `,"to":`...), c.To), '}')
	}
	return append(b, "]}"...)
}

func (r *Result) appendReceipt(b []byte, detail Detail) []byte {
	if detail == Compact {
		hash := r.committed.LeafHash
		if !r.live {
			hash = r.stored.LeafHash
		}
		b = appendStr(append(b, `{"level":"committed","log":`...), r.LogID)
		b = strconv.AppendUint(append(b, `,"index":`...), r.Index, 10)
		b = appendStr(append(b, `,"leaf_hash":`...), hash.String())
		b = appendStr(append(b, `,"url":`...), "/api/v1/decisions/"+string(r.ID())+"/receipt")
		return append(b, '}')
	}
	rc := r.Receipt()
	b = appendStr(append(b, `{"level":`...), string(rc.Level))
	b = appendStr(append(b, `,"log":`...), rc.Log)
	b = strconv.AppendUint(append(b, `,"index":`...), rc.Index, 10)
	b = appendStr(append(b, `,"leaf_hash":`...), rc.LeafHash.String())
	b = appendStr(append(b, `,"entry":`...), rc.Entry)
	b = appendStr(append(b, `,"proof":`...), rc.Proof)
	if rc.Anchor != nil {
		// It fails for text that is not UTF-8 only, and the root log has none.
		if anchor, err := rc.Anchor.MarshalJSON(); err == nil {
			b = append(append(b, `,"anchor":`...), anchor...)
		}
	}
	return append(appendStr(append(b, `,"url":`...), rc.URL), '}')
}

// appendValueMap writes named values as an object, in their order; a repeated
// name keeps its first value.
func appendValueMap(b []byte, vs []domain.NamedValue) []byte {
	b = append(b, '{')
	n := 0
next:
	for i := range vs {
		for j := range i {
			if vs[j].Name == vs[i].Name {
				continue next
			}
		}
		b = append(appendStr(comma(b, n), vs[i].Name), ':')
		b = appendStr(b, vs[i].Value)
		n++
	}
	return append(b, '}')
}

// appendTime writes RFC 3339 with microseconds, UTC.
func appendTime(b []byte, at domain.Micros) []byte {
	b = append(b, '"')
	b = time.UnixMicro(int64(at)).UTC().AppendFormat(b, "2006-01-02T15:04:05.000000Z")
	return append(b, '"')
}
