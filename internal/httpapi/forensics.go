package httpapi

func (s *Server) forensicsRoutes() []*Route { return nil }
