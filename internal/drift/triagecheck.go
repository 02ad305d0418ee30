package drift

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

// check refuses a request that says too little or too much.
func (r *TriageRequest) check(now domain.Micros) error {
	if err := r.checkTarget(); err != nil {
		return err
	}
	for _, t := range []struct {
		field, text string
		limit       int
	}{{"note", r.Note, MaxNote}, {"approver", r.Approver, MaxName}, {"assignee", string(r.Assignee), MaxName}} {
		if len(t.text) > t.limit || !utf8.ValidString(t.text) || strings.ContainsFunc(t.text, func(c rune) bool { return unicode.IsControl(c) && c != '\n' && c != '\t' }) || domain.HasHidden(t.text) {
			return fault.New(fault.Invalid, "%s must be plain text of at most %d bytes", t.field, t.limit).At(t.field)
		}
	}
	switch r.Action {
	case Acknowledge, Reopen, Assign:
	case Accept:
		const most = domain.Micros(MaxAcceptDays * 24 * time.Hour / time.Microsecond)
		if r.Until <= now || r.Until > now+most {
			return fault.New(fault.Invalid, "a value is accepted until a time in the future, at most %d days ahead", MaxAcceptDays).At("until")
		}
		if strings.TrimSpace(r.Note) == "" {
			return fault.New(fault.Invalid, "say why this value is accepted").At("note")
		}
	case Deny, Comment:
		if strings.TrimSpace(r.Note) == "" {
			return fault.New(fault.Invalid, "%s needs a text", r.Action).At("note")
		}
	default:
		return fault.New(fault.Invalid, "unknown action %.40q: acknowledge, accept, deny, reopen, assign or comment", string(r.Action)).At("action")
	}
	return nil
}

func (r *TriageRequest) checkTarget() error {
	switch {
	case r.Filter != nil && len(r.IDs) > 0:
		return fault.New(fault.Invalid, "name findings or give a filter, not both").At("ids")
	case r.Filter == nil && len(r.IDs) == 0:
		return fault.New(fault.Invalid, "no finding is named").At("ids")
	case len(r.IDs) > MaxTriage:
		return fault.New(fault.TooLarge, "%d findings; one call takes at most %d", len(r.IDs), MaxTriage).At("ids")
	}
	for _, id := range r.IDs {
		if _, err := parseFinding(id); err != nil {
			return err
		}
	}
	return nil
}
