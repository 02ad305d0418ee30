package graph

import (
	"context"
	"encoding/binary"
	"errors"

	"frostgate.io/frostgate/internal/db"
)

const (
	imageFrom    = 4096      // nodes: smaller graphs are made from rows as fast
	imagePart    = 256 << 10 // bytes a transaction writes
	maxImage     = 32 << 20
	imageVersion = 1

	selectImage = `SELECT part, parts, generation, body FROM graph_image WHERE tenant_id = $1 AND source = $2 ORDER BY part`
	upsertImage = `INSERT INTO graph_image (tenant_id, source, part, parts, generation, body) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (tenant_id, source, part) DO UPDATE SET parts = excluded.parts, generation = excluded.generation, body = excluded.body`
	deleteImage = `DELETE FROM graph_image WHERE tenant_id = $1 AND source = $2 AND part >= $3`
)

var errImage = errors.New("the image of a graph is damaged")

// encode writes the graph: its types, its nodes, and for each node its edges.
// Numbers are varints, texts come with their length, GUIDs are 16 bytes.
func (g *compact) encode() []byte {
	out := make([]byte, 0, 24*len(g.nodes)+8*len(g.out))
	text := func(s string) { out = append(binary.AppendUvarint(out, uint64(len(s))), s...) }
	number := func(n int) { out = binary.AppendUvarint(out, uint64(n)) }
	number(imageVersion)
	number(len(g.types))
	for _, t := range g.types {
		text(t)
	}
	number(len(g.nodes))
	var guid [16]byte
	for _, n := range g.nodes {
		isGUID := parseGUID(&guid, n.id)
		number(int(n.typ)<<2 | flag(n.kept)<<1 | flag(isGUID))
		if isGUID {
			out = append(out, guid[:]...)
		} else {
			text(n.id)
		}
	}
	number(len(g.out))
	for n := range g.nodes {
		edges := g.out[g.outStart[n]:g.outStart[n+1]]
		number(len(edges))
		for _, e := range edges {
			number(int(e.rule)<<2 | flag(e.sure)<<1 | flag(e.known))
			number(int(e.to))
		}
	}
	return out
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// imageReader reads what encode wrote; after the first mistake it gives zeros.
type imageReader struct {
	b   []byte
	bad bool
}

// number reads a number that is at most most.
func (r *imageReader) number(most int) int {
	n, w := binary.Uvarint(r.b)
	if w <= 0 || n > uint64(most) {
		r.bad, r.b = true, nil
		return 0
	}
	r.b = r.b[w:]
	return int(n)
}

func (r *imageReader) bytes(n int) []byte {
	if n > len(r.b) {
		r.bad, r.b = true, nil
		return nil
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

// decode reads an image.
func decode(set *ruleset, body []byte) (*compact, error) {
	r := &imageReader{b: body}
	b := newBuilder(set)
	if r.number(imageVersion) != imageVersion {
		return nil, errImage
	}
	for range r.number(len(body)) {
		b.typ(string(r.bytes(r.number(len(body)))))
	}
	nodes := r.number(len(body))
	b.g.index = make(map[nodeKey]int32, nodes)
	b.g.nodes = make([]node, 0, nodes)
	var guid [36]byte
	for range nodes {
		head := r.number(len(b.g.types)<<2 | 3)
		var id []byte
		if head&1 == 0 {
			id = r.bytes(r.number(len(body)))
		} else if raw := r.bytes(16); raw != nil {
			id = formatGUID(&guid, raw)
		}
		if r.bad || head>>2 >= len(b.g.types) {
			return nil, errImage
		}
		n := b.node(uint32(head>>2), string(id))
		b.g.nodes[n].kept = head&2 != 0
	}
	if len(b.g.nodes) != nodes {
		return nil, errImage // twice the same
	}
	b.g.out = make([]edge, 0, r.number(len(body)))
	for from := range b.g.nodes {
		for range r.number(len(body)) {
			head := r.number(len(set.refs)<<2 | 3)
			to := r.number(len(b.g.nodes))
			if r.bad || head>>2 >= len(set.refs) || to >= nodes {
				return nil, errImage
			}
			b.g.out = append(b.g.out, edge{from: int32(from), to: int32(to), rule: uint16(head >> 2), sure: head&2 != 0, known: head&1 != 0})
		}
	}
	if r.bad || len(r.b) > 0 {
		return nil, errImage
	}
	return b.done(), nil
}

// readImage gives the graph of one generation from its image; nil without one.
func (s *Service) readImage(ctx context.Context, k sourceKey, generation int64) (*compact, error) {
	var body []byte
	seen, whole := int64(0), true
	parts := int64(0)
	err := s.DB.InReadTx(ctx, k.tenant, func(tx *db.Tx) error {
		return tx.ForEach(ctx, selectImage, []any{k.tenant, k.source}, func(row db.Scanner) error {
			var part, of int64
			var b []byte
			err := row.Scan(&part, &parts, &of, &b)
			whole = whole && part == seen && of == generation
			seen++
			if whole {
				body = append(body, b...)
			}
			return err
		})
	})
	if err != nil || !whole || seen == 0 || seen != parts {
		return nil, err
	}
	g, err := decode(s.extract.set, body)
	if err != nil {
		return nil, nil // the rows have it
	}
	return g, nil
}

// writeImage keeps a large graph, a part to a transaction: decisions wait for
// each. Parts that don't belong together are no image.
func (s *Service) writeImage(ctx context.Context, k sourceKey, generation int64, g *compact) error {
	if len(g.nodes) < imageFrom {
		return nil
	}
	body := g.encode()
	if len(body) > maxImage {
		return nil
	}
	parts := (len(body) + imagePart - 1) / imagePart
	for part := range parts {
		chunk := body[part*imagePart : min(len(body), (part+1)*imagePart)]
		err := s.DB.InTx(ctx, k.tenant, func(tx *db.Tx) error {
			if part == 0 {
				if _, err := tx.Exec(ctx, deleteImage, k.tenant, k.source, parts); err != nil {
					return err
				}
			}
			_, err := tx.Exec(ctx, upsertImage, k.tenant, k.source, part, parts, generation, chunk)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
