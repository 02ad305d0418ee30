package notify_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/notify"

	"github.com/google/go-cmp/cmp"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// The receiver's own library accepts our signature and refuses a changed body.
func TestStandardWebhooksLibraryVerifies(t *testing.T) {
	t.Parallel()
	l, e := &log{}, newEndpoint(t)
	clk := clock.NewFake(time.Now()) // the library compares with the wall clock
	clk.Rand = rand.NewChaCha8([32]byte{2})
	s := service(dbtest.OpenSQLite(t, clk), l, notify.Config{AllowPrivate: true})
	l.add(high("before"))
	w, secret := create(t, s, e.URL, notify.Filter{})
	l.add(high("rule:ssh_bruteforce"))
	if at := deliver(t, s, w.ID); at != 0 {
		t.Fatalf("a retry at %d", at)
	}
	lib, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"msg_" + w.ID + "_1"}, e.ids()); diff != "" {
		t.Fatalf("messages (-want +got):\n%s", diff)
	}
	if err := lib.Verify(e.bodies[0], e.got[0].Header); err != nil {
		t.Errorf("library: %v", err)
	}
	if err := lib.Verify(append(e.bodies[0], ' '), e.got[0].Header); err == nil {
		t.Error("library accepts a changed body")
	}
	want := `{"type":"decision.created","timestamp":"2026-03-01T12:00:00.000000Z","tenant_id":"tn_a","data":{"decision_id":"log-1","index":1,"severity":"high","title":"SSH brute force","summary":"s","action_taken":"blocked","gating":"allow","actions":["block_ip"],"rules":["rule:ssh_bruteforce"],"event_type":"auth","source":"sshd","url":""}}`
	if diff := cmp.Diff(want, string(e.bodies[0])); diff != "" {
		t.Errorf("body (-want +got):\n%s", diff)
	}
	got := get(t, s, w.ID)
	if got.Delivered != 1 || got.Status != notify.Active || got.NextIndex != 2 || got.LastStatus != 200 {
		t.Errorf("state: %+v", got)
	}
}

// The example of the Standard Webhooks specification.
func TestSignatureOfTheSpecification(t *testing.T) {
	t.Parallel()
	lib, err := standardwebhooks.NewWebhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		t.Fatal(err)
	}
	body := []byte(`{"test": 2432232314}`)
	want, err := lib.Sign("msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), body)
	if err != nil || want != "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" {
		t.Fatalf("library: %s, %v", want, err)
	}
	key := []byte("\x31\xf2\x90\xf6\xbf\x06\x29\x8a\xab\x4f\x08\xd4\x3c\x3f\x08\x2c\xf6\x48\xa3\x62\xda\x2d\xa4\xb0")
	if got := notify.Sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body); got != want {
		t.Errorf("signature %s, want %s", got, want)
	}
}
