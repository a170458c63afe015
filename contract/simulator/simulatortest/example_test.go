package simulatortest_test

import (
	"context"
	"fmt"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/simulator"
	"example.com/digilocker/contract/simulator/simulatortest"
)

// In a test, t is its *testing.T, and the adapter is the one that the application makes:
// from sim.BaseURL and sim.Account, sending through sim.Client.
func Example() {
	ctx := context.Background()
	sim := simulatortest.New(t)
	provider := sim.Adapter("setu")

	consent, err := provider.Start(ctx, kyc.StartRequest{
		Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: "https://shop.example/back",
	})
	if err != nil {
		t.Fatalf("%v", err)
	}
	back, err := sim.Visitor(simulator.Complete).Allow(ctx, consent.URL.Reveal())
	if err != nil {
		t.Fatalf("%v", err)
	}
	said, err := kyc.Complete(ctx, provider, consent.Ref, back)
	if err != nil {
		t.Fatalf("%v", err)
	}
	got, err := kyc.WaitFetch(ctx, provider, said.Ref, kyc.Aadhaar, kyc.Waiting{Last: consent, Return: said})
	if err != nil {
		t.Fatalf("%v", err)
	}
	fmt.Println("the invented person is", got.Record.Person.Name.Reveal())

	if got.Record.File == nil { // Eko hands out none
		return
	}
	found, err := sim.Checker.Check(ctx, got.Record) // downloads, unpacks, verifies and compares
	if err != nil {
		t.Fatalf("%v", err)
	}
	fmt.Println("signed is the name of", found.Signed.Person.Name.Reveal())
	// Output:
	// the invented person is Fake Complete
	// signed is the name of Fake Complete
}
