// Command accept writes contract/examples.sum: the payload of each documented
// example, as it is now, is taken for right. Until then the suite names every
// example that was added, changed or taken away.
package main

import (
	"fmt"
	"os"

	"example.com/digilocker/contract/examples"
	"example.com/digilocker/specs/document"
)

func main() {
	docs, err := examples.ReadAll("gen")
	if err == nil {
		err = document.WriteFile("contract/examples.sum", []byte(examples.Text(docs)))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "accept:", err)
		os.Exit(2)
	}
}
