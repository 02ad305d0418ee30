// Command frostgate is the server, the agent and the command line in one
// binary. Commands talk to a server through sdk/go; only serve, demo, simulate
// and migrate run parts of the server in this process.
//
// Exit codes: 0 ok, 1 failed, 2 usage or configuration, 3 the server does not
// answer, 4 denied.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// version is set by the build.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	p := &program{
		ctx: ctx, in: os.Stdin, out: os.Stdout, err: os.Stderr, environ: os.Environ(), name: os.Args[0],
	}
	code := p.run(os.Args[1:])
	stop()
	os.Exit(code)
}
