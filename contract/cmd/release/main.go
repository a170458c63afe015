// Command release says what a release would do, and does it: see package release.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"example.com/digilocker/contract/release"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := release.Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}
