package correlate

import (
	"fmt"
	"time"
)

// Kind is what a Machine computes. Its number is stored with each state: they
// never change.
type Kind uint8

// The kinds.
const (
	// Count counts events from the first one on until Span is over; the next one
	// opens a new window.
	Count Kind = iota + 1
	// Sliding counts the events of the last Span, up to Limit.
	Sliding
	// Leaky is a bucket that each event fills by one and that runs empty, from
	// Limit, within Span. Its number is the level, rounded up.
	Leaky
	// Distinct counts the different values of the last Span, up to Limit.
	Distinct
	// Ratio is how many of the last Span's events are hits, in thousandths; 0
	// below Least events.
	Ratio
	// Sequence is how many of the steps were taken in their order within Span.
	// The event that completes it ends it: the next one starts anew.
	Sequence
	// Temporal is how many of the steps were taken within Span in any order.
	Temporal
	// FirstSeen is 1 when the value was not seen in the last Span although the
	// key has been known for Learn.
	FirstSeen
	// Sum adds the numbers of the last Span.
	Sum
	// Average is the mean of the numbers of the last Span, towards zero.
	Average
	// Percentile is the smallest of the last Span's numbers that at least
	// Percent of a hundred of them don't exceed; the newest Limit numbers count.
	Percentile
	// Episode tells separate occurrences apart: one lasts for the Durations entry
	// of its number, and Span after its end it is forgotten.
	Episode
)

// String is the kind's word in messages.
func (k Kind) String() string {
	names := [...]string{"", "count", "sliding", "leaky", "distinct", "ratio", "sequence", "temporal", "first_seen", "sum", "average", "percentile", "episode"}
	if int(k) < len(names) && k > 0 {
		return names[k]
	}
	return fmt.Sprintf("kind %d", uint8(k))
}

// Bounds of a Machine.
const (
	MaxSpan     = 366 * 24 * time.Hour
	MaxLateness = 24 * time.Hour
	// MaxExact is the greatest Limit with which Sliding keeps each event's time;
	// above, it counts in sixteenths of Span.
	MaxExact  = 128
	MaxValues = 1000 // Limit of Distinct, FirstSeen and Percentile
	MaxSteps  = 16
	MaxRepeat = 32 // events of one step
	MaxTaken  = 48 // events of all steps together
)

// DefaultLateness is more than what clocks within the slack of a pipeline can
// differ: a sender whose clock is ahead must not make the others' events late.
const DefaultLateness = 10 * time.Minute

// Machine is the rule of one window. It is a value and never changes; Check says
// whether it makes sense.
type Machine struct {
	Kind     Kind
	Span     time.Duration
	Lateness time.Duration // Count, Leaky and Episode take late events as they come
	Limit    int           // where the number stops, or how many numbers are kept

	Percent   int             // Percentile, 1 to 99
	Least     int             // Ratio
	Learn     time.Duration   // FirstSeen
	Steps     []int           // Sequence, Temporal: how many events each step takes
	Durations []time.Duration // Episode

	// Holds makes Temporal's number 1 where it accepts the steps that were taken,
	// as bits, and 0 elsewhere. It must be pure.
	Holds func(steps uint32) bool
}

// Input is what a Machine looks at of one event.
type Input struct {
	At     int64  // event time in UTC microseconds
	Value  uint64 // Distinct, FirstSeen: hash of the value
	Number int64  // Sum, Average, Percentile
	Steps  uint32 // Sequence, Temporal: bit i is set when the event is step i
	Hit    bool   // Ratio
}

// Reading is a window as it is after an event.
type Reading struct {
	Number int64
	Since  int64 // event time of the oldest event that counts
	// Saturated says that the number has reached what the machine can tell.
	Saturated bool
	// Late says that the event came too late to count with others.
	Late bool
}

// Check says what is wrong with a machine.
func (m *Machine) Check() error {
	switch {
	case m.Kind < Count || m.Kind > Episode:
		return fmt.Errorf("%s does not exist", m.Kind)
	case m.Span < time.Second || m.Span > MaxSpan:
		return fmt.Errorf("span %s is not from 1s to %s", m.Span, MaxSpan)
	case m.Lateness < 0 || m.Lateness > MaxLateness:
		return fmt.Errorf("lateness %s is not from 0 to %s", m.Lateness, MaxLateness)
	}
	return m.checkKind()
}

