package httpapi

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory/normal"
)

// policyLine is an invented Conditional Access policy as a line of an upload.
func policyLine(id, name, state string) string {
	return fmt.Sprintf(`{"place":"ConditionalAccess/%s.json","object":{"@odata.type":"#microsoft.graph.conditionalAccessPolicy","id":%q,"displayName":%q,"state":%q,`+
		`"conditions":{"users":{"includeUsers":["All"]},"applications":{"includeApplications":["All"]}},"grantControls":{"operator":"OR","builtInControls":["mfa"]}}}`, id, id, name, state)
}

const lines = "application/x-ndjson"

// observed uploads a run of the policies and folders.
func (f *fixture) observed(t testing.TB, key, query string, objects ...string) runDetail {
	t.Helper()
	body := strings.Join(objects, "\n") + "\n" + `{"folder":"ConditionalAccess"}` + "\n" + fmt.Sprintf(`{"end":{"objects":%d}}`, len(objects)) + "\n"
	a := f.do(t, key, "POST", "/api/v1/inventory/runs?"+query, body, "Content-Type", lines)
	if a.status != http.StatusCreated {
		t.Fatalf("run: %d %s", a.status, a.body)
	}
	var r runDetail
	if err := json.Unmarshal(a.body, &r); err != nil {
		t.Fatal(err)
	}
	if loc := a.header.Get("Location"); loc != "/api/v1/inventory/runs/"+r.ID {
		t.Errorf("location %q", loc)
	}
	return r
}

const directory = "source=directory&name=m365"

func TestARunOverHTTP(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	one := policyLine("p1", "MFA for all", "enabled")
	broken := `{"failed":{"place":"ConditionalAccess/bad.json","type":"identity/conditionalAccess/policies","reason":"not JSON"}}`
	r := f.observed(t, adminA, directory, one, policyLine("p2", "Legacy off", "enabled"))
	if r.State != "closed" || r.Objects != 2 || r.New != 2 || r.Source != "directory/m365" || len(r.Snapshot) != 64 || r.Entry == nil || !r.Projected || !r.Compared ||
		len(r.Drift) != 1 || r.Drift[0].New != 0 || r.Drift[0].BaselineName == "" || r.Tenant != string(tenantA) {
		t.Fatalf("first run %+v", r)
	}
	f.clk.Advance(time.Hour)
	r = f.observed(t, adminA, directory, one, policyLine("p2", "Legacy off", "disabled"))
	if r.Changed != 1 || r.Drift[0].Changed != 1 || r.Drift[0].New != 1 || r.Coverage[0].Label != "Conditional Access" || r.Coverage[0].Status != "complete" {
		t.Fatalf("second run %+v", r)
	}
	f.clk.Advance(time.Hour)
	a := f.do(t, adminA, "POST", "/api/v1/inventory/runs?"+directory, one+"\n"+one+"\n"+broken+"\n"+`{"end":{"objects":2}}`, "Content-Type", lines)
	a.into(t, &r)
	if r.Quarantined != 1 || r.Duplicates != 1 || r.Quarantine[0].Reason != "not JSON" || r.Duplicate[0].ID != "p1" || len(r.Duplicate[0].Hashes) != 2 || r.Missing != 0 || r.Unknown == 0 {
		t.Errorf("third run %+v", r)
	}
	var again runDetail
	f.do(t, adminA, "GET", "/api/v1/inventory/runs/"+r.ID, "").into(t, &again)
	if again.Snapshot != r.Snapshot || len(again.Quarantine) != 1 || len(again.Drift) != 1 {
		t.Errorf("read again %+v", again)
	}
	var runs list[runView]
	f.do(t, adminA, "GET", "/api/v1/inventory/runs?limit=2&source=directory/m365&state=closed", "").into(t, &runs)
	if len(runs.Items) != 2 || runs.Items[0].ID != r.ID || runs.NextCursor == "" {
		t.Fatalf("runs %+v", runs)
	}
	f.do(t, adminA, "GET", "/api/v1/inventory/runs?cursor="+runs.NextCursor, "").into(t, &runs)
	if len(runs.Items) != 1 || runs.Items[0].Seq != 1 {
		t.Errorf("last page %+v", runs)
	}
	var sources list[sourceView]
	f.do(t, adminA, "GET", "/api/v1/inventory/sources", "").into(t, &sources)
	if len(sources.Items) != 1 || sources.Items[0].Runs != 3 || sources.Items[0].Last.ID != r.ID {
		t.Errorf("sources %+v", sources)
	}
}

