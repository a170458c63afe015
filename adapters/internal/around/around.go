// Package around is a [kyc.Provider] around another one: each of its calls goes through one
// function. What makes no call, such as reading a return, is the other one's.
package around

import (
	"context"

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
		inner, ok := kyc.As[kyc.AccountChecker](p.inner)
		*target = accountChecker{p, inner}
		return ok
	case *kyc.CatalogueLister:
		inner, ok := kyc.As[kyc.CatalogueLister](p.inner)
		*target = catalogueLister{p, inner}
		return ok
	case *kyc.FileFetcher:
		inner, ok := kyc.As[kyc.FileFetcher](p.inner)
		*target = fileFetcher{p, inner}
		return ok
	case *kyc.Revoker:
		inner, ok := kyc.As[kyc.Revoker](p.inner)
		*target = revoker{p, inner}
		return ok
	default:
		return false
	}
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

type catalogueLister struct {
	p     *Provider
	inner kyc.CatalogueLister
}

func (l catalogueLister) ListCatalogue(ctx context.Context) ([]kyc.CatalogueEntry, error) {
	return through(ctx, l.p, kyc.MethodListCatalogue, l.inner.ListCatalogue)
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
