package kycmem_test

import (
	"context"
	"errors"
	"fmt"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/kyc/kycmem"
)

// A journey whose user consents when the test says so.
func Example() {
	ctx := context.Background()
	p := kycmem.New(kycmem.Options{})
	consent, err := p.Start(ctx, kyc.StartRequest{
		ID: "order-42", Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: "https://shop.example/back",
	})
	if err != nil {
		panic(err)
	}
	_, err = p.Fetch(ctx, consent.Ref, kyc.Aadhaar)
	fmt.Println("too early:", errors.Is(err, kyc.ErrPending))

	back, err := p.Allow(consent.Ref, kycmem.Complete)
	if err != nil {
		panic(err)
	}
	returned, err := p.ParseReturn(consent.Ref, back)
	if err != nil {
		panic(err)
	}
	record, err := p.Fetch(ctx, returned.Ref, kyc.Aadhaar)
	if err != nil {
		panic(err)
	}
	fmt.Println(record.Person.Name.Reveal(), record.Number.Reveal())

	p.Advance(kycmem.ConsentLife)
	consent, err = p.Status(ctx, consent.Ref)
	fmt.Println(consent.State, err)
	// Output:
	// too early: true
	// Invented Complete XXXXXXXX0001
	// expired <nil>
}
