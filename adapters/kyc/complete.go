package kyc

import (
	"context"
	"net/url"
)

// Complete reads the address back, to which the user of the journey returned, and returns
// the Ref to use from then on: that of the Return. It is the same call for every
// provider. Where an id of the journey is known by the return alone, as at Eko, the Ref then
// has it; everywhere else it is ref. A provider that reads no return leaves ref as it is.
//
// Store it once the provider has answered for it: anybody can write an address and send the user
// a link to it, and behind a wrong half the right address is refused.
//
// What else the Return says is a hint: see [ReturnParser], and [Waiting], which takes it. An
// address of another journey is [ErrInvalid].
func Complete(ctx context.Context, p Provider, ref Ref, back *url.URL) (Return, error) {
	if err := ctx.Err(); err != nil {
		return Return{}, err
	}
	parser, ok := As[ReturnParser](p)
	if !ok {
		return Return{Ref: ref}, nil
	}
	said, err := parser.ParseReturn(ref, back)
	if Unsupported(err) { // as of one of several providers
		return Return{Ref: ref}, nil
	}
	return said, err
}
