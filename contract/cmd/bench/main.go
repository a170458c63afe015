// Command bench runs the benchmarks: see package bench.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"example.com/digilocker/contract/bench"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) // a reader who leaves is an error of writing, not the end
	status := bench.Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}
