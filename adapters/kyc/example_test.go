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

// Two records of one person, as two documents write them: what differs is named, and no value is shown.
func ExampleCompare() {
	aadhaar := &kyc.Record{Document: kyc.Aadhaar, Person: kyc.Person{
		Name: kyc.Hide("Invented  PERSON"), Birth: kyc.ParseDate("17-03-1990"), Gender: kyc.ParseGender("F"),
	}}
	licence := &kyc.Record{Document: kyc.DrivingLicence, Person: kyc.Person{
		Name: kyc.Hide("Invented Person"), Birth: kyc.ParseDate("18-03-1990"),
	}}
	compared := kyc.ComparePersons(&aadhaar.Person, &licence.Person)
	fmt.Println(compared)
	fmt.Println("but for case and spacing:", compared.Differences(kyc.AllowUsual))
	// Output:
	// Person.Birth different; Person.Name alike but for case and spacing; not compared: Person.Gender
	// but for case and spacing: Person.Birth different
}

// A webhook is verified first, answered with success whatever it is of, and done once by its Key.
func ExampleWebhookParser() {
	ctx := context.Background()
	provider := kycmem.Webhooks{Provider: kycmem.New(kycmem.Options{})}
	consent, err := provider.Start(ctx, kyc.StartRequest{
		ID: "order-42", Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: "https://shop.example/back",
	})
	if err != nil {
		panic(err)
	}
	if _, err := provider.Allow(consent.Ref, kycmem.Complete); err != nil {
		panic(err)
	}
	header, body, err := provider.Deliver(ctx, consent.Ref) // in an application, what the provider sends
	if err != nil {
		panic(err)
	}

	parser, ok := kyc.As[kyc.WebhookParser](provider)
	if !ok {
		panic("this provider sends no webhooks")
	}
	done := map[string]bool{}
	for range 2 { // a delivery may come again
		event, err := parser.ParseWebhook(header, body)
		switch {
		case err != nil: // ErrInvalid: answer 403; else 500
			fmt.Println("refused:", err)
		case event.Foreign, done[event.Key]:
			fmt.Println("answered, and nothing done")
		default:
			done[event.Key] = true
			fmt.Println(event.Consent.Ref, "is", event.Consent.State)
		}
	}
	_, err = parser.ParseWebhook(header, []byte(`{"state":"granted"}`))
	fmt.Println("somebody else's is refused:", errors.Is(err, kyc.ErrInvalid))
	// Output:
	// order-42 is granted
	// answered, and nothing done
	// somebody else's is refused: true
}

// What not every provider can do is asked for, through wrappers too.
func ExampleAs() {
	var provider kyc.Provider = kycmem.New(kycmem.Options{})
	if reader, ok := kyc.As[kyc.DocumentReader](provider); ok {
		fmt.Println("reads", reader.Fetches())
	}
	_, ok := kyc.As[kyc.AccountChecker](provider)
	fmt.Println("checks accounts:", ok)
	// Output:
	// reads [aadhaar pan driving_licence]
	// checks accounts: false
}
