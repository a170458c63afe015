// Command import turns what a provider publishes into its document in specs: see package importing.
package main

import (
	"os"

	"example.com/digilocker/specs/importing"
)

func main() {
	os.Exit(importing.Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
