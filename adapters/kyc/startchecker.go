package kyc

import "slices"

// StartChecker is a Provider that can tell what its Start would refuse before any call, so
// that nobody learns only in an outage that the next provider cannot take over.
type StartChecker interface {
	// CheckStart makes no call. Its error is the one that Start would return for the same
	// request before any call; nil says no more than that there is none.
	CheckStart(req StartRequest) error
}

// DocumentReader is a Provider that can tell which documents its Fetch reads.
type DocumentReader interface {
	// Fetches lists them; of any other one, Fetch is [errors.ErrUnsupported]. It makes no call.
	Fetches() []Document
}

// OnceFetcher is a Provider that hands some documents out once in a journey. Store the Record of one, or what you
// need of it, before anything else is done: nobody brings it back but a new journey.
type OnceFetcher interface {
	// FetchesOnce lists them. The second Fetch of one in a journey is [ErrExpired]. Any error after which the document
	// may be gone is [Error].Spent, but for ctx.Err() itself, of a ctx that ended before the answer had come: nobody
	// knows either. Where it ends behind the answer, while that is verified, the error is Spent and has it as Raw. It
	// makes no call.
	FetchesOnce() []Document
}

// FetchesOnce reports whether doc is handed out once in the journey of ref: p, or the one that holds the journey if p
// is a [RefHolder], is an [OnceFetcher] that lists it.
func FetchesOnce(p Provider, ref Ref, doc Document) bool {
	once, ok := As[OnceFetcher](holder(p, ref))
	return ok && slices.Contains(once.FetchesOnce(), doc)
}

// holder is the provider that holds the journey: p, or, if that is a [RefHolder], the one that For names. Where For
// names none, it is the last that was asked.
func holder(p Provider, ref Ref) Provider {
	for range deepest {
		over, ok := As[RefHolder](p)
		if !ok {
			break
		}
		member, own, err := over.For(ref)
		if err != nil {
			break
		}
		p, ref = member, own
	}
	return p
}
