package setu_test

import (
	"testing"

	"example.com/digilocker/contract"
	"example.com/digilocker/contract/flags"
	"example.com/digilocker/contract/provider/setu"
)

// suite is the one that runs.
var suite *contract.Suite

func TestContract(t *testing.T) {
	contract.Run(t, flags.Options("setu", func(s *contract.Suite) {
		suite = s
		differences()
		members()
		live()
	}), setu.Provider)
}
