package httpapi

import (
	"slices"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

// mayOpen gives the rings whose payloads the caller may see: those that the key
// names, or the tenant's default when it names none. Elsewhere a key reads no
// more than at home, and no more than one that is made there: a default at home
// opens only what is the default there too, also when the key names nothing else.
func (s *Server) mayOpen(c *Call) (func(domain.Ring) bool, error) {
	home, err := s.deps.Tenants.Lookup(c.Principal.Tenant)
	if err != nil {
		return nil, err
	}
	rings := c.Principal.Rings
	if len(rings) == 0 {
		rings = []domain.Ring{home.Settings.Ring}
	}
	onlyDefault := !slices.ContainsFunc(rings, func(r domain.Ring) bool { return r != home.Settings.Ring })
	if c.Tenant() != home.ID && onlyDefault {
		there, err := s.deps.Tenants.Lookup(c.Tenant())
		if err != nil {
			return nil, err
		}
		if there.Settings.Ring != home.Settings.Ring {
			rings = nil
		}
	}
	return func(r domain.Ring) bool { return slices.Contains(rings, r) }, nil
}

// mayRead refuses the payload of a ring that the key may not read.
func (s *Server) mayRead(c *Call, ring domain.Ring) error {
	may, err := s.mayOpen(c)
	if err != nil || may(ring) {
		return err
	}
	return fault.New(fault.Forbidden, "%s", closedRing(ring))
}

func closedRing(ring domain.Ring) string {
	return "The key may not read payloads of ring " + string(ring) + "; a bundle proves the entry without them."
}
