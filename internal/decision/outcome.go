package decision

import (
	"crypto/sha256"
	"fmt"
	"strconv"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/jsondoc"

	"github.com/go-json-experiment/json"
)

// OutcomeVersion is the version of the hashed encoding below.
const OutcomeVersion = 1

// Identity is what an outcome belongs to; it is part of the hashed bytes.
type Identity struct {
	Event  domain.EventID
	Tenant domain.TenantID
}

// AppendOutcome appends the outcome's canonical bytes (RFC 8785): keys sorted,
// integers for points, decimal strings for thousandths. These bytes are what
// golden scenarios pin and what the decision commitment of a leaf covers; they
// hold no decision ID, receipt, approval or counterfactuals.
func AppendOutcome(b []byte, id Identity, o *domain.Outcome, facts *domain.StateFacts) []byte {
	b = append(b, `{"anomaly":"`...)
	b = appendMilli(b, o.Anomaly)
	b = append(b, '"')
	if facts.Anomaly != nil { // older outcomes have none, and keep their bytes
		b = appendAnomalyFact(append(b, `,"anomaly_facts":`...), facts.Anomaly)
	}
	b = appendStr(append(b, `,"brief":`...), o.Brief)
	b = strconv.AppendInt(append(b, `,"clock_drift_ms":`...), o.ClockDriftMS, 10)
	b = appendStr(append(b, `,"event_id":`...), string(id.Event))
	b = appendStr(append(b, `,"gating":`...), string(o.Gating))
	b = appendStr(append(b, `,"level":`...), string(o.Level))
	b = append(b, `,"mitigations":[`...)
	for i := range o.Mitigations {
		b = appendHashedMitigation(comma(b, i), &o.Mitigations[i])
	}
	b = append(b, `],"policy":{"allow":`...)
	b = strconv.AppendBool(b, o.Policy.Allow)
	b = appendStr(append(b, `,"hash":`...), string(o.Policy.Hash))
	b = append(b, `,"obligations":[`...)
	for i, ob := range o.Policy.Obligations {
		b = appendStr(append(comma(b, i), `{"action":`...), ob.Action)
		b = appendStr(append(b, `,"gating":`...), string(ob.Gating))
		b = append(appendStr(append(b, `,"reason":`...), ob.Reason), '}')
	}
	b = appendStr(append(b, `],"outcome":`...), o.Policy.Outcome)
	b = appendStrs(append(b, `,"reasons":`...), o.Policy.Reasons)
	b = append(appendStr(append(b, `,"version":`...), o.Policy.Version), '}')
	b = appendStrs(append(b, `,"rules":`...), o.Rules)
	b = appendStr(append(b, `,"ruleset":{"hash":`...), string(o.RulesetHash))
	b = append(appendStr(append(b, `,"version":`...), o.RulesetVersion), '}')
	b = strconv.AppendInt(append(b, `,"score":`...), int64(o.Score), 10)
	b = append(b, `,"state_facts":[`...)
	for i := range facts.Windows {
		b = appendWindowFact(comma(b, i), &facts.Windows[i])
	}
	b = append(b, `],"steps":[`...)
	for i := range o.Steps {
		s := &o.Steps[i]
		b = appendStr(append(comma(b, i), `{"stage":`...), s.Stage)
		b = appendValues(append(b, `,"values":`...), s.Values)
		b = append(appendStr(append(b, `,"what":`...), s.What), '}')
	}
	b = appendStr(append(b, `],"summary":`...), o.Summary)
	b = appendStr(append(b, `,"tenant_id":`...), string(id.Tenant))
	b = appendHashedTieD(append(b, `,"tie_d":`...), &o.TieD)
	b = append(b, `,"trace":[`...)
	for i := range o.Trace {
		b = appendHit(comma(b, i), &o.Trace[i])
	}
	return append(b, `],"v":1}`...)
}