func TestWhatWasObservedIsRead(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	f.observed(t, adminA, directory, policyLine("p1", "MFA for all", "enabled"), policyLine("p2", "Legacy off", "enabled"))
	f.clk.Advance(time.Hour)
	r := f.observed(t, adminA, directory, policyLine("p1", "MFA for all", "disabled"), policyLine("p2", "Legacy off", "enabled"))
	var items list[itemView]
	for query, n := range map[string]int{"": 2, "?type=Conditional+Access": 2, "?q=mfa": 1, "?state=missing": 0, "?source=directory/other": 0, "?limit=1": 1} {
		items = list[itemView]{}
		f.do(t, adminA, "GET", "/api/v1/inventory/items"+query, "").into(t, &items)
		if len(items.Items) != n {
			t.Errorf("items%s: %+v", query, items)
		}
	}
	var it itemDetail
	for _, query := range []string{"id=p1", "id=mfa%20for%20all", "source=directory/m365&type=Conditional+Access&id=p1"} {
		it = itemDetail{}
		f.do(t, adminA, "GET", "/api/v1/inventory/item?"+query, "").into(t, &it)
		if it.ID != "p1" || it.State != "present" || !bytes.Contains(it.Content, []byte(`"disabled"`)) || len(it.Changes) == 0 || it.Changes[0].Run != r.ID {
			t.Errorf("%s: %+v", query, it)
		}
	}
	f.do(t, adminA, "GET", "/api/v1/inventory/item?id=nobody", "").want(t, http.StatusNotFound, fault.NotFound)
	f.do(t, adminA, "GET", "/api/v1/inventory/item", "").want(t, http.StatusBadRequest, fault.Invalid)
	f.observed(t, adminA, "source=directory&name=other", policyLine("p1", "MFA for all", "enabled"))
	f.do(t, adminA, "GET", "/api/v1/inventory/item?id=p1", "").want(t, http.StatusConflict, fault.Conflict)
	var cov list[typeCoverage]
	f.do(t, adminA, "GET", "/api/v1/inventory/coverage?source=directory/m365", "").into(t, &cov)
	if len(cov.Items) != 1 || cov.Items[0].Run != r.ID || cov.Items[0].CompleteRun != r.ID {
		t.Errorf("coverage %+v", cov)
	}
	var types list[typeView]
	f.do(t, adminA, "GET", "/api/v1/inventory/types", "").into(t, &types)
	if len(types.Items) < 20 {
		t.Errorf("%d types", len(types.Items))
	}
}

// A snapshot is the same file wherever it is, and its hash is what it is named by.
func TestSnapshotsTravel(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	r := f.observed(t, adminA, directory, policyLine("p1", "MFA for all", "enabled"))
	file := f.do(t, adminA, "GET", "/api/v1/inventory/snapshots/"+r.Snapshot+"/export", "")
	if file.status != http.StatusOK || file.header.Get("Content-Type") != lines || !strings.Contains(file.header.Get("Content-Disposition"), r.Snapshot[:16]) {
		t.Fatalf("export: %d %v", file.status, file.header)
	}
	a := f.do(t, adminB, "POST", "/api/v1/inventory/snapshots/import", string(file.body), "Content-Type", lines)
	var d snapshotDetail
	if a.into(t, &d); a.status != http.StatusCreated || d.Root != r.Snapshot || d.Tenant != string(tenantB) || d.Objects != 1 || a.header.Get("Location") != "/api/v1/inventory/snapshots/"+r.Snapshot {
		t.Fatalf("import: %d %s", a.status, a.body)
	}
	back := f.do(t, adminB, "GET", "/api/v1/inventory/snapshots/"+r.Snapshot+"/export", "")
	if !bytes.Equal(back.body, file.body) {
		t.Error("the file is not the same after a journey")
	}
	var shots list[inventorySnapshot]
	f.do(t, adminB, "GET", "/api/v1/inventory/snapshots", "").into(t, &shots)
	if len(shots.Items) != 1 || !shots.Items[0].Imported {
		t.Errorf("snapshots %+v", shots)
	}
	forged := bytes.Replace(file.body, []byte("MFA for all"), []byte("MFA for one"), 1)
	for _, body := range []string{string(forged), string(file.body[:len(file.body)/2]), "{}", "", `{"id":"x"}`, "no JSON"} {
		if a := f.do(t, adminA, "POST", "/api/v1/inventory/snapshots/import", body, "Content-Type", lines); a.status/100 != 4 {
			t.Errorf("%.40q was taken: %d %s", body, a.status, a.body)
		}
	}
	f.do(t, adminA, "GET", "/api/v1/inventory/snapshots/xyz", "").want(t, http.StatusBadRequest, fault.Invalid)
}

