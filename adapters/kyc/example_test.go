package kyc_test

import (
	"fmt"

	"example.com/digilocker/adapters/kyc"
)

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
