package connector

import (
	"fmt"
	"strings"
	"time"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/jsondoc"
)

// Record is one event to send. It owns its memory: it may be kept while the
// parser goes on.
type Record struct {
	Source        string // "sshd", "aws.cloudtrail", "windows", ...
	Timestamp     string // RFC 3339 in UTC with the fraction as known
	EventType     string
	SourceEventID string // keeps identical events apart; the same when read again
	Payload       []byte // a JSON object on one line; number lexemes as in the original
	Line          int64  // 1-based line, or ordinal of the record in a CloudTrail or EVTX file
	Native        []byte // native lines: the whole line, sent unchanged; else nil and the fields above hold
}

// AppendRequest appends the JSON body of the defend request, without a newline.
func (r *Record) AppendRequest(dst []byte) []byte {
	if r.Native != nil {
		return append(dst, r.Native...)
	}
	dst = append(dst, `{"source":`...)
	dst = jsondoc.AppendString(dst, r.Source)
	dst = appendText(dst, "timestamp", r.Timestamp)
	dst = appendText(dst, "event_type", r.EventType)
	dst = appendText(dst, "source_event_id", r.SourceEventID)
	dst = append(dst, `,"event":`...)
	dst = append(dst, r.Payload...)
	return append(dst, '}')
}

// appendText appends ,"name":"value"; nothing for an empty value.
func appendText(dst []byte, name, value string) []byte {
	if value == "" {
		return dst
	}
	dst = append(dst, ',', '"')
	dst = append(dst, name...)
	dst = append(dst, '"', ':')
	return jsondoc.AppendString(dst, value)
}

// Rejected is a line that gave no record, for summaries.
type Rejected struct {
	Line   int64
	Reason string
}

// LineError says why one line gave no record; the parser goes on with the next
// call.
type LineError Rejected

// Error names the line and the reason.
func (e *LineError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Reason) }

func reject(line int64, format string, args ...any) *LineError {
	return &LineError{Line: line, Reason: fmt.Sprintf(format, args...)}
}

// Parser gives one record after the other: io.EOF at the end, a *LineError for
// one bad line, any other error when the input can't be read on.
type Parser interface {
	Next() (Record, error)
}

// LineParser reads lines that somebody else has cut, for a tail. Blank lines are
// the caller's to skip. It is used by one goroutine.
//
// A tail that resumes in the middle of a file should give the parser some lines
// before that place and drop what comes out, so that ordinals within a second
// and the failures of a connection continue where they were.
type LineParser interface {
	ParseLine(line []byte, number int64) (Record, error)
}

// Kind names a format.
type Kind string

// The kinds.
const (
	Native     Kind = "native"
	CloudTrail Kind = "cloudtrail"
	AuthLog    Kind = "authlog"
	WinEvent   Kind = "winevent"
	EVTX       Kind = "evtx"
	JSONLog    Kind = "json"
)

// Kinds lists the known kinds.
func Kinds() []Kind { return []Kind{Native, CloudTrail, AuthLog, WinEvent, EVTX, JSONLog} }

func kindNames() string {
	names := make([]string, 0, 6)
	for _, k := range Kinds() {
		names = append(names, string(k))
	}
	return strings.Join(names, ", ")
}

// DefaultMaxLine is the longest line or record, the limit of one batch line.
const DefaultMaxLine = 1 << 20

// Options are what a parser needs beside the input.
type Options struct {
	// Now finds the year of log lines that carry none; authlog needs it.
	Now domain.Micros
	// NowFunc is asked instead of Now when set: for a tail, which outlives a year.
	NowFunc func() domain.Micros
	// Zone is the time zone of timestamps that name none; nil is UTC.
	Zone *time.Location
	// MaxLine is the greatest length of a line or record in bytes; 0 is
	// DefaultMaxLine. A longer one is rejected without being held.
	MaxLine int
}

func (o Options) withDefaults() Options {
	if o.NowFunc == nil && o.Now != 0 {
		o.NowFunc = func() domain.Micros { return o.Now }
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.MaxLine <= 0 {
		o.MaxLine = DefaultMaxLine
	}
	return o
}

// embedded are the limits of a document that becomes a request's event: one level
// less than the server takes.
func (o Options) embedded() jsondoc.Limits {
	return jsondoc.Limits{MaxBytes: o.MaxLine, MaxDepth: jsondoc.DefaultMaxDepth - 1}
}

// maxID bounds source_event_id; a longer one is replaced by the line's hash.
const maxID = 255
