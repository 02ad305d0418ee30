package httpapi

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

// paramKind is the type of a query parameter.
type paramKind uint8

const (
	paramText paramKind = iota
	paramInt
	paramBool
	paramTime
)

// Page limits of lists.
const (
	defaultLimit = 50
	maxLimit     = 500
	maxParam     = 1024 // bytes of one value
)

// Param is one query parameter of a route.
type Param struct {
	Name string
	Kind paramKind
	Enum []string
	Doc  string
	Many bool // may be given several times: any of the values
	Rest bool // Name is the beginning of names that the caller chooses
}

// maxMany bounds how often a parameter is given.
const maxMany = 200

// fits says whether a parameter of this name is meant.
func (p *Param) fits(name string) bool {
	if p.Rest {
		return len(name) > len(p.Name) && strings.HasPrefix(name, p.Name)
	}
	return p.Name == name
}

// pageParams are the parameters of each list.
func pageParams(more ...Param) []Param {
	return append(more,
		Param{Name: "cursor", Doc: "next_cursor of the page before."},
		Param{Name: "limit", Kind: paramInt, Doc: "Items per page, 1 to 500 (default 50)."})
}

// query holds the checked parameters of a request.
type query map[string]string

// parseQuery refuses what the route doesn't know: a misspelt filter must not
// silently widen a result.
func parseQuery(raw string, params []Param) (query, error) {
	if raw == "" {
		return nil, nil
	}
	values, err := url.ParseQuery(raw)
	if err != nil {
		return nil, fault.New(fault.Invalid, "The query string is not well formed.").At("query")
	}
	q := make(query, len(values))
	for _, name := range sortedKeys(values) {
		i := slices.IndexFunc(params, func(p Param) bool { return p.fits(name) })
		if i < 0 {
			return nil, fault.New(fault.Invalid, "%q is not a query parameter of this route (known: %s)", clip(name), paramNames(params)).At(clip(name))
		}
		if err := params[i].checkAll(name, values[name]); err != nil {
			return nil, err
		}
		given := slices.DeleteFunc(values[name], func(v string) bool { return v == "" })
		if len(given) > 0 {
			q[name] = strings.Join(given, many)
		}
	}
	return q, nil
}

// many stands between the values of one parameter; none of them holds it.
const many = "\x00"

// texts returns the values of a parameter that may be given several times.
func (q query) texts(name string) []string {
	if q[name] == "" {
		return nil
	}
	return strings.Split(q[name], many)
}

// rest returns the parameters whose names begin so, without the beginning.
func (q query) rest(prefix string) map[string]string {
	var out map[string]string
	for name, v := range q {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			if out == nil {
				out = map[string]string{}
			}
			out[rest] = v
		}
	}
	return out
}

func (p *Param) checkAll(name string, values []string) error {
	switch {
	case len(values) > 1 && !p.Many:
		return fault.New(fault.Invalid, "%s is given more than once", clip(name)).At(clip(name))
	case len(values) > maxMany:
		return fault.New(fault.Invalid, "%s is given more than %d times", clip(name), maxMany).At(clip(name))
	case len(name) > maxParam || strings.ToValidUTF8(name, "") != name || strings.ContainsRune(name, 0):
		return fault.New(fault.Invalid, "%s is no name", clip(name)).At(clip(name))
	}
	for _, v := range values {
		if err := p.check(v); err != nil {
			return err
		}
	}
	return nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func paramNames(params []Param) string {
	if len(params) == 0 {
		return "none"
	}
	names := make([]string, len(params))
	for i, p := range params {
		names[i] = p.Name
	}
	return strings.Join(names, ", ")
}

// clip bounds what a message repeats of the input, and keeps it valid UTF-8.
func clip(s string) string {
	if len(s) > 64 {
		s = s[:64] + "..."
	}
	return strings.ToValidUTF8(s, "?")
}

func (p *Param) check(v string) error {
	bad := func(format string, args ...any) error {
		return fault.New(fault.Invalid, p.Name+" "+format, args...).At(p.Name)
	}
	if v == "" {
		return nil
	}
	if len(v) > maxParam || strings.ToValidUTF8(v, "") != v || strings.ContainsRune(v, 0) {
		return bad("must be valid text of at most %d bytes", maxParam)
	}
	switch p.Kind {
	case paramInt:
		if _, err := strconv.ParseInt(v, 10, 64); err != nil {
			return bad("must be an integer")
		}
	case paramBool:
		if v != "true" && v != "false" {
			return bad("must be true or false")
		}
	case paramTime:
		if _, err := parseTime(v); err != nil {
			return bad("must be an RFC 3339 time such as 2026-03-01T12:00:00Z")
		}
	}
	if len(p.Enum) > 0 && !slices.Contains(p.Enum, v) {
		return bad("must be one of %s", strings.Join(p.Enum, ", "))
	}
	return nil
}

// text returns a parameter, empty when absent.
func (q query) text(name string) string { return q[name] }

// flag returns a boolean parameter; given says whether it was there.
func (q query) flag(name string) (val, given bool) {
	v, ok := q[name]
	return v == "true", ok
}

// time returns a time parameter, 0 when absent.
func (q query) time(name string) domain.Micros {
	t, _ := parseTime(q[name]) // checked before; absent gives 0
	return t
}

// number returns an integer parameter, or the default when absent.
func (q query) number(name string, def int64) int64 {
	if n, err := strconv.ParseInt(q[name], 10, 64); err == nil {
		return n
	}
	return def
}

// limit returns the page size.
func (q query) limit() (int, error) {
	n := q.number("limit", defaultLimit)
	if n < 1 || n > maxLimit {
		return 0, fault.New(fault.Invalid, "limit must be 1 to %d", maxLimit).At("limit")
	}
	return int(n), nil
}
