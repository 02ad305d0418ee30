package httpapi

import (
	"reflect"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"frostgate.io/frostgate/internal/domain"
)

// timeForm is how times stand on the wire: RFC 3339, UTC, microseconds.
const timeForm = "2006-01-02T15:04:05.000000Z"

// Time is a time on the wire.
type Time domain.Micros

// MarshalText writes RFC 3339 in UTC with microseconds.
func (t Time) MarshalText() ([]byte, error) {
	return time.UnixMicro(int64(t)).UTC().AppendFormat(nil, timeForm), nil
}

// UnmarshalText reads any RFC 3339 time.
func (t *Time) UnmarshalText(b []byte) error {
	v, err := parseTime(string(b))
	*t = Time(v)
	return err
}

func parseTime(s string) (domain.Micros, error) {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return 0, err
	}
	return domain.Micros(t.UnixMicro()), nil
}

// list is one page of a list.
type list[T any] struct {
	Items      []T    `json:"items" doc:"The page, in the list's order."`
	NextCursor string `json:"next_cursor,omitempty" doc:"Pass it as cursor to get the next page; absent on the last one."`
}

// listOf encodes an empty page as [], never as null.
func listOf[T any](items []T, next string) list[T] {
	if items == nil {
		items = []T{}
	}
	return list[T]{Items: items, NextCursor: next}
}

// fraction is a number in thousandths as a decimal.
func fraction(m domain.Milli) float64 { return float64(m) / 1000 }

func strs[T ~string](in []T) []string {
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = string(s)
	}
	return out
}

// decisionOf takes the decision ID, "<log>-<index>", out of the ID of something
// that belongs to it: "enf_<log>-<index>-<ordinal>", "apr_<log>-<index>".
func decisionOf(id string) string {
	_, rest, _ := strings.Cut(id, "_")
	parts := strings.SplitN(rest, "-", 3)
	if len(parts) < 2 {
		return ""
	}
	return parts[0] + "-" + parts[1]
}

// encoded is JSON that a feature has already written, in the form of T.
type encoded[T any] jsontext.Value

// MarshalJSON hands the bytes on.
func (e encoded[T]) MarshalJSON() ([]byte, error) { return e, nil }

func (encoded[T]) schemaType() reflect.Type { return reflect.TypeFor[T]() }

// object leaves out what isn't there: null stands for absent in what features
// keep.
func object(v jsontext.Value) jsontext.Value {
	if len(v) == 0 {
		return nil
	}
	return v
}
