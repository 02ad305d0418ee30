package receipt

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Times are the server's word, and its clock may be wrong for a while: what is
// dated further ahead than this is told. It fails only where a time is what a
// bundle proves.
const (
	maxAheadSeconds = 600
	microsPerSecond = 1_000_000
)

var errAhead = errors.New("dated ahead by more than 10 minutes")

// remark is what a report adds about a time that can't be right.
func remark(err error) string {
	if err == nil {
		return ""
	}
	return "; NOTE: " + err.Error()
}

// entryInEpoch finds an entry that is dated after the epoch whose tree head
// already holds it.
func entryInEpoch(h *Header, e *RootEntry) error {
	if h.Time-e.Time <= maxAheadSeconds*microsPerSecond {
		return nil
	}
	return fmt.Errorf("%w: entry %d is of %s, epoch %d, which holds it, of %s", errAhead, h.Index, microsText(h.Time), e.Index, microsText(e.Time))
}

// epochCosigned finds an epoch that is dated after the time at which a quorum
// of witnesses had it before them.
func epochCosigned(e *RootEntry, at int64) error {
	if e.Time/microsPerSecond-maxAheadSeconds <= at {
		return nil
	}
	return fmt.Errorf("%w: epoch %d is of %s, a quorum of witnesses cosigned it at %s", errAhead, e.Index, microsText(e.Time), secondsText(at))
}

// quorumTime is the latest time at or after which a quorum cosigned, so that a
// single witness with a wrong clock doesn't move it. ok is false without quorum.
func (p *Policy) quorumTime(sigs []Cosignature) (at int64, ok bool) {
	sorted := slices.Clone(sigs)
	slices.SortFunc(sorted, func(a, b Cosignature) int { return int(min(1, max(-1, b.Time-a.Time))) })
	have := make(map[string]bool)
	for _, s := range sorted {
		have[s.Witness] = true
		if p.Satisfied(have) {
			return s.Time, true
		}
	}
	return 0, false
}

// cosignedText lists who cosigned and when.
func cosignedText(sigs []Cosignature) string {
	all := make([]string, len(sigs))
	for i, s := range sigs {
		all[i] = s.Witness + " at " + secondsText(s.Time)
	}
	return "cosigned by " + strings.Join(all, ", ")
}

func witnessNames(sigs []Cosignature) []string {
	var names []string
	for _, s := range sigs {
		names = append(names, s.Witness)
	}
	return names
}

func microsText(micros int64) string { return secondsText(micros / microsPerSecond) }

// secondsText writes POSIX seconds in RFC 3339, UTC. Package time isn't used
// here at all, so that no check can depend on a clock.
func secondsText(seconds int64) string {
	const day = 86400
	if seconds < 0 || seconds > MaxInt/microsPerSecond {
		return fmt.Sprintf("%d seconds since 1970", seconds)
	}
	y, m, d := civil(seconds / day)
	s := seconds % day
	return fmt.Sprintf("%04d-%02d-%02dT%02d:%02d:%02dZ", y, m, d, s/3600, s/60%60, s%60)
}

// civil is the date so many days after 1970-01-01, in years that begin in March,
// so that the leap day is the last one.
func civil(days int64) (year, month, day int64) {
	days += 719468 // since 0000-03-01
	era, rest := days/146097, days%146097
	y := (rest - rest/1460 + rest/36524 - rest/146096) / 365
	inYear := rest - (365*y + y/4 - y/100)
	m := (5*inYear + 2) / 153
	year, month, day = era*400+y, m+3, inYear-(153*m+2)/5+1
	if month > 12 {
		year, month = year+1, month-12
	}
	return year, month, day
}
