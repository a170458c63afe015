// Package around is a [kyc.Provider] around another one: each of its calls goes through one
// function. What makes no call, such as reading a return, is the other one's.
package around

import (
	"context"
	"net/url"

	"example.com/digilocker/adapters/kyc"
)

// Func makes the call of a method, as often as it sees fit, and returns its error.
type Func func(ctx context.Context, m kyc.Method, call func(context.Context) error) error

// Provider is a [kyc.Provider] with the capabilities of the one that it wraps; [kyc.As]
// finds them.
type Provider struct {
	inner kyc.Provider
	call  Func
}

// New returns p with each call made by f.
func New(p kyc.Provider, f Func) *Provider { return &Provider{p, f} }

// Unwrap returns the provider within.
func (p *Provider) Unwrap() kyc.Provider { return p.inner }

// As implements what [kyc.As] asks of a wrapper: the capabilities that make calls go through
// it.
func (p *Provider) As(target any) bool {
	switch target := target.(type) {
	case *kyc.AccountChecker:
		return offer(p, target, func(inner kyc.AccountChecker) kyc.AccountChecker { return accountChecker{p, inner} })
	case *kyc.Exchanger:
		return offer(p, target, func(inner kyc.Exchanger) kyc.Exchanger { return exchanger{p, inner} })
	case *kyc.Refresher:
		return offer(p, target, func(inner kyc.Refresher) kyc.Refresher { return refresher{p, inner} })
	case *kyc.UserReader:
		return offer(p, target, func(inner kyc.UserReader) kyc.UserReader { return userReader{p, inner} })
	case *kyc.CatalogueLister:
		return offer(p, target, func(inner kyc.CatalogueLister) kyc.CatalogueLister {
			return catalogueLister{p, inner}
		})
	case *kyc.DocumentLister:
		return offer(p, target, func(inner kyc.DocumentLister) kyc.DocumentLister { return documentLister{p, inner} })
	case *kyc.FileFetcher:
		return offer(p, target, func(inner kyc.FileFetcher) kyc.FileFetcher { return fileFetcher{p, inner} })
	case *kyc.Revoker:
		return offer(p, target, func(inner kyc.Revoker) kyc.Revoker { return revoker{p, inner} })
	default:
		return false
	}
}

// offer sets target to the capability of the provider within, with its calls made through p, and reports whether it
// has that.
func offer[T any](p *Provider, target *T, through func(inner T) T) bool {
	inner, ok := kyc.As[T](p.inner)
	*target = through(inner)
	return ok
}

// Start implements [kyc.Provider].
func (p *Provider) Start(ctx context.Context, req kyc.StartRequest) (*kyc.Consent, error) {
	return through(ctx, p, kyc.MethodStart,
		func(ctx context.Context) (*kyc.Consent, error) { return p.inner.Start(ctx, req) })
}

// Status implements [kyc.Provider].
func (p *Provider) Status(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
	return through(ctx, p, kyc.MethodStatus,
		func(ctx context.Context) (*kyc.Consent, error) { return p.inner.Status(ctx, ref) })
}

// Fetch implements [kyc.Provider].
func (p *Provider) Fetch(ctx context.Context, ref kyc.Ref, doc kyc.Document) (*kyc.Record, error) {
	return through(ctx, p, kyc.MethodFetch,
		func(ctx context.Context) (*kyc.Record, error) { return p.inner.Fetch(ctx, ref, doc) })
}

type accountChecker struct {
	p     *Provider
	inner kyc.AccountChecker
}

func (a accountChecker) CheckAccount(ctx context.Context, query kyc.AccountQuery) (*kyc.Account, error) {
	return through(ctx, a.p, kyc.MethodCheckAccount,
		func(ctx context.Context) (*kyc.Account, error) { return a.inner.CheckAccount(ctx, query) })
}

type exchanger struct {
	p     *Provider
	inner kyc.Exchanger
}

func (e exchanger) Exchange(ctx context.Context, ref kyc.Ref, back *url.URL) (kyc.Return, error) {
	return through(ctx, e.p, kyc.MethodExchange,
		func(ctx context.Context) (kyc.Return, error) { return e.inner.Exchange(ctx, ref, back) })
}

type refresher struct {
	p     *Provider
	inner kyc.Refresher
}

func (r refresher) Refresh(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
	return through(ctx, r.p, kyc.MethodRefresh,
		func(ctx context.Context) (*kyc.Consent, error) { return r.inner.Refresh(ctx, ref) })
}

type userReader struct {
	p     *Provider
	inner kyc.UserReader
}

func (u userReader) ReadUser(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
	return through(ctx, u.p, kyc.MethodReadUser,
		func(ctx context.Context) (*kyc.Consent, error) { return u.inner.ReadUser(ctx, ref) })
}

type catalogueLister struct {
	p     *Provider
	inner kyc.CatalogueLister
}

func (l catalogueLister) ListCatalogue(ctx context.Context) ([]kyc.CatalogueEntry, error) {
	return through(ctx, l.p, kyc.MethodListCatalogue, l.inner.ListCatalogue)
}

type documentLister struct {
	p     *Provider
	inner kyc.DocumentLister
}

func (l documentLister) ListDocuments(ctx context.Context, ref kyc.Ref) ([]kyc.ListedDocument, error) {
	return through(ctx, l.p, kyc.MethodListDocuments,
		func(ctx context.Context) ([]kyc.ListedDocument, error) { return l.inner.ListDocuments(ctx, ref) })
}

type fileFetcher struct {
	p     *Provider
	inner kyc.FileFetcher
}

func (f fileFetcher) FetchFile(ctx context.Context, ref kyc.Ref, req kyc.FileRequest) (*kyc.File, error) {
	return through(ctx, f.p, kyc.MethodFetchFile,
		func(ctx context.Context) (*kyc.File, error) { return f.inner.FetchFile(ctx, ref, req) })
}

type revoker struct {
	p     *Provider
	inner kyc.Revoker
}

func (r revoker) Revoke(ctx context.Context, ref kyc.Ref) error {
	return r.p.call(ctx, kyc.MethodRevoke, func(ctx context.Context) error { return r.inner.Revoke(ctx, ref) })
}

// through makes a call that has a result.
func through[T any](ctx context.Context, p *Provider, m kyc.Method, call func(context.Context) (T, error)) (T, error) {
	var result T
	err := p.call(ctx, m, func(ctx context.Context) (err error) {
		result, err = call(ctx)
		return err
	})
	return result, err
}