// What one tenant observed does not exist for another, under any name.
func TestInventoryIsEachTenantsOwn(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	r := f.observed(t, adminA, directory, policyLine("p1", "MFA for all", "enabled"))
	for _, path := range []string{"runs/" + r.ID, "snapshots/" + r.Snapshot, "snapshots/" + r.Snapshot + "/export", "item?id=p1", "item?source=directory/m365&type=identity/conditionalAccess/policies&id=p1"} {
		f.do(t, adminB, "GET", "/api/v1/inventory/"+path, "").want(t, http.StatusNotFound, fault.NotFound)
		sep := "?"
		if strings.Contains(path, "?") {
			sep = "&"
		}
		f.do(t, adminB, "GET", "/api/v1/inventory/"+path+sep+"tenant="+string(tenantA), "").want(t, http.StatusNotFound, fault.NotFound)
	}
	for _, path := range []string{"runs", "items", "coverage", "sources", "snapshots"} {
		var page list[map[string]any]
		f.do(t, adminB, "GET", "/api/v1/inventory/"+path, "").into(t, &page)
		if len(page.Items) != 0 {
			t.Errorf("%s: tenant B sees %v", path, page.Items)
		}
		f.do(t, adminB, "GET", "/api/v1/inventory/"+path+"?tenant="+string(tenantA), "").want(t, http.StatusNotFound, fault.NotFound)
		f.do(t, adminA, "GET", "/api/v1/inventory/"+path+"?tenant=all", "").want(t, http.StatusBadRequest, fault.Invalid)
	}
	f.keys.add("reader", tenantA, domain.ScopeInventoryRead, domain.ScopeDriftRead)
	f.do(t, "reader", "POST", "/api/v1/inventory/runs?"+directory, policyLine("p1", "x", "enabled")).want(t, http.StatusForbidden, fault.Forbidden)
	f.do(t, "reader", "POST", "/api/v1/inventory/snapshots/import", "{}").want(t, http.StatusForbidden, fault.Forbidden)
	// Whoever may not read drift sees what was observed, not what drifted.
	f.keys.add("observer", tenantA, domain.ScopeInventoryRead)
	var d runDetail
	f.do(t, "observer", "GET", "/api/v1/inventory/runs/"+r.ID, "").into(t, &d)
	if d.ID != r.ID || len(d.Drift) != 0 {
		t.Errorf("run %+v", d)
	}
}

