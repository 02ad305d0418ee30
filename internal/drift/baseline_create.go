package drift

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode"
	"unicode/utf8"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory/manifest"
)

// lastRunName is the name of automatic baselines.
const lastRunName = "last-run"

// Bounds of what a draft says.
const (
	maxBaselineName = 100
	maxBaselineNote = 500
	maxSource       = 200
	// maxActive bounds what every run of a source is compared with.
	maxActive = 20
)

// CreateBaseline makes a baseline. may is asked about the tenant that a golden
// one looks at: its values will show in findings here.
func (s *Service) CreateBaseline(ctx context.Context, tenant domain.TenantID, d BaselineDraft, may Access, by evidence.Actor) (*Baseline, error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	b := &Baseline{
		ID: s.newBaselineID(), Source: d.Source, Kind: d.Kind, Name: d.Name, Active: !d.Inactive, Version: 1,
		Spec: d.Spec, Note: d.Note, By: by.Entry(tenant, "", "").Principal,
	}
	if err := s.checkSpec(ctx, tenant, b, may); err != nil {
		return nil, err
	}
	if err := s.lookFirst(ctx, tenant, b); err != nil {
		return nil, err
	}
	if d.KeepLastRun {
		if err := s.ensureLastRun(ctx, tenant, d.Source, true); err != nil {
			return nil, err
		}
	}
	text := textOf("create", b)
	replaces := b.Active && !d.KeepLastRun
	if replaces {
		text.LastRun = "off"
	}
	err := s.recordBaseline(ctx, tenant, text, by, func(ctx context.Context, tx *db.Tx, index int64) ([]evidence.AuditEntry, error) {
		if err := roomForOne(ctx, tx, tenant, b); err != nil {
			return nil, err
		}
		if err := putBaseline(ctx, tx, tenant, b, index); err != nil {
			return nil, err
		}
		audits := []evidence.AuditEntry{auditOf(by, tenant, text)}
		if !replaces {
			return audits, nil
		}
		more, err := setLastRun(ctx, tx, tenant, b.Source, false, by)
		return append(audits, more...), err
	})
	if err != nil {
		return nil, err
	}
	s.compareNow(ctx, tenant, b)
	return b, nil
}

// EditBaseline makes a new version. Kind and source stay; findings keep their
// history, and the next comparison says which still hold.
func (s *Service) EditBaseline(ctx context.Context, tenant domain.TenantID, id BaselineID, d BaselineDraft, may Access, by evidence.Actor) (*Baseline, error) {
	b, err := s.Baseline(ctx, tenant, id)
	if err != nil {
		return nil, err
	}
	switch {
	case b.Kind == LastRun:
		return nil, fault.New(fault.Conflict, "the automatic baseline has nothing to edit; switch it on or off")
	case d.Kind != "" && d.Kind != b.Kind, d.Source != "" && d.Source != b.Source:
		return nil, fault.New(fault.Conflict, "a version keeps the baseline's kind (%s) and source (%s); make another baseline", b.Kind, b.Source)
	case d.If != 0 && d.If != b.Version:
		return nil, errBaselineMoved(b.Version)
	}
	d.Kind, d.Source = b.Kind, b.Source
	if d.Name == "" {
		d.Name = b.Name
	}
	if err := d.check(); err != nil {
		return nil, err
	}
	b.Name, b.Spec, b.Note, b.Version, b.By = d.Name, d.Spec, d.Note, b.Version+1, by.Entry(tenant, "", "").Principal
	if err := s.checkSpec(ctx, tenant, b, may); err != nil {
		return nil, err
	}
	if err := s.lookFirst(ctx, tenant, b); err != nil {
		return nil, err
	}
	text := textOf("edit", b)
	err = s.recordBaseline(ctx, tenant, text, by, func(ctx context.Context, tx *db.Tx, index int64) ([]evidence.AuditEntry, error) {
		n, err := tx.Exec(ctx, moveBaseline, tenant, b.ID, b.Version, b.Name, tx.Now)
		switch {
		case db.IsDuplicate(err):
			return nil, errBaselineName(b)
		case err != nil:
			return nil, err
		case n == 0:
			return nil, errBaselineMoved(b.Version)
		}
		return []evidence.AuditEntry{auditOf(by, tenant, text)}, putVersion(ctx, tx, tenant, b, index)
	})
	if err != nil {
		return nil, err
	}
	s.compareNow(ctx, tenant, b)
	return b, nil
}

// lookFirst refuses what the log writer would: there, others' entries of the same
// batch would have to be written again.
func (s *Service) lookFirst(ctx context.Context, tenant domain.TenantID, b *Baseline) error {
	return s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		all, err := baselinesIn(ctx, tx, latest+" AND b.source = $2 ORDER BY b.baseline_id", tenant, b.Source)
		if err != nil {
			return err
		}
		for i := range all {
			if all[i].Name == b.Name && all[i].ID != b.ID {
				return errBaselineName(b)
			}
		}
		if b.Version > 1 {
			return nil
		}
		return roomForOne(ctx, tx, tenant, b)
	})
}

