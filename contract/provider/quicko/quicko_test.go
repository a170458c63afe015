package quicko_test

import (
	"testing"

	"example.com/digilocker/contract"
	"example.com/digilocker/contract/flags"
	"example.com/digilocker/contract/provider/quicko"
)

// suite is the one that runs.
var suite *contract.Suite

func TestContract(t *testing.T) {
	contract.Run(t, flags.Options("quicko", func(s *contract.Suite) {
		suite = s
		differences()
		journeys()
		members()
		live()
	}), quicko.Provider)
}
