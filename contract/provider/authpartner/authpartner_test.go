package authpartner_test

import (
	"testing"

	"example.com/digilocker/contract"
	"example.com/digilocker/contract/flags"
	"example.com/digilocker/contract/provider/authpartner"
)

func TestContract(t *testing.T) {
	contract.Run(t, flags.Options("authpartner", pinned), authpartner.Provider)
}
