package httpapi

func (s *Server) rootRoutes() []*Route { return nil }
