// Command apply writes the effective document of each provider: see package apply.
package main

import (
	"os"

	"example.com/digilocker/specs/apply"
)

func main() {
	os.Exit(apply.Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
