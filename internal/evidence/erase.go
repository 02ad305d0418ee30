package evidence

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

// eraseChunk bounds the leaves of one artifact and its transaction, in which
// live decisions wait.
const eraseChunk = 256

// maxReason bounds the text that says why.
const maxReason = 500

// scrubWait bounds how long an erasure waits for readers of old pages, and
// certifyWait how long it then reads its certificate.
const (
	scrubWait   = 10 * time.Second
	certifyWait = 10 * time.Second
)

// erasurePlan is what an erasure found.
type erasurePlan struct {
	subject domain.Subject
	mac     MAC
	keys    *TenantKeys
	size    uint64   // of the log when it was searched
	leaves  []uint64 // all that speak of the subject
	there   []uint64 // those of them whose payload is there
	copies  []Copy
}

// PlanErasure says what Erase would do, and changes nothing.
func (x *Disposal) PlanErasure(ctx context.Context, tenant domain.TenantID, s domain.Subject, reason string) (*Certificate, error) {
	p, err := x.plan(ctx, tenant, s, reason)
	if err != nil {
		return nil, err
	}
	return p.certificate(tenant, reason), nil
}

// Erase destroys the payload of every decision that speaks of a subject, whoever
// else it speaks of, and the subject's index rows. What a decision says in the
// clear (its time, verdict, rules) and all proofs stay. Decisions that come in
// later are recorded as ever. Each artifact and what it destroys are one
// transaction, so that after a crash running it again does the rest.
func (x *Disposal) Erase(ctx context.Context, tenant domain.TenantID, s domain.Subject, reason string, by Actor) (*Certificate, error) {
	first, err := x.carryOut(ctx, tenant, s, reason, by)
	if err != nil {
		return nil, err
	}
	return x.finish(ctx, tenant, first)
}

// carryOut is the part of an erasure that destroys. Whoever waits for its turn
// waits for this alone, not for the scrub behind it.
func (x *Disposal) carryOut(ctx context.Context, tenant domain.TenantID, s domain.Subject, reason string, by Actor) (first uint64, err error) {
	x.turn.Lock()
	defer x.turn.Unlock()
	p, err := x.plan(ctx, tenant, s, reason)
	if err != nil {
		return 0, err
	}
	return x.eraseParts(ctx, tenant, p, reason, by)
}

// finish scrubs the files and reads the certificate. The erasure is done and
// said: a caller that has gone, or whose time is up, changes nothing of that, so
// both have a bound of their own. A reader that holds old pages for longer only
// keeps their bytes in the files until the next scrub.
func (x *Disposal) finish(ctx context.Context, tenant domain.TenantID, first uint64) (*Certificate, error) {
	ctx = context.WithoutCancel(ctx)
	scrub, cancel := context.WithTimeout(ctx, scrubWait)
	defer cancel()
	scrubErr := x.db.Scrub(scrub, "payload", "subject")
	read, done := context.WithTimeout(ctx, certifyWait)
	defer done()
	c, err := x.Certificate(read, tenant, first)
	if err == nil && scrubErr != nil {
		c.Warning = "the database files may still hold the sealed bytes: a reader was at work for long; they go with the next erasure or start"
	}
	return c, err
}

// plan finds what an erasure concerns.
func (x *Disposal) plan(ctx context.Context, tenant domain.TenantID, s domain.Subject, reason string) (*erasurePlan, error) {
	s, err := CanonicalSubject(s)
	if err != nil {
		return nil, err
	}
	if err := checkReason(reason, s.Value); err != nil {
		return nil, err
	}
	p := &erasurePlan{subject: s}
	if p.keys, err = x.keys.Keys(ctx, tenant); err != nil {
		return nil, err
	}
	p.mac = p.keys.Subject(s)
	err = x.db.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		st, err := readStateIn(ctx, tx, tenant)
		if err != nil {
			return err
		}
		p.size = st.edge.size
		if err := p.find(ctx, tx, tenant); err != nil {
			return err
		}
		for _, e := range x.erasers {
			copies, err := e.EraseSubject(ctx, tx, tenant, s, true)
			if err != nil {
				return err
			}
			p.copies = append(p.copies, copies...)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("plan an erasure: %w", err)
	}
	return p, nil
}

// find collects the subject's leaves and asks which payloads are there.
func (p *erasurePlan) find(ctx context.Context, tx *db.Tx, tenant domain.TenantID) error {
	for idx, err := range EachSubjectLeaf(ctx, tx, tenant, p.mac, 0) {
		if err != nil {
			return err
		}
		p.leaves = append(p.leaves, idx)
		var n int64
		if _, err := tx.Get(ctx, hasPayload, []any{tenant, int64(idx)}, &n); err != nil {
			return err
		}
		if n > 0 {
			p.there = append(p.there, idx)
		}
	}
	return nil
}

// checkReason wants a reason that says nothing personal: it stands in the log
// for ever.
func checkReason(reason, value string) error {
	bad := func(format string, args ...any) error {
		return fault.New(fault.Invalid, format, args...).At("reason")
	}
	switch {
	case strings.TrimSpace(reason) == "":
		return bad("say why the payloads are to be erased")
	case len(reason) > maxReason:
		return bad("the reason is longer than %d bytes", maxReason)
	case !utf8.ValidString(reason) || strings.IndexFunc(reason, unicode.IsControl) >= 0 || domain.HasHidden(reason):
		return bad("the reason holds control characters")
	case value != "" && strings.Contains(strings.ToLower(reason), strings.ToLower(value)):
		return bad("the reason names the subject, and it would stay in the log: refer to it by a case number")
	}
	return nil
}

