package notify

import (
	"context"
	"net/netip"

	"frostgate.io/frostgate/internal/domain"
)

// Deliver does one turn of a webhook and returns when its retry is due.
func (s *Service) Deliver(ctx context.Context, tenant domain.TenantID, id string) (retry domain.Micros, err error) {
	t, err := s.deliver(ctx, target{tenant, id})
	return t.at, err
}

// Forbidden is the check of addresses.
func Forbidden(a netip.Addr) string { return forbidden(a) }

// CheckURL is the check of URLs.
func CheckURL(url string, allowPrivate bool) error { return checkURL(url, allowPrivate) }

// Sign is the signature of a message.
func Sign(key []byte, id string, unix int64, body []byte) string { return sign(key, id, unix, body) }
