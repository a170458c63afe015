// Command published says whether what was imported is still what is published: see package published.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"example.com/digilocker/specs/published"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := published.Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}
