package drift

import (
	"slices"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/drift/diff"
)

// event is what happens to a finding: an action of a person, or what a
// comparison or the clock shows.
type event string

// What is not an action.
const (
	evSeen       event = "seen"       // its value is observed, again or still
	evStanding   event = "standing"   // its value is observed, and an acceptance of it stands
	evReturned   event = "returned"   // the value is as before
	evSuperseded event = "superseded" // another value took its place
	evGone       event = "gone"       // the object is gone
	evBack       event = "back"       // the object is back as it was
	evAway       event = "away"       // the value that was decided on is no more, and no other is to be told
	evBaseline   event = "baseline"   // the baseline does not speak of it any more
	evExpired    event = "expired"    // its acceptance is over
)

// after gives the state that follows; ok is false where the event can't happen
// to a finding in this state. was is the state that a resolved finding had.
func (s State) after(e event, was State) (next State, ok bool) {
	open := s != Resolved
	switch e {
	case event(Assign), event(Comment):
		return s, true
	case event(Acknowledge):
		return Acknowledged, s == New || s == Reopened || s == Denied
	case event(Accept): // again: with another end
		return Accepted, open
	case event(Deny):
		return Denied, open && s != Denied
	case event(Reopen):
		return Reopened, s == Acknowledged || s == Accepted || s == Denied
	case evExpired:
		return Reopened, s == Accepted
	case evAway:
		return Reopened, s == Accepted || s == Acknowledged
	case evReturned, evSuperseded, evGone, evBaseline:
		return Resolved, open
	case evBack:
		return was, !open && was != Resolved
	case evStanding:
		return Accepted, true
	case evSeen:
		if open {
			return s, true
		}
		return Reopened, true
	}
	return s, false
}

// because is what a finding says of an event that resolved or reopened it.
func (e event) because() string {
	switch e {
	case evReturned:
		return BecauseReturned
	case evSuperseded:
		return BecauseSuperseded
	case evGone:
		return BecauseGone
	case evBaseline:
		return BecauseBaseline
	case evAway:
		return BecauseValue
	case evExpired:
		return BecauseExpired
	case evSeen:
		return BecauseAgain
	case event(Reopen):
		return BecauseRevoked
	}
	return ""
}

// states and severities are in the order of lists.
func states() []State {
	return []State{Reopened, New, Denied, Acknowledged, Accepted, Resolved}
}

func severities() []diff.Severity {
	return []diff.Severity{diff.Critical, diff.High, diff.Medium, diff.Low, diff.Informational}
}

const (
	// rankShift is where a position's rank begins; below it is the time.
	rankShift = 57
	ranksEach = 5 // severities
)

// rankOf is where findings of a state and severity stand in lists.
func rankOf(s State, sev diff.Severity) int64 {
	state, grade := slices.Index(states(), s), slices.Index(severities(), sev)
	if grade < 0 {
		grade = ranksEach - 1
	}
	return int64(state*ranksEach + grade)
}

// ofRank is the inverse of rankOf.
func ofRank(rank int64) (State, diff.Severity) {
	return states()[rank/ranksEach], severities()[rank%ranksEach]
}

// position orders lists: by rank, then the newest first.
func position(s State, sev diff.Severity, since domain.Micros) int64 {
	return rankOf(s, sev)<<rankShift | (1<<rankShift - 1 - min(max(int64(since), 0), 1<<rankShift-1))
}
