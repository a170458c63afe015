package kyc

import (
	"net/url"
	"slices"
	"strings"
	"time"
)

// Ref names a journey at its provider. Store it and hand it back; never parse
// it: Eko needs two ids and packs both into one Ref. It is no secret, as it is of
// no use without the provider's credentials. That of an [Exchanger] holds tokens, sealed: it is of no use without the
// caller's keys either, but takes more room, and whoever hands it back to the caller's own server is taken for its
// user. Keep it where the session is.
type Ref string

// Document is a kind of document. One that is not among the constants is a
// provider's own word, kept as it came.
type Document string

// The documents that a journey can ask for.
const (
	Aadhaar        Document = "aadhaar"
	PAN            Document = "pan"
	DrivingLicence Document = "driving_licence"
)

// Flow is the first page that the user sees. The zero value is the provider's
// default; where it has none, Start of it is ErrInvalid, and the adapter says so.
type Flow string

// The flows.
const (
	SignIn Flow = "signin" // for a user who has a DigiLocker account
	SignUp Flow = "signup"
)

// State is how far a journey is. One that is not among the constants is a word
// that nobody documented, kept as it came.
type State string

// The states. Pending and Granted leave the journey open, the others end it.
const (
	Pending State = "pending" // the user has not consented yet, or is being checked
	Granted State = "granted"
	Denied  State = "denied"  // the user refused
	Expired State = "expired" // link, session or consent ran out
	Revoked State = "revoked" // consent was withdrawn
)

// Final reports whether waiting is over: every state of the constants but
// Pending. A state that nobody documented is not final.
func (s State) Final() bool {
	switch s {
	case Granted, Denied, Expired, Revoked:
		return true
	default:
		return false
	}
}

// StartRequest asks for a journey.
type StartRequest struct {
	ID        string     // caller's own unique id; each adapter says what becomes of it; empty: the adapter makes one
	Documents []Document // at least one, no duplicates
	ReturnTo  string     // absolute https URL the user comes back to
	Flow      Flow       // sign in, sign up, or zero: the provider's default, or ErrInvalid where it has none
}

// Validate returns an [*Error] of kind [ErrInvalid], in the name of provider and
// op, for what every provider refuses: no document, one that is empty or given
// twice, a ReturnTo that is not an absolute https URL, an unknown Flow. Its
// Member names the field, and its Want says what it has to be. Adapters call it, and
// add their own rules for ID.
func (r StartRequest) Validate(provider, op string) error {
	field, want := "", ""
	switch {
	case len(r.Documents) == 0 || slices.Contains(r.Documents, "") || hasDuplicates(r.Documents):
		field, want = "Documents", "one document or more, each once"
	case !absoluteHTTPS(r.ReturnTo):
		field, want = "ReturnTo", "an absolute https URL, on your own machine too"
	case r.Flow != "" && r.Flow != SignIn && r.Flow != SignUp:
		field, want = "Flow", "SignIn, SignUp or nothing"
	default:
		return nil
	}
	return NewError(Error{Provider: provider, Op: op, Kind: ErrInvalid, Member: field, Want: want}, nil, nil)
}

func hasDuplicates(docs []Document) bool {
	sorted := slices.Sorted(slices.Values(docs))
	return len(slices.Compact(sorted)) < len(docs)
}

// absoluteHTTPS wants the scheme in lower case: Cashfree asks that the text
// "start with https".
func absoluteHTTPS(s string) bool {
	u, err := url.Parse(s)
	return err == nil && strings.HasPrefix(s, "https://") && u.Hostname() != ""
}

// Consent is a journey's state. A field is zero if the provider does not say.
type Consent struct {
	Ref   Ref
	State State
	// where to send the user; hidden, as it opens the journey to whoever has it; zero once unusable
	URL        Private
	ExpiresAt  time.Time  // of URL
	ValidUntil time.Time  // of the consent, once granted
	Requested  []Document // what the journey asked for
	// nil if the provider does not say, else what the user shares: empty is possible with State
	// Granted
	Granted  []Document
	EAadhaar *bool    // whether the account has an e-Aadhaar; nil if the provider does not say
	User     *Person  // what the provider tells before Fetch; may be nil
	TraceID  string   // what the provider's support asks for
	Unread   []string // see Record.Unread
	Raw      Raw      // the provider's answer as it came
}

// Return is what a user's return says: a hint to ask Status, never proof, since
// anyone can write such an address. A field is zero if the address does not say.
type Return struct {
	Ref     Ref        // as handed to ParseReturn, or completed: the one to go on with
	State   State      // Granted, Denied, or zero; Expired where a page is loaded again after the journey's end
	Granted []Document // nil if the address does not say; empty: the user shared none
	Code    string     // the provider's code of a failure, verbatim; an undocumented one only if it is a trace id
	Message Private    // the provider's words on a failure

	// Consent is what the provider answered when an [Exchanger] exchanged the code: no hint, but its word. Nil: no
	// such call was made.
	Consent *Consent
	// IDToken is the provider's signed word on who the user is (OpenID Connect), as it came with that answer: nobody
	// has verified it. Zero if there was none.
	IDToken Private
}

// Event is a verified webhook. A handler answers every Event with success, be it Foreign: a
// provider that is refused delivers again, and may not take the address at all.
//
// The same event may come more than once, and after the journey's end: its Key tells.
type Event struct {
	// Key is the same for each delivery of one event, and another for another event: the
	// SHA-256, in hexadecimal, of what is signed of it and does not depend on the delivery.
	// The adapter says what that is. Store it to do a thing once. It is never empty.
	Key  string
	Type string    // the provider's name for what happened, verbatim
	At   time.Time // when it happened
	// Foreign says that the event is of no journey: a test of the address, or of another of
	// the provider's products. Its Consent has no Ref and no State, whatever the event says.
	Foreign bool
	Scheme  string  // which of the published signatures was verified, as the adapter names it
	Consent Consent // the journey after it; its Raw is the webhook's body
}
