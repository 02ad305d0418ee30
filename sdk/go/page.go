package frostgate

import (
	"context"
	"iter"
)

// Page bounds a list. The zero value reads everything in pages of the server's
// size.
type Page struct {
	Size   int    // items fetched at a time; 0 is the server's default
	Cursor string // where to begin; from an earlier list
}

// page is a list as the server sends it.
type page[T any] struct {
	Items      []T    `json:"items"`
	NextCursor string `json:"next_cursor"`
}

// all iterates over a list, fetching the next page when the last is used up.
// An error ends it.
func all[T any](ctx context.Context, c *Client, path string, q query, p Page) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		q.num("limit", p.Size)
		cursor := p.Cursor
		for {
			q.str("cursor", cursor)
			var got page[T]
			if err := c.get(ctx, path, q, &got); err != nil {
				var zero T
				yield(zero, err)
				return
			}
			for _, it := range got.Items {
				if !yield(it, nil) {
					return
				}
			}
			if got.NextCursor == "" || got.NextCursor == cursor {
				return
			}
			cursor = got.NextCursor
		}
	}
}

// Collect gathers up to limit items of a list; 0 gathers all.
func Collect[T any](seq iter.Seq2[T, error], limit int) ([]T, error) {
	out := []T{}
	for it, err := range seq {
		if err != nil {
			return out, err
		}
		if out = append(out, it); limit > 0 && len(out) >= limit {
			break
		}
	}
	return out, nil
}
