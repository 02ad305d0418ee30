package normal

import "frostgate.io/frostgate/internal/jsondoc"

// scalarForm appends the one JSON form of a scalar that has several spellings;
// false: it is none of them, and stays as it is.
type scalarForm func(dst []byte, v jsondoc.Value) ([]byte, bool)

// scalarForms are the forms that the type table may name.
func scalarForms() map[string]scalarForm {
	return map[string]scalarForm{
		"quantity": quantity,
	}
}
