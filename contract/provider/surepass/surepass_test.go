package surepass_test

import (
	"testing"

	"example.com/digilocker/contract"
	"example.com/digilocker/contract/flags"
	"example.com/digilocker/contract/provider/surepass"
)

// suite is the one that runs.
var suite *contract.Suite

func TestContract(t *testing.T) {
	contract.Run(t, flags.Options("surepass", func(s *contract.Suite) {
		suite = s
		differences()
		members()
		live()
	}), surepass.Provider)
}
