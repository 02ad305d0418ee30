// Package clock is the only place, beside main, that reads the time or
// randomness. Everything else is handed a Clock or a value.
package clock

import (
	"crypto/rand"
	"io"
	"sync"
	"time"

	"frostgate.io/frostgate/internal/domain"
)

// Clock gives the current time and random bytes.
type Clock interface {
	// Now returns the current time in UTC microseconds.
	Now() domain.Micros
	// Random fills p with random bytes from a cryptographic source. It can't
	// fail: an operating system without randomness ends the process.
	Random(p []byte)
}

// System is the real clock.
type System struct{}

// Now returns the wall clock.
func (System) Now() domain.Micros { return domain.Micros(time.Now().UnixMicro()) }

// Random fills p from crypto/rand.
func (System) Random(p []byte) { _, _ = rand.Read(p) }

// Monotonic measures durations for metrics and timeouts, never for data.
func Monotonic() time.Time { return time.Now() }

// Fake is a clock for tests: it stands still until moved, and its randomness
// is a counter unless Rand is set.
type Fake struct {
	mu   sync.Mutex
	now  domain.Micros
	n    byte
	Rand io.Reader
}

// NewFake returns a fake clock that stands at the given time.
func NewFake(at time.Time) *Fake { return &Fake{now: domain.Micros(at.UnixMicro())} }

// Now returns the fake time.
func (f *Fake) Now() domain.Micros { f.mu.Lock(); defer f.mu.Unlock(); return f.now }

// Advance moves the fake time.
func (f *Fake) Advance(d time.Duration) {
	f.mu.Lock()
	f.now += domain.Micros(d.Microseconds())
	f.mu.Unlock()
}

// Random fills p from Rand, or with a counting pattern.
func (f *Fake) Random(p []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.Rand != nil {
		_, _ = io.ReadFull(f.Rand, p)
		return
	}
	f.n++
	for i := range p {
		p[i] = f.n + byte(i)
	}
}
