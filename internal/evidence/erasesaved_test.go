package evidence

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/evidence/saved"
	"frostgate.io/frostgate/receipt"

	"github.com/go-json-experiment/json"
)

// saveCertificate is the file that `erasures show --out` writes.
func saveCertificate(t *testing.T, c *Certificate) string {
	t.Helper()
	type part struct {
		Index   uint64           `json:"index"`
		Receipt *receipt.Receipt `json:"receipt"`
	}
	doc := map[string]any{
		"id": c.ID, "log": c.Log, "reason": c.Reason, "subject_kind": c.SubjectKind, "subject": c.Subject, "payloads": c.Payloads,
		"already_gone": c.AlreadyGone, "indexes": c.Ranges, "complete": c.Complete, "key_versions": c.KeyVersions, "copies": c.Copies,
		"backups": c.Backups, "receipt": c.Receipts[0],
	}
	var parts []part
	for i, rc := range c.Receipts[1:] {
		parts = append(parts, part{c.Parts[i+1], rc})
	}
	if parts != nil {
		doc["parts"] = parts
	}
	b, err := json.Marshal(doc, json.Deterministic(true))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func verifyFile(t *testing.T, text string, trust receipt.Trust) (*saved.Outcome, error) {
	t.Helper()
	doc, err := saved.Read([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return doc.Verify(trust)
}

// A certificate says nothing that its artifacts do not say, also where they are
// several.
func TestSavedCertificateIsHeldAgainstItsOpenings(t *testing.T) {
	t.Parallel()
	f := newFixture(t, dbtest.OpenSQLite(t, fixedClock()))
	const n = eraseChunk + 10
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := w; i < n; i += 8 {
				f.about(t, fmt.Sprint(i), bob)
			}
		})
	}
	wg.Wait()
	c, err := f.disposal().Erase(context.Background(), "a", bob, "case 1", Actor{})
	if err != nil || len(c.Parts) != 2 {
		t.Fatalf("%+v %v", c, err)
	}
	trust := f.pins(t)
	file := saveCertificate(t, c)
	out, err := verifyFile(t, file, trust)
	if err != nil || !slices.Equal(out.NotCovered, []string{"backups"}) {
		t.Fatalf("%+v %v", out, err)
	}
	twice := *c
	twice.Receipts = []*receipt.Receipt{c.Receipts[0], c.Receipts[0]}
	first := strings.Index(file, `"parts":`)
	cut := file[:first] + file[first+strings.Index(file[first:], `],"payloads"`)+2:]
	for name, tc := range map[string]struct{ file, from, to, says string }{
		"the reason":      {file, `"reason":"case 1"`, `"reason":"case 2"`, "reason is"},
		"the subject":     {file, `"subject":"` + c.Subject[:4], `"subject":"0x00`, "subject is"},
		"its kind":        {file, `"subject_kind":"user"`, `"subject_kind":"host"`, "subject_kind is"},
		"the payloads":    {file, fmt.Sprintf(`"payloads":%d`, n), `"payloads":1`, "payloads is"},
		"already gone":    {file, `"already_gone":0`, `"already_gone":1`, "already_gone is"},
		"completeness":    {file, `"complete":true`, `"complete":false`, "complete is"},
		"the ID":          {file, `"id":"`, `"id":"x`, "id is"},
		"a key version":   {file, `"version":1`, `"version":2`, "version is"},
		"the copies":      {file, `"copies":[]`, `"copies":[{"what":"w","rows":1}]`, "copies is"},
		"an index":        {file, `"indexes":[[`, `"indexes":[[9`, "indexes"},
		"a part's index":  {file, fmt.Sprintf(`"parts":[{"index":%d`, c.Parts[1]), `"parts":[{"index":1`, "no such part"},
		"the same twice":  {saveCertificate(t, &twice), `"complete":true`, `"complete":true`, "no such part"},
		"a part left out": {cut, `"complete":true`, `"complete":true`, "complete is"},
	} {
		if !strings.Contains(tc.file, tc.from) {
			t.Fatalf("%s: no %q in the file", name, tc.from)
		}
		if out, err := verifyFile(t, strings.Replace(tc.file, tc.from, tc.to, 1), trust); err == nil || !strings.Contains(err.Error(), tc.says) {
			t.Errorf("%s: %v %+v", name, err, out.Checks)
		}
	}
	more := strings.Replace(file, `"reason":"case 1"`, `"reason":"case 1","note":"all is gone"`, 1)
	if out, err := verifyFile(t, more, trust); err != nil || !slices.Equal(out.NotCovered, []string{"backups", "note"}) {
		t.Errorf("%v %v", out.NotCovered, err)
	}
}
