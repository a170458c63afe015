package kyc

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Waiting is what WaitFetch knows and may spend. Its zero value knows nothing, and has the
// zero [Budget].
type Waiting struct {
	// Budget is of the calls of Status and Fetch together.
	Budget Budget
	// Last is what the caller last saw of the journey, such as what Start returned. It tells
	// a journey that has vanished from a Ref that never was one. Nil: nothing was seen. A Ref in
	// it, as in Return, must be of the journey that is waited for: see WaitFetch.
	Last *Consent
	// Return is what [Complete] said of the user's return; zero: the user is not back. Denied
	// ends the waiting, unless the provider's Status contradicts: a return is no proof.
	Return Return
	// Events brings what [WebhookParser] has verified, of any journey, as it comes: a final
	// state of this one, be it Granted, needs no Status. It may be nil, and may be closed.
	Events <-chan *Event
}

// Waited is what WaitFetch saw.
type Waited struct {
	Record        *Record  // nil with an error
	Consent       *Consent // the last that was seen of the journey, Waiting.Last included; nil: nothing
	Status, Fetch int      // the calls made
}

// WaitFetch waits for a document: it asks for the journey's state until the user has
// consented, then for the document, goes on while that is being checked, and ends with the
// document, or with the reason why there is none. No call is repeated after it was answered:
// Fetch, which may be billed, is made anew after [ErrPending] and [ErrRateLimited] alone.
//
// [Final] errors are the last word: [ErrDenied], [ErrExpired] (a revoked consent, too),
// [ErrNoDocument] and [ErrMismatch]. Where the provider's state says already that the user
// shares no such document, or has no e-Aadhaar, nothing is fetched; and no consent to the
// document ([Error].NoConsent) is a refusal once the journey was consented to. A journey that
// was there, by Waiting.Last or an answer, and is unknown to the provider now, has ended: ErrExpired. If
// Status is [errors.ErrUnsupported], the document alone is asked for.
//
// A document that the provider hands out once, see [OnceFetcher], is not asked for again after an error that is
// [Error].Spent, whatever its kind. Where the budget's Deadline cuts the call for one, that is the error, Spent and of
// kind [ErrUnavailable], as the document may be gone. Give such a Fetch the time of a call, and do not end ctx
// meanwhile. Where the Deadline comes behind the answer, of whichever document, the error is Fetch's own, which has it
// as Raw.
//
// Once the budget is spent, the error is [ErrPending], or ErrRateLimited if the provider wants
// a longer pause than the budget allows; a later WaitFetch can go on with what this one saw as
// its Last. Any other error of a call ends the waiting, an outage too, with which package
// repeat copes; and so does ctx, with ctx.Err(). A budget that makes no sense is [ErrInvalid], with
// its field as Member.
//
// At an [Exchanger], or where that holds the journey of one among several ([RefHolder]), nothing but [Complete] brings
// a journey on that is pending, and gives another Ref. There WaitFetch ends at once, with an ErrPending whose Member is
// "Ref", and so it does with any ErrPending that has a Want: what is wanted has to be given first. While the user is
// away, look whether the session has a newer Ref, and call WaitFetch with that.
//
// A Return or a Last of another journey is ErrInvalid, before any call and with its name as Member:
// what was said of somebody else must neither end this journey nor fetch a document. Two Refs
// are of one journey if they are equal, or if the provider is a [RefMatcher] that says so; an
// empty one is of any. The Ref that is used is the Return's, if that has one.
//
// What can be learned depends on the provider, and the documentation of its adapter says so: Status may tell a
// denial, or the return alone, or nobody. In the last case a user who denies, or never comes back, looks like one who
// has not decided, and the waiting ends with its budget, or, once the provider has forgotten the journey, with
// ErrExpired.
func WaitFetch(ctx context.Context, p Provider, ref Ref, doc Document, w Waiting) (Waited, error) {
	pace, err := newWait(ctx, waitFetch, w.Budget)
	if err != nil {
		return Waited{Consent: w.Last}, err
	}
	defer pace.cancel()
	switch {
	case !sameJourney(p, ref, w.Return.Ref):
		return Waited{}, NewError(Error{Provider: "kyc", Op: waitFetch, Kind: ErrInvalid, Member: "Return",
			Want: wantJourney}, nil, nil)
	case w.Last != nil && !sameJourney(p, ref, w.Last.Ref):
		return Waited{}, NewError(Error{Provider: "kyc", Op: waitFetch, Kind: ErrInvalid, Member: "Last",
			Want: wantJourney}, nil, nil)
	}
	ref = cmp.Or(w.Return.Ref, ref)
	if reader, ok := As[DocumentReader](p); ok && !slices.Contains(reader.Fetches(), doc) {
		return Waited{Consent: w.Last}, fmt.Errorf("kyc: %s: fetch %q: %w", waitFetch, doc, errors.ErrUnsupported)
	}
	f := fetching{wait: pace, provider: p, ref: ref, doc: doc, known: w, saw: Waited{Consent: w.Last}}
	f.single = FetchesOnce(p, ref, doc)
	if w.Last != nil && w.Last.State.Final() {
		f.state = w.Last.State
	}
	err = f.run()
	return f.saw, err
}

