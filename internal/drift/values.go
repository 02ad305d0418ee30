package drift

import (
	"bytes"
	"fmt"

	"frostgate.io/frostgate/internal/drift/diff"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// storedOp is an operation as its column has it. A value that is the finding's
// new one is left out.
type storedOp struct {
	Op    string         `json:"op"`
	Path  string         `json:"path"`
	Value jsontext.Value `json:"value,omitzero"`
}

// values are what a finding's row keeps of a change: of whole objects nothing,
// where inventory has them.
func (f *stored) values() (from, to, ops []byte, err error) {
	if f.Path != "" || f.keep {
		from, to = f.From, f.To
	}
	list := make([]storedOp, len(f.Ops))
	for i, op := range f.Ops {
		list[i] = storedOp{op.Op, op.Path, op.Value}
		if bytes.Equal(op.Value, f.To) {
			list[i].Value = nil
		}
	}
	ops, err = json.Marshal(list)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("encode operations of %s: %w", f.ID, err)
	}
	return some(from), some(to), ops, nil
}

func some(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// readOps is the inverse; to is the finding's new value.
func readOps(text, to []byte) ([]diff.Op, error) {
	var list []storedOp
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, fmt.Errorf("read operations: %w", err)
	}
	out := make([]diff.Op, len(list))
	for i, op := range list {
		out[i] = diff.Op{Op: op.Op, Path: op.Path, Value: op.Value}
		if op.Op != "remove" && len(op.Value) == 0 {
			out[i].Value = to
		}
	}
	return out, nil
}
