package frostgate_test

import (
	"fmt"
	"net/http"
	"testing"

	frostgate "frostgate.io/frostgate/sdk/go"
)

func TestSigningKeys(t *testing.T) {
	t.Parallel()
	c, _ := server(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api/v1/evidence/signing-keys" {
			t.Errorf("asked %s", r.URL.Path)
		}
		fmt.Fprint(w, `{"items":[
			{"id":"0a1b2c3d","vkey":"n+0a1b2c3d+x","state":"revoked","issued_index":0,"issued_at":"2026-03-01T12:00:00Z","ended_index":7,"reason":"stolen"},
			{"id":"4e5f6a7b","vkey":"n+4e5f6a7b+y","state":"active","since":"2026-03-02T12:00:00Z","issued_index":5}]}`)
	})
	var keys []frostgate.SigningKey
	for k, err := range c.SigningKeys(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, k)
	}
	if len(keys) != 2 || *keys[0].EndedIndex != 7 || keys[0].Reason != "stolen" || keys[1].EndedIndex != nil || keys[1].Since.IsZero() {
		t.Errorf("keys: %+v", keys)
	}
}
