package frostgate

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"sync"
)

// NewInventoryRun says what a run is going to observe.
type NewInventoryRun struct {
	Source string // kind of source: directory, upload, kubernetes, aws
	Name   string // which of the tenant's sources of that kind; empty: default
	// Types are the types asked for; none: all that the source has. If a run that
	// ends well has no object of a type named here, there is none.
	Types []string
	// Filters narrow the selection, by the source's own names for them.
	Filters map[string]string
}

func (n *NewInventoryRun) query() url.Values {
	q := query{}.str("source", n.Source).str("name", n.Name)
	if len(n.Types) > 0 {
		q["type"] = slices.Clone(n.Types)
	}
	for name, v := range n.Filters {
		q["filter."+name] = []string{v}
	}
	return url.Values(q)
}

// ObserveInventory streams a run: objects is NDJSON as docs/inventory.md says,
// read to its end. If it fails, the run is aborted and nothing of it counts. It
// is never repeated: what was read is gone.
func (c *Client) ObserveInventory(ctx context.Context, n NewInventoryRun, objects io.Reader) (*InventoryRunDetail, error) {
	out := &InventoryRunDetail{}
	return out, c.upload(ctx, in("inventory", "runs"), n.query(), "application/x-ndjson", objects, out)
}

// ImportInventorySnapshot stores a snapshot as ExportInventorySnapshot wrote it.
// The same snapshot again changes nothing.
func (c *Client) ImportInventorySnapshot(ctx context.Context, archive io.Reader) (*InventorySnapshotDetail, error) {
	out := &InventorySnapshotDetail{}
	return out, c.upload(ctx, in("inventory", "snapshots", "import"), nil, "application/x-ndjson", archive, out)
}

// ExportInventorySnapshot writes a snapshot to w and says how long it is. After
// an error what was written is no snapshot.
func (c *Client) ExportInventorySnapshot(ctx context.Context, tenant, root string, w io.Writer) (int64, error) {
	res, err := c.open(ctx, &request{
		method: http.MethodGet, path: in("inventory", "snapshots", root, "export"), query: url.Values(query{}.str("tenant", tenant)), accept: "*/*",
	})
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	n, err := io.Copy(w, res.Body)
	if err != nil {
		return n, &UnreachableError{URL: c.base, Err: err}
	}
	return n, nil
}

// upload sends a body of any length as it is read, once.
func (c *Client) upload(ctx context.Context, path string, q url.Values, media string, body io.Reader, out any) error {
	target := c.base + path
	if len(q) > 0 {
		target += "?" + q.Encode()
	}
	watched := &watchedReader{r: body}
	hr, err := http.NewRequestWithContext(ctx, http.MethodPost, target, watched)
	if err != nil {
		return err
	}
	if c.key != "" {
		hr.Header.Set("X-API-Key", c.key)
	}
	hr.Header.Set("User-Agent", c.agent)
	hr.Header.Set("Accept", "application/json")
	hr.Header.Set("Content-Type", media)
	res, err := c.http.Do(hr)
	switch {
	case err != nil && watched.failed() != nil:
		return watched.failed() // the source failed, not the server
	case err != nil && ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return &UnreachableError{URL: c.base, Err: err}
	}
	defer res.Body.Close()
	if res.StatusCode >= http.StatusMultipleChoices {
		return readProblem(res)
	}
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxReply))
	if err != nil {
		return &UnreachableError{URL: c.base, Err: err}
	}
	return decode(answer, out)
}

// watchedReader remembers why reading failed. The transport reads in a goroutine
// of its own, which may outlive the request.
type watchedReader struct {
	r   io.Reader
	mu  sync.Mutex
	err error
}

func (w *watchedReader) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.err = err
	}
	return n, err
}

func (w *watchedReader) failed() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}
