package umbra_test

import (
	"testing"

	"example.com/digilocker/contract"
	"example.com/digilocker/contract/flags"
	"example.com/digilocker/contract/provider/umbra"
)

func TestContract(t *testing.T) { contract.Run(t, flags.Options("umbra", nil), umbra.Provider) }
