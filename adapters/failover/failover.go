// Package failover is a [kyc.Provider] over several: where one cannot open a
// journey, the next is asked, in the order given. It keeps no state, remembers no
// outage and starts no goroutine.
//
//	p, err := failover.New([]failover.Member{
//		{Name: "main", Provider: setu},
//		{Name: "spare", Provider: cashfree},
//	}, failover.Options{})
//
// # When Start moves on
//
// A journey costs money and cannot be started twice, so Start asks the next
// member only when none can have begun at the last:
//
//   - it was never connected to: refused, name not resolved, no TLS
//     ([wire.Error].Unsent);
//   - a gateway answered for it: HTTP 502 or 503 of kind [kyc.ErrUnavailable];
//   - an outage kept it from having what its call needs first, an access token for instance
//     ([kyc.Error].Unsent);
//   - it cannot do what was asked ([errors.ErrUnsupported]), and so sent nothing, which is not
//     known beforehand.
//
// Every other error ends Start: a time-out after sending, a cut answer, another
// 5xx, after all of which a journey may exist, and every refusal.
// [Options].AlsoAfter widens this. The end of the context is returned as it is, unless a member
// had answered with a success by then: its error has the answer, and is in the [*Error].
//
// What Start cannot see would make this a guess. A 502 or 503 is believed, even
// if a gateway sends it late or a [net/http.RoundTripper] repeated a call that had
// begun a journey: let none repeat Start. And of a member's Start that makes
// several calls, the one that begins the journey must be the last.
//
// All members are given the same [kyc.StartRequest], and each must be able to take over: what
// one of them would refuse before any call, by [kyc.StartChecker], is refused before the first
// one is asked, and so is a document that one of them hands out by Fetch and another does not,
// by [kyc.DocumentReader]. [Options].LeaveOut passes such members over instead.
//
// A [kyc.Exchanger] may open its journeys without a call: such a Start cannot fail for an outage, so that no member
// behind it is ever asked. It can take over from the others: put it last. Its outage shows at its page, to the user,
// and in Exchange: neither moves on.
//
// # After Start
//
// Nothing moves on once a journey exists. Its [kyc.Ref] names the member that
// holds it, and every other call goes there, and returns that member's error. A
// Ref stays good across restarts and whatever the order of the members, as long
// as its member keeps its name.
//
// Nobody vouches for that name, nor for what is behind it at a member with plain ids, also where another member seals
// its own Refs: whoever can write a Ref names any member and any journey there. So keep it where the user cannot
// change it, or sign the cookie that it is in, the whole of it.
//
// # What not every member can do
//
// Return parsing and what gives a Ref to store are dispatched by Ref: the exchange of a code, [kyc.Refresher] and
// [kyc.UserReader], of which a Provider is one if some member is. What else belongs to a journey, such as
// [kyc.Revoker], is asked of the member that [Provider.For] finds, and what does
// not, such as [kyc.AccountChecker], of the member itself. A webhook arrives at
// the address that was given to one member, who alone can verify it; [Ref] makes
// its Ref one of ours:
//
//	event, err := cashfree.ParseWebhook(header, body)
//	...
//	ref := failover.Ref("spare", event.Consent.Ref)
package failover

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/wire"
)

// Member is one of the providers.
type Member struct {
	// Name is part of every Ref, and so of what callers store: it is for good.
	// It is not empty, has no colon, and no two members share it. Made of letters, digits and hyphens it goes wherever
	// a member's own Ref goes, into a cookie for instance; New does not ask for that.
	Name     string
	Provider kyc.Provider
}

// Options tunes a Provider; its zero value is ready to use.
type Options struct {
	// AlsoAfter reports of a member's error that is no reason to move on
	// whether Start moves on all the same. [kyc.Outage] is one such function:
	// the user gets a journey more often, and where an outcome was ambiguous
	// there may be two, both billed, the first of which nobody has the Ref of.
	// It must be safe for concurrent use. Default: never.
	AlsoAfter func(err error) bool
	// LeaveOut says that a Start passes over the members that could not take over, as long as
	// there are others. Default: it is refused.
	LeaveOut bool
}

// Provider is a [kyc.Provider] over its members. It is safe for concurrent use
// if they are. Make one with [New].
type Provider struct {
	members   []Member
	alsoAfter func(error) bool
	leaveOut  bool
}

var (
	_ kyc.Provider     = (*Provider)(nil)
	_ kyc.ReturnParser = (*Provider)(nil)
	_ kyc.StartChecker = (*Provider)(nil)
	_ kyc.RefMatcher   = (*Provider)(nil)
	_ kyc.RefHolder    = (*Provider)(nil)
)

