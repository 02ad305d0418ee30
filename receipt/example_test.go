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

// The whole program that checks a bundle offline: the file, and a policy with
// the log's key and the witnesses, obtained from somewhere else.
func ExampleVerifyBundle() {
	policy, err := os.ReadFile("testdata/policy.txt")
	if err != nil {
		panic(err)
	}
	trust, err := receipt.ParseTrust(string(policy))
	if err != nil {
		panic(err)
	}
	bundle, err := os.Open("testdata/tenant.bundle")
	if err != nil {
		panic(err)
	}
	defer bundle.Close()
	report, err := receipt.VerifyBundle(bundle, trust)
	fmt.Print(report)
	fmt.Println("error:", err)
	// Output:
	// ok    manifest: tenant bundle of log l-5ca1ab1e, entries 0 to 11 of 12
	// ok    signature: by pinned key frostgate.example/7f3a+eb3461a8
	// ok    checkpoint: frostgate.example/7f3a/l-5ca1ab1e, size 12, root 73813a1c3ed943ff92fb38f8fac905ef94b02f7645fcf39d5499cf422cebab4e
	// ok    root signature: by pinned key frostgate.example/7f3a+eb3461a8
	// ok    witnesses: cosigned by one at 2026-09-21T14:15:00Z, two at 2026-09-21T14:15:00Z, a quorum
	// ok    root log: frostgate.example/7f3a, size 4, root 4fde00956723bd711c004c209d623ce68afc1f592ed4aec7850262eaf187f40f
	// ok    anchor: the checkpoint of size 12 is slot 2 of 5 in epoch 3
	// ok    keys: the signers were neither revoked nor retired in the key entries that this bundle holds, which are 1
	// ok    genesis: log l-5ca1ab1e of tenant t-acme, slot 2
	// ok    inclusion: 12 entries are in the tree of size 12 with root 73813a1c3ed943ff92fb38f8fac905ef94b02f7645fcf39d5499cf422cebab4e
	// ok    payloads: each opening fits its commitment; each erasure and prune is shown by an artifact
	// ok    range: what the manifest says of kind, range and time holds
	// ok    digest: SHA-256 bd96acde978893cad2cfe4e4f54725b4c904f15717d579ccdaad64fba0f96646 over 7579 bytes
	// ok    bundle signature: by pinned key frostgate.example/7f3a+eb3461a8
	// ok    level: the proofs show witnessed
	// valid: tenant bundle of log l-5ca1ab1e, 12 of 12 entries, level witnessed
	// entries: 9 decision, 1 erasure, 1 genesis, 1 prune
	// payloads: 7 opened, 0 partly opened, 3 erased, 1 pruned, 1 missing, 0 headers only
	// payload erased by #8: entries: 3
	// payload pruned by #10: entries: 1
	// payload missing, nothing says why: entries 6
	// key history: #0 genesis frostgate.example/7f3a+eb3461a8+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs
	// completeness: the whole log up to the checkpoint of size 12 is here
	// error: <nil>
}
