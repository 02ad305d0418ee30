package inventory

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/inventory/normal"
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
	if u.streamed && u.tally.end == 0 {
		if err := u.tally.fail(cutStream, true); err != nil {
			return nil, err
		}
	}
	if err := u.knows(ctx); err != nil {
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

// cutStream stands for what may be missing of a stream that does not say where it
// ends: whoever sends it may have died. It may be anything.
var cutStream = manifest.Quarantined{
	Place:  "end of the stream",
	Reason: `there is no line {"end":{"objects":N}}, so the stream may have been cut: what is absent counts as unknown`,
}

// knows refuses a type asked for that nobody knows: neither the type table, nor
// this run, nor the one before. A typing error would say that there is nothing.
func (u *Upload) knows(ctx context.Context) error {
	var before map[string]bool
	for _, kind := range u.begin.Types {
		if u.tally.saw(kind) || slices.ContainsFunc(u.svc.Types.Find(kind), func(t normal.Type) bool { return t.Name == kind }) {
			continue
		}
		if before == nil {
			var err error
			if before, err = u.typesBefore(ctx); err != nil {
				return err
			}
		}
		if !before[kind] {
			return fault.New(fault.Invalid, "there is no object of type %.200q, and nobody knows such a type: `frostgate inventory types` lists those that are built in", kind).At("type")
		}
	}
	return nil
}

func (u *Upload) typesBefore(ctx context.Context) (map[string]bool, error) {
	out := map[string]bool{}
	if u.prev == nil {
		return out, nil
	}
	snap, err := u.svc.Snapshot(ctx, u.tenant, u.prev.Root)
	if fault.CodeOf(err) == fault.Damaged {
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	for _, c := range snap.Root.Coverage {
		out[c.Type] = true
	}
	return out, nil
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
