package main

import (
	"errors"
	"fmt"
	"strings"

	frostgate "frostgate.io/frostgate/sdk/go"
)

// candidates bounds the decisions that the tour remembers to show a detection.
const candidates = 50

// remember keeps decisions that a detection may have made.
func (t *tour) remember(v verdict) {
	if grave := v.ThreatLevel == "high" || v.ThreatLevel == "critical"; grave && v.ActionTaken != "blocked" && len(t.grave) < candidates {
		t.grave = append(t.grave, v.DecisionID)
	}
}

// detected shows which detections fired, and one of them in full.
func (t *tour) detected() error {
	t.heading(2, "What the detections saw")
	stats, err := t.client.RuleStats(t.p.ctx, "all", 100)
	if err != nil {
		return err
	}
	rows := [][]string{{"DECISIONS", "LEVEL", "DETECTION"}}
	for i := range stats.Items {
		if s := &stats.Items[i]; strings.HasPrefix(s.ID, "sigma:") && s.Decisions > 0 && len(rows) <= 10 {
			rows = append(rows, []string{fmt.Sprint(s.Decisions), s.Level, s.Title})
		}
	}
	if len(rows) == 1 {
		return errors.New("no detection fired")
	}
	fmt.Fprintf(t.p.out, "%d rules are in force; those that fired most:\n\n", stats.Rules)
	if err := writeAligned(t.p.out, rows, 0); err != nil {
		return err
	}
	for _, id := range t.grave {
		rec, err := t.client.Decision(t.p.ctx, id)
		if err != nil {
			return err
		}
		if byDetection(&rec.Decision) {
			fmt.Fprintln(t.p.out)
			return explain(t.p.out, &rec.Decision, t.paint, t.width)
		}
	}
	return nil
}

func byDetection(d *frostgate.Decision) bool {
	for _, h := range d.Explain.Trace {
		if strings.HasPrefix(h.Rule, "sigma:") && h.Points >= 80 {
			return true
		}
	}
	return false
}
