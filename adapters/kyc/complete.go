package kyc

import (
	"context"
	"net/url"
)

// Complete reads the address back, to which the user of the journey returned, and returns
// the Ref to use from then on: that of the Return. It is the same call for every
// provider. Where an id of the journey is known by the return alone, as at Eko, the Ref then
// has it; where the address brings a code, an [Exchanger] exchanges it, and the Ref has what came of that; everywhere
// else it is ref. A provider that reads no return leaves ref as it is.
//
// Store it once the provider has answered for it: anybody can write an address and send the user
// a link to it, and behind a wrong half the right address is refused. Where the Return has a Consent, an Exchanger has
// answered for it: store it then, before anything else is done, as the code is good for this one call, and let no
// closed page end ctx. The same address with the new Ref, as when a page is loaded again, is that Ref once more,
// without a call. Of two calls that bring one code with the old Ref, one has the new Ref, and the other is
// [ErrDuplicate]: look first whether the session has a newer Ref. That only one of them is made, over all machines, is
// for the caller's store to see to.
//
// What else the Return says is a hint: see [ReturnParser], and [Waiting], which takes it. An
// address of another journey is [ErrInvalid], and so is none, a nil back.
func Complete(ctx context.Context, p Provider, ref Ref, back *url.URL) (Return, error) {
	if err := ctx.Err(); err != nil {
		return Return{}, err
	}
	if back == nil {
		return Return{}, NewError(Error{Provider: "kyc", Op: "Complete", Kind: ErrInvalid, Member: "back",
			Want: "the address to which the user returned"}, nil, nil)
	}
	if exchanger, ok := As[Exchanger](p); ok {
		said, err := exchanger.Exchange(ctx, ref, back)
		if !Unsupported(err) { // it is, as of one of several providers
			return said, err
		}
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
