package repeat_test

import (
	"context"
	"fmt"
	"time"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/kyc/kycmem"
	"example.com/digilocker/adapters/repeat"
)

// A read that met an outage is made again, and a Start is not.
func Example() {
	ctx := context.Background()
	down, calls := true, 0
	provider := kycmem.New(kycmem.Options{Before: func(_ context.Context, method string) error {
		fmt.Println("call:", method)
		if calls++; down && calls > 1 {
			down = false
			return kyc.ErrUnavailable
		}
		return nil
	}})
	p, err := repeat.New(provider, repeat.Budget{First: time.Millisecond})
	if err != nil {
		panic(err)
	}
	consent, err := p.Start(ctx, kyc.StartRequest{
		ID: "order-42", Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: "https://shop.example/back",
	})
	if err != nil {
		panic(err)
	}
	consent, err = p.Status(ctx, consent.Ref)
	if err != nil {
		panic(err)
	}
	fmt.Println(consent.State)
	// Output:
	// call: Start
	// call: Status
	// call: Status
	// pending
}
