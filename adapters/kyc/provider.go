package kyc

import (
	"context"
	"net/http"
	"net/url"
)

// Provider runs a DigiLocker consent journey and reads what the user shared.
//
// Implementations honour ctx, whose end they return as ctx.Err(), are safe for
// concurrent use and do not retry. A refusal is an [*Error]; test it with
// [errors.Is] and an [Err]. What a provider cannot do is
// [errors.ErrUnsupported]. What a user did is a [State] of Status, an error of
// Fetch.
//
// What not every provider can do is a one-method interface beside this one, to
// be found by [As] or [Capabilities], also in a provider that wraps another.
type Provider interface {
	// Start opens a journey. The user continues it at Consent.URL. It refuses
	// with ErrInvalid, before any call, what the provider would refuse; it is
	// not repeatable: ErrDuplicate tells of an ID used before.
	Start(ctx context.Context, req StartRequest) (*Consent, error)
	// Status reports how far the user is: a state, never ErrPending.
	Status(ctx context.Context, ref Ref) (*Consent, error)
	// Fetch reads one document. Before consent it fails with ErrPending, for a
	// document that the user does not have with ErrNoDocument, for one that the
	// user did not share with ErrDenied. Where a provider says the same before
	// consent and after a refusal, that is ErrPending, so that nobody is taken for
	// one who refused by asking early: Status tells.
	Fetch(ctx context.Context, ref Ref, doc Document) (*Record, error)
}

// Revoker is a Provider that can end a journey early; of the three, Setu.
type Revoker interface {
	// Revoke withdraws the user's consent. The Ref is of no use afterwards.
	Revoke(ctx context.Context, ref Ref) error
}

// AccountChecker is a Provider that can tell beforehand whether a user has a
// DigiLocker account, so that Start can choose the Flow; of the three, Cashfree.
type AccountChecker interface {
	// CheckAccount looks for an account. None is an answer, not an error.
	CheckAccount(ctx context.Context, query AccountQuery) (*Account, error)
}

// CatalogueLister is a Provider that lists the documents of all issuers; of the
// three, Setu.
type CatalogueLister interface {
	// ListCatalogue may take minutes and return many megabytes. Setu advises to
	// keep its answer for about a month.
	ListCatalogue(ctx context.Context) ([]CatalogueEntry, error)
}

// FileFetcher is a Provider that hands out a catalogue document as a file; of
// the three, Setu.
type FileFetcher interface {
	// FetchFile has the file made and returns its link. It fails as Fetch does.
	FetchFile(ctx context.Context, ref Ref, req FileRequest) (*File, error)
}

// ReturnParser reads what a user's return to the caller's redirect URL says; all
// three.
type ReturnParser interface {
	// ParseReturn makes no call. The address is unsigned: a hint to ask Status,
	// never proof. The Ref comes from the caller's own session, since not every
	// redirect carries it; an address that names another journey is ErrInvalid.
	ParseReturn(ref Ref, u *url.URL) (Return, error)
}

// RefMatcher is a Provider at which one journey can have two Refs, as a return completes the
// one that Start gave; of the three, Eko.
type RefMatcher interface {
	// SameJourney reports whether two Refs are of one journey. It makes no call.
	SameJourney(a, b Ref) bool
}

// WebhookParser is a Provider that reports a journey's end by a request to the
// caller; of the three, Cashfree.
type WebhookParser interface {
	// ParseWebhook makes no call. It needs the request's body byte for byte, and
	// verifies it before anything in it is believed: what is not signed as
	// published is ErrInvalid and no Event. What is, and is of no journey, is an
	// Event too, with Foreign.
	ParseWebhook(header http.Header, body []byte) (*Event, error)
}
