package httpapi

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
)

// What the contract's check lets through decodes, and what comes out passes
// the check again.
func FuzzBody(f *testing.F) {
	for _, s := range []string{
		goodAllow, `{}`, `{"kind":"ip","value":"x","reason":"r","expires_at":"2026-03-01T12:00:00+02:00"}`, `{"overlap_s":1}`, `{"overlap_s":1e3}`,
		`{"name":"n","settings":{"rates":{"read":{"burst":3}}}}`, `{"url":"u","filter":{"gating":["allow",null]}}`, `{"title":"\u0000"}`, "{\"a\":\"\xff\"}", `[[[[`,
	} {
		f.Add([]byte(s))
	}
	ss := newSchemas()
	types := []reflect.Type{
		reflect.TypeFor[newAllowEntry](), reflect.TypeFor[rotation](), reflect.TypeFor[tenantChange](), reflect.TypeFor[newWebhook](),
		reflect.TypeFor[envelope](), reflect.TypeFor[newKey](), reflect.TypeFor[engagement](), reflect.TypeFor[newRuleset](),
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, typ := range types {
			if checkBody(body, ss.of(typ)) != nil {
				continue
			}
			v := reflect.New(typ)
			if err := json.Unmarshal(body, v.Interface(), json.RejectUnknownMembers(true)); err != nil {
				t.Fatalf("%s: checked but not decoded: %v: %q", typ, err, body)
			}
		}
	})
}

// Each refusal is a problem document of a known code whose text is valid.
func FuzzQuery(f *testing.F) {
	for _, s := range []string{"", "a=1", "limit=5&cursor=x", "limit=5&limit=6", "active=maybe", "%zz", "from=2026-03-01T00:00:00Z", "q=%ff%00", strings.Repeat("&", 100), "a;b=c"} {
		f.Add(s)
	}
	params := pageParams(append(feedParams(), Param{Name: "from", Kind: paramTime}, Param{Name: "active", Kind: paramBool})...)
	ps := newProblems()
	f.Fuzz(func(t *testing.T, raw string) {
		q, err := parseQuery(raw, params)
		if err == nil {
			_, _ = q.limit()
			_ = q.time("from")
			return
		}
		p := ps.of(err, "id")
		if p.Status != http.StatusBadRequest || !utf8.ValidString(p.Detail) || !utf8.ValidString(p.Field) {
			t.Fatalf("%q: %+v", raw, p)
		}
	})
}

// Lines come out as they went in, whatever their lengths and ends.
func FuzzLines(f *testing.F) {
	f.Add([]byte("a\nb\r\n\nc"), 16)
	f.Add([]byte(strings.Repeat("x", 100)+"\n"), 16)
	f.Fuzz(func(t *testing.T, in []byte, size int) {
		src := bufio.NewReaderSize(bytes.NewReader(in), max(16, min(size, 4096)))
		var want [][]byte
		for l := range bytes.SplitSeq(in, []byte("\n")) {
			want = append(want, bytes.TrimRight(l, "\r"))
		}
		for i := 0; ; i++ {
			line, err := readLine(src)
			if i >= len(want) || !bytes.Equal(line, want[i]) {
				t.Fatalf("line %d of %q: %q", i, in, line)
			}
			if errors.Is(err, io.EOF) {
				if i != len(want)-1 {
					t.Fatalf("%d lines of %q, want %d", i+1, in, len(want))
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}
