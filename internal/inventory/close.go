package inventory

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory/manifest"
)

// Close ends the run with its result. When it returns without an error the run
// is recorded; its items and its drift are made before it returns, or, if that
// fails or ctx ends, soon after. If it can't be recorded it is aborted.
func (u *Upload) Close(ctx context.Context) (*Run, error) {
	if u.over {
		return nil, fault.New(fault.Conflict, "run %s has ended", u.run.ID)
	}
	root, err := u.finish(ctx)
	if err == nil {
		err = u.record(ctx, root)
	}
	if err != nil {
		return nil, errors.Join(err, u.Abort(ctx, reasonOf(err)))
	}
	u.over = true
	u.writer.close()
	u.tally, u.writer, u.chunks = nil, nil, nil // large, and what follows takes long
	u.release()
	if err := u.svc.settle(ctx, u.tenant, u.run.Source); err != nil {
		u.svc.later(ctx, u.tenant, u.run.ID, err)
	}
	return u.svc.Run(context.WithoutCancel(ctx), u.tenant, u.run.ID)
}

// finish makes all parts of the snapshot durable.
func (u *Upload) finish(ctx context.Context) (*manifest.Root, error) {
	if err := u.end(); err != nil {
		return nil, err
	}
	root, err := u.tally.root(func(h manifest.Hash, b []byte) error {
		if u.chunks[h] {
			return ctx.Err()
		}
		return errors.Join(u.writer.add(h, b), ctx.Err())
	})
	if err != nil {
		return nil, err
	}
	body, hash := root.Encode()
	if len(body) > maxRootBytes {
		return nil, errTooMany("root", maxRootBytes, "bytes in its root document: too many folders, types or things that can't be read")
	}
	u.run.Root = hex.EncodeToString(hash[:])
	if u.prev == nil || u.prev.Root != u.run.Root {
		if err := u.writer.add(hash, body); err != nil {
			return nil, err
		}
	}
	if err := u.writer.flush(); err != nil {
		return nil, fmt.Errorf("store the snapshot: %w", err)
	}
	return root, ctx.Err()
}

// maxRootBytes bounds a root document.
const maxRootBytes = 64 << 20

// record closes the run's row together with its artifact.
func (u *Upload) record(ctx context.Context, root *manifest.Root) error {
	prev := int64(-1)
	if u.prev != nil {
		prev = u.prev.Artifact
	}
	return u.svc.record(ctx, u.tenant, textOf(&u.run, root), prev, u.by, func(ctx context.Context, tx *db.Tx, index int64) error {
		return closeRow(ctx, tx, u.tenant, &u.run, Closed, root, index)
	})
}

func textOf(r *Run, root *manifest.Root) runText {
	return runText{
		Action: "run", Run: r.ID, Source: r.Source.String(), Scope: r.Scope, Root: r.Root, Secrets: root.Secrets, Started: r.StartedAt,
		Objects: root.Objects, Quarantined: len(root.Quarantined), Duplicates: len(root.Duplicates), Coverage: root.Coverage,
	}
}

// closeRow closes a row that is open and notes its snapshot.
func closeRow(ctx context.Context, tx *db.Tx, tenant domain.TenantID, r *Run, to RunState, root *manifest.Root, index int64) error {
	n, err := tx.Exec(ctx, closeRun, tenant, r.ID, to, tx.Now, r.Root, index, root.Objects, len(root.Quarantined), len(root.Duplicates))
	if err != nil {
		return err
	}
	if n != 1 {
		return fault.New(fault.Conflict, "run %s was ended by somebody else", r.ID)
	}
	id := r.ID
	if to != Closed {
		id = ""
	}
	_, err = tx.Exec(ctx, insertSnapshot, tenant, r.Root, root.Source, root.Objects, id, tx.Now)
	return err
}