// appendHit writes what only some rules have where it is set, so that outcomes
// without it keep their bytes.
func appendHit(b []byte, h *domain.RuleHit) []byte {
	b = append(b, '{')
	if h.Author != "" {
		b = append(appendStr(append(b, `"author":`...), h.Author), ',')
	}
	if h.Level != "" {
		b = append(appendStr(append(b, `"level":`...), h.Level), ',')
	}
	b = strconv.AppendBool(append(b, `"matched":`...), h.Matched)
	b = strconv.AppendInt(append(b, `,"points":`...), int64(h.Points), 10)
	b = appendStr(append(b, `,"rule":`...), h.Rule)
	if h.Suppressed != "" {
		b = appendStr(append(b, `,"suppressed":`...), h.Suppressed)
	}
	if len(h.Techniques) > 0 {
		b = appendStrs(append(b, `,"techniques":`...), h.Techniques)
	}
	b = appendStr(append(b, `,"title":`...), h.Title)
	return append(appendValues(append(b, `,"values":`...), h.Values), '}')
}

// OutputHash is the hash of the outcome's canonical bytes.
func OutputHash(canonical []byte) [sha256.Size]byte { return sha256.Sum256(canonical) }

func appendHashedMitigation(b []byte, m *domain.Mitigation) []byte {
	b = appendStr(append(b, `{"action":`...), m.Action)
	b = appendMilli(append(b, `,"confidence":"`...), m.Confidence)
	b = strconv.AppendBool(append(b, `","disruptive":`...), m.Disruptive)
	b = appendStr(append(b, `,"gating":`...), string(m.Gating))
	b = appendStr(append(b, `,"reason":`...), m.Reason)
	b = strconv.AppendBool(append(b, `,"reversible":`...), m.Reversible)
	b = appendStr(append(b, `,"target":`...), m.Target)
	b = appendStr(append(b, `,"target_kind":`...), m.TargetKind)
	b = strconv.AppendInt(append(b, `,"ttl":`...), m.TTLSeconds, 10)
	return append(b, '}')
}

func appendHashedTieD(b []byte, t *domain.TieD) []byte {
	b = strconv.AppendBool(append(b, `{"ao_required":`...), t.AORequired)
	b = strconv.AppendBool(append(b, `,"disruption_limited":`...), t.DisruptionLimited)
	b = appendStr(append(b, `,"gating_decision":`...), string(t.Gating))
	b = appendStr(append(b, `,"impact_model":`...), t.ImpactModel)
	b = appendStr(append(b, `,"mission_id":`...), string(t.Mission))
	b = appendStr(append(b, `,"persona":`...), string(t.Persona))
	b = appendStr(append(b, `,"policy_hash":`...), string(t.PolicyHash))
	b = appendStr(append(b, `,"policy_version":`...), t.PolicyVersion)
	b = appendStr(append(b, `,"ring":`...), string(t.Ring))
	b = strconv.AppendBool(append(b, `,"roe_applied":`...), t.ROEApplied)
	b = appendMilli(append(b, `,"service_impact":"`...), t.ServiceImpact)
	b = appendMilli(append(b, `","user_impact":"`...), t.UserImpact)
	return append(b, `"}`...)
}

func appendWindowFact(b []byte, w *domain.WindowFact) []byte {
	b = strconv.AppendInt(append(b, `{"count":`...), w.Count, 10)
	b = appendStr(append(b, `,"key":`...), w.Key)
	b = strconv.AppendInt(append(b, `,"since":`...), int64(w.Since), 10)
	return append(appendStr(append(b, `,"window":`...), w.Window), '}')
}

// appendValues writes named values as an array, which keeps their order.
func appendValues(b []byte, vs []domain.NamedValue) []byte {
	b = append(b, '[')
	for i := range vs {
		b = appendStr(append(comma(b, i), `{"name":`...), vs[i].Name)
		b = append(appendStr(append(b, `,"value":`...), vs[i].Value), '}')
	}
	return append(b, ']')
}

func appendStrs(b []byte, ss []string) []byte {
	b = append(b, '[')
	for i := range ss {
		b = appendStr(comma(b, i), ss[i])
	}
	return append(b, ']')
}

