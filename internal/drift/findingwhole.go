package drift

import "context"

// wholePage bounds the values of a page that has them in full, in bytes.
const wholePage = 4 << 20

// fillPage completes rows with whole objects, and says how many of them the page
// has room for: one at least.
func (s *Service) fillPage(ctx context.Context, rows []placed) (int, error) {
	size := 0
	for i := range rows {
		f := &rows[i].Finding
		if err := s.fill(ctx, rows[i].Tenant, f); err != nil {
			return 0, err
		}
		if size += len(f.From) + len(f.To); size > wholePage && i > 0 {
			return i, nil
		}
	}
	return len(rows), nil
}
