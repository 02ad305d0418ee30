package decision

import (
	"strconv"
	"strings"

	"frostgate.io/frostgate/internal/detect"
	"frostgate.io/frostgate/internal/domain"
)

// briefTitles bounds the rules that the brief names; the rest are counted.
const briefTitles = 3

// explain says in plain words what decided.
func explain(set *detect.Set, out *domain.Outcome) {
	var b strings.Builder
	writeHits(&b, set, out.Trace)
	writePolicy(&b, &out.Policy)
	for i := range out.Mitigations {
		m := &out.Mitigations[i]
		b.WriteString(" " + m.Action + " " + m.Target)
		switch m.Gating {
		case domain.GateAllow:
			b.WriteString(" may run now.")
		case domain.GateRequireApproval:
			b.WriteString(" waits for approval.")
		default:
			b.WriteString(" is rejected.")
		}
	}
	out.Summary = b.String()
	out.Brief = string(out.Level) + ", score " + strconv.Itoa(out.Score) + ": " + briefOf(set, out.Rules) + "; gating " + string(out.Gating)
}

// writeHits names what fired, and apart from it what matched and didn't count: the
// two must not look alike.
func writeHits(b *strings.Builder, set *detect.Set, trace []domain.RuleHit) {
	var suppressed []string
	first := true
	for i := range trace {
		h := &trace[i]
		if !h.Matched {
			continue
		}
		if why := set.SuppressedBy(h.Suppressed); why != "" {
			suppressed = append(suppressed, h.Title+" ("+why+")")
			continue
		}
		if !first {
			b.WriteString("; ")
		}
		first = false
		b.WriteString(h.Title)
		writeValues(b, h.Values)
	}
	if first {
		b.WriteString("No rule fired")
	}
	if len(suppressed) > 0 {
		b.WriteString("; suppressed: " + strings.Join(suppressed, ", "))
	}
	b.WriteString(". ")
}

func writeValues(b *strings.Builder, values []domain.NamedValue) {
	for j, v := range values {
		if j == 0 {
			b.WriteString(" (")
		} else {
			b.WriteString(", ")
		}
		b.WriteString(v.Name)
		b.WriteByte('=')
		b.WriteString(v.Value)
		if j == len(values)-1 {
			b.WriteByte(')')
		}
	}
}

func writePolicy(b *strings.Builder, p *domain.PolicyResult) {
	if p.Allow {
		b.WriteString("Policy admits the action.")
		return
	}
	b.WriteString("Policy denies the action")
	if len(p.Reasons) > 0 {
		b.WriteString(": " + strings.Join(p.Reasons, ", "))
	}
	b.WriteByte('.')
}

// briefOf names what fired by title: people don't read IDs.
func briefOf(set *detect.Set, rules []string) string {
	names := make([]string, 0, briefTitles+1)
	for i, id := range rules {
		if i == briefTitles {
			names = append(names, strconv.Itoa(len(rules)-i)+" more")
			break
		}
		names = append(names, titleOr(set.Title(id), id))
	}
	return strings.Join(names, ", ")
}

func titleOr(title, id string) string {
	if title == "" {
		return id
	}
	return title
}