func appendStr(b []byte, s string) []byte { return jsondoc.AppendString(b, s) }

func comma(b []byte, i int) []byte {
	if i > 0 {
		return append(b, ',')
	}
	return b
}

// appendMilli writes thousandths as a decimal with three places.
func appendMilli(b []byte, m domain.Milli) []byte {
	b = strconv.AppendInt(b, int64(m)/1000, 10)
	rest := int64(m) % 1000
	b = append(b, '.', byte('0'+rest/100), byte('0'+rest/10%10))
	return append(b, byte('0'+rest%10))
}

// storedOutcome is the hashed encoding read back.
type storedOutcome struct {
	Anomaly      string         `json:"anomaly"`
	AnomalyFacts *storedAnomaly `json:"anomaly_facts"`
	Brief        string         `json:"brief"`
	DriftMS      int64          `json:"clock_drift_ms"`
	EventID      string         `json:"event_id"`
	Gating       string         `json:"gating"`
	Level        string         `json:"level"`
	Mitigation   []struct {
		Action     string `json:"action"`
		Confidence string `json:"confidence"`
		Disruptive bool   `json:"disruptive"`
		Gating     string `json:"gating"`
		Reason     string `json:"reason"`
		Reversible bool   `json:"reversible"`
		Target     string `json:"target"`
		TargetKind string `json:"target_kind"`
		TTL        int64  `json:"ttl"`
	} `json:"mitigations"`
	Policy struct {
		Allow       bool   `json:"allow"`
		Hash        string `json:"hash"`
		Obligations []struct {
			Action string `json:"action"`
			Gating string `json:"gating"`
			Reason string `json:"reason"`
		} `json:"obligations"`
		Outcome string   `json:"outcome"`
		Reasons []string `json:"reasons"`
		Version string   `json:"version"`
	} `json:"policy"`
	Rules   []string `json:"rules"`
	Ruleset struct {
		Hash    string `json:"hash"`
		Version string `json:"version"`
	} `json:"ruleset"`
	Score int                `json:"score"`
	Facts []storedWindowFact `json:"state_facts"`
	Steps []struct {
		Stage  string        `json:"stage"`
		Values []storedValue `json:"values"`
		What   string        `json:"what"`
	} `json:"steps"`
	Summary  string `json:"summary"`
	TenantID string `json:"tenant_id"`
	TieD     struct {
		AORequired        bool   `json:"ao_required"`
		DisruptionLimited bool   `json:"disruption_limited"`
		Gating            string `json:"gating_decision"`
		ImpactModel       string `json:"impact_model"`
		Mission           string `json:"mission_id"`
		Persona           string `json:"persona"`
		PolicyHash        string `json:"policy_hash"`
		PolicyVersion     string `json:"policy_version"`
		Ring              string `json:"ring"`
		ROEApplied        bool   `json:"roe_applied"`
		ServiceImpact     string `json:"service_impact"`
		UserImpact        string `json:"user_impact"`
	} `json:"tie_d"`
	Trace []struct {
		Author     string        `json:"author"`
		Level      string        `json:"level"`
		Matched    bool          `json:"matched"`
		Points     int           `json:"points"`
		Rule       string        `json:"rule"`
		Suppressed string        `json:"suppressed"`
		Techniques []string      `json:"techniques"`
		Title      string        `json:"title"`
		Values     []storedValue `json:"values"`
	} `json:"trace"`
	V int `json:"v"`
}

type storedValue struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type storedWindowFact struct {
	Count  int64  `json:"count"`
	Key    string `json:"key"`
	Since  int64  `json:"since"`
	Window string `json:"window"`
}