// New returns a Provider that asks members in that order. It refuses with
// [kyc.ErrInvalid] no members, one without a Provider, and an unfit Name.
func New(members []Member, opts Options) (*Provider, error) {
	if len(members) == 0 {
		return nil, fmt.Errorf("failover: new: %w: no members", kyc.ErrInvalid)
	}
	named := map[string]bool{}
	for i, m := range members {
		switch {
		case m.Provider == nil:
			return nil, fmt.Errorf("failover: new: %w: member %d has no provider", kyc.ErrInvalid, i)
		case m.Name == "" || strings.Contains(m.Name, separator):
			return nil, fmt.Errorf("failover: new: %w: name %q of member %d is empty or has a colon", kyc.ErrInvalid, m.Name, i)
		case named[m.Name]:
			return nil, fmt.Errorf("failover: new: %w: two members are called %q", kyc.ErrInvalid, m.Name)
		}
		named[m.Name] = true
	}
	p := &Provider{slices.Clone(members), opts.AlsoAfter, opts.LeaveOut}
	if p.alsoAfter == nil {
		p.alsoAfter = func(error) bool { return false }
	}
	return p, nil
}

// Start implements [kyc.Provider] with the first member that can open a journey;
// the package says when the next is asked. Its error is an [*Error] or, once ctx
// is done, ctx.Err(); see the package for both.
func (p *Provider) Start(ctx context.Context, req kyc.StartRequest) (*kyc.Consent, error) {
	members, failed := p.able(req)
	for _, m := range members {
		if done := ctx.Err(); done != nil {
			return nil, done
		}
		consent, err := m.Provider.Start(ctx, req)
		if err == nil {
			return outward(m, consent), nil
		}
		failed = append(failed, Attempt{m.Name, err})
		if ended := (*kyc.Error)(nil); ctx.Err() != nil && errors.Is(err, ctx.Err()) && errors.As(err, &ended) {
			return nil, &Error{failed} // what a provider answered with: it may be a journey
		}
		if !unbegun(err) && !p.alsoAfter(err) {
			break
		}
	}
	if done := ctx.Err(); done != nil {
		return nil, done
	}
	return nil, &Error{failed}
}

// CheckStart implements [kyc.StartChecker].
func (p *Provider) CheckStart(req kyc.StartRequest) error {
	if members, refused := p.able(req); len(members) == 0 {
		return &Error{refused}
	}
	return nil
}

// able are the members that Start asks for req, and why the others are not asked. If a member
// could not take over, there are none, unless such members are left out.
func (p *Provider) able(req kyc.StartRequest) (members []Member, refused []Attempt) {
	for _, m := range p.members {
		if err := p.refusal(m, req); err != nil {
			refused = append(refused, Attempt{m.Name, err})
		} else {
			members = append(members, m)
		}
	}
	if len(refused) > 0 && !p.leaveOut {
		return nil, refused
	}
	return members, refused
}

// refusal is why the member could not take over; nil if nothing is known of it.
func (p *Provider) refusal(m Member, req kyc.StartRequest) error {
	if checker, ok := kyc.As[kyc.StartChecker](m.Provider); ok {
		if err := checker.CheckStart(req); err != nil {
			return err
		}
	}
	reader, ok := kyc.As[kyc.DocumentReader](m.Provider)
	if !ok {
		return nil
	}
	for _, doc := range req.Documents {
		if !slices.Contains(reader.Fetches(), doc) && p.fetched(doc) {
			return fmt.Errorf("failover: fetch %q: %w", doc, errors.ErrUnsupported)
		}
	}
	return nil
}

// fetched reports whether some member hands out the document by Fetch.
func (p *Provider) fetched(doc kyc.Document) bool {
	return slices.ContainsFunc(p.members, func(m Member) bool {
		reader, ok := kyc.As[kyc.DocumentReader](m.Provider)
		return ok && slices.Contains(reader.Fetches(), doc)
	})
}

// unbegun reports whether a Start that failed with err cannot have begun a
// journey.
func unbegun(err error) bool {
	var (
		several *Error // a member that is a Provider of this package
		sent    *wire.Error
		refused *kyc.Error
	)
	switch {
	case errors.As(err, &several):
		return !slices.ContainsFunc(several.Attempts, func(a Attempt) bool { return !unbegun(a.Err) })
	case errors.As(err, &sent) && sent.Unsent:
		return true
	case errors.As(err, &refused):
		return refused.Kind == kyc.ErrUnavailable && (refused.Unsent ||
			refused.Status == http.StatusBadGateway || refused.Status == http.StatusServiceUnavailable)
	default:
		return kyc.Unsupported(err)
	}
}

