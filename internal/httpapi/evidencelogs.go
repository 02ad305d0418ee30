package httpapi

func (s *Server) logRoutes() []*Route { return nil }
