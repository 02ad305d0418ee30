// Package samples invents input for every connector kind: an ordinary day with an
// attack in it, in the shapes of the real formats. The demo and a first try use it
// where there is no real data.
//
// Invariant: the bytes depend on the seed only. Everything is made up: addresses
// are those reserved for documentation (RFC 5737), names and accounts are
// invented, no line is taken from anywhere. It must not read a clock or files.
package samples

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"sort"
	"time"

	"frostgate.io/frostgate/internal/jsondoc"
)

// Names of the files that Files gives.
const (
	AuthLog    = "auth.log"
	CloudTrail = "cloudtrail.json"
	Windows    = "windows.jsonl"
	Native     = "events.ndjson"
)

// Attacker is the address of the brute force in the auth.log.
const Attacker = "203.0.113.45"

// Files returns the sample files by name.
func Files(seed uint64) map[string][]byte {
	return map[string][]byte{
		AuthLog:    newMaker(seed, 1).authLog(),
		CloudTrail: newMaker(seed, 2).cloudTrail(),
		Windows:    newMaker(seed, 3).windows(),
		Native:     newMaker(seed, 4).native(),
	}
}

// day is the invented day; auth.log doesn't carry its year.
func day() time.Time { return time.Date(2026, time.March, 14, 0, 0, 0, 0, time.UTC) }

// maker draws from one seeded source; each file has its own, so that a change to
// one leaves the others as they are.
type maker struct {
	rng *rand.Rand
}

func newMaker(seed, stream uint64) *maker {
	return &maker{rng: rand.New(rand.NewPCG(seed, stream))}
}

func (m *maker) pick(from ...string) string { return from[m.rng.IntN(len(from))] }

func (m *maker) user() string { return m.pick("maren", "ines", "tilda", "jonas", "pia", "okan") }

// office is an address of the people, stranger one of the rest of the world.
func (m *maker) office() string   { return fmt.Sprintf("192.0.2.%d", 10+m.rng.IntN(40)) }
func (m *maker) stranger() string { return fmt.Sprintf("198.51.100.%d", 1+m.rng.IntN(250)) }

func (m *maker) port() int { return 32768 + m.rng.IntN(28000) }

// moment is a time of the day between two hours.
func (m *maker) moment(from, to int) time.Time {
	return day().Add(time.Duration(from)*time.Hour + time.Duration(m.rng.IntN((to-from)*3600))*time.Second)
}

// entry is a line with its time, so that a file can be put in order.
type entry struct {
	at   time.Time
	text string
}

// inOrder sorts by time, keeping the order of writing within a second.
func inOrder(entries []entry) []entry {
	sort.SliceStable(entries, func(i, j int) bool { return entries[i].at.Before(entries[j].at) })
	return entries
}

func joined(entries []entry) []byte {
	var b bytes.Buffer
	for _, e := range entries {
		b.WriteString(e.text)
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// q writes a JSON string.
func q(s string) string { return string(jsondoc.AppendString(nil, s)) }

func (m *maker) hex(n int) string {
	const digits = "0123456789abcdef"
	b := make([]byte, n)
	for i := range b {
		b[i] = digits[m.rng.IntN(16)]
	}
	return string(b)
}

func (m *maker) uuid() string {
	return m.hex(8) + "-" + m.hex(4) + "-4" + m.hex(3) + "-a" + m.hex(3) + "-" + m.hex(12)
}