// waitFetch is what errors call WaitFetch.
const waitFetch = "WaitFetch"

const wantJourney = "one of the journey that is waited for"

// sameJourney reports whether said, which may be empty, can be a Ref of ref's journey.
func sameJourney(p Provider, ref, said Ref) bool {
	if said == "" || said == ref {
		return true
	}
	matcher, ok := As[RefMatcher](p)
	return ok && matcher.SameJourney(ref, said)
}

// fetching is a WaitFetch at work.
type fetching struct {
	*wait
	provider Provider
	ref      Ref
	doc      Document
	known    Waiting
	state    State // once it is final
	blind    bool  // no state can be asked for
	once     bool  // none could be asked for now
	single   bool  // the document is handed out once
	limited  bool  // the last answer was that there are too many calls
	doubt    error // of a Fetch that did not know the journey, although its state was told
	saw      Waited
}

func (f *fetching) run() error {
	for {
		f.drain()
		if err := f.ended(); err != nil {
			return err
		}
		if err := f.next(); err != nil {
			return cmp.Or(f.doubt, err)
		}
		was, fetched := f.state, f.fetches()
		err := f.call()
		switch {
		case f.saw.Record != nil:
			return nil
		case Spent(err), f.late(err) && answered(err):
			return err
		case f.state == Granted && f.doubt != nil:
			return f.doubt // the journey is there, and it is the document that is not
		case f.state != was:
			continue // what a state asks for is done at once
		case f.stateless(err, fetched):
			continue
		case f.state == Granted && unconsented(err):
			return reason("the user does not share the document", ErrDenied)
		case errors.Is(err, ErrNotFound) && f.state == Granted && f.saw.Status > 0:
			f.doubt, f.state = err, ""
			continue // to ask for the state once more, which tells whether the journey has gone
		case errors.Is(err, ErrNotFound) && f.saw.Consent != nil:
			return vanished(err)
		}
		f.limited = errors.Is(err, ErrRateLimited)
		if err := f.pause(err, f.listen); err != nil {
			return err
		}
	}
}

// call asks for the document of a journey that was consented to, and for the state of any
// other.
func (f *fetching) call() (err error) {
	if f.fetches() {
		f.once = false
		f.saw.Fetch++
		f.saw.Record, err = f.provider.Fetch(f.inTime, f.ref, f.doc)
		if f.single && f.late(err) && !answered(err) {
			err = NewError(Error{Provider: "kyc", Op: waitFetch, Kind: ErrUnavailable, Spent: true}, err, nil)
		}
		return err
	}
	f.saw.Status++
	now, err := f.provider.Status(f.inTime, f.ref)
	if err == nil {
		f.see(now)
		err = f.uncompleted(f.provider, f.ref, now)
	}
	answered := err == nil || errors.Is(err, ErrPending) || errors.Is(err, ErrNotFound) || Unsupported(err) ||
		noStatus(err)
	if answered && f.state == "" && f.known.Return.State == Denied {
		f.state = Denied
	}
	return err
}