// Status implements [kyc.Provider] at the member that holds the journey.
func (p *Provider) Status(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
	m, own, err := p.holder("Status", ref)
	if err != nil {
		return nil, err
	}
	consent, err := m.Provider.Status(ctx, own)
	if err != nil {
		return nil, err
	}
	return outward(m, consent), nil
}

// Fetch implements [kyc.Provider] at the member that holds the journey. A document that no
// member reads is [errors.ErrUnsupported].
func (p *Provider) Fetch(ctx context.Context, ref kyc.Ref, doc kyc.Document) (*kyc.Record, error) {
	if reader, ok := kyc.As[kyc.DocumentReader](p); ok && !slices.Contains(reader.Fetches(), doc) {
		return nil, fmt.Errorf("failover: fetch %q: %w", doc, errors.ErrUnsupported)
	}
	m, own, err := p.holder("Fetch", ref)
	if err != nil {
		return nil, err
	}
	return m.Provider.Fetch(ctx, own, doc)
}

// ParseReturn implements [kyc.ReturnParser] at the member that holds the journey;
// [errors.ErrUnsupported] if that one is no ReturnParser.
func (p *Provider) ParseReturn(ref kyc.Ref, u *url.URL) (kyc.Return, error) {
	m, own, err := p.holder("ParseReturn", ref)
	if err != nil {
		return kyc.Return{}, err
	}
	parser, ok := kyc.As[kyc.ReturnParser](m.Provider)
	if !ok {
		return kyc.Return{}, fmt.Errorf("failover: parse return of %s: %w", m.Name, errors.ErrUnsupported)
	}
	back, err := parser.ParseReturn(own, u)
	if err != nil {
		return kyc.Return{}, err
	}
	back.Ref = Ref(m.Name, back.Ref)
	return back, nil
}

// SameJourney implements [kyc.RefMatcher] by what the member says that holds both.
func (p *Provider) SameJourney(a, b kyc.Ref) bool {
	m, one, err := p.holder("SameJourney", a)
	other, two, err2 := p.holder("SameJourney", b)
	if err != nil || err2 != nil || m.Name != other.Name {
		return false
	}
	matcher, ok := kyc.As[kyc.RefMatcher](m.Provider)
	return one == two || ok && matcher.SameJourney(one, two)
}

// As implements what [kyc.As] asks of a wrapper: a Provider is a [kyc.DocumentReader] if all
// its members are, and Fetches then lists what any of them reads. Of one member that is none,
// nobody knows what it reads. It is a [kyc.OnceFetcher] if any of them is, of what that hands out once: of one
// journey, [kyc.FetchesOnce] tells what the member does that holds it.
func (p *Provider) As(target any) bool {
	var all documents
	switch target := target.(type) {
	case *kyc.DocumentReader:
		for _, m := range p.members {
			reader, ok := kyc.As[kyc.DocumentReader](m.Provider)
			if !ok {
				return false
			}
			all = append(all, reader.Fetches()...)
		}
		*target = all.unique()
		return true
	case *kyc.Exchanger:
		*target = exchanger{p}
		return some[kyc.Exchanger](p)
	case *kyc.Refresher:
		*target = refresher{p}
		return some[kyc.Refresher](p)
	case *kyc.UserReader:
		*target = userReader{p}
		return some[kyc.UserReader](p)
	case *kyc.OnceFetcher:
		any := false
		for _, m := range p.members {
			if once, ok := kyc.As[kyc.OnceFetcher](m.Provider); ok {
				any, all = true, append(all, once.FetchesOnce()...)
			}
		}
		*target = all.unique()
		return any
	default:
		return false
	}
}

// some reports whether some member has the capability.
func some[T any](p *Provider) bool {
	return slices.ContainsFunc(p.members, func(m Member) bool {
		_, ok := kyc.As[T](m.Provider)
		return ok
	})
}

// exchanger is the [kyc.Exchanger] of a Provider of which some member is one.
type exchanger struct{ p *Provider }

// Exchange implements [kyc.Exchanger] at the member that holds the journey; [errors.ErrUnsupported] if that one is
// none.
func (e exchanger) Exchange(ctx context.Context, ref kyc.Ref, back *url.URL) (kyc.Return, error) {
	m, own, able, err := holding[kyc.Exchanger](e.p, kyc.MethodExchange, ref)
	if err != nil {
		return kyc.Return{}, err
	}
	said, err := able.Exchange(ctx, own, back)
	if err != nil {
		return kyc.Return{}, err
	}
	said.Ref = Ref(m.Name, said.Ref)
	if said.Consent != nil {
		said.Consent = outward(m, said.Consent)
	}
	return said, nil
}

