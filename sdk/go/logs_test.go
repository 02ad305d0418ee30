package frostgate_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"

	frostgate "frostgate.io/frostgate/sdk/go"
)

func TestLogFiles(t *testing.T) {
	t.Parallel()
	c, _ := server(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/v1/evidence/logs/l/tile/9/000" {
			problem(w, 404, "not_found")
			return
		}
		fmt.Fprint(w, r.URL.EscapedPath())
	})
	for want, call := range map[string]func() ([]byte, error){
		"/api/v1/evidence/logs/a%2Fb/tile/0/x001/000.p/7": func() ([]byte, error) { return c.LogFile(t.Context(), "a/b", "tile/0/x001/000.p/7") },
		"/api/v1/evidence/root/tile/entries/000":          func() ([]byte, error) { return c.RootFile(t.Context(), "tile/entries/000") },
		"/api/v1/evidence/root/checkpoint": func() ([]byte, error) {
			s, err := c.RootCheckpoint(t.Context())
			return []byte(s), err
		},
	} {
		if got, err := call(); err != nil || string(got) != want {
			t.Errorf("%s: %s %v", want, got, err)
		}
	}
	var p *frostgate.Problem
	if _, err := c.LogFile(t.Context(), "l", "tile/9/000"); !errors.As(err, &p) || p.Status != 404 {
		t.Errorf("what is not there: %v", err)
	}
}
