package inventory

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory/manifest"
)

func (f *fixture) export(tenant domain.TenantID, root string) []byte {
	f.t.Helper()
	var b bytes.Buffer
	if err := f.ExportSnapshot(context.Background(), tenant, root, &b); err != nil {
		f.t.Fatal(err)
	}
	return b.Bytes()
}

func TestSnapshotsAreExportedBitForBit(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx := context.Background()
		r := f.receive(upload(append(many(700), many(1)[0])...))
		archive := f.export(tenantA, r.Root)
		info, err := f.ImportSnapshot(ctx, tenantB, bytes.NewReader(archive), by())
		if err != nil {
			f.t.Fatal(err)
		}
		if info.Root != r.Root || info.Objects != 699 || info.Run != "" || info.Source != "directory/default" {
			f.t.Errorf("imported: %+v", info)
		}
		if !bytes.Equal(f.export(tenantB, r.Root), archive) {
			f.t.Error("exported again it has other bytes")
		}
		if runs, _, err := f.Runs(ctx, tenantB, RunFilter{}, "", 0); err != nil || len(runs) != 0 {
			f.t.Errorf("an import is no run: %+v %v", runs, err)
		}
		if got := f.items(tenantB, ItemFilter{}); len(got) != 0 {
			f.t.Errorf("an import makes no items: %d", len(got))
		}
		again, err := f.ImportSnapshot(ctx, tenantA, bytes.NewReader(archive), by())
		if err != nil || again.Run != r.ID {
			f.t.Errorf("imported where it came from: %+v %v", again, err)
		}
		list, next, err := f.Snapshots(ctx, tenantB, "", "", 0)
		if err != nil || next != "" || len(list) != 1 || list[0] != *info {
			f.t.Errorf("list: %+v %v", list, err)
		}
	})
}

func TestBadArchivesAreRefused(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		r := f.receive(upload(many(20)...))
		good := string(f.export(tenantA, r.Root))
		lines := strings.SplitAfter(good, "\n")
		parts := f.rows("inventory_part")
		for name, bad := range map[string]string{
			"empty":         "",
			"cut in a line": good[:len(good)-5],
			"cut":           strings.Join(lines[:10], ""),
			"no last line":  strings.TrimSuffix(good, "\n"),
			"more":          good + lines[1],
			"other object":  strings.Replace(good, "10.0.3.0", "10.0.4.0", 1),
			"other order":   strings.Join([]string{lines[0], lines[2], lines[1]}, "") + strings.Join(lines[3:], ""),
			"spaces":        strings.Replace(good, `,"id":`, `, "id":`, 1),
			"other root":    strings.Replace(good, `"objects":20`, `"objects":21`, 1),
			"no snapshot":   "{}\n",
		} {
			if _, err := f.ImportSnapshot(context.Background(), tenantB, strings.NewReader(bad), by()); err == nil || fault.CodeOf(err) == fault.Internal {
				f.t.Errorf("%s: %v", name, err)
			}
		}
		if list, _, err := f.Snapshots(context.Background(), tenantB, "", "", 0); err != nil || len(list) != 0 {
			f.t.Errorf("snapshots of bad archives: %+v %v", list, err)
		}
		if err := f.sweep(context.Background()); err != nil {
			f.t.Fatal(err)
		}
		if got := f.rows("inventory_part"); got != parts {
			f.t.Errorf("%d parts of bad archives are left", got-parts)
		}
	})
}

func TestTamperedContentsAreErrors(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx := context.Background()
		r := f.receive(upload(many(20)...))
		snap, err := f.Snapshot(ctx, tenantA, r.Root)
		if err != nil {
			f.t.Fatal(err)
		}
		d := f.item("id-00003")
		h, err := manifest.ParseHash(d.Hash)
		if err != nil {
			f.t.Fatal(err)
		}
		f.exec("UPDATE inventory_part SET body = $1 WHERE hash = $2", append([]byte{0}, bytes.Replace(d.Content, []byte("10.0.3.0"), []byte("10.0.9.0"), 1)...), h[:])
		_, err = f.Item(ctx, tenantA, d.Source, d.Type, d.ID)
		wantCode(f.t, "item", err, fault.Damaged)
		wantCode(f.t, "export", f.ExportSnapshot(ctx, tenantA, r.Root, &bytes.Buffer{}), fault.Damaged)
		f.exec("DELETE FROM inventory_part WHERE hash = $1", h[:])
		wantCode(f.t, "export without a part", f.ExportSnapshot(ctx, tenantA, r.Root, &bytes.Buffer{}), fault.Damaged)
		chunk, err := manifest.ParseHash(snap.Root.Chunks[0].Hash)
		if err != nil {
			f.t.Fatal(err)
		}
		f.exec("UPDATE inventory_part SET body = $1 WHERE hash = $2", []byte{0, 1}, chunk[:])
		var told error
		f.OnError = func(_ context.Context, _ domain.TenantID, _ RunID, err error) { told = err }
		// The next run knows nothing of what is stored: it stores all of it, and with it
		// what was damaged and taken away.
		f.receive(upload(many(20)...))
		if fault.CodeOf(told) != fault.Damaged {
			f.t.Errorf("the damage was not told: %v", told)
		}
		if err := f.ExportSnapshot(ctx, tenantA, r.Root, &bytes.Buffer{}); err != nil {
			f.t.Errorf("not healed: %v", err)
		}
		f.exec("UPDATE inventory_part SET body = $1 WHERE hash = $2", []byte{0, '{', '}'}, snap.Hash[:])
		_, err = f.Snapshot(ctx, tenantA, r.Root)
		wantCode(f.t, "root", err, fault.Damaged)
	})
}
