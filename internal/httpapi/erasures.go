package httpapi

func (s *Server) erasureRoutes() []*Route { return nil }
