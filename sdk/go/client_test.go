package frostgate_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	frostgate "frostgate.io/frostgate/sdk/go"
)

// server answers with fn and returns a client that never waits.
func server(t *testing.T, fn http.HandlerFunc) (*frostgate.Client, *atomic.Int64) {
	t.Helper()
	waits := &atomic.Int64{}
	s := httptest.NewServer(fn)
	t.Cleanup(s.Close)
	c, err := frostgate.New(s.URL+"/", "fg_test_key", frostgate.WithWait(func(ctx context.Context, d time.Duration) error {
		waits.Add(int64(d))
		return ctx.Err()
	}))
	if err != nil {
		t.Fatal(err)
	}
	return c, waits
}

func problem(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"type":"https://frostgate.io/problems/%s","title":"T","status":%d,"detail":"D","code":%q,"request_id":"r1","retry_after_s":3}`, code, status, code)
}

func TestNewRefusesBadAddresses(t *testing.T) {
	t.Parallel()
	for _, u := range []string{"", "localhost:8080", "ftp://h", "http://", "http://u:p@h", "http://h?x=1"} {
		if _, err := frostgate.New(u, "k"); err == nil {
			t.Errorf("%q was accepted", u)
		}
	}
	if _, err := frostgate.New("http://h", "a key"); err == nil {
		t.Error("a key with a space was accepted")
	}
}

func TestDefendSendsAndReads(t *testing.T) {
	t.Parallel()
	c, _ := server(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.URL.Path != "/api/v1/defend" || r.Header.Get("X-API-Key") != "fg_test_key" || !strings.Contains(string(body), `"timestamp":"2026-03-04T05:06:07Z"`) {
			t.Errorf("got %s %s", r.URL.Path, body)
		}
		fmt.Fprint(w, `{"event_id":"e","decision_id":"l-1","threat_level":"high","gating":"allow","mitigations":[{"action":"block_ip","ttl":3600}],"explain":{"tie_d":{"ao_required":true}},"diff":{"previous_decision_id":null},"later":1}`)
	})
	d, err := c.Defend(t.Context(), frostgate.Event{Source: "vpn", Timestamp: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	if d.ThreatLevel != "high" || len(d.Mitigations) != 1 || !d.Explain.TieD.AORequired || len(d.Raw) == 0 {
		t.Errorf("got %+v", d)
	}
}

func TestProblemIsTyped(t *testing.T) {
	t.Parallel()
	c, _ := server(t, func(w http.ResponseWriter, _ *http.Request) { problem(w, http.StatusForbidden, "forbidden") })
	_, err := c.Whoami(t.Context())
	var p *frostgate.Problem
	if !errors.As(err, &p) || !p.Denied() || frostgate.CodeOf(err) != "forbidden" || p.RequestID != "r1" {
		t.Errorf("got %v", err)
	}
}

func TestProblemOfAProxyKeepsItsStatus(t *testing.T) {
	t.Parallel()
	c, _ := server(t, func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "<html>bad gateway", http.StatusBadGateway)
	})
	_, err := c.Whoami(t.Context())
	var p *frostgate.Problem
	if !errors.As(err, &p) || p.Status != http.StatusBadGateway || !strings.Contains(p.Detail, "bad gateway") {
		t.Errorf("got %v", err)
	}
}

func TestRetries(t *testing.T) {
	t.Parallel()
	dated := frostgate.Event{Timestamp: time.Unix(1, 0)}
	for name, tc := range map[string]struct {
		status int
		ev     frostgate.Event
		opts   []frostgate.CallOption
		want   int64 // requests
	}{
		"dated event, busy server":         {503, dated, nil, 2},
		"undated event, busy server":       {503, frostgate.Event{}, nil, 1},
		"undated event, limited":           {429, frostgate.Event{}, nil, 2},
		"undated event, Idempotency-Key":   {503, frostgate.Event{}, []frostgate.CallOption{frostgate.WithIdempotencyKey("k")}, 2},
		"dated event, refused as not good": {400, dated, nil, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var n atomic.Int64
			c, waits := server(t, func(w http.ResponseWriter, _ *http.Request) {
				if n.Add(1) == 1 {
					problem(w, tc.status, "busy")
					return
				}
				fmt.Fprint(w, `{"event_id":"e"}`)
			})
			_, err := c.Defend(t.Context(), tc.ev, tc.opts...)
			if n.Load() != tc.want || (err == nil) != (tc.want == 2) {
				t.Errorf("%d requests, %v", n.Load(), err)
			}
			if tc.want == 2 && waits.Load() != int64(3*time.Second) {
				t.Errorf("waited %s, the server asked for 3s", time.Duration(waits.Load()))
			}
		})
	}
}

func TestUnreachable(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.NotFoundHandler())
	s.Close()
	c, err := frostgate.New(s.URL, "k", frostgate.WithRetries(0))
	if err != nil {
		t.Fatal(err)
	}
	var away *frostgate.UnreachableError
	if _, err = c.Ready(t.Context()); !errors.As(err, &away) {
		t.Errorf("got %v", err)
	}
}

func TestListsFollowCursors(t *testing.T) {
	t.Parallel()
	c, _ := server(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.RawQuery {
		case "active=true&limit=2":
			fmt.Fprint(w, `{"items":[{"id":"a"},{"id":"b"}],"next_cursor":"n"}`)
		case "active=true&cursor=n&limit=2":
			fmt.Fprint(w, `{"items":[{"id":"c"}]}`)
		default:
			t.Errorf("asked for %s", r.URL.RawQuery)
		}
	})
	yes := true
	got, err := frostgate.Collect(c.Enforcements(t.Context(), frostgate.EnforcementFilter{Active: &yes}, frostgate.Page{Size: 2}), 0)
	if err != nil || len(got) != 3 || got[2].ID != "c" {
		t.Errorf("got %v %v", got, err)
	}
}

func TestStreamResumes(t *testing.T) {
	t.Parallel()
	var conns atomic.Int64
	c, _ := server(t, func(w http.ResponseWriter, r *http.Request) {
		switch conns.Add(1) {
		case 1:
			fmt.Fprint(w, ": hello\n\nid: 4\nevent: decision\ndata: {\"title\":\ndata: \"one\"}\n\nid: 5\ndata: {\"tit")
		case 2:
			if r.Header.Get("Last-Event-ID") != "4" {
				t.Errorf("resumed after %q", r.Header.Get("Last-Event-ID"))
			}
			fmt.Fprint(w, "id:5\ndata:{\"title\":\"two\"}\n\n")
		default:
			problem(w, http.StatusUnauthorized, "key_revoked")
		}
	})
	var titles []string
	var last error
	for ev, err := range c.Stream(t.Context(), frostgate.FeedFilter{}, "") {
		if last = err; err == nil {
			titles = append(titles, ev.ID+" "+ev.Item.Title)
		}
	}
	if strings.Join(titles, ",") != "4 one,5 two" || frostgate.CodeOf(last) != "key_revoked" {
		t.Errorf("got %v, %v", titles, last)
	}
}