// parseOutcome reads what AppendOutcome wrote.
func parseOutcome(b []byte) (Identity, domain.Outcome, outcomeFacts, error) {
	var s storedOutcome
	if err := json.Unmarshal(b, &s, json.RejectUnknownMembers(true)); err != nil {
		return Identity{}, domain.Outcome{}, outcomeFacts{}, fmt.Errorf("stored outcome: %w", err)
	}
	if s.V != OutcomeVersion {
		return Identity{}, domain.Outcome{}, outcomeFacts{}, fmt.Errorf("stored outcome has version %d, this binary knows %d", s.V, OutcomeVersion)
	}
	o := domain.Outcome{
		Level: domain.ThreatLevel(s.Level), Score: s.Score, Anomaly: parseMilli(s.Anomaly), Gating: domain.Gating(s.Gating),
		Summary: s.Summary, Brief: s.Brief, Rules: s.Rules, RulesetVersion: s.Ruleset.Version, RulesetHash: domain.Hash(s.Ruleset.Hash),
		ClockDriftMS: s.DriftMS,
		Policy: domain.PolicyResult{
			Allow: s.Policy.Allow, Reasons: s.Policy.Reasons, Outcome: s.Policy.Outcome, Hash: domain.Hash(s.Policy.Hash), Version: s.Policy.Version,
		},
		TieD: domain.TieD{
			ROEApplied: s.TieD.ROEApplied, DisruptionLimited: s.TieD.DisruptionLimited, AORequired: s.TieD.AORequired,
			Persona: domain.Persona(s.TieD.Persona), Ring: domain.Ring(s.TieD.Ring), ServiceImpact: parseMilli(s.TieD.ServiceImpact),
			UserImpact: parseMilli(s.TieD.UserImpact), Gating: domain.Gating(s.TieD.Gating), PolicyVersion: s.TieD.PolicyVersion,
			PolicyHash: domain.Hash(s.TieD.PolicyHash), Mission: domain.MissionID(s.TieD.Mission), ImpactModel: s.TieD.ImpactModel,
		},
	}
	for _, m := range s.Mitigation {
		o.Mitigations = append(o.Mitigations, domain.Mitigation{
			Action: m.Action, Target: m.Target, TargetKind: m.TargetKind, TTLSeconds: m.TTL, Reason: m.Reason,
			Confidence: parseMilli(m.Confidence), Reversible: m.Reversible, Disruptive: m.Disruptive, Gating: domain.Gating(m.Gating),
		})
	}
	for _, ob := range s.Policy.Obligations {
		o.Policy.Obligations = append(o.Policy.Obligations, domain.Obligation{Action: ob.Action, Gating: domain.Gating(ob.Gating), Reason: ob.Reason})
	}
	for _, h := range s.Trace {
		o.Trace = append(o.Trace, domain.RuleHit{
			Rule: h.Rule, Title: h.Title, Matched: h.Matched, Points: h.Points, Values: namedValues(h.Values),
			Level: h.Level, Techniques: h.Techniques, Author: h.Author, Suppressed: h.Suppressed,
		})
	}
	for _, st := range s.Steps {
		o.Steps = append(o.Steps, domain.Step{Stage: st.Stage, What: st.What, Values: namedValues(st.Values)})
	}
	return Identity{domain.EventID(s.EventID), domain.TenantID(s.TenantID)}, o, outcomeFacts{windowFacts(s.Facts), s.AnomalyFacts.fact()}, nil
}

// outcomeFacts are the facts that stand beside an outcome.
type outcomeFacts struct {
	windows []domain.WindowFact
	anomaly *domain.AnomalyFact
}

func windowFacts(in []storedWindowFact) []domain.WindowFact {
	var out []domain.WindowFact
	for _, f := range in {
		out = append(out, domain.WindowFact{Window: f.Window, Key: f.Key, Count: f.Count, Since: domain.Micros(f.Since)})
	}
	return out
}

func namedValues(in []storedValue) []domain.NamedValue {
	var out []domain.NamedValue
	for _, v := range in {
		out = append(out, domain.NamedValue(v))
	}
	return out
}

// parseMilli reads what appendMilli wrote.
func parseMilli(s string) domain.Milli {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0
	}
	return domain.Milli(f*1000 + 0.5)
}
