package evidence

import (
	"context"
	"fmt"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/receipt"
)

// Tiles (c2sp.org/tlog-tiles): tile n of tile level L holds the 256 nodes of
// tree level 8L from 256n on. Only full tiles are stored; the unfinished right
// edge is read from the rows below it. A stored leaf is proved with two or three
// tile reads, whatever the size of the log.
const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
)

const (
	insertTile  = `INSERT INTO tile (tenant_id, level, idx, hashes, root) VALUES ($1, $2, $3, $4, $5)`
	selectTile  = `SELECT hashes FROM tile WHERE tenant_id = $1 AND level = $2 AND idx = $3`
	selectRoots = `SELECT root FROM tile WHERE tenant_id = $1 AND level = $2 AND idx >= $3 AND idx < $4 ORDER BY idx`
	selectHash  = `SELECT leaf_hash FROM log_leaf WHERE tenant_id = $1 AND idx >= $2 AND idx < $3 ORDER BY idx`
)

// storeTiles writes the tiles that became full when the log grew from one size
// to another, in the transaction that stored the leaves.
func storeTiles(ctx context.Context, tx *db.Tx, tenant domain.TenantID, from, to uint64) error {
	for level := 0; ; level++ {
		shift := tileHeight * (level + 1)
		if from>>shift == to>>shift {
			return nil // no tile of this level became full, so none above did
		}
		for n := from >> shift; n < to>>shift; n++ {
			nodes, err := tileNodes(ctx, tx, tenant, level, n, tileWidth)
			if err != nil {
				return err
			}
			flat := make([]byte, 0, tileWidth*receipt.HashSize)
			for i := range nodes {
				flat = append(flat, nodes[i][:]...)
			}
			root := receipt.RootOf(nodes)
			if _, err := tx.Exec(ctx, insertTile, tenant, level, int64(n), flat, root[:]); err != nil {
				return fmt.Errorf("store tile %d/%d: %w", level, n, err)
			}
		}
	}
}

// tileNodes reads the first width nodes of a tile from the rows below it.
func tileNodes(ctx context.Context, tx *db.Tx, tenant domain.TenantID, level int, n uint64, width int) ([]receipt.Hash, error) {
	first := int64(n) * tileWidth
	query, args := selectHash, []any{tenant, first, first + int64(width)}
	if level > 0 {
		query, args = selectRoots, []any{tenant, level - 1, first, first + int64(width)}
	}
	nodes := make([]receipt.Hash, 0, width)
	err := tx.ForEach(ctx, query, args, func(s db.Scanner) error {
		var h []byte
		if err := s.Scan(&h); err != nil {
			return err
		}
		if len(h) != receipt.HashSize {
			return fmt.Errorf("tile %d/%d: a node of %d bytes", level, n, len(h))
		}
		nodes = append(nodes, receipt.Hash(h))
		return nil
	})
	if err == nil && len(nodes) != width {
		err = fmt.Errorf("tile %d/%d of tenant %s: %d nodes of %d are there", level, n, tenant, len(nodes), width)
	}
	return nodes, err
}

// tileReader gives roots of perfect subtrees of a stored log.
type tileReader struct {
	ctx    context.Context // of the one call that made the reader
	tx     *db.Tx
	tenant domain.TenantID
	size   uint64
	cache  map[[2]uint64][]receipt.Hash
}

func (r *tileReader) node(level int, i uint64) (receipt.Hash, error) {
	tl, within := level/tileHeight, level%tileHeight
	n := i >> (tileHeight - within)
	nodes, err := r.tile(tl, n)
	if err != nil {
		return receipt.Hash{}, err
	}
	first := (i - n<<(tileHeight-within)) << within
	if first+1<<within > uint64(len(nodes)) {
		return receipt.Hash{}, fmt.Errorf("node %d/%d is beyond the log", level, i)
	}
	return receipt.RootOf(nodes[first : first+1<<within]), nil
}

func (r *tileReader) tile(level int, n uint64) ([]receipt.Hash, error) {
	key := [2]uint64{uint64(level), n}
	if nodes, ok := r.cache[key]; ok {
		return nodes, nil
	}
	width := min(tileWidth, r.size>>(tileHeight*level)-n*tileWidth)
	var nodes []receipt.Hash
	var err error
	if width == tileWidth {
		nodes, err = r.full(level, n)
	} else {
		nodes, err = tileNodes(r.ctx, r.tx, r.tenant, level, n, int(width))
	}
	if err != nil {
		return nil, err
	}
	if r.cache == nil {
		r.cache = make(map[[2]uint64][]receipt.Hash)
	}
	r.cache[key] = nodes
	return nodes, nil
}

func (r *tileReader) full(level int, n uint64) ([]receipt.Hash, error) {
	var flat []byte
	found, err := r.tx.Get(r.ctx, selectTile, []any{r.tenant, level, int64(n)}, &flat)
	if err != nil {
		return nil, err
	}
	if !found || len(flat) != tileWidth*receipt.HashSize {
		return nil, fmt.Errorf("tile %d/%d of tenant %s is missing or damaged", level, n, r.tenant)
	}
	nodes := make([]receipt.Hash, tileWidth)
	for i := range nodes {
		copy(nodes[i][:], flat[i*receipt.HashSize:])
	}
	return nodes, nil
}
