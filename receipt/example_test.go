package receipt_test

import (
	"fmt"
	"os"

	"frostgate.io/frostgate/receipt"
)

// The whole program that checks a decision offline: the response as it was
// received, and the log's verifier key obtained from somewhere else.
func ExampleVerify() {
	response, err := os.ReadFile("testdata/decision.json")
	if err != nil {
		panic(err)
	}
	trust, err := receipt.NewTrust("frostgate.example/7f3a+eb3461a8+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs")
	if err != nil {
		panic(err)
	}
	r, err := receipt.FromResponse(response)
	if err != nil {
		panic(err)
	}
	report, err := receipt.Verify(r, trust)
	fmt.Print(report)
	fmt.Println("valid:", err == nil)
	// Output:
	// ok    leaf hash: 97543d2b0284c6f533d5b159abf5cb6b781685bd9d1b30038189f9d24395852c
	// ok    header: decision, version 1, canonical
	// ok    proof: 4 hashes and a checkpoint of size 11
	// ok    index: 6 in receipt, header and proof
	// ok    log: frostgate.example/7f3a/l-5ca1ab1e
	// ok    inclusion: entry 6 is in the tree of size 11 with root 97512533f850e77838f0f8076d6f2cf39ef0fe71e6402406b4b3fe8e198fc051
	// ok    signature: by pinned key frostgate.example/7f3a+eb3461a8
	// ok    level: the proof shows committed
	// ok    opening actor: 21 bytes match the commitment
	// ok    opening decision: 29 bytes match the commitment
	// ok    opening event: 39 bytes match the commitment
	// valid: true
}
