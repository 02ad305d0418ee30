package saved

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"frostgate.io/frostgate/receipt"
)

// object is a JSON object as parseAny gives it.
type object = map[string]any

// exactly marks an object that must have no members beyond the known ones.
type exactly struct{ v any }

// check holds the claims against the verified receipt. It gives no check when
// there are no claims, and else a skipped one when the receipt opens nothing
// that could cover them; notCovered are the members that nobody vouches for.
func (c *claims) check(rc *receipt.Receipt, h *receipt.Header) (check *receipt.Check, notCovered []string, err error) {
	if len(c.decision) == 0 && !c.hasEvent && len(c.rest) == 0 {
		return nil, nil, nil
	}
	check = &receipt.Check{Name: "answer"}
	group := "decision"
	if h.Artifact == kindErasure {
		group = kindErasure
	}
	_, opened := rc.Openings[group]
	d := differ{}
	if err := c.compare(&d, rc, h, opened); err != nil {
		check.Detail = err.Error()
		return check, nil, fmt.Errorf("the answer is not what the receipt opens: %w", err)
	}
	open := slices.Concat(d.unknown, c.rest)
	slices.Sort(open)
	open = slices.Compact(open)
	switch check.OK = opened && d.held > 0; {
	case check.OK && len(open) == 0:
		check.Detail = "its fields are those that the receipt opens"
	case check.OK:
		check.Detail = "its fields are those that the receipt opens; not covered: " + Names(open)
	case len(open) == 0:
		check.OK, check.Detail = true, "its fields are those of the entry"
	default:
		check.Skipped, check.Detail = true, "not covered: the receipt opens nothing that they could be held against: "+Names(open)
	}
	return check, open, nil
}

// compare holds claims against the header of a decision, which tells its ID,
// time and predecessor, and against what is opened.
func (c *claims) compare(d *differ, rc *receipt.Receipt, h *receipt.Header, opened bool) error {
	decision, event := object{}, object{}
	if c.erasure != nil {
		decision = c.erasure
	} else if opened || h.Artifact == "decision" {
		var err error
		if decision, event, err = openedClaims(rc, h); err != nil {
			return err
		}
	}
	c.copied(decision, rc)
	if err := d.compare(decision, c.decision, c.at, false); err != nil || !c.hasEvent {
		return err
	}
	if len(event) == 0 { // nothing of it is opened
		d.unknown = append(d.unknown, "event")
		return nil
	}
	return d.compare(event, c.event, "event", false)
}

// copied lets a second copy of what was verified pass. Another proof or level of
// the same entry is nothing false, but nobody checked it.
func (c *claims) copied(decision object, rc *receipt.Receipt) {
	want, _ := decision["receipt"].(object)
	got, _ := c.decision["receipt"].(object)
	for name, verified := range map[string]string{"level": string(rc.Level), "proof": rc.Proof} {
		if want != nil && got[name] == verified {
			want[name] = verified
		}
	}
}

// maxNames bounds the members that a line for people lists.
const maxNames = 40

// Names lists members for people; a report for programs has them all.
func Names(members []string) string {
	if n := len(members) - maxNames; n > 0 {
		return strings.Join(members[:maxNames], ", ") + " and " + strconv.Itoa(n) + " more"
	}
	return strings.Join(members, ", ")
}

// openedClaims says in an answer's words what the verified header and the
// opened groups hold.
func openedClaims(rc *receipt.Receipt, h *receipt.Header) (decision, event object, err error) {
	groups := map[string]object{}
	for _, name := range slices.Sorted(maps.Keys(rc.Openings)) { // of several errors always the same
		v, err := parseAny(jsontext.Value(rc.Openings[name].Value))
		if err != nil {
			return nil, nil, fmt.Errorf("opened group %s: %w", name, err)
		}
		groups[name], _ = v.(object)
	}
	g := groups["decision"]
	decision = pick(g, "event_id", "tenant_id", "score", "gating", "clock_drift_ms", "ruleset")
	rename(decision, g, "threat_level", "level", same)
	rename(decision, g, "anomaly_score", "anomaly", decimal)
	rename(decision, g, "explanation_brief", "brief", same)
	rename(decision, g, "mitigations", "mitigations", each(func(m object) any {
		out := pick(m, "action", "target", "target_kind", "ttl", "reason", "reversible", "gating")
		rename(out, m, "confidence", "confidence", decimal)
		return out
	}))
	rename(decision, g, "policy", "policy", func(v any) any {
		p, _ := v.(object)
		return pick(p, "allow", "reasons", "outcome", "hash", "version")
	})
	if explain := openedExplain(g, groups["explain"]); len(explain) > 0 {
		decision["explain"] = explain
	}
	id := func(index uint64) string { return h.Log + "-" + strconv.FormatUint(index, 10) }
	decision["decision_id"] = id(h.Index)
	decision["received_at"] = wireTime(h.Time)
	previous := any(nil)
	if h.Prev >= 0 {
		previous = id(uint64(h.Prev))
	}
	decision["diff"] = object{"previous_decision_id": previous}
	decision["receipt"] = object{"entry": rc.Entry, "log": rc.Log, "leaf_hash": rc.LeafHash.String(), "index": number(strconv.FormatUint(rc.Index, 10))}
	return decision, openedEvent(g, groups["event"]), nil
}