func TestUploadsAreHeldToTheirForm(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	post := func(query, body string, headers ...string) *answer {
		return f.do(t, adminA, "POST", "/api/v1/inventory/runs?"+query, body, headers...)
	}
	post("source=graph", "{}").want(t, http.StatusNotImplemented, fault.Unsupported)
	post("source=nosuch", "{}").want(t, http.StatusNotImplemented, fault.Unsupported)
	post("kind=directory", "{}").want(t, http.StatusBadRequest, fault.Invalid)
	post("name=a/b", "{}").want(t, http.StatusBadRequest, fault.Invalid)
	post("name=x&name=y", "{}").want(t, http.StatusBadRequest, fault.Invalid)
	post("filter.=x", "{}").want(t, http.StatusBadRequest, fault.Invalid)
	post(directory, "{}", "Content-Encoding", "gzip").want(t, http.StatusUnsupportedMediaType, codeMedia)
	post(directory, "{}", "Content-Type", "image/png").want(t, http.StatusUnsupportedMediaType, codeMedia)
	post(directory, `{"end":{"objects":2}}`).want(t, http.StatusBadRequest, fault.Invalid)
	var runs list[runView]
	f.do(t, adminA, "GET", "/api/v1/inventory/runs?state=aborted", "").into(t, &runs)
	if len(runs.Items) != 1 || !strings.Contains(runs.Items[0].Error, "2") || runs.Items[0].Snapshot != "" {
		t.Errorf("aborted %+v", runs.Items)
	}
	// A line beyond the limit is quarantined; the others count.
	huge := `{"object":{"id":"h","x":"` + strings.Repeat("x", normal.MaxObject) + `"}}`
	var r runDetail
	post(directory, huge+"\n"+policyLine("p1", "MFA", "enabled")+"\n"+`{"end":{"objects":2}}`).into(t, &r)
	if r.Quarantined != 1 || r.Objects != 1 {
		t.Errorf("a huge line: %+v", r.runView)
	}
	for range f.observes.perTenant {
		done, err := f.observes.take(tenantA)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(done)
	}
	post(directory, "{}").want(t, http.StatusServiceUnavailable, fault.Busy)
	f.do(t, adminA, "POST", "/api/v1/inventory/snapshots/import", "{}").want(t, http.StatusServiceUnavailable, fault.Busy)
	for _, path := range []string{"runs?cursor=nonsense", "items?cursor=nonsense", "snapshots?cursor=nonsense", "items?limit=0", "items?limit=501", "runs?state=x", "items?q=%00"} {
		f.do(t, adminA, "GET", "/api/v1/inventory/"+path, "").want(t, http.StatusBadRequest, fault.Invalid)
	}
}

// A body that breaks off aborts its run: it is in the list with its reason, and
// the next run may begin.
func TestABrokenUploadIsAborted(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	u, err := url.Parse(f.url)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	line := policyLine("p1", "MFA", "enabled") + "\n"
	fmt.Fprintf(conn, "POST /api/v1/inventory/runs?%s HTTP/1.1\r\nHost: x\r\nX-API-Key: %s\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n", directory, adminA, len(line), line)
	var runs list[runView]
	for len(runs.Items) == 0 {
		f.do(t, adminA, "GET", "/api/v1/inventory/runs?state=open", "").into(t, &runs)
	}
	f.do(t, adminA, "POST", "/api/v1/inventory/runs?"+directory, line).want(t, http.StatusConflict, fault.Conflict)
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	for runs = (list[runView]{}); len(runs.Items) == 0; {
		f.do(t, adminA, "GET", "/api/v1/inventory/runs?state=aborted", "").into(t, &runs)
	}
	if r := runs.Items[0]; r.Error == "" || r.Snapshot != "" || r.Objects != 0 {
		t.Errorf("aborted run %+v", r)
	}
	if r := f.observed(t, adminA, directory, policyLine("p1", "MFA", "enabled")); r.New != 1 {
		t.Errorf("the next run %+v", r)
	}
}

// A key that is revoked while its run is coming in ends the run.
func TestAnUploadDoesNotOutliveItsKey(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	f.keys.add("shipper", tenantA, domain.ScopeInventoryWrite)
	in, out := io.Pipe()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, "POST", f.url+"/api/v1/inventory/runs?"+directory, in)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-API-Key", "shipper")
	go func() {
		defer out.Close()
		for i := 0; ; i++ {
			if i == 2 {
				f.keys.remove("shipper")
			}
			if _, err := io.WriteString(out, policyLine(fmt.Sprint("p", i), "x", "enabled")+"\n"); err != nil {
				return
			}
			select {
			case <-ctx.Done():
				return
			case <-time.After(200 * time.Millisecond):
			}
		}
	}()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(bufio.NewReader(res.Body))
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatal(err)
	}
	if res.StatusCode != http.StatusUnauthorized {
		t.Errorf("%d %s", res.StatusCode, text)
	}
	_ = in.Close()
	var runs list[runView]
	f.do(t, adminA, "GET", "/api/v1/inventory/runs", "").into(t, &runs)
	if len(runs.Items) != 1 || runs.Items[0].State != "aborted" {
		t.Errorf("runs %+v", runs.Items)
	}
}
