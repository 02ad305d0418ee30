// The verifier beside the page: Go's glue, then what answers messages.
import "../../.wasm/wasm_exec.js";
import "../../verify/worker.js";
