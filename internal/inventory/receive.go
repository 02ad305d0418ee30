package inventory

import (
	"bufio"
	"context"
	"errors"
	"io"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/inventory/normal"
)

// Receive takes a whole upload as NDJSON and closes the run. If the stream
// breaks or says something wrong, the run is aborted.
func (s *Service) Receive(ctx context.Context, tenant domain.TenantID, b Begin, r io.Reader, by evidence.Actor) (*Run, error) {
	u, err := s.Begin(ctx, tenant, b, by)
	if err != nil {
		return nil, err
	}
	if err := u.receive(ctx, r); err != nil {
		return nil, errors.Join(err, u.Abort(ctx, reasonOf(err)))
	}
	u.streamed = true
	return u.Close(ctx)
}

// maxLine is what a line may take: a raw document, which may hold a list of
// objects, with what is said of it.
const maxLine = normal.MaxRecord + 64<<10

func (u *Upload) receive(ctx context.Context, r io.Reader) error {
	in := bufio.NewReaderSize(r, 256<<10)
	var long []byte
	for {
		part, err := in.ReadSlice('\n')
		switch {
		case err == nil && long == nil:
			err = u.Line(ctx, part)
		case errors.Is(err, bufio.ErrBufferFull):
			if len(long) <= maxLine { // beyond, only the line's end matters
				long = append(long, part...)
			}
			continue
		case err == nil || errors.Is(err, io.EOF):
			last := err != nil
			long = append(long, part...)
			if err = u.longLine(ctx, long); err == nil && last {
				return nil
			}
			long = nil
		default:
			return fault.Wrap(fault.Invalid, err, "the upload broke off after line %d", u.lines)
		}
		if err != nil {
			return err
		}
	}
}

func (u *Upload) longLine(ctx context.Context, line []byte) error {
	if len(line) <= maxLine {
		return u.Line(ctx, line)
	}
	u.lines++
	return u.add(item{what: aFailure, number: u.lines, inLine: true, failed: manifest.Quarantined{Reason: tooLarge}})
}