func errBaselineMoved(now int64) error {
	return fault.New(fault.Conflict, "the baseline was changed meanwhile, it is at version %d; look at it and try again", now)
}

func errBaselineName(b *Baseline) error {
	return fault.New(fault.Conflict, "the source %s has a baseline %q already", b.Source, b.Name).At("name")
}

func (s *Service) newBaselineID() BaselineID {
	id := make([]byte, 8)
	s.Clock.Random(id)
	return BaselineID("bl_" + hex.EncodeToString(id))
}

// roomForOne refuses one more active baseline where there are enough.
func roomForOne(ctx context.Context, tx *db.Tx, tenant domain.TenantID, b *Baseline) error {
	if !b.Active {
		return nil
	}
	var n int
	if _, err := tx.Get(ctx, countActive, []any{tenant, b.Source}, &n); err != nil {
		return err
	}
	if n >= maxActive {
		return fault.New(fault.Conflict, "%d baselines of source %s are on, which is as many as may be; turn one off", n, b.Source)
	}
	return nil
}

func putBaseline(ctx context.Context, tx *db.Tx, tenant domain.TenantID, b *Baseline, index int64) error {
	active := 0
	if b.Active {
		active = 1
	}
	_, err := tx.Exec(ctx, insertBaseline, tenant, b.ID, b.Source, b.Kind, b.Name, active, tx.Now)
	if db.IsDuplicate(err) {
		return errBaselineName(b)
	}
	if err != nil {
		return err
	}
	b.CreatedAt = tx.Now
	return putVersion(ctx, tx, tenant, b, index)
}

// check says what is wrong with a draft by itself.
func (d *BaselineDraft) check() error {
	n := utf8.RuneCountInString(d.Name)
	kind, name, ok := strings.Cut(d.Source, "/")
	switch {
	case !ok || kind == "" || name == "" || len(d.Source) > maxSource || !printable(d.Source):
		return fault.New(fault.Invalid, "source must be kind/name, for example directory/default").At("source")
	case n == 0 || n > maxBaselineName || strings.TrimSpace(d.Name) != d.Name || !printable(d.Name):
		return fault.New(fault.Invalid, "name must be 1 to %d printable characters without space at the ends", maxBaselineName).At("name")
	case d.Name == lastRunName:
		return fault.New(fault.Invalid, "%q is the name of the automatic baseline", lastRunName).At("name")
	case len(d.Note) > maxBaselineNote || !printable(d.Note):
		return fault.New(fault.Invalid, "note must be plain text of at most %d bytes", maxBaselineNote).At("note")
	}
	return d.checkKind()
}

func (d *BaselineDraft) checkKind() error {
	has := map[BaselineKind]bool{Pinned: d.Spec.Root != "", Golden: d.Spec.Tenant != "" || d.Spec.TenantSource != "", Template: d.Spec.Document != ""}
	if d.Kind == LastRun {
		return fault.New(fault.Invalid, "the automatic baseline makes itself; switch it on or off").At("kind")
	}
	if _, known := has[d.Kind]; !known {
		return fault.New(fault.Invalid, "kind %.20q: want snapshot, golden or template", string(d.Kind)).At("kind")
	}
	for kind, given := range has {
		if given != (kind == d.Kind) {
			return fault.New(fault.Invalid, "a baseline of kind %s takes %s and nothing else", d.Kind,
				map[BaselineKind]string{Pinned: "a snapshot's root", Golden: "a tenant", Template: "a document"}[d.Kind]).At("spec")
		}
	}
	return nil
}

func printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}

// checkSpec says whether what the baseline expects is there and may be looked at.
func (s *Service) checkSpec(ctx context.Context, tenant domain.TenantID, b *Baseline, may Access) error {
	switch b.Kind {
	case Pinned:
		return s.checkPinned(ctx, tenant, b)
	case Golden:
		return s.checkGolden(ctx, tenant, b, may)
	}
	_, err := parseTemplate(b.Spec.Document, s.Types)
	return err
}

func (s *Service) checkPinned(ctx context.Context, tenant domain.TenantID, b *Baseline) error {
	if _, err := manifest.ParseHash(b.Spec.Root); err != nil {
		return fault.New(fault.Invalid, "root must be a snapshot's 64 lower-case hex digits").At("root")
	}
	snap, err := s.Inventory.Snapshot(ctx, tenant, b.Spec.Root)
	if err != nil {
		return err
	}
	if kindOfSource(snap.Root.Source) != kindOfSource(b.Source) {
		return fault.New(fault.Invalid, "the snapshot is of source %s, which can't be compared with %s", snap.Root.Source, b.Source).At("root")
	}
	return nil
}

func kindOfSource(source string) string {
	kind, _, _ := strings.Cut(source, "/")
	return kind
}

// lastRunID is the same however often the automatic baseline of a source is
// made: two runs that end at the same time make one.
func lastRunID(tenant domain.TenantID, source string) BaselineID {
	sum := sha256.Sum256([]byte("frostgate last-run baseline v1\n" + string(tenant) + "\n" + source))
	return BaselineID("bl_" + hex.EncodeToString(sum[:8]))
}
