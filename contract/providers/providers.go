// Package providers is the list of the providers that this repository knows.
package providers

import (
	"example.com/digilocker/contract/provider/cashfree"
	"example.com/digilocker/contract/provider/eko"
	"example.com/digilocker/contract/provider/setu"
	"example.com/digilocker/contract/simulator"
)

// Simulators are all of them as the simulator stands for them.
func Simulators() []simulator.Provider {
	return []simulator.Provider{cashfree.Simulated(), eko.Simulated(), setu.Simulated()}
}
