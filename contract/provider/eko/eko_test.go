package eko_test

import (
	"testing"

	"example.com/digilocker/contract"
	"example.com/digilocker/contract/flags"
	"example.com/digilocker/contract/provider/eko"
)

// suite is the one that runs.
var suite *contract.Suite

func TestContract(t *testing.T) {
	contract.Run(t, flags.Options("eko", func(s *contract.Suite) {
		suite = s
		differences()
		integrators()
		members()
		live()
	}), eko.Provider)
}
