// Command vendor copies a generated package into another module: see package vendoring.
package main

import (
	"context"
	"os"

	"example.com/digilocker/gen/vendoring"
)

func main() {
	os.Exit(vendoring.Run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
