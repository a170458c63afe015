package failover_test

import (
	"context"
	"errors"
	"fmt"

	"example.com/digilocker/adapters/failover"
	"example.com/digilocker/adapters/kyc"
)

// Two providers, the first of which is down.
func Example() {
	ctx := context.Background()
	cashfree := failing(kyc.NewError(kyc.Error{Provider: "cashfree", Op: "createURL", Kind: kyc.ErrUnavailable, Status: 503}, nil, nil))
	setu := new(able) // setu.New(...) in an application

	p, err := failover.New([]failover.Member{
		{Name: "cashfree", Provider: cashfree},
		{Name: "setu", Provider: setu},
	}, failover.Options{})
	if err != nil {
		panic(err)
	}

	consent, err := p.Start(ctx, kyc.StartRequest{
		ID: "order-42", Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: "https://shop.example/back",
	})
	if failed := (*failover.Error)(nil); errors.As(err, &failed) {
		for _, attempt := range failed.Attempts {
			fmt.Println(attempt.Name, kyc.KindOf(attempt.Err))
		}
		return
	}
	if err != nil {
		panic(err) // ctx.Err()
	}
	fmt.Println("store", consent.Ref)

	// Later, perhaps after a restart: the Ref knows where the journey is.
	record, err := p.Fetch(ctx, consent.Ref, kyc.Aadhaar)
	if err != nil {
		panic(err)
	}
	fmt.Println("fetched", record.Document)

	// What not every provider can do is asked of the one that holds the journey.
	member, own, err := p.For(consent.Ref)
	if err != nil {
		panic(err)
	}
	if revoker, ok := kyc.As[kyc.Revoker](member); ok {
		fmt.Println("revoked", own, revoker.Revoke(ctx, own) == nil)
	}
	// Output:
	// store setu:j-order-42
	// fetched aadhaar
	// revoked j-order-42 true
}