// eraseParts appends the artifacts one after the other and returns the first.
func (x *Disposal) eraseParts(ctx context.Context, tenant domain.TenantID, p *erasurePlan, reason string, by Actor) (first uint64, err error) {
	parts := slices.Collect(slices.Chunk(p.leaves, eraseChunk))
	if len(parts) == 0 {
		parts = [][]uint64{nil} // that nothing was found is an answer too
	}
	there := make(map[uint64]bool, len(p.there))
	for _, i := range p.there {
		there[i] = true
	}
	for n, leaves := range parts {
		part := erasePart{x: x, tenant: tenant, plan: p, leaves: leaves, by: by, first: first, head: n == 0}
		for _, i := range leaves {
			if there[i] {
				part.there = append(part.there, i)
			}
		}
		at, err := part.append(ctx, reason, len(parts))
		if err != nil {
			return 0, fmt.Errorf("erase, part %d of %d: %w", n+1, len(parts), err)
		}
		if n == 0 {
			first = at
		}
		if err := ctx.Err(); err != nil && n < len(parts)-1 {
			return 0, fmt.Errorf("erased %d of %d parts; erase again to do the rest: %w", n+1, len(parts), err)
		}
	}
	return first, nil
}

// erasePart is one artifact of an erasure with its rows.
type erasePart struct {
	x             *Disposal
	tenant        domain.TenantID
	plan          *erasurePlan
	leaves, there []uint64
	by            Actor
	first         uint64 // the first part's index; for that part itself, not known yet
	head          bool   // whether this is the first part
}

func (e *erasePart) append(ctx context.Context, reason string, parts int) (uint64, error) {
	ranges := rangesOf(e.there)
	entry := e.by.Entry(e.tenant, "evidence.erase", "")
	group, err := canonicalGroup(groupErasure, &erasureDoc{
		Indexes: ranges, Reason: reason, RequestedBy: entry.Principal, Subject: hex.EncodeToString(e.plan.mac[:]), SubjectKind: e.plan.subject.Kind,
	})
	if err != nil {
		return 0, err
	}
	u := &Unit{Tenant: e.tenant, Kind: KindErasure, Time: e.x.db.Clock().Now(), Prev: -1, Groups: []Group{group}}
	if e.head {
		cert, err := canonicalGroup(groupCertificate, e.plan.document(e.x.keys.wrap.MasterID(), parts))
		if err != nil {
			return 0, err
		}
		u.Groups = []Group{cert, group} // by name
	} else {
		u.Prev = int64(e.first)
	}
	u.Rows = &goneRows{tenant: e.tenant, kind: GoneErased, ranges: ranges, after: e.after}
	c, err := e.x.log.Append(ctx, u)
	return c.Index, err
}

// after removes the subject's index rows and, with the first part, the features'
// copies; and writes the audit.
func (e *erasePart) after(ctx context.Context, tx *db.Tx, by uint64) error {
	for _, i := range e.leaves {
		if _, err := tx.Exec(ctx, `DELETE FROM subject WHERE tenant_id = $1 AND epoch = $2 AND mac = $3 AND idx = $4`,
			e.tenant, Epoch(i), e.plan.mac[:], int64(i)); err != nil {
			return fmt.Errorf("remove a subject's index rows: %w", err)
		}
	}
	if err := e.x.eraseLeaves(ctx, tx, e.tenant, e.leaves); err != nil {
		return err
	}
	first := e.first
	if e.head {
		first = by
		for _, f := range e.x.erasers {
			if _, err := f.EraseSubject(ctx, tx, e.tenant, e.plan.subject, false); err != nil {
				return err
			}
		}
	}
	if _, err := tx.Exec(ctx, `INSERT INTO erasure (tenant_id, cert_idx, idx) VALUES ($1, $2, $3)`, e.tenant, int64(first), int64(by)); err != nil {
		return fmt.Errorf("note an erasure: %w", err)
	}
	entry := e.by.Entry(e.tenant, "evidence.erase", certificateID(e.plan.keys.LogID, first))
	entry.Detail = map[string]string{"payloads": fmt.Sprint(len(e.there)), "entry": fmt.Sprint(by)}
	return Audit(ctx, tx, e.x.db.Clock(), entry)
}

// eraseLeaves lets the features remove what they hold beside leaves.
func (x *Disposal) eraseLeaves(ctx context.Context, tx *db.Tx, tenant domain.TenantID, leaves []uint64) error {
	for _, f := range x.erasers {
		if l, ok := f.(LeafEraser); ok {
			if err := l.EraseLeaves(ctx, tx, tenant, leaves); err != nil {
				return err
			}
		}
	}
	return nil
}

// document is what the first artifact says of the whole erasure.
func (p *erasurePlan) document(master string, parts int) *certificateDoc {
	doc := &certificateDoc{
		AlreadyGone: uint64(len(p.leaves) - len(p.there)), Copies: p.copies, Leaves: uint64(len(p.there)),
		MasterKey: master, Parts: parts, Size: p.size,
	}
	for _, ring := range sealedRings() {
		doc.KeyVersions = append(doc.KeyVersions, KeyVersion{ring, p.keys.rings[ring].version})
	}
	return doc
}
