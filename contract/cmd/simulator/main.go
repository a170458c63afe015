// Command simulator serves the simulator of all providers: see package serve.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"example.com/digilocker/contract/simulator/serve"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := serve.Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}