func (m *Machine) checkKind() error {
	limit := 1 << 30
	switch m.Kind {
	case Distinct, FirstSeen, Percentile:
		limit = MaxValues
	case Count, Ratio, Sequence, Temporal, Sum, Average, Episode:
		limit = 0 // has none
	}
	switch {
	case limit > 0 && (m.Limit < 1 || m.Limit > limit):
		return fmt.Errorf("the limit of %s is %d, must be from 1 to %d", m.Kind, m.Limit, limit)
	case m.Kind == Leaky && m.Span.Microseconds() < int64(m.Limit):
		return fmt.Errorf("%d in %s is too fast", m.Limit, m.Span)
	case m.Kind == Ratio && m.Least < 1:
		return fmt.Errorf("least is %d, must be at least 1", m.Least)
	case m.Kind == Percentile && (m.Percent < 1 || m.Percent > 99):
		return fmt.Errorf("percentile %d is not from 1 to 99", m.Percent)
	case m.Kind == FirstSeen && (m.Learn < 0 || m.Learn > m.Span):
		return fmt.Errorf("learn %s is not from 0 to the span", m.Learn)
	case m.Kind == Sequence || m.Kind == Temporal:
		return m.checkSteps()
	case m.Kind == Episode:
		return m.checkDurations()
	}
	return nil
}

func (m *Machine) checkSteps() error {
	if len(m.Steps) < 1 || len(m.Steps) > MaxSteps {
		return fmt.Errorf("%d steps, must be 1 to %d", len(m.Steps), MaxSteps)
	}
	total := 0
	for i, n := range m.Steps {
		total += n
		if n < 1 || n > MaxRepeat || m.Kind == Temporal && n != 1 {
			return fmt.Errorf("step %d takes %d events, must be 1 to %d (in a sequence)", i+1, n, MaxRepeat)
		}
	}
	if total > MaxTaken {
		return fmt.Errorf("the steps take %d events together, at most %d", total, MaxTaken)
	}
	return nil
}

func (m *Machine) checkDurations() error {
	if len(m.Durations) == 0 {
		return fmt.Errorf("an episode needs durations")
	}
	for _, d := range m.Durations {
		if d < time.Second || d > 366*24*time.Hour {
			return fmt.Errorf("duration %s is not from 1s to a year", d)
		}
	}
	return nil
}

// Update takes one event into a state; an empty state is that of a new key. A
// state of another kind, or one that can't be read, counts as empty. It needs a
// machine that Check accepts.
func (m *Machine) Update(state string, in Input) (next string, r Reading) {
	h, body, ok := open(state, m.Kind)
	if !ok {
		h, body = header{used: in.At}, reader{}
	}
	if m.tooLate(h, in.At) {
		_, r = m.step(header{used: in.At}, reader{}, in)
		r.Late = true
		if m.Kind == FirstSeen {
			r.Number = 0 // what came before it is not known any more
		}
		return state, r
	}
	if next, r = m.step(h, body, in); r.Late {
		return state, r
	}
	return next, r
}

func (m *Machine) step(h header, body reader, in Input) (string, Reading) {
	if m.isSliced() {
		return m.sliced(h, body, in)
	}
	switch m.Kind {
	case Count:
		return m.count(h, body, in)
	case Leaky:
		return m.leaky(h, body, in)
	case Episode:
		return m.episode(h, body, in)
	case Sliding:
		return m.sliding(h, body, in)
	case Distinct:
		return m.distinct(h, body, in)
	case FirstSeen:
		return m.firstSeen(h, body, in)
	case Percentile:
		return m.percentile(h, body, in)
	case Sequence:
		return m.sequence(h, body, in)
	case Temporal:
		return m.temporal(h, body, in)
	}
	return "", Reading{}
}

// tooLate compares with the newest event of the key.
func (m *Machine) tooLate(h header, at int64) bool {
	switch m.Kind {
	case Count, Leaky, Episode:
		return false
	}
	return at < saturate(h.used, -m.lateness().Microseconds())
}

// lateness is what holds: windows that are only added up remember one span
// behind the one that ends now.
func (m *Machine) lateness() time.Duration {
	if m.isSliced() {
		return min(m.Lateness, m.Span)
	}
	return m.Lateness
}

func (m *Machine) isSliced() bool {
	return m.Kind == Ratio || m.Kind == Sum || m.Kind == Average || m.Kind == Sliding && m.Limit > MaxExact
}

// keep is how long an event matters behind the newest one, in microseconds.
func (m *Machine) keep() int64 { return (m.Span + m.lateness()).Microseconds() }
