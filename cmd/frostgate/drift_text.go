package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	frostgate "frostgate.io/frostgate/sdk/go"
)

// timeSpan is a length of time that may be in days or weeks: 30d, 2w, 12h.
type timeSpan time.Duration

// UnmarshalText reads 30d, 2w or what time.ParseDuration does.
func (s *timeSpan) UnmarshalText(text []byte) error {
	t := string(text)
	for unit, length := range map[string]time.Duration{"d": 24 * time.Hour, "w": 7 * 24 * time.Hour} {
		n, isUnit := strings.CutSuffix(t, unit)
		if !isUnit {
			continue
		}
		count, err := strconv.ParseUint(n, 10, 16)
		if err != nil {
			return fmt.Errorf("%q is no length of time: write 30d, 2w or 12h", t)
		}
		*s = timeSpan(time.Duration(count) * length)
		return nil
	}
	d, err := time.ParseDuration(t)
	if err != nil || d < 0 {
		return fmt.Errorf("%q is no length of time: write 30d, 2w or 12h", t)
	}
	*s = timeSpan(d)
	return nil
}

// fullFinding is the length of a finding's ID.
const fullFinding = len("fnd_") + 32

// shortFindings shortens IDs to what tells them apart, at least eight digits:
// commands take them so.
func shortFindings(ids []string) []string {
	n := len("fnd_") + 8
	for ; n < fullFinding; n++ {
		seen := map[string]bool{}
		for _, id := range ids {
			seen[id[:min(n, len(id))]] = true
		}
		if len(seen) == len(ids) {
			break
		}
	}
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = id[:min(n, len(id))]
	}
	return out
}

// findingsOf turns what was typed into whole IDs, with the tenant that they are
// of: the one named, else the key's, else the one of all that has them.
func findingsOf(p *program, cl *frostgate.Client, tenant string, typed []string) (in string, ids []string, err error) {
	if tenant == frostgate.AllTenants {
		tenant = ""
	}
	in = tenant
	for i, id := range typed {
		if strings.HasPrefix(id, "fnd_") && len(id) == fullFinding {
			ids = append(ids, id)
			continue
		}
		f, err := findingLike(p, cl, in, id)
		if err == nil && f == nil && tenant == "" && i == 0 {
			if f, err = findingLike(p, cl, frostgate.AllTenants, id); f != nil {
				in = f.Tenant
			}
		}
		switch {
		case err != nil:
			return "", nil, err
		case f == nil:
			return "", nil, fmt.Errorf("no finding begins with %q%s", id, inTenant(in))
		}
		ids = append(ids, f.ID)
	}
	return in, ids, nil
}

// findingLike is the one finding whose ID begins so; nil: there is none.
func findingLike(p *program, cl *frostgate.Client, tenant, id string) (*frostgate.DriftFinding, error) {
	found, err := frostgate.Collect(cl.DriftFindings(p.ctx, frostgate.DriftFilter{Tenant: tenant, Prefix: id}, frostgate.Page{Size: 2}), 2)
	switch {
	case err != nil || len(found) == 0:
		return nil, err
	case len(found) > 1:
		return nil, usagef("%q may be %s or %s: write more of it", id, found[0].ID, found[1].ID)
	}
	return &found[0], nil
}

func inTenant(tenant string) string {
	if tenant == "" {
		return ""
	}
	return " in tenant " + tenant
}

// findingState says a state with why.
func findingState(f *frostgate.DriftFinding) string {
	out := f.State
	switch f.Reason {
	case "":
	case "returned":
		out += ": the value is as before"
	case "superseded":
		out += ": another value took its place"
	case "object_gone":
		out += ": the object is gone"
	case "baseline":
		out += ": the baseline says otherwise now"
	case "acceptance_expired":
		out += ": its acceptance is over"
	case "acceptance_revoked":
		out += ": its acceptance was revoked"
	case "again":
		out += ": it came back"
	case "other_value":
		out += ": the value is not the one that was decided on"
	default:
		out += ": " + words(f.Reason)
	}
	if f.State == "accepted" && !f.Until.IsZero() {
		out += " until " + clockOf(f.Until)
	}
	if f.Flap > 0 {
		out += fmt.Sprintf("; it changed and came back %s", times(f.Flap))
	}
	if f.Unverified {
		out += "; later runs could not tell whether it still holds"
	}
	return out
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return strconv.Itoa(n) + " times"
}

// changeText says a change on one line. what are the server's words for it, if it
// has any.
func changeText(kind, path, what, from, to string) string {
	switch {
	case path == "" && kind == "added":
		return "added"
	case path == "" && kind == "removed":
		return "removed"
	case what != "":
		return path + ": " + what
	case from == "":
		return path + ": " + to + " (was not set)"
	case to == "":
		return path + ": not set (was " + from + ")"
	}
	return path + ": " + from + " → " + to
}

// severityCounts says how many of each severity, the gravest first.
func severityCounts(n map[string]int) string {
	var parts []string
	for _, s := range []string{"critical", "high", "medium", "low", "informational"} {
		if n[s] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n[s], s))
		}
	}
	return strings.Join(parts, ", ")
}