// refresher is the [kyc.Refresher] of a Provider of which some member is one.
type refresher struct{ p *Provider }

// Refresh implements [kyc.Refresher] at the member that holds the journey; [errors.ErrUnsupported] if that one is
// none.
func (r refresher) Refresh(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
	m, own, able, err := holding[kyc.Refresher](r.p, kyc.MethodRefresh, ref)
	if err != nil {
		return nil, err
	}
	consent, err := able.Refresh(ctx, own)
	if err != nil {
		return nil, err
	}
	return outward(m, consent), nil
}

// userReader is the [kyc.UserReader] of a Provider of which some member is one.
type userReader struct{ p *Provider }

// ReadUser implements [kyc.UserReader] at the member that holds the journey; [errors.ErrUnsupported] if that one is
// none.
func (u userReader) ReadUser(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
	m, own, able, err := holding[kyc.UserReader](u.p, kyc.MethodReadUser, ref)
	if err != nil {
		return nil, err
	}
	consent, err := able.ReadUser(ctx, own)
	if err != nil {
		return nil, err
	}
	return outward(m, consent), nil
}

// holding is holder, and the capability of the member, for that method; [errors.ErrUnsupported] if it has it not.
func holding[T any](p *Provider, method kyc.Method, ref kyc.Ref) (m Member, own kyc.Ref, able T, err error) {
	m, own, err = p.holder(string(method), ref)
	if err != nil {
		return m, own, able, err
	}
	able, ok := kyc.As[T](m.Provider)
	if !ok {
		err = fmt.Errorf("failover: %s of %s: %w", method, m.Name, errors.ErrUnsupported)
	}
	return m, own, able, err
}

// documents is a [kyc.DocumentReader] of what members read, or a [kyc.OnceFetcher] of what they hand out once.
type documents []kyc.Document

func (d documents) unique() documents {
	slices.Sort(d)
	return slices.Compact(d)
}

// Fetches implements [kyc.DocumentReader].
func (d documents) Fetches() []kyc.Document { return slices.Clone(d) }

// FetchesOnce implements [kyc.OnceFetcher].
func (d documents) FetchesOnce() []kyc.Document { return slices.Clone(d) }

// For implements [kyc.RefHolder]: it returns the member that holds the journey and the journey's Ref there, for
// what Provider itself cannot do:
//
//	member, own, err := p.For(ref)
//	...
//	if revoker, ok := kyc.As[kyc.Revoker](member); ok {
//		err = revoker.Revoke(ctx, own)
//	}
//
// What the member returns has the member's Ref; see [Ref]. A ref that is damaged
// or of no member is [kyc.ErrInvalid], not [kyc.ErrNotFound]: that is a
// provider's word about a journey, and a member that was renamed or left out
// must not look like a journey that has gone.
func (p *Provider) For(ref kyc.Ref) (member kyc.Provider, own kyc.Ref, err error) {
	m, own, err := p.holder("For", ref)
	return m.Provider, own, err
}

const separator = ":"

// Ref returns what this package calls a journey that the member of that name
// calls ref: name and ref with a colon between. Use it for a member's webhooks,
// and for journeys that were started before there was a failover. No ref stays
// none.
func Ref(name string, ref kyc.Ref) kyc.Ref {
	if ref == "" {
		return ""
	}
	return kyc.Ref(name+separator) + ref
}

// holder is the reverse of Ref. Since a name has no colon, and neither part is
// empty, no two pairs share a Ref.
func (p *Provider) holder(op string, ref kyc.Ref) (Member, kyc.Ref, error) {
	name, own, _ := strings.Cut(string(ref), separator)
	i := slices.IndexFunc(p.members, func(m Member) bool { return m.Name == name })
	if i < 0 || own == "" {
		return Member{}, "", kyc.NewError(kyc.Error{Provider: "failover", Op: op, Kind: kyc.ErrInvalid, Member: "Ref", Want: "one that this failover's Start returned, of a member that it still has"}, nil, nil)
	}
	return p.members[i], kyc.Ref(own), nil
}

// outward returns a member's consent under our Ref. It copies: the member may
// keep its own.
func outward(m Member, consent *kyc.Consent) *kyc.Consent {
	c := *consent
	c.Ref = Ref(m.Name, c.Ref)
	return &c
}
