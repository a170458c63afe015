// Command scan looks through the fixtures for secrets and personal data: see package check.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"example.com/digilocker/contract/recording/check"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := check.Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}
