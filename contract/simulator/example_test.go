package simulator_test

import (
	"context"
	"fmt"
	"net/http/httptest"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/setu"
	described "example.com/digilocker/contract/provider"
	simsetu "example.com/digilocker/contract/provider/setu"
	"example.com/digilocker/contract/simulator"
)

// A whole journey in a test, without a browser and without a network.
func Example() {
	sim, err := simulator.New(simulator.Options{}, described.Simulated(simsetu.Provider)...)
	if err != nil {
		panic(err)
	}
	defer sim.Close()
	server := httptest.NewServer(sim)
	defer server.Close()
	provider, err := setu.New(server.URL+"/setu", setu.Credentials{
		ClientID:          simsetu.SimulatorClientID,
		ClientSecret:      kyc.Hide(simsetu.SimulatorClientSecret),
		ProductInstanceID: simsetu.SimulatorProductInstanceID,
	}, setu.Options{})
	if err != nil {
		panic(err)
	}

	ctx := context.Background()
	consent, err := provider.Start(ctx, kyc.StartRequest{
		Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: "https://shop.example/back",
	})
	if err != nil {
		panic(err)
	}
	back, err := simulator.NewVisitor(simulator.Complete).Allow(ctx, consent.URL.Reveal())
	if err != nil {
		panic(err)
	}
	fmt.Println("the user returns to", back.Host)
	record, err := provider.Fetch(ctx, consent.Ref, kyc.Aadhaar)
	if err != nil {
		panic(err)
	}
	fmt.Println("the invented person is", record.Person.Name.Reveal())
	// Output:
	// the user returns to shop.example
	// the invented person is Fake Complete
}
