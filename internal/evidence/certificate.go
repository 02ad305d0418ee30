package evidence

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/receipt"
)

// Certificate says what was erased, what was kept and why, and how to make
// backups forget too. It is put together from the erasure's artifacts, whose
// receipts prove it to a stranger.
type Certificate struct {
	ID          string // log ID and index of the first artifact; empty for a plan
	Tenant      domain.TenantID
	Log         string
	At          domain.Micros
	RequestedBy domain.PrincipalID
	Reason      string
	SubjectKind domain.SubjectKind
	Subject     string // hex HMAC under the tenant's index key
	Payloads    uint64 // destroyed; in a plan: to be destroyed
	AlreadyGone uint64 // leaves of the subject whose payload was gone before
	Ranges      [][2]uint64
	Copies      []Copy
	KeyVersions []KeyVersion
	MasterKey   string // that wrapped the payload keys then
	Parts       []uint64
	Complete    bool // false: it was interrupted; erasing again does the rest
	Backups     string
	Warning     string // what is left to do, if anything
	Receipts    []*receipt.Receipt
}

func certificateID(log string, index uint64) string {
	return log + "-" + strconv.FormatUint(index, 10)
}

// certificate is the plan as a certificate that certifies nothing yet.
func (p *erasurePlan) certificate(tenant domain.TenantID, reason string) *Certificate {
	doc := p.document("", 0)
	c := &Certificate{Tenant: tenant, Log: p.keys.LogID, Reason: reason, SubjectKind: p.subject.Kind, Subject: fmt.Sprintf("%x", p.mac[:])}
	c.take(doc)
	c.Ranges, c.Payloads = rangesOf(p.there), doc.Leaves
	c.Complete = false
	c.Backups = "Nothing is erased yet. " + strings.Replace(c.Backups, "The live store holds neither the sealed payloads nor their content keys any more.",
		"The live store will then hold neither the sealed payloads nor their content keys.", 1)
	return c
}

func (c *Certificate) take(doc *certificateDoc) {
	c.AlreadyGone, c.Copies, c.KeyVersions, c.MasterKey = doc.AlreadyGone, doc.Copies, doc.KeyVersions, doc.MasterKey
	version := int64(0)
	for _, v := range doc.KeyVersions {
		version = max(version, v.Version)
	}
	c.Backups = fmt.Sprintf("The live store holds neither the sealed payloads nor their content keys any more. A backup made earlier still holds both, "+
		"wrapped under payload key version %d, which %s opens. Delete those backups; or run `frostgate evidence rekey`, "+
		"rotate the master key and destroy the old one with all copies of its file: then no backup opens what was erased.", version, orThat(c.MasterKey))
	if len(c.Copies) == 0 {
		c.Copies = []Copy{}
	}
}

func orThat(master string) string {
	if master == "" {
		return "the key folder's master key"
	}
	return "master key " + master
}

