// Package providers is the list of the providers that this repository knows: an import and
// an entry each.
package providers

import (
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/provider/authpartner"
	"example.com/digilocker/contract/provider/cashfree"
	"example.com/digilocker/contract/provider/eko"
	"example.com/digilocker/contract/provider/quicko"
	"example.com/digilocker/contract/provider/setu"
	"example.com/digilocker/contract/provider/surepass"
	"example.com/digilocker/contract/simulator"
)

// All are the providers, in the order in which they are reported.
var All = []provider.Provider{
	cashfree.Provider,
	eko.Provider,
	setu.Provider,
	quicko.Provider,
	surepass.Provider,
	authpartner.Provider,
}

// Simulated is what the simulator is told of those that have a behaviour.
func Simulated() []simulator.Provider { return provider.Simulated(All...) }
