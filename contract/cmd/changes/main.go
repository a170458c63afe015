// Command changes says what changed since a revision: see package changes.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"example.com/digilocker/contract/changes"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := changes.Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}
