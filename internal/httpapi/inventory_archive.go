package httpapi

import (
	"context"
	"errors"
	"net/http"
	"time"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/tenant"
)

func (s *Server) archiveRoutes() []*Route {
	load := withBody[snapshotDetail](text("application/json", s.importSnapshot))
	load.reqMedia, load.status = linesMedia, http.StatusCreated
	imports := inventoryRoute("POST", "/snapshots/import", "Store a snapshot from a file", "The body is what export gave, of any length. All of it is checked against its hashes. The same again changes nothing.",
		tenant.ClassWrite, load)
	imports.Decides = true
	return []*Route{
		imports,
		inventoryRoute("GET", "/snapshots/{root}/export", "A snapshot as a file", "NDJSON: the root document, then each object with its content, bit for bit. Imported anywhere, it has the same hash. "+
			"Secrets are keyed hashes in it too. An answer that breaks off is no snapshot: import refuses it.",
			tenant.ClassRead, text(linesMedia, s.exportSnapshot), tenantChoice(false)),
	}
}

// exportSnapshot streams a snapshot. What fails before the first byte is a
// problem; what fails later cuts the connection.
func (s *Server) exportSnapshot(ctx context.Context, x *exchange, c *Call) error {
	id, err := s.tenantAsked(ctx, c, domain.ScopeInventoryRead)
	if err != nil {
		return err
	}
	root := c.Path("root")
	if _, err := s.deps.Inventory.Snapshot(ctx, id, root); err != nil {
		return err
	}
	done, err := s.bundles.take(c.Tenant())
	if err != nil {
		return err
	}
	defer done()
	extend(x, 24*time.Hour, bundlePlan)
	may := func() error { return s.stillReads(ctx, x.route, c, []domain.TenantID{id}) }
	return s.deps.Inventory.ExportSnapshot(ctx, id, root, &bundleWriter{x: x, may: may, name: "frostgate-snapshot-" + root[:16] + ".ndjson", media: linesMedia})
}

// importSnapshot stores a snapshot from a stream.
func (s *Server) importSnapshot(ctx context.Context, x *exchange, c *Call) error {
	body, done, err := s.stream(ctx, x, c)
	if err != nil {
		return err
	}
	defer done()
	ctx, cancel := context.WithTimeout(ctx, observeTime)
	defer cancel()
	info, err := s.deps.Inventory.ImportSnapshot(ctx, c.Tenant(), body, c.actor())
	var f *fault.Error
	if errors.As(err, &f) && f.Code == fault.Damaged { // the file, not the store
		err = fault.Wrap(fault.Invalid, err, "The body is no whole snapshot: %s", f.Msg).At("body")
	}
	if err := body.ended(err); err != nil {
		return err
	}
	snap, err := s.deps.Inventory.Snapshot(ctx, c.Tenant(), info.Root)
	if err != nil {
		return err
	}
	c.Location("inventory", "snapshots", info.Root)
	return sendCreated(x, s.snapshotOf(c.Tenant(), snap))
}
