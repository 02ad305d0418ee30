package sigma

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
)

// LineError is about one line of a stream.
type LineError struct {
	Line int // 1-based
	Err  error
}

// Error gives line and reason.
func (e *LineError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

// Unwrap gives the reason.
func (e *LineError) Unwrap() error { return e.Err }

// MatchReader matches every line of JSON lines and calls each for those that are
// events, in order; found holds until each returns. Empty lines are left out. It
// stops at the first error: each's own, the reader's, or a *LineError about a
// line that is no event or longer than max bytes (0: MaxEvent).
func (s *Set) MatchReader(ctx context.Context, r io.Reader, max int, each func(line int, m *Matcher, found []Match) error) error {
	if max <= 0 || max > MaxEvent {
		max = MaxEvent
	}
	m := s.NewMatcher()
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, min(64<<10, max+1)), max+1)
	n := 0
	for lines.Scan() {
		n++
		if err := ctx.Err(); err != nil {
			return err
		}
		event := bytes.TrimSpace(lines.Bytes())
		if len(event) == 0 {
			continue
		}
		found, err := m.Match(event)
		if err != nil {
			return &LineError{Line: n, Err: err}
		}
		if err := each(n, m, found); err != nil {
			return err
		}
	}
	if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
		return &LineError{Line: n + 1, Err: fmt.Errorf("%w: more than %d bytes", ErrTooLarge, max)}
	} else if err != nil {
		return fmt.Errorf("read events: %w", err)
	}
	return nil
}