func openedExplain(g, explain object) object {
	out := pick(g, "summary", "score")
	rename(out, g, "rules_triggered", "rules", same)
	rename(out, g, "anomaly_score", "anomaly", decimal)
	rename(out, g, "trace", "trace", each(func(t object) any {
		o := pick(t, "rule", "title", "matched", "points", "level", "techniques", "author", "suppressed")
		rename(o, t, "values", "values", valueMap)
		return o
	}))
	rename(out, g, "steps", "steps", each(func(s object) any {
		o := pick(s, "stage", "what")
		rename(o, s, "values", "values", valueMap)
		return o
	}))
	rename(out, g, "state_facts", "state_facts", each(func(f object) any {
		o := pick(f, "window", "key")
		rename(o, f, "value", "count", same)
		rename(o, f, "since", "since", instant)
		return o
	}))
	rename(out, g, "anomaly", "anomaly_facts", openedAnomaly)
	rename(out, g, "tie_d", "tie_d", func(v any) any {
		t, _ := v.(object)
		o := pick(t, "roe_applied", "disruption_limited", "ao_required", "persona", "gating_decision", "policy_version", "policy_hash", "mission_id", "impact_model")
		rename(o, t, "classification", "ring", same)
		rename(o, t, "service_impact", "service_impact", decimal)
		rename(o, t, "user_impact", "user_impact", decimal)
		return o
	})
	rename(out, explain, "counterfactuals", "counterfactuals", each(func(c object) any {
		o := pick(c, "change", "new_gating")
		rename(o, c, "new_threat_level", "new_level", same)
		return o
	}))
	return out
}

// openedAnomaly is what the anomaly score rests on; a feature that is learning
// has neither rarity nor weight in the log.
func openedAnomaly(v any) any {
	f, _ := v.(object)
	out := pick(f, "model", "learning")
	rename(out, f, "state_digest", "digest", same)
	rename(out, f, "features", "features", each(func(x object) any {
		o := object{"learning": false, "rarity": number("0"), "weight": number("0")}
		for _, name := range []string{"learning", "name", "seen", "total"} {
			rename(o, x, name, name, same)
		}
		rename(o, x, "rarity", "rarity", decimal)
		rename(o, x, "weight", "weight", decimal)
		return o
	}))
	return out
}

func openedEvent(g, event object) object {
	request, _ := event["request"].(object)
	facts, _ := event["facts"].(object)
	out := pick(request, "source", "event_type", "timestamp", "persona", "classification", "mission_id", "source_event_id")
	rename(out, g, "event_id", "event_id", same)
	rename(out, facts, "received_at", "received_at", instant)
	whole := func(v any) any { return exactly{v} }
	rename(out, event, "payload", "event", whole)
	rename(out, event, "extra", "extra", whole)
	return out
}

// pick copies the members that are there.
func pick(from object, names ...string) object {
	out := object{}
	for _, n := range names {
		rename(out, from, n, n, same)
	}
	return out
}

// rename copies a member, if it is there, under its name in answers.
func rename(to, from object, name, was string, form func(any) any) {
	if v, ok := from[was]; ok {
		to[name] = form(v)
	}
}

func same(v any) any { return v }

// decimal reads a number that the log keeps as text.
func decimal(v any) any {
	if s, ok := v.(string); ok {
		return number(s)
	}
	return v
}

// instant reads microseconds since 1970.
func instant(v any) any {
	n, ok := v.(number)
	us, err := strconv.ParseInt(string(n), 10, 64)
	if !ok || err != nil {
		return v
	}
	return wireTime(us)
}

func wireTime(us int64) string { return time.UnixMicro(us).UTC().Format("2006-01-02T15:04:05.000000Z") }

func each(form func(object) any) func(any) any {
	return func(v any) any {
		items, _ := v.([]any)
		out := make([]any, len(items))
		for i, it := range items {
			o, _ := it.(object)
			out[i] = form(o)
		}
		return out
	}
}

// valueMap makes an object of named values; a repeated name keeps its first.
func valueMap(v any) any {
	items, _ := v.([]any)
	out := object{}
	for _, it := range items {
		o, _ := it.(object)
		name, _ := o["name"].(string)
		if _, there := out[name]; !there {
			out[name] = o["value"]
		}
	}
	return exactly{out}
}
