// Command readme writes the tables of the README and the guides: see package readme.
package main

import (
	"os"

	"example.com/digilocker/contract/readme"
)

func main() { os.Exit(readme.Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