// Certificate returns the certificate of the erasure whose first artifact has
// an index.
func (x *Disposal) Certificate(ctx context.Context, tenant domain.TenantID, first uint64) (*Certificate, error) {
	k, err := x.keys.Keys(ctx, tenant)
	if err != nil {
		return nil, err
	}
	c := &Certificate{ID: certificateID(k.LogID, first), Tenant: tenant, Log: k.LogID, Ranges: [][2]uint64{}}
	err = x.db.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		err := tx.ForEach(ctx, `SELECT idx FROM erasure WHERE tenant_id = $1 AND cert_idx = $2 ORDER BY idx`, []any{tenant, int64(first)}, func(s db.Scanner) error {
			var idx int64
			err := s.Scan(&idx)
			c.Parts = append(c.Parts, uint64(idx))
			return err
		})
		if err == nil && len(c.Parts) == 0 {
			err = fault.New(fault.NotFound, "the tenant has no erasure %s", c.ID)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	defer func() {
		if x.db.Engine == db.Postgres {
			c.Backups += " PostgreSQL keeps the bytes of deleted rows in its files until their room is used again: VACUUM FULL payload ends them."
		}
	}()
	for n, idx := range c.Parts {
		rc, err := x.log.Receipt(ctx, tenant, idx, true)
		if err != nil {
			return nil, fmt.Errorf("certificate %s: %w", c.ID, err)
		}
		c.Receipts = append(c.Receipts, rc)
		if err := c.addPart(rc, n == 0); err != nil {
			return nil, fmt.Errorf("certificate %s, entry %d: %w", c.ID, idx, err)
		}
	}
	return c, nil
}

// addPart takes in what one artifact says.
func (c *Certificate) addPart(rc *receipt.Receipt, first bool) error {
	h, err := receipt.ParseHeader([]byte(rc.Entry))
	if err != nil {
		return err
	}
	var groups []Group
	for name, o := range rc.Openings {
		groups = append(groups, Group{Name: name, Value: []byte(o.Value)})
	}
	var part erasureDoc
	if err := decodeGroup(groups, groupErasure, &part); err != nil {
		return err
	}
	c.Ranges = append(c.Ranges, part.Indexes...)
	for _, r := range part.Indexes {
		c.Payloads += r[1] - r[0] + 1
	}
	if !first {
		return nil
	}
	var doc certificateDoc
	if err := decodeGroup(groups, groupCertificate, &doc); err != nil {
		return err
	}
	c.At, c.RequestedBy, c.Reason = domain.Micros(h.Time), part.RequestedBy, part.Reason
	c.Subject, c.SubjectKind = part.Subject, part.SubjectKind
	c.take(&doc)
	c.Complete = len(c.Parts) == doc.Parts
	return nil
}

// CertificateIndex finds the index in a certificate's ID.
func (x *Disposal) CertificateIndex(ctx context.Context, tenant domain.TenantID, id string) (uint64, error) {
	k, err := x.keys.Keys(ctx, tenant)
	if err != nil {
		return 0, err
	}
	text, ok := strings.CutPrefix(id, k.LogID+"-")
	index, err := strconv.ParseUint(text, 10, 63)
	if !ok || err != nil || certificateID(k.LogID, index) != id {
		return 0, fault.New(fault.NotFound, "the tenant has no erasure %.80q", id)
	}
	return index, nil
}

// Erasure is one line of the list of erasures.
type Erasure struct {
	ID    string
	At    domain.Micros
	Parts int64
}

const erasureList = "erasures"

// Erasures lists a tenant's erasures, newest first, and gives the cursor of the
// next page (empty at the end).
func (x *Disposal) Erasures(ctx context.Context, tenant domain.TenantID, cursor string, limit int) ([]Erasure, string, error) {
	k, err := x.keys.Keys(ctx, tenant)
	if err != nil {
		return nil, "", err
	}
	below := int64(1) << 62
	if err := db.DecodeCursor(erasureList, cursor, &below); err != nil {
		return nil, "", err
	}
	size := db.PageSize(limit)
	var out []Erasure
	var at []int64
	err = x.db.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		return tx.ForEach(ctx, `SELECT e.cert_idx, count(*), min(a.at) FROM erasure e JOIN artifact a ON a.tenant_id = e.tenant_id AND a.idx = e.cert_idx
			WHERE e.tenant_id = $1 AND e.cert_idx < $2 GROUP BY e.cert_idx ORDER BY e.cert_idx DESC LIMIT $3`, []any{tenant, below, size + 1}, func(s db.Scanner) error {
			var idx int64
			var e Erasure
			err := s.Scan(&idx, &e.Parts, &e.At)
			e.ID = certificateID(k.LogID, uint64(idx))
			out, at = append(out, e), append(at, idx)
			return err
		})
	})
	if err != nil {
		return nil, "", fmt.Errorf("list erasures: %w", err)
	}
	if len(out) <= size {
		return out, "", nil
	}
	return out[:size], db.EncodeCursor(erasureList, at[size-1]), nil
}
