// Command digilocker is what this module does at a terminal, in any folder: see package verbs.
//
//	go run example.com/digilocker/contract/cmd/digilocker@latest -h
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"example.com/digilocker/contract/verbs"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second interrupt ends what does not end by the first
	// A reader who leaves is an error of writing, not the end. To ignore the signal would go on to what is
	// run from here.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	status := verbs.Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	os.Exit(status)
}
