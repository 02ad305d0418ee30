package main

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	frostgate "frostgate.io/frostgate/sdk/go"
)

// explain writes a decision in plain words.
func explain(w io.Writer, d *frostgate.Decision, paint painter, width int) error {
	e := &d.Explain
	line := labelled(w, paint, width)
	fmt.Fprintf(w, "%s  %s\n", paint.bold(printable(d.DecisionID)), paint.level(d.ThreatLevel))
	line("in short", "%s", or(e.Summary, d.ExplanationBrief))
	line("verdict", "%s threat, score %d, %s", d.ThreatLevel, d.Score, words(d.ActionTaken))
	for _, h := range e.Trace {
		if h.Matched {
			line("because", "%s", because(&h))
		}
	}
	if len(e.Trace) == 0 {
		line("because", "%s", strings.Join(e.RulesTriggered, ", "))
	}
	for _, f := range e.StateFacts {
		line("seen before", "%s", seenBefore(d, &f))
	}
	explainAnomaly(line, d)
	policy := "admits the event's own action"
	if !d.Policy.Allow {
		policy = "denies the event's own action: " + strings.Join(d.Policy.Reasons, ", ")
	}
	line("policy", "%s", policy)
	for _, m := range d.Mitigations {
		line("mitigation", "%s", mitigation(&m))
	}
	line("gating", "%s: service impact %.2f, user impact %.2f, persona %s, ring %s", gate(d.Gating),
		e.TieD.ServiceImpact, e.TieD.UserImpact, e.TieD.Persona, e.TieD.Classification)
	for _, s := range e.Steps {
		if s.Stage != "impact" && s.Stage != "gate" { // both stand in the two lines above
			line(s.Stage, "%s", stepText(s))
		}
	}
	for _, cf := range e.Counterfactuals {
		line("what if", "%s: then threat %s, %s", cf.Change, cf.NewThreatLevel, gate(cf.NewGating))
	}
	if d.Approval != nil {
		line("waits for", "approval %s, until %s", d.Approval.ID, clockOf(d.Approval.ExpiresAt))
	}
	for _, ch := range d.Diff.Changes {
		line("new", "%s was %s, is %s", words(ch.Field), or(ch.From, "nothing"), or(ch.To, "nothing"))
	}
	if d.Receipt != nil {
		line("receipt", "entry %d of log %s, %s", d.Receipt.Index, d.Receipt.Log, d.Receipt.Level)
	}
	return nil
}

// because says what a rule saw, what it counts for and what it is in ATT&CK; of a
// detection also who wrote it.
func because(h *frostgate.RuleHit) string {
	title, saw := strings.TrimSuffix(or(h.Title, "matched"), "."), or(values(h.Values), "no values")
	if h.Level == "" {
		out := fmt.Sprintf("%s (%d points): %s. It saw %s.", h.Rule, h.Points, title, saw)
		if len(h.Techniques) > 0 {
			out += " ATT&CK " + strings.Join(h.Techniques, " ") + "."
		}
		return out
	}
	out := fmt.Sprintf("%s (%s, %d points). It saw %s. ", title, h.Level, h.Points, saw)
	if len(h.Techniques) > 0 {
		out += "ATT&CK " + strings.Join(h.Techniques, " ") + ", "
	}
	out += "rule " + h.Rule
	if h.Author != "" {
		out += " by " + h.Author
	}
	return out + "." + suppressed(h.Suppressed)
}

// seenBefore is a window's state in words. The windows behind rate caps are named
// for their rule.
func seenBefore(d *frostgate.Decision, f *frostgate.StateFact) string {
	if rule, ok := strings.CutPrefix(f.Window, "rate:"); ok {
		for _, h := range d.Explain.Trace {
			if h.Rule == rule {
				rule = h.Title
			}
		}
		return fmt.Sprintf("%s: hit %d since %s", rule, f.Value, clockOf(f.Since))
	}
	return fmt.Sprintf("%s for %s: %d since %s", words(f.Window), f.Key, f.Value, clockOf(f.Since))
}

// suppressed says in words why a detection gives no points.
func suppressed(why string) string {
	id, tuned := strings.CutPrefix(why, "tuned:")
	switch {
	case why == "":
		return ""
	case tuned:
		return " No points: filter " + id + " holds for it."
	case why == "rate_cap":
		return " No points: it fired more often than its rate cap lets count."
	case why == "same_technique":
		return " No points: another rule of the same technique counts."
	}
	return " No points: " + words(why) + "."
}

// mitigation is a proposed action in one line.
func mitigation(m *frostgate.Mitigation) string {
	what := words(m.Action)
	if !strings.HasSuffix(m.Action, m.TargetKind) {
		what += " " + m.TargetKind
	}
	out := fmt.Sprintf("%s %s for %s: %s, confidence %.2f%s", what, m.Target, span(m.TTL), gate(m.Gating), m.Confidence, reversible(m.Reversible))
	if m.EnforcementID != "" {
		out += ", enforcement " + m.EnforcementID
	}
	return out
}

// span is a number of seconds as people say it.
func span(seconds int64) string {
	d := time.Duration(seconds) * time.Second
	for _, u := range []struct {
		unit time.Duration
		name string
	}{{24 * time.Hour, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}, {time.Second, "second"}} {
		if d >= u.unit && d%u.unit == 0 {
			if n := d / u.unit; n > 1 {
				return fmt.Sprintf("%d %ss", n, u.name)
			}
			return "1 " + u.name
		}
	}
	return d.String()
}

// labelled returns a function that prints a name and a text, wrapped to the
// width beside it.
func labelled(w io.Writer, paint painter, width int) func(name, format string, args ...any) {
	const label = 14
	return func(name, format string, args ...any) {
		for _, part := range wrap(printable(fmt.Sprintf(format, args...)), width-label-3) {
			fmt.Fprintf(w, "  %s %s\n", paint.dim(fmt.Sprintf("%-*s", label, name)), part)
			name = ""
		}
	}
}

// wrap breaks text at spaces; a width below 20 leaves it whole.
func wrap(s string, width int) []string {
	if width < 20 {
		return []string{s}
	}
	var out []string
	line := ""
	for _, word := range strings.Fields(s) {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
			out = append(out, line)
			line = ""
		}
		line = strings.TrimSpace(line + " " + word)
	}
	return append(out, line)
}

func stepText(s frostgate.Step) string {
	if len(s.Values) == 0 {
		return s.What
	}
	return s.What + " (" + values(s.Values) + ")"
}

func values(m map[string]string) string {
	parts := make([]string, 0, len(m))
	for _, k := range sortedKeys(m) {
		parts = append(parts, k+" = "+or(m[k], "(empty or absent)"))
	}
	return strings.Join(parts, ", ")
}

func gate(g string) string {
	switch g {
	case "allow":
		return "allowed"
	case "require_approval":
		return "waits for approval"
	case "reject":
		return "rejected"
	}
	return g
}

func reversible(b bool) string {
	if b {
		return ", can be undone"
	}
	return ", cannot be undone"
}

func words(s string) string { return strings.ReplaceAll(s, "_", " ") }

func or(s, def string) string {
	if s == "" {
		return def
	}
	return s
}

func clockOf(t time.Time) string {
	if t.IsZero() {
		return "the beginning"
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}
