package normal

import "testing"

func TestBuiltinLoads(t *testing.T) {
	t.Parallel()
	types := Builtin()
	if len(types.List()) < 28 {
		t.Fatalf("only %d types", len(types.List()))
	}
}
