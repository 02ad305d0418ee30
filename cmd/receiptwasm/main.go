//go:build js && wasm

// Command receiptwasm is the verifier as WebAssembly, for browsers. It sets the
// function frostgateVerify(read, trust): read(n) gives at most n bytes as a
// Uint8Array, empty at the end; trust is a text with keys, or empty. The answer
// is the JSON of internal/evidence/plain.Answer.
package main

import (
	"bufio"
	"errors"
	"io"
	"syscall/js"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"frostgate.io/frostgate/internal/evidence/plain"
)

func main() {
	js.Global().Set("frostgateVerify", js.FuncOf(func(_ js.Value, args []js.Value) any {
		if len(args) != 2 || args[0].Type() != js.TypeFunction || args[1].Type() != js.TypeString {
			return js.Undefined()
		}
		answer := plain.Check(bufio.NewReaderSize(reader{args[0]}, 1<<20), args[1].String())
		// What a damaged file says of itself need not be UTF-8.
		text, err := json.Marshal(answer, jsontext.AllowInvalidUTF8(true))
		if err != nil {
			panic(err) // strings and lists of them always encode
		}
		return string(text)
	}))
	select {} // the function stays
}

// reader asks JavaScript for bytes.
type reader struct{ read js.Value }

// Read asks for at most as many bytes as fit.
func (r reader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	part := r.read.Invoke(len(p))
	if n := part.Get("length").Int(); n > len(p) {
		return 0, errors.New("more bytes than were asked for")
	}
	n := js.CopyBytesToGo(p, part)
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}
