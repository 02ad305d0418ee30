package httpapi

func (s *Server) moduleRoutes() []*Route { return nil }
