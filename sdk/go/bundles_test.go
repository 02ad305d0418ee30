package frostgate_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	frostgate "frostgate.io/frostgate/sdk/go"
)

func TestBundleAsksForOneSelection(t *testing.T) {
	t.Parallel()
	c, _ := server(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.URL.RequestURI()) })
	at := time.Date(2026, 3, 1, 12, 0, 0, 500, time.FixedZone("", 3600))
	for want, q := range map[string]frostgate.BundleQuery{
		"/api/v1/evidence/bundles/l-7":                                                            {Decision: "l-7"},
		"/api/v1/evidence/bundles/subject?subject=ip%3A192.0.2.1":                                 {Subject: "ip:192.0.2.1"},
		"/api/v1/evidence/bundles/tenant?openings=false":                                          {All: true, HeadersOnly: true},
		"/api/v1/evidence/bundles/range?from=2026-03-01T11%3A00%3A00.0000005Z":                    {From: at},
		"/api/v1/evidence/bundles/absence?artifact=erasure&from=2026-03-01T11%3A00%3A00.0000005Z": {Absent: "erasure", From: at},
	} {
		var out bytes.Buffer
		if n, err := c.Bundle(t.Context(), q, &out); err != nil || out.String() != want || n != int64(len(want)) {
			t.Errorf("%s: %s %v", want, out.String(), err)
		}
	}
	for _, q := range []frostgate.BundleQuery{{}, {Decision: "l-7", All: true}, {Subject: "ip:1", From: at}} {
		if _, err := c.Bundle(t.Context(), q, &bytes.Buffer{}); err == nil {
			t.Errorf("%+v was asked for", q)
		}
	}
}

func TestBundleThatBreaksOffIsAnError(t *testing.T) {
	t.Parallel()
	c, _ := server(t, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "frostgate.io/bundle/v1\n")
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
	var away *frostgate.UnreachableError
	if n, err := c.Bundle(t.Context(), frostgate.BundleQuery{All: true}, &bytes.Buffer{}); !errors.As(err, &away) || n == 0 {
		t.Errorf("%d bytes, %v", n, err)
	}
}

func TestBundleIsAskedForAgainWhenTheServerIsBusy(t *testing.T) {
	t.Parallel()
	tries := 0
	c, _ := server(t, func(w http.ResponseWriter, _ *http.Request) {
		if tries++; tries < 3 {
			problem(w, 503, "busy")
			return
		}
		fmt.Fprint(w, "bundle")
	})
	var out bytes.Buffer
	if _, err := c.Bundle(t.Context(), frostgate.BundleQuery{All: true}, &out); err != nil || out.String() != "bundle" {
		t.Errorf("%q %v", out.String(), err)
	}
}
