package httpapi

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/obs"
	"frostgate.io/frostgate/internal/tenant"
)

// blackhole is a response writer that keeps nothing.
type blackhole struct{ h http.Header }

func (b *blackhole) Header() http.Header         { return b.h }
func (b *blackhole) WriteHeader(int)             {}
func (b *blackhole) Write(p []byte) (int, error) { return len(p), nil }

// BenchmarkOverhead is what this package costs a POST /defend, without the
// decision and without net/http's connection: request ID, limits, routing, key,
// scope, tenant, quota, body, answer, metrics.
func BenchmarkOverhead(b *testing.B) {
	f := newFixture(b, Config{})
	f.log = obs.NewLogger(io.Discard, slog.LevelInfo)
	var made createdKey
	res := f.do(b, adminA, "POST", prefixV1+"/keys", `{"name":"bench","scopes":["defend:write"]}`)
	made.Secret = string(bytes.Split(bytes.SplitAfter(res.body, []byte(`"key":"`))[1], []byte(`"`))[0])
	f.deps.Auth = f.deps.People
	body := bytes.Repeat([]byte("x"), 1024)
	answer := bytes.Repeat([]byte("y"), 2048)
	rt := &Route{
		Method: "POST", Path: "/bench", Access: scoped, Scope: domain.ScopeDefendWrite, Class: tenant.ClassDefend, Decides: true, Tag: "service", Summary: "s",
		endpoint: text("application/json", func(_ context.Context, x *exchange, c *Call) (err error) {
			in := f.buffers.take()
			defer f.buffers.put(in)
			if *in, err = readBody(x, c.Request, *in, maxBody); err != nil {
				return err
			}
			c.header["Content-Type"] = f.common.json
			c.header["Content-Length"] = []string{strconv.Itoa(len(answer))}
			_, err = x.Write(answer)
			return err
		}),
	}
	f.metrics.routes[rt] = f.metrics.unknown
	f.mux.Handle("POST /bench", f.serve(rt))
	src := bytes.NewReader(body)
	req := httptest.NewRequest("POST", "/bench", src)
	req.Header.Set("X-API-Key", made.Secret)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "bench")
	w := &blackhole{h: http.Header{}}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if i%1000 == 0 {
			f.clk.Advance(1e9) // the quota must not run out
		}
		src.Reset(body)
		clear(w.h)
		f.ServeHTTP(w, req)
		if len(w.h["Content-Length"]) == 0 || w.h["Content-Length"][0] != "2048" {
			b.Fatalf("refused: %v", w.h)
		}
	}
}
