package governance

import (
	"bytes"
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

func TestDocumentVersionsNeverChange(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		ctx := context.Background()
		n := NewDocument{Kind: KindPolicy, Name: "extra", Version: "1", Content: []byte("package frostgate.defend\n")}
		first, err := f.Put(ctx, tenantA, n, f.actor())
		if err != nil {
			t.Fatal(err)
		}
		if again, err := f.Put(ctx, tenantA, n, f.actor()); err != nil || again != first {
			t.Errorf("the same again: %+v, %v", again, err)
		}
		other := n
		other.Content = []byte("package frostgate.defend\n\n")
		_, err = f.Put(ctx, tenantA, other, f.actor())
		wantCode(t, err, fault.Conflict)
		if _, err := f.Put(ctx, tenantB, other, f.actor()); err != nil {
			t.Errorf("another tenant's version: %v", err)
		}
		d, err := f.Document(ctx, tenantA, first.Hash)
		if err != nil || !bytes.Equal(d.Content, n.Content) || d.CreatedBy != "anna" || !f.signedBy(d.SignedBy, documentText(tenantA, first)) {
			t.Errorf("read back: %+v, %v", d, err)
		}
		if n := f.count("SELECT count(*) FROM artifact WHERE tenant_id = $1 AND kind = 'document'", tenantA); n != 1 {
			t.Errorf("%d artifacts of one document", n)
		}
	})
}

func TestConcurrentPutsAgreeOnOneContent(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		ctx := context.Background()
		var stored atomic.Int64
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				n := NewDocument{Kind: KindPolicy, Name: "p", Version: "1", Content: []byte{byte('a' + i%2)}}
				_, err := f.Put(ctx, tenantA, n, f.actor())
				switch fault.CodeOf(err) {
				case "":
					stored.Add(1)
				case fault.Conflict:
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := f.count("SELECT count(*) FROM document WHERE tenant_id = $1", tenantA); n != 1 || stored.Load() != 4 {
			t.Errorf("%d rows, %d agreed", n, stored.Load())
		}
	})
}

func TestDocumentsOfOneTenantAreHiddenFromAnother(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		ctx := context.Background()
		own := f.publish(tenantA, points("2", 70))
		_, err := f.Document(ctx, tenantB, own.Hash)
		wantCode(t, err, fault.NotFound)
		_, err = f.Ruleset(ctx, tenantB, own.Hash)
		wantCode(t, err, fault.NotFound)
		_, err = f.ByHash(ctx, tenantB, own.Hash) // compiled already, for A
		wantCode(t, err, fault.NotFound)
		_, err = f.Activate(ctx, tenantB, own.Hash, AnyGeneration, f.actor())
		wantCode(t, err, fault.NotFound)
		info, err := f.Ruleset(ctx, tenantA, own.Hash)
		if err != nil || len(info.Documents) != 4 || info.Rules.Version != "2" {
			t.Fatalf("own ruleset: %+v, %v", info, err)
		}
		// A ruleset of B can't be made of A's documents.
		i := slices.IndexFunc(info.Documents, func(r Ref) bool { return r.Kind == KindScenarios })
		n := points("3", 60)
		n.Refs, n.Documents = append(n.Refs, info.Documents[i]), nil
		_, err = f.Publish(ctx, tenantB, n, f.actor())
		wantCode(t, err, fault.Invalid)

		for tenant, want := range map[domain.TenantID]int{tenantA: 7, tenantB: 5} {
			var seen []domain.Hash
			cursor := ""
			for {
				page, next, err := f.Documents(ctx, tenant, "", cursor, 2)
				if err != nil {
					t.Fatal(err)
				}
				for _, d := range page {
					seen = append(seen, d.Hash)
					if d.Tenant != "" && d.Tenant != tenant {
						t.Errorf("%s sees a document of %s", tenant, d.Tenant)
					}
				}
				if cursor = next; next == "" {
					break
				}
			}
			slices.Sort(seen)
			if len(slices.Compact(seen)) != want {
				t.Errorf("%s sees %d documents, want %d", tenant, len(seen), want)
			}
		}
		// Row-level security is the wall behind the WHERE clause.
		if f.DB.Engine == db.Postgres {
			for _, q := range []string{
				"SELECT count(*) FROM document WHERE tenant_id <> $1 AND tenant_id <> ''",
				"SELECT count(*) FROM document_pointer WHERE tenant_id <> $1",
			} {
				var leaked int64
				if err := f.DB.InReadTx(ctx, tenantB, func(tx *db.Tx) error {
					_, err := tx.Get(ctx, q, []any{tenantB}, &leaked)
					return err
				}); err != nil || leaked != 0 {
					t.Errorf("%s: %d rows, %v", q, leaked, err)
				}
			}
			// A tenant can't write a platform document.
			err := f.DB.InTx(ctx, tenantB, func(tx *db.Tx) error {
				_, err := tx.Exec(ctx, "INSERT INTO document ("+documentColumns+") VALUES ('', 'policy', $1, '1', 'x', 'x', '', '', 1)", tenantB)
				return err
			})
			if err == nil {
				t.Error("a tenant wrote a platform document")
			}
		}
	})
}

func TestDocumentIsRefused(t *testing.T) {
	t.Parallel()
	good := NewDocument{Kind: KindPolicy, Name: "n", Version: "1", Content: []byte("x")}
	for field, change := range map[string]func(*NewDocument){
		"kind":    func(n *NewDocument) { n.Kind = KindMission },
		"name":    func(n *NewDocument) { n.Name = "a/b" },
		"version": func(n *NewDocument) { n.Version = "" },
		"content": func(n *NewDocument) { n.Content = make([]byte, MaxDocument+1) },
	} {
		n := good
		change(&n)
		fe, ok := n.check().(*fault.Error) //nolint:errorlint // exactly this error, unwrapped
		if !ok || fe.Field != field {
			t.Errorf("%s: %v", field, fe)
		}
	}
}

// FuzzParseRuleset and FuzzParseEnvelope: what is accepted is exactly what the
// encoder writes.
func FuzzParseRuleset(f *testing.F) {
	_, text, _, err := builtin()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"documents":[],"version":"1"}`))
	f.Add([]byte(`{"version":"1","documents":null}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		d, err := parseRuleset(content)
		if err != nil {
			return
		}
		again, err := d.encode()
		if err != nil || !bytes.Equal(again, content) {
			t.Fatalf("%q gives %q, %v", content, again, err)
		}
	})
}

func FuzzParseEnvelope(f *testing.F) {
	e := Envelope{ID: "m", Title: "T", StartsAt: 1, ExpiresAt: 2, Allowed: []string{"block_ip"}, Budget: 1, BlastCap: 500, Persona: domain.Guardian, Ring: domain.CUI}
	text, err := e.encode("tn_a")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"v":1}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		e, tenant, err := parseEnvelope(content)
		if err != nil {
			return
		}
		again, err := e.encode(tenant)
		if err != nil || !bytes.Equal(again, content) {
			t.Fatalf("%q gives %q, %v", content, again, err)
		}
	})
}
