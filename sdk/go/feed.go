package frostgate

import (
	"bufio"
	"context"
	"errors"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"
)

// FeedItem is one decision as a person reads it.
type FeedItem struct {
	DecisionID     string    `json:"decision_id"`
	Index          int64     `json:"index"`
	Timestamp      time.Time `json:"timestamp"` // received
	EventTime      time.Time `json:"event_time"`
	Severity       string    `json:"severity"` // info, low, medium, high, critical
	Title          string    `json:"title"`
	Summary        string    `json:"summary"`
	ActionTaken    string    `json:"action_taken"`
	Confidence     float64   `json:"confidence"`
	Score          int       `json:"score"`
	Gating         string    `json:"gating"`
	PolicyAllow    bool      `json:"policy_allow"`
	Changed        bool      `json:"changed"`
	Source         string    `json:"source"`
	EventType      string    `json:"event_type"`
	Rules          []string  `json:"rules"`
	Classification string    `json:"classification"`
	Persona        string    `json:"persona"`
}

// FeedFilter narrows the feed; empty fields do not.
type FeedFilter struct {
	OnlyActionable bool
	OnlyChanged    bool
	Severity       string
	Query          string // words in title and summary
	Source         string
	EventType      string
}

func (f *FeedFilter) query() query {
	return query{}.flag("only_actionable", f.OnlyActionable).flag("only_changed", f.OnlyChanged).
		str("severity", f.Severity).str("q", f.Query).str("source", f.Source).str("event_type", f.EventType)
}

// Feed lists decisions, the newest first.
func (c *Client) Feed(ctx context.Context, f FeedFilter, p Page) iter.Seq2[FeedItem, error] {
	return all[FeedItem](ctx, c, in("feed", "live"), f.query(), p)
}

// StreamEvent is one message of the stream. ID resumes after it.
type StreamEvent struct {
	ID   string
	Item FeedItem
}

// Stream follows the feed from after lastID (empty: from now on). It resumes by
// itself where a connection broke off, until ctx ends or the server refuses.
func (c *Client) Stream(ctx context.Context, f FeedFilter, lastID string) iter.Seq2[StreamEvent, error] {
	return func(yield func(StreamEvent, error) bool) {
		for try := 0; ; try++ {
			moved, err := c.streamOnce(ctx, f, &lastID, yield)
			if errors.Is(err, errStop) {
				return
			}
			if ctx.Err() != nil {
				yield(StreamEvent{ID: lastID}, ctx.Err())
				return
			}
			if moved {
				try = 0
			}
			pause := time.Second
			if err != nil {
				var again bool
				if pause, again = c.again(err, try, &request{}); !again {
					yield(StreamEvent{ID: lastID}, err)
					return
				}
			}
			if err := c.wait(ctx, pause); err != nil {
				yield(StreamEvent{ID: lastID}, err)
				return
			}
		}
	}
}

// errStop means that the reader had enough.
var errStop = errors.New("stop")

// maxEvent bounds one message.
const maxEvent = 1 << 20

// streamOnce reads one connection and says whether anything came.
func (c *Client) streamOnce(ctx context.Context, f FeedFilter, lastID *string, yield func(StreamEvent, error) bool) (moved bool, err error) {
	rq := &request{method: http.MethodGet, path: in("feed", "stream"), query: url.Values(f.query()), accept: "text/event-stream", header: http.Header{}}
	if *lastID != "" {
		rq.header.Set("Last-Event-ID", *lastID)
	}
	res, err := c.open(ctx, rq)
	if err != nil {
		return false, err
	}
	defer res.Body.Close()
	err = readEvents(res.Body, func(id, kind, data string) error {
		if id != "" {
			*lastID = id
		}
		if data == "" || (kind != "" && kind != "decision" && kind != "message") {
			return nil
		}
		ev := StreamEvent{ID: *lastID}
		if err := decode([]byte(data), &ev.Item); err != nil {
			return err
		}
		moved = true
		if !yield(ev, nil) {
			return errStop
		}
		return nil
	})
	var broken *brokenError
	if errors.As(err, &broken) {
		err = &UnreachableError{URL: c.base, Err: broken.error}
	}
	return moved, err
}

// brokenError is a connection that ended badly.
type brokenError struct{ error }

// readEvents gives every whole server-sent event to fn (HTML Living Standard
// 9.2.6); what has no end is dropped. Comments give nothing.
func readEvents(r io.Reader, fn func(id, kind, data string) error) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, 64<<10), maxEvent)
	var id, kind string
	var data strings.Builder
	for lines.Scan() {
		line := lines.Text()
		if line == "" {
			if err := fn(id, kind, data.String()); err != nil {
				return err
			}
			kind = ""
			data.Reset()
			continue
		}
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch name {
		case "id":
			// A NUL would end the header that sends it back.
			if !strings.ContainsFunc(value, unicode.IsControl) {
				id = value
			}
		case "event":
			kind = value
		case "data":
			if data.Len() > 0 {
				data.WriteByte('\n')
			}
			if data.Len()+len(value) > maxEvent {
				return &brokenError{errors.New("an event is too large")}
			}
			data.WriteString(value)
		}
	}
	if err := lines.Err(); err != nil {
		return &brokenError{err}
	}
	return nil
}
