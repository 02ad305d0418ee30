package detect

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/sigma"
)

// Bounds of a tuning document.
const (
	maxTuning    = 1 << 20
	maxFilters   = 1_000
	maxTuned     = 20_000
	maxCapHits   = 1_000_000
	tuningFormat = "1"
)

// Tuning is a tuning document: what a tenant changes about detections without
// touching them.
type Tuning struct {
	Version string              `yaml:"version"`
	Rules   map[string]RuleTune `yaml:"rules,omitempty"` // by Sigma ID
	Filters []TuningFilter      `yaml:"filters,omitempty"`
}

// RuleTune changes one rule. Absent members leave it as it is.
type RuleTune struct {
	Enabled *bool  `yaml:"enabled,omitempty"`
	Cap     string `yaml:"cap,omitempty"`   // hits that count per span, for example 100/1h
	Level   string `yaml:"level,omitempty"` // instead of the rule's own
}

// TuningFilter takes known noise out of some rules until it expires.
type TuningFilter struct {
	ID      string    `yaml:"id"`
	Title   string    `yaml:"title"`
	Rules   []string  `yaml:"rules"`   // Sigma IDs; none: every rule but the critical ones
	Expires time.Time `yaml:"expires"` // an event received from then on is no longer filtered
	Reason  string    `yaml:"reason"`
	Author  string    `yaml:"author,omitempty"`
	// Not is a Sigma search: a map of fields, or a list of such maps. What fits
	// it gives no points.
	Not yaml.Node `yaml:"not"`
}

// ParseTuning reads a tuning document strictly.
func ParseTuning(doc []byte) (*Tuning, error) {
	if len(doc) > maxTuning {
		return nil, fault.New(fault.TooLarge, "tuning document: %d bytes are over the limit of %d", len(doc), maxTuning)
	}
	t := new(Tuning)
	dec := yaml.NewDecoder(bytes.NewReader(doc))
	dec.KnownFields(true)
	if err := dec.Decode(t); err != nil && !errors.Is(err, io.EOF) {
		text := strings.TrimPrefix(strings.TrimPrefix(err.Error(), "yaml: "), "unmarshal errors:\n  ")
		return nil, fault.Wrap(fault.Invalid, err, "tuning document: %s", inType.ReplaceAllString(text, ""))
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, fault.New(fault.Invalid, "tuning document: must be one YAML document")
	}
	if err := t.check(); err != nil {
		return nil, err
	}
	return t, nil
}

func (t *Tuning) check() error {
	if t.Version != tuningFormat {
		return tuningFault("version", "must be %q, is %q", tuningFormat, t.Version)
	}
	if len(t.Filters) > maxFilters || len(t.Rules) > maxTuned {
		return fault.New(fault.TooLarge, "tuning document: at most %d filters and %d tuned rules", maxFilters, maxTuned)
	}
	for id, r := range t.Rules {
		if _, _, err := r.parse(); err != nil {
			return tuningFault("rules/"+id, "%v", err)
		}
	}
	seen := map[string]bool{}
	for i := range t.Filters {
		f := &t.Filters[i]
		at := fmt.Sprintf("filters/%d", i)
		switch {
		case f.ID == "" || len(f.ID) > 128 || seen[f.ID]:
			return tuningFault(at+"/id", "%q is missing, too long or named twice", f.ID)
		case f.Expires.IsZero():
			return tuningFault(at+"/expires", "a filter must say when it ends (RFC 3339)")
		case strings.TrimSpace(f.Reason) == "":
			return tuningFault(at+"/reason", "a filter must say why it is there")
		case f.Not.IsZero():
			return tuningFault(at+"/not", "is missing: a filter without it would silence everything")
		}
		seen[f.ID] = true
	}
	return nil
}

func tuningFault(at, format string, args ...any) error {
	return fault.New(fault.Invalid, "tuning document, %s: %s", at, fmt.Sprintf(format, args...)).At(at)
}

// parse reads level and cap; zero values where absent.
func (r *RuleTune) parse() (level sigma.Level, limit rateCap, err error) {
	if r.Level != "" {
		var ok bool
		if level, ok = levelNamed(r.Level); !ok {
			return 0, limit, fmt.Errorf("level %q is not informational, low, medium, high or critical", r.Level)
		}
	}
	if r.Cap == "" {
		return level, limit, nil
	}
	n, per, ok := strings.Cut(r.Cap, "/")
	hits, err := strconv.ParseInt(strings.TrimSpace(n), 10, 64)
	if !ok || err != nil || hits < 0 || hits > maxCapHits {
		return 0, limit, fmt.Errorf("cap %q is not like 100/1h (0 to %d hits)", r.Cap, maxCapHits)
	}
	span, err := time.ParseDuration(strings.TrimSpace(per))
	if err != nil || span < time.Second || span > maxSpan {
		return 0, limit, fmt.Errorf("cap %q: the span must be from 1s to %s", r.Cap, maxSpan)
	}
	return level, rateCap{hits, span}, nil
}
