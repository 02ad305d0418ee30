package inventory

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory/manifest"
)

// ExportSnapshot writes a snapshot as an archive: see manifest.WriteArchive. The
// same snapshot gives the same bytes, wherever it is.
func (s *Service) ExportSnapshot(ctx context.Context, tenant domain.TenantID, root string, w io.Writer) error {
	snap, err := s.Snapshot(ctx, tenant, root)
	if err != nil {
		return err
	}
	return manifest.WriteArchive(ctx, w, snap)
}

// ImportSnapshot stores a snapshot from an archive, all of which it checks. It
// becomes no run and no items: it can be looked at, compared with and exported.
// Secrets in it stay hashed under the key of where it comes from, whose name the
// root has; under another key they don't compare.
func (s *Service) ImportSnapshot(ctx context.Context, tenant domain.TenantID, r io.Reader, by evidence.Actor) (*SnapshotInfo, error) {
	if err := s.recoverRuns(ctx); err != nil {
		return nil, err
	}
	release, err := s.slot()
	if err != nil {
		return nil, err
	}
	u := &Upload{svc: s, tenant: tenant, by: by, release: release, run: Run{
		Source: Source{Kind: "archive", Name: "import"}, State: importing, By: principalOf(by), Artifact: -1,
	}}
	if err := u.open(ctx); err != nil {
		u.release()
		return nil, err
	}
	defer u.release()
	root, err := u.read(ctx, r)
	if err == nil {
		t := textOf(&u.run, root)
		t.Action, t.Source = "import", root.Source
		err = s.record(ctx, tenant, t, -1, by, func(ctx context.Context, tx *db.Tx, index int64) error {
			return closeRow(ctx, tx, tenant, &u.run, imported, root, index)
		})
	}
	if err != nil {
		return nil, errors.Join(err, s.importFailed(ctx, tenant, u.run.ID, err))
	}
	return s.snapshotInfo(ctx, tenant, u.run.Root)
}

// read stores the parts of an archive.
func (u *Upload) read(ctx context.Context, r io.Reader) (*manifest.Root, error) {
	w := u.svc.newPartWriter(u.tenant, u.run.Seq)
	defer w.close()
	put := func(h manifest.Hash, b []byte) error { return errors.Join(w.add(h, b), ctx.Err()) }
	root, hash, err := manifest.ReadArchive(r, manifest.ArchiveSink{Content: put, Chunk: put})
	if err != nil {
		return nil, err
	}
	if root.Objects > MaxObjects {
		return nil, errTooMany("objects", MaxObjects, "objects")
	}
	if _, err := ParseSource(root.Source); err != nil {
		return nil, err
	}
	body, _ := root.Encode()
	u.run.Root = hex.EncodeToString(hash[:])
	return root, errors.Join(put(hash, body), w.flush())
}

func (s *Service) importFailed(ctx context.Context, tenant domain.TenantID, id RunID, why error) error {
	ctx = context.WithoutCancel(ctx)
	err := s.DB.InTx(ctx, tenant, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, abortRun, tenant, id, importFailed, tx.Now, reasonOf(why))
		return err
	})
	if err != nil {
		return fmt.Errorf("end import %s: %w", id, err)
	}
	return nil
}

func (s *Service) snapshotInfo(ctx context.Context, tenant domain.TenantID, root string) (*SnapshotInfo, error) {
	i := &SnapshotInfo{}
	err := s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		const query = `SELECT root, source, objects, run_id, created_at FROM inventory_snapshot WHERE tenant_id = $1 AND root = $2`
		found, err := tx.Get(ctx, query, []any{tenant, root}, &i.Root, &i.Source, &i.Objects, &i.Run, &i.At)
		if err == nil && !found {
			err = fault.New(fault.NotFound, "no snapshot %s", root)
		}
		return err
	})
	return i, err
}
