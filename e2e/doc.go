// Package e2e holds flows through the real binary: command line and HTTP
// against a server that the flow starts. Each flow is a txtar script in
// testdata; its comments say what it proves.
//
// Invariant: a flow owns its data folder and its ports (always port 0), so that
// all run beside each other. It must not reach outside the machine.
package e2e
