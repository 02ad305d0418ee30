package detect

import (
	"slices"
	"time"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/sigma"
)

// Why a detection that matched gives no points; domain.RuleHit.Suppressed.
const (
	suppressedCap       = "rate_cap"
	suppressedTechnique = "same_technique"
	suppressedTuned     = "tuned:" // and the filter's ID
)

// ratePrefix begins the names of the windows that count a detection's hits.
const ratePrefix = "rate:"

// rateCap bounds how many hits of one rule count within a span; more are noise.
type rateCap struct {
	hits int64
	span time.Duration
}

// defaultCap holds where the tuning says nothing; critical detections have none
// then. A cap counts for one user from one address on one host at a time: nobody
// silences a rule for others by making noise.
var defaultCap = rateCap{hits: 1000, span: time.Hour} //nolint:gochecknoglobals // a constant in all but syntax

// levelPoints are a detection's points.
func levelPoints(l sigma.Level) int {
	switch l {
	case sigma.Critical:
		return 95
	case sigma.High:
		return 80
	case sigma.Medium:
		return 50
	case sigma.Low:
		return 20
	}
	return 0
}

// rateWindows counts each hit that is not suppressed anyway.
func (m *Matched) rateWindows(out []WindowKey) []WindowKey {
	if m == nil {
		return out
	}
	for i := range m.hits {
		if h := &m.hits[i]; h.suppressed == "" && h.cap.span > 0 {
			out = append(out, WindowKey{Window: h.window, Key: m.entity, Span: h.cap.span})
		}
	}
	return out
}

// entityOf names what a rate cap counts by: host, user and address together.
func entityOf(ev *domain.Event) string {
	return ev.Host + "|" + ev.User + "|" + ev.SourceIP
}

// How decisions call an event that the detections could not read.
const (
	failedRule  = "rule:detections_failed"
	failedTitle = "The detections could not read the event"
)

// failedHit says that nobody knows what the detections would have said; the
// decision must not look clean.
func failedHit() domain.RuleHit {
	return domain.RuleHit{Rule: failedRule, Title: failedTitle, Matched: true, Points: levelPoints(sigma.Medium)}
}

const (
	// furtherPoints are what a rule beside a graver one adds at most.
	furtherPoints = 10
	// belowCritical is the most that detections come to together when none of
	// them is critical (domain.LevelFor).
	belowCritical = 94
)

// score adds the detections to a result. The gravest counts in full, and each
// further technique adds a little: events of one act set off several rules, and
// three medium ones don't make a critical decision. Rules of one technique count
// once, the gravest of them. The hits come highest level first; top is the first
// that counts, nil when none does.
func (m *Matched) score(windows []domain.WindowFact, out *Result) (top *hit) {
	if m == nil {
		return nil
	}
	if m.failed {
		h := failedHit()
		out.Hits, out.Fired, out.Points = append(out.Hits, h), append(out.Fired, h.Rule), out.Points+h.Points
	}
	if m.partial {
		h := partialHit()
		out.Hits, out.Fired, out.Points = append(out.Hits, h), append(out.Fired, h.Rule), out.Points+h.Points
	}
	var counted []string
	sum := 0
	for i := range m.hits {
		h := &m.hits[i]
		rh := domain.RuleHit{
			Rule: h.id, Title: h.title, Matched: true, Values: h.values, Level: h.level.String(),
			Techniques: h.techniques, Author: h.author, Suppressed: h.suppressed,
		}
		if rh.Suppressed == "" && h.cap.span > 0 && countOf(windows, h.window) > h.cap.hits {
			rh.Suppressed = suppressedCap
		}
		if rh.Suppressed == "" {
			out.Fired = append(out.Fired, h.id)
			if top == nil {
				top = h
			}
			if slices.ContainsFunc(h.techniques, func(t string) bool { return slices.Contains(counted, t) }) {
				rh.Suppressed = suppressedTechnique
			} else {
				rh.Points = levelPoints(h.level)
				if h != top {
					// Rules that are not critical don't add up to it.
					rh.Points = min(rh.Points, furtherPoints, max(0, belowCritical-sum))
				}
				sum += rh.Points
				out.Points += rh.Points
				counted = append(counted, h.techniques...)
			}
		}
		out.Hits = append(out.Hits, rh)
	}
	return top
}
