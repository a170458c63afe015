package kyc

import (
	"context"
	"net/http"
	"net/url"
)

// Provider runs a DigiLocker consent journey and reads what the user shared.
//
// Implementations honour ctx, whose end they return as ctx.Err(), or, where a
// success had come by then, as an [*Error] that has it as Raw and in which
// [errors.Is] finds ctx.Err(). They are safe for concurrent use and do not retry.
// A refusal is an [*Error]; test it with [errors.Is] and an [Err]. What a provider cannot do is
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
	// user did not share with ErrDenied. Where a provider does not tell the two
	// apart, that is ErrDenied. Where it says the same before consent and after a
	// refusal, that is ErrPending, so that nobody is taken for one who refused by
	// asking early: Status tells.
	Fetch(ctx context.Context, ref Ref, doc Document) (*Record, error)
}

// Revoker is a Provider that can end a journey early.
type Revoker interface {
	// Revoke withdraws the user's consent. The Ref is of no use afterwards. It has to be the newest of the journey: of
	// tokens that a [Refresher] replaced the provider may know nothing, and the consent goes on.
	Revoke(ctx context.Context, ref Ref) error
}

// Exchanger is a Provider whose user brings back a code, which opens the journey: without the call that exchanges it,
// nothing can be fetched. Callers use [Complete], which makes that call where there is one to make.
type Exchanger interface {
	// Exchange reads the address back, to which the user of the journey returned, and exchanges its code. Once the
	// Return has a Consent, its Ref replaces ref; after a refusal either serves. Before anything in the address is
	// believed, its state has to be the journey's: anything else is ErrInvalid, with Member "state". A user who refused
	// is no error but the State of the Return, and then no call is made.
	//
	// A code is good once. That it was used already is ErrDuplicate; a provider that says the same of a code that has
	// run out has that word for both. Where ref is what an exchange of this journey gave, as when a page is loaded
	// again, the address is read, no call is made, and the Return has ref and the State that Status has: Granted, until
	// the journey ends. Nothing is to be repeated: where the answer was lost, the code may be used. So let no closed
	// page end ctx.
	Exchange(ctx context.Context, ref Ref, back *url.URL) (Return, error)
}

// Refresher is a Provider whose access to a journey runs out before the consent does, and can be renewed.
type Refresher interface {
	// Refresh renews it. The Consent's Ref replaces ref, which may be of no use afterwards: store it before anything
	// else is done, and let nobody else refresh the same one. A refusal after which the user has to consent anew is
	// ErrExpired. Nothing is to be repeated: where the answer was lost, ref may be of no use.
	Refresh(ctx context.Context, ref Ref) (*Consent, error)
}

// UserReader is a Provider that tells of the user of a journey what the account says, without a document.
type UserReader interface {
	// ReadUser fails as Fetch does. What is known of the user is the Consent's User.
	ReadUser(ctx context.Context, ref Ref) (*Consent, error)
}

// AccountChecker is a Provider that can tell beforehand whether a user has a
// DigiLocker account, so that Start can choose the Flow.
type AccountChecker interface {
	// CheckAccount looks for an account. None is an answer, not an error.
	CheckAccount(ctx context.Context, query AccountQuery) (*Account, error)
}

// CatalogueLister is a Provider that lists the documents of all issuers.
type CatalogueLister interface {
	// ListCatalogue may take minutes and return many megabytes. Setu advises to
	// keep its answer for about a month.
	ListCatalogue(ctx context.Context) ([]CatalogueEntry, error)
}

// DocumentLister is a Provider that lists what the user of a journey shares.
type DocumentLister interface {
	// ListDocuments fails as Fetch does. A journey whose user shares nothing has an empty
	// list, which is no error.
	ListDocuments(ctx context.Context, ref Ref) ([]ListedDocument, error)
}

// FileFetcher is a Provider that hands out a document of any type as a file: one of its
// catalogue or, where it has none, of a journey's list.
type FileFetcher interface {
	// FetchFile has the file made and returns its link, or the file itself in Content. It fails as Fetch does.
	FetchFile(ctx context.Context, ref Ref, req FileRequest) (*File, error)
}

// ReturnParser reads what a user's return to the caller's redirect URL says.
type ReturnParser interface {
	// ParseReturn makes no call. The address is unsigned: a hint to ask Status,
	// never proof. The Ref comes from the caller's own session, since not every
	// redirect carries it; an address that names another journey is ErrInvalid.
	ParseReturn(ref Ref, u *url.URL) (Return, error)
}

// RefMatcher is a Provider at which one journey can have several Refs, as a return completes the
// one that Start gave, and a [Refresher] gives another.
type RefMatcher interface {
	// SameJourney reports whether two Refs are of one journey. It makes no call.
	SameJourney(a, b Ref) bool
}

// RefHolder is a Provider over several, one of which holds each journey.
type RefHolder interface {
	// For returns the one that holds the journey, and the journey's Ref there; an error if none does. It makes no call.
	For(ref Ref) (member Provider, own Ref, err error)
}

// WebhookParser is a Provider that reports a journey's end by a request to the
// caller.
type WebhookParser interface {
	// ParseWebhook makes no call. It needs the request's body byte for byte, and
	// verifies it before anything in it is believed: what is not signed as
	// published is ErrInvalid and no Event. What is, and is of no journey, is an
	// Event too, with Foreign.
	ParseWebhook(header http.Header, body []byte) (*Event, error)
}
