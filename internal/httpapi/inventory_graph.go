package httpapi

// graphRoutes are the questions about what refers to what.
func (s *Server) graphRoutes() []*Route { return nil }
