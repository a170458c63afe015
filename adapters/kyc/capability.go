package kyc

// Capability is something that not every provider can do.
type Capability string

// The capabilities, each with the interface that has it.
const (
	CanCheckAccount  Capability = "account check"   // AccountChecker
	CanExchange      Capability = "code exchange"   // Exchanger
	CanRefresh       Capability = "refresh"         // Refresher
	CanReadUser      Capability = "user details"    // UserReader
	CanListCatalogue Capability = "list catalogue"  // CatalogueLister
	CanListDocuments Capability = "list documents"  // DocumentLister
	CanFetchFile     Capability = "fetch as file"   // FileFetcher
	CanRevoke        Capability = "revoke"          // Revoker
	CanParseReturn   Capability = "return parsing"  // ReturnParser
	CanParseWebhook  Capability = "webhook parsing" // WebhookParser
)

// capabilities are all that there are, each with the test for it.
var capabilities = []struct {
	name Capability
	has  func(Provider) bool
}{
	{CanCheckAccount, is[AccountChecker]},
	{CanExchange, is[Exchanger]},
	{CanRefresh, is[Refresher]},
	{CanReadUser, is[UserReader]},
	{CanListCatalogue, is[CatalogueLister]},
	{CanListDocuments, is[DocumentLister]},
	{CanFetchFile, is[FileFetcher]},
	{CanRevoke, is[Revoker]},
	{CanParseReturn, is[ReturnParser]},
	{CanParseWebhook, is[WebhookParser]},
}

func is[T any](p Provider) bool {
	_, ok := As[T](p)
	return ok
}

// As finds the first provider that is a T: p itself, or one that p wraps.
//
//	if revoker, ok := kyc.As[kyc.Revoker](provider); ok {
//		err = revoker.Revoke(ctx, ref)
//	}
//
// A provider that wraps another has a method Unwrap() Provider that returns it. One whose
// calls by a capability must go through it, too, such as one that counts them, has besides
// As(target any) bool: it sets target, a *T, to what has the capability in its name, if what
// it wraps has it, and reports whether it did. Of more than a hundred within each other, such
// as one that wraps itself, only the hundred are looked at, and no As is asked.
func As[T any](p Provider) (T, bool) {
	ends := p
	for range deepest {
		ends = within(ends)
	}
	for range deepest {
		if found, ok := p.(T); ok {
			return found, true
		}
		var found T
		if own, ok := p.(interface{ As(target any) bool }); ok && ends == nil && own.As(&found) {
			return found, true
		}
		p = within(p)
	}
	var none T
	return none, false
}

// deepest is how many providers within each other As looks at.
const deepest = 100

// within is what p wraps, nil if it wraps nothing.
func within(p Provider) Provider {
	if wraps, ok := p.(interface{ Unwrap() Provider }); ok {
		return wraps.Unwrap()
	}
	return nil
}

// AllCapabilities lists every Capability, in the order of the constants.
func AllCapabilities() []Capability {
	all := make([]Capability, len(capabilities))
	for i, c := range capabilities {
		all[i] = c.name
	}
	return all
}

// Capabilities lists what p can do besides Provider, itself or by what it wraps, in the
// order of the constants; it is never nil.
func Capabilities(p Provider) []Capability {
	can := []Capability{}
	for _, c := range capabilities {
		if c.has(p) {
			can = append(can, c.name)
		}
	}
	return can
}
