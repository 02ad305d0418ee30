package httpapi

import (
	"net/url"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/fault"
)

func TestWhatDecisionsAreAbout(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	f.brute(t, adminA, "203.0.113.9", 2)
	var rows list[decisionRow]
	f.do(t, adminA, "GET", prefixV1+"/decisions?order=gravest&limit=1", "").into(t, &rows)
	if len(rows.Items) != 1 || rows.NextCursor == "" || rows.Items[0].EventType != "auth" {
		t.Fatalf("gravest: %+v", rows)
	}
	if strings.Join(rows.Items[0].RuleTitles, "") == "" {
		t.Errorf("a scenario has a title in a list too: %+v", rows.Items[0])
	}
	first := rows.Items[0].ID
	f.do(t, adminA, "GET", prefixV1+"/decisions?order=gravest&limit=1&cursor="+rows.NextCursor, "").into(t, &rows)
	if len(rows.Items) != 1 || rows.Items[0].ID == first {
		t.Fatalf("the page after: %+v", rows)
	}
	ask := prefixV1 + "/decisions/about?" + url.Values{"id": {first, rows.Items[0].ID}}.Encode()
	var got aboutAnswer
	f.do(t, adminA, "GET", ask, "").into(t, &got)
	if len(got.Items) != 2 || got.Items[0].ID != first || got.Items[0].Subjects[0].Value != "203.0.113.9" || got.Items[0].Mitigations[0].Action != "block_ip" {
		t.Errorf("about: %+v", got)
	}
	f.do(t, adminA, "GET", prefixV1+"/decisions?order=gravest&q=203.0.113.9", "").into(t, &rows)
	if len(rows.Items) != 2 {
		t.Errorf("the gravest of an address: %+v", rows)
	}
	// Another tenant's key learns nothing of it.
	f.do(t, adminB, "GET", ask, "").into(t, &got)
	if len(got.Items) != 0 {
		t.Errorf("another tenant: %+v", got)
	}
	f.do(t, adminA, "GET", prefixV1+"/decisions/about?id=x", "").want(t, 400, fault.Invalid)
	f.do(t, adminA, "GET", prefixV1+"/decisions/about?"+strings.Repeat("id=0000000000000000-1&", 101), "").want(t, 400, fault.Invalid)
}
