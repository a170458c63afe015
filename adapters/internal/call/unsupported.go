package call

import (
	"errors"
	"fmt"
	"strings"

	"example.com/digilocker/adapters/kyc"
)

// Unsupported is the [errors.ErrUnsupported] of a document with which what was asked cannot be done, "setu: fetch" for
// instance; its text says with which it can.
func Unsupported(asked string, doc kyc.Document, can ...kyc.Document) error {
	known := make([]string, len(can))
	for i, one := range can {
		known[i] = string(one)
	}
	return fmt.Errorf("%s %q: %w; supported: %s", asked, doc, errors.ErrUnsupported, strings.Join(known, ", "))
}
