package httpapi

func (s *Server) bundleRoutes() []*Route { return nil }