// fetches reports whether the next call is for the document.
func (f *fetching) fetches() bool { return f.state == Granted || f.blind || f.once }

// stateless reports whether err says that no state can be asked for, ever or now: the
// document is asked for instead.
func (f *fetching) stateless(err error, fetched bool) bool {
	if fetched {
		return false
	}
	f.blind, f.once = Unsupported(err), noStatus(err)
	return f.blind || f.once
}

// noStatus reports whether err says that the call for a state is not there.
func noStatus(err error) bool {
	e := (*Error)(nil)
	return errors.As(err, &e) && e.NoStatus
}

// answered reports whether err has an answer.
func answered(err error) bool {
	e := (*Error)(nil)
	return errors.As(err, &e) && e.Raw() != nil
}

// see notes what the provider says of the journey.
func (f *fetching) see(now *Consent) {
	f.saw.Consent = now
	if now.State.Final() {
		f.state = now.State
	}
}

// ended is the reason why there is no document, as far as the state tells.
func (f *fetching) ended() error {
	c := f.saw.Consent
	switch f.state {
	case Denied:
		return reason("the user refused", ErrDenied)
	case Expired:
		return reason("the journey has run out", ErrExpired)
	case Revoked:
		return reason("the consent was withdrawn", ErrExpired)
	case Granted:
		switch {
		case c != nil && c.EAadhaar != nil && !*c.EAadhaar && f.doc == Aadhaar:
			return reason("the account has no e-Aadhaar", ErrNoDocument)
		case c != nil && withheld(c, f.doc):
			return reason("the user does not share the document", ErrDenied)
		}
	}
	return nil
}

// withheld reports whether a user who shares what the consent says does not share doc. A word that
// nobody documented, and nobody asked for, may be another spelling of it.
func withheld(c *Consent, doc Document) bool {
	if c.Granted == nil || slices.Contains(c.Granted, doc) {
		return false
	}
	return !slices.ContainsFunc(c.Granted, func(d Document) bool {
		return d != Aadhaar && d != PAN && d != DrivingLicence && !slices.Contains(c.Requested, d)
	})
}

// drain notes the events that have come.
func (f *fetching) drain() {
	for {
		select {
		case e, open := <-f.known.Events:
			f.event(e, open)
		default:
			return
		}
		if f.known.Events == nil {
			return
		}
	}
}

// listen waits for wake, or for an event that brings another state. One that asks for a call
// has to wait for the end of a rate limit.
func (f *fetching) listen(wake <-chan time.Time) {
	for was := f.state; f.state == was || f.limited && f.state == Granted; {
		select {
		case <-f.ctx.Done():
			return
		case <-wake:
			return
		case e, open := <-f.known.Events:
			f.event(e, open)
		}
	}
}

func (f *fetching) event(e *Event, open bool) {
	switch {
	case !open:
		f.known.Events = nil
	case f.doubt != nil && e != nil && e.Consent.State == Granted: // what is in doubt, only Status can tell
	case e != nil && e.Consent.Ref == f.ref && e.Consent.State.Final():
		f.see(&e.Consent)
	}
}

// reason is the error of a journey that has come to an end.
func reason(what string, kind Err) error { return fmt.Errorf("kyc: %s: %s: %w", waitFetch, what, kind) }

// unconsented reports whether err says that there is no consent to the document.
func unconsented(err error) bool {
	e := (*Error)(nil)
	return errors.As(err, &e) && e.NoConsent
}

// vanished is the error of a journey that was there, for which a provider that forgets it
// has no other word than for one that never was.
func vanished(err error) error {
	e := Error{Kind: ErrExpired}
	var raw []byte
	if said := (*Error)(nil); errors.As(err, &said) {
		raw = said.Raw()
		e = *said
		e.Kind = ErrExpired
	}
	return NewError(e, nil, raw)
}
