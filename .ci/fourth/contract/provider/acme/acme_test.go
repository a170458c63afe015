package acme_test

import (
	"testing"

	"example.com/digilocker/contract"
	"example.com/digilocker/contract/flags"
	"example.com/digilocker/contract/provider/acme"
)

func TestContract(t *testing.T) { contract.Run(t, flags.Options("acme", nil), acme.Provider) }
