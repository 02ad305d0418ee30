package httpapi

func (s *Server) signingKeyRoutes() []*Route { return nil }
