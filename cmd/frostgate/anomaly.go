package main

import (
	"fmt"
	"io"
	"strings"

	frostgate "frostgate.io/frostgate/sdk/go"
)

type anomalyCmd struct {
	Show anomalyShowCmd `cmd:"" help:"Show what was learned in each ring, and how the features weigh."`
}

type anomalyShowCmd struct{}

// Run shows the anomaly models.
func (c *anomalyShowCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	models, err := cl.AnomalyModels(p.ctx)
	if err != nil {
		return err
	}
	if p.cli.Output != "table" {
		items := make([]any, len(models))
		for i := range models {
			items[i] = models[i]
		}
		return p.table(items, "ring", "model", "events", "learning", "digest", "state_digest")
	}
	return p.emit(func(w io.Writer) error {
		for i := range models {
			anomalyModel(w, &models[i], p.paint(), p.width())
		}
		return nil
	})
}

func anomalyModel(w io.Writer, m *frostgate.AnomalyModel, paint painter, width int) {
	line := labelled(w, paint, width)
	fmt.Fprintf(w, "%s  %s\n", paint.bold(printable(m.Model)), printable(m.Ring))
	learned := "scores events"
	if m.Learning {
		learned = "still learning: scores are 0 and mean nothing yet"
	}
	line("learned from", "%d events; %s", m.Events, learned)
	line("model", "version %d, digest %s", m.Version, m.Digest)
	if m.Entry != nil {
		line("recorded", "entry %d, %s", *m.Entry, clockOf(m.At))
	}
	line("state", "digest %s, %d bytes", m.StateDigest, m.Bytes)
	for _, f := range m.Features {
		how := fmt.Sprintf("%d known, compared with %d events", f.Entities, f.History)
		if f.Learning {
			how = fmt.Sprintf("%d known, learning", f.Entities)
		}
		line(words(f.Name), "weight %.2f, %s (%s)", f.Weight, how, f.Title)
	}
}

// unusual says in words what a feature found.
func unusual(f *frostgate.AnomalyFinding) string {
	if f.Learning {
		return fmt.Sprintf("%s: learning, %d events so far", words(f.Name), f.Total)
	}
	return fmt.Sprintf("%s: seen %d times in %d events, rarity %.2f, weight %.2f", words(f.Name), f.Seen, f.Total, f.Rarity, f.Weight)
}

// explainAnomaly writes what the anomaly score rests on.
func explainAnomaly(line func(name, format string, args ...any), d *frostgate.Decision) {
	a := d.Explain.Anomaly
	if a == nil {
		return
	}
	if a.Learning {
		line("anomaly", "still learning what is ordinary here (%s)", a.Model)
		return
	}
	if d.AnomalyScore == 0 {
		return
	}
	var found []string
	for i := range a.Features {
		if !a.Features[i].Learning {
			found = append(found, unusual(&a.Features[i]))
		}
	}
	line("anomaly", "%.2f by %s: %s", d.AnomalyScore, a.Model, strings.Join(found, "; "))
}

type decisionsFeedbackCmd struct {
	ID            string `arg:"" help:"Decision ID: LOG-INDEX."`
	TruePositive  bool   `help:"It was right." xor:"verdict" required:""`
	FalsePositive bool   `help:"It was wrong." xor:"verdict" required:""`
	Rule          string `help:"Only this rule, or anomaly for the anomaly score; default: the decision as a whole."`
	Comment       string `help:"Why. It is sealed, and erased with the subjects of the decision."`
}

// Run records feedback.
func (c *decisionsFeedbackCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	f := frostgate.Feedback{Verdict: frostgate.TruePositive, Rule: c.Rule, Comment: c.Comment}
	if c.FalsePositive {
		f.Verdict = frostgate.FalsePositive
	}
	g, err := cl.GiveFeedback(p.ctx, c.ID, f)
	if err != nil {
		return err
	}
	return p.one(g, "decision_id", "verdict", "rule", "rules", "entry", "at", "by", "replayed", "retrained", "model")
}
