package plain

import (
	"strings"
	"testing"
)

func TestElementsThatCameAndWent(t *testing.T) {
	t.Parallel()
	ip := func(cidrs ...string) string {
		var list []string
		for _, c := range cidrs {
			list = append(list, `{"@odata.type":"#microsoft.graph.iPv4CidrRange","cidrAddress":"`+c+`"}`)
		}
		return "[" + strings.Join(list, ",") + "]"
	}
	id := func(n string) string { return `"0000000` + n + `-0000-4000-8000-000000000000"` }
	for _, c := range []struct{ from, to, want string }{
		{ip("10.0.0.0/8"), ip("10.0.0.0/8", "203.0.113.0/24"), "+ 203.0.113.0/24"},
		{ip("10.0.0.0/8", "10.1.0.0/16"), ip("203.0.113.0/24"), "+ 203.0.113.0/24  − 10.0.0.0/8, 10.1.0.0/16"},
		{`[]`, `[{"a":1,"b":"x"}]`, "+ a 1, b x"},
		{`[]`, `[{"a":1,"b":"x"},{"a":2,"b":"y"}]`, "+ (a 1, b x), (a 2, b y)"},
		{`[{}]`, `[{},{}]`, "+ {}"},
		{
			`[` + id("1") + `]`, `[` + strings.Join([]string{id("1"), id("2"), id("3"), id("4"), id("5"), id("6")}, ",") + `]`,
			"5 added: " + strings.ReplaceAll(strings.Join([]string{id("2"), id("3"), id("4")}, ", "), `"`, "") + " and 2 more",
		},
		{`["a"]`, `["b","cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc","d"]`, "3 added: b and 2 more  − a"},
	} {
		if got := Change("/x", []byte(c.from), []byte(c.to), 120); got != c.want {
			t.Errorf("%s to %s: %q, want %q", c.from, c.to, got, c.want)
		}
	}
}
