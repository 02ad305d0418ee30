package frostgate_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	frostgate "frostgate.io/frostgate/sdk/go"
)

// TestChainAndReplayGoOnToTheEnd: both come in parts, and the caller sees one.
func TestChainAndReplayGoOnToTheEnd(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/v1/forensics/chain/verify", func(w http.ResponseWriter, r *http.Request) {
		next := map[string]string{"0": `,"rows_next":20`, "20": `,"rows_next":40`, "40": ``}[r.URL.Query().Get("rows_from")]
		fmt.Fprintf(w, `{"log":"l","size":50,"valid":true,"rows_checked":7%s}`, next)
	})
	mux.HandleFunc("POST /api/v1/forensics/replay", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if strings.Contains(string(body), `"cursor":"c"`) {
			fmt.Fprint(w, `{"items":[{"decision_id":"l-2","outcome":"different","fields":[{"path":"score","recorded":90}]}]}`)
			return
		}
		fmt.Fprint(w, `{"items":[{"decision_id":"l-1","outcome":"same","same":true,"fields":[]}],"next_cursor":"c"}`)
	})
	srv := httptest.NewServer(mux)
	defer srv.Close()
	c, err := frostgate.New(srv.URL, "k")
	if err != nil {
		t.Fatal(err)
	}
	v, err := c.VerifyChain(t.Context())
	if err != nil || v.RowsChecked != 21 || v.RowsNext != nil {
		t.Errorf("chain %+v, %v", v, err)
	}
	all, err := frostgate.Collect(c.Replay(t.Context(), frostgate.ReplayRequest{From: time.Unix(1, 0)}, 1), 0)
	if err != nil || len(all) != 2 || !all[0].Same || string(all[1].Fields[0].Recorded) != "90" || all[1].Fields[0].Replayed != nil {
		t.Errorf("replay %+v, %v", all, err)
	}
}
