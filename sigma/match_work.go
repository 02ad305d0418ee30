package sigma

import "regexp/syntax"

// Bounds of the work on one event. It is counted in steps of about a nanosecond,
// never by the clock, so that an event is treated alike everywhere. Only events of
// a size or kind that no log source writes come near them.
const (
	// MaxRegexp is how much of one text a regular expression sees.
	MaxRegexp = 64 << 10
	// Beyond ampleWork, tests see the first fewValues values of a field and the
	// first shortText bytes of each. Beyond maxWork nothing more is tested: rules
	// that have not been found by then aren't.
	ampleWork = 128 << 20
	maxWork   = 192 << 20
	fewValues = 16
	shortText = 256
	// regexpWork is what all regular expressions together may use before they see
	// the first shortText bytes only, at the expense of all other tests.
	regexpWork = 160 << 20

	leafWork = 8 // a look at a value
	testWork = 6 // a comparison without its bytes
	linkWork = 8 // a literal that a value may have
)

// spent is the work on one event.
type spent struct {
	work, regexps int
	cut           bool // some texts were shortened, or more than ampleWork was asked for
}

// limit is the bound that holds for what is being tested.
func (s *spent) limit() int {
	if s.work > ampleWork {
		return maxWork
	}
	return ampleWork
}

// over tells whether nothing more may be tested.
func (s *spent) over() bool { return s.work > maxWork }

// bounded counts a look through a text and shortens it when there were too many.
func (s *spent) bounded(text []byte) []byte {
	if s.work += len(text) / 2; s.work > ampleWork && len(text) > shortText {
		s.work -= (len(text) - shortText) / 2
		s.cut = true
		return text[:shortText]
	}
	return text
}

// forRegexp is what a regular expression of which each byte may cost weight sees
// of a text.
func (s *spent) forRegexp(text []byte, weight int) []byte {
	if len(text) > MaxRegexp {
		s.cut = true
		text = text[:MaxRegexp]
	}
	if can := (regexpWork-s.regexps)/weight - 4; can >= shortText || can >= len(text) {
		if len(text) > can {
			s.cut = true
			text = text[:can]
		}
		s.regexps += (len(text) + 4) * weight
		return text
	}
	if len(text) > shortText {
		s.cut = true
		text = text[:shortText]
	}
	s.work += (len(text) + 4) * weight
	return text
}

// regexpWeight is what a byte of text may cost an expression: a step for each of
// its instructions that can be at work at once.
func regexpWeight(re *syntax.Regexp) int { return 10 + 4*instructions(re) }

// instructions estimates the size of an expression's program.
func instructions(re *syntax.Regexp) int {
	sum := 1
	if re.Op == syntax.OpLiteral {
		sum = len(re.Rune)
	}
	for _, sub := range re.Sub {
		sum += instructions(sub)
	}
	if re.Op == syntax.OpRepeat {
		sum *= max(re.Max, re.Min+1)
	}
	return min(sum, 1<<20)
}
