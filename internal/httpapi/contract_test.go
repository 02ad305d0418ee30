package httpapi

import "reflect"

func (s *Server) contractSchemas() *schemas {
	doc, err := newContract(s.routes())
	if err != nil {
		panic(err)
	}
	return doc.schemas
}

func typeOfAnswer() reflect.Type { return reflect.TypeFor[decisionAnswer]() }
