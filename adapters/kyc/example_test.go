package kyc_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/kyc/kycmem"
)

// A journey by one program, whoever provides it: start, come back, wait, use.
func ExampleWaitFetch() {
	ctx := context.Background()
	user := kycmem.New(kycmem.Options{})
	var provider kyc.Provider = user // or that of an adapter
	consent, err := provider.Start(ctx, kyc.StartRequest{
		ID: "order-42", Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: "https://shop.example/back",
	})
	if err != nil {
		panic(err)
	}
	back, err := user.Allow(consent.Ref, kycmem.Complete) // the user comes back to this address
	if err != nil {
		panic(err)
	}
	said, err := kyc.Complete(ctx, provider, consent.Ref, back)
	if err != nil {
		panic(err)
	}
	got, err := kyc.WaitFetch(ctx, provider, said.Ref, kyc.Aadhaar, kyc.Waiting{Last: consent, Return: said})
	switch {
	case err == nil:
		fmt.Println("verified:", got.Record.Person.Name.Reveal())
	case kyc.Final(err):
		fmt.Println("there will be no document:", err)
	case errors.Is(err, kyc.ErrPending):
		fmt.Println("not yet: go on later, with what was seen as the Last")
	default:
		fmt.Println("somebody must act:", err)
	}
	// Output: verified: Invented Complete
}

// A budget bounds what the waiting may spend; a user who takes longer is no failure.
func ExampleWait() {
	ctx := context.Background()
	provider := kycmem.New(kycmem.Options{})
	consent, err := provider.Start(ctx, kyc.StartRequest{
		ID: "order-42", Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: "https://shop.example/back",
	})
	if err != nil {
		panic(err)
	}
	consent, calls, err := kyc.Wait(ctx, provider, consent.Ref, kyc.Budget{First: time.Millisecond, Calls: 3})
	fmt.Println(consent.State, "after", calls, "calls; pending:", errors.Is(err, kyc.ErrPending))
	// Output: pending after 3 calls; pending: true
}

func ExampleKindOf() {
	advise := func(err error) string {
		switch kind := kyc.KindOf(err); {
		case err == nil:
			return "use the record"
		case kind == kyc.ErrPending, kind == kyc.ErrRateLimited:
			return "ask again later"
		case kyc.Final(err):
			return "an answer, not a failure: tell the user"
		case kyc.Outage(err):
			return "repeat later, or fail over"
		default:
			return "alert an operator"
		}
	}

	fmt.Println(advise(kyc.NewError(kyc.Error{Provider: "testprovider", Op: "GetDocument", Kind: kyc.ErrNoDocument}, nil, nil)))
	fmt.Println(advise(kyc.ErrPending))
	// Output:
	// an answer, not a failure: tell the user
	// ask again later
}

func ExamplePrivate() {
	person := kyc.Person{Name: kyc.Hide("Invented Person"), Birth: kyc.ParseDate("1990")}

	fmt.Printf("%v, %v\n", person.Name, person.Birth)
	fmt.Println(person.Name.Reveal(), person.Birth.ISO())
	// Output:
	// [hidden], [hidden]
	// Invented Person 1990
}
