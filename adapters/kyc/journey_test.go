package kyc_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
)

var _ = Describe("A request to start", func() {
	good := func(change func(*kyc.StartRequest)) kyc.StartRequest {
		req := kyc.StartRequest{Documents: []kyc.Document{kyc.Aadhaar, kyc.PAN}, ReturnTo: "https://shop.invalid/back?order=1"}
		change(&req)
		return req
	}
	returnTo := func(s string) kyc.StartRequest { return good(func(r *kyc.StartRequest) { r.ReturnTo = s }) }
	documents := func(d ...kyc.Document) kyc.StartRequest {
		return good(func(r *kyc.StartRequest) { r.Documents = d })
	}
	flow := func(f kyc.Flow) kyc.StartRequest { return good(func(r *kyc.StartRequest) { r.Flow = f }) }

	DescribeTable("is accepted", func(req kyc.StartRequest) {
		Expect(req.Validate("testprovider", "Start")).To(Succeed())
	},
		Entry("with the provider's default flow", flow("")),
		Entry("to sign in", flow(kyc.SignIn)),
		Entry("to sign up", flow(kyc.SignUp)),
		Entry("for one document", documents(kyc.DrivingLicence)),
		Entry("for a document of the provider's own", documents("PECER")),
	)

	wants := map[string]string{
		"Documents": "one document or more, each once",
		"ReturnTo":  "an absolute https URL, on your own machine too",
		"Flow":      "SignIn, SignUp or nothing",
	}
	DescribeTable("is refused", func(field string, req kyc.StartRequest) {
		err := req.Validate("testprovider", "Start")
		Expect(err).To(MatchError(kyc.ErrInvalid))
		var refusal *kyc.Error
		Expect(errors.As(err, &refusal)).To(BeTrue())
		Expect(*refusal).To(And(HaveField("Member", field), HaveField("Want", wants[field])))
		Expect(err).To(MatchError(`testprovider: Start: invalid request (member "` + field + `": want ` + wants[field] + `)`))
		Expect(*refusal).To(And(HaveField("Provider", "testprovider"), HaveField("Op", "Start"), HaveField("Status", 0)))
	},
		Entry("without documents", "Documents", documents()),
		Entry("with an empty document", "Documents", documents(kyc.Aadhaar, "")),
		Entry("with a document twice", "Documents", documents(kyc.Aadhaar, kyc.PAN, kyc.Aadhaar)),
		Entry("without a way back", "ReturnTo", returnTo("")),
		Entry("back over http", "ReturnTo", returnTo("http://shop.invalid/")),
		Entry("back to a path", "ReturnTo", returnTo("/back")),
		Entry("back to any scheme", "ReturnTo", returnTo("//shop.invalid/back")),
		Entry("back to no host", "ReturnTo", returnTo("https:///back")),
		Entry("back to a port alone", "ReturnTo", returnTo("https://:443/back")),
		Entry("back to an opaque address", "ReturnTo", returnTo("https:shop.invalid")),
		Entry("back to what is no URL", "ReturnTo", returnTo("https://shop.invalid/%zz")),
		Entry("back in capitals, which a provider may refuse", "ReturnTo", returnTo("HTTPS://shop.invalid/")),
		Entry("in an unknown flow", "Flow", flow("sideways")),
	)

	It("keeps its documents in their order", func() {
		req := documents(kyc.PAN, kyc.Aadhaar)
		Expect(req.Validate("testprovider", "Start")).To(Succeed())
		Expect(req.Documents).To(Equal([]kyc.Document{kyc.PAN, kyc.Aadhaar}))
	})
})

var _ = DescribeTable("A state ends a journey", func(state kyc.State, final bool) {
	Expect(state.Final()).To(Equal(final))
},
	Entry("granted", kyc.Granted, true), Entry("denied", kyc.Denied, true),
	Entry("expired", kyc.Expired, true), Entry("revoked", kyc.Revoked, true),
	Entry("not pending", kyc.Pending, false), Entry("not an undocumented one", kyc.State("LUNCH"), false), Entry("not none", kyc.State(""), false),
)

// plain can do what every provider can do; the others add one capability each.
type (
	plain    struct{ kyc.Provider }
	checks   struct{ plain }
	lists    struct{ plain }
	shares   struct{ plain }
	files    struct{ plain }
	revokes  struct{ plain }
	returns  struct{ plain }
	webhooks struct{ plain }
	codes    struct{ plain }
	renews   struct{ plain }
	users    struct{ plain }
	able     struct {
		kyc.Provider
		kyc.AccountChecker
		kyc.Exchanger
		kyc.Refresher
		kyc.UserReader
		kyc.CatalogueLister
		kyc.DocumentLister
		kyc.FileFetcher
		kyc.Revoker
		kyc.ReturnParser
		kyc.WebhookParser
	}
)

func (checks) CheckAccount(context.Context, kyc.AccountQuery) (*kyc.Account, error)  { return nil, nil }
func (lists) ListCatalogue(context.Context) ([]kyc.CatalogueEntry, error)            { return nil, nil }
func (shares) ListDocuments(context.Context, kyc.Ref) ([]kyc.ListedDocument, error)  { return nil, nil }
func (files) FetchFile(context.Context, kyc.Ref, kyc.FileRequest) (*kyc.File, error) { return nil, nil }
func (renews) Refresh(context.Context, kyc.Ref) (*kyc.Consent, error)                { return nil, nil }
func (users) ReadUser(context.Context, kyc.Ref) (*kyc.Consent, error)                { return nil, nil }
func (revokes) Revoke(context.Context, kyc.Ref) error                                { return nil }
func (codes) Exchange(context.Context, kyc.Ref, *url.URL) (r kyc.Return, err error)  { return }
func (returns) ParseReturn(kyc.Ref, *url.URL) (r kyc.Return, err error)              { return }
func (webhooks) ParseWebhook(http.Header, []byte) (*kyc.Event, error)                { return nil, nil }

var _ = DescribeTable("What a provider can do is listed", func(p kyc.Provider, want ...kyc.Capability) {
	Expect(kyc.Capabilities(p)).To(Equal(want))
},
	Entry("nothing more", plain{}),
	Entry("account check", checks{}, kyc.CanCheckAccount),
	Entry("exchange of a code", codes{}, kyc.CanExchange),
	Entry("refresh", renews{}, kyc.CanRefresh),
	Entry("user details", users{}, kyc.CanReadUser),
	Entry("catalogue", lists{}, kyc.CanListCatalogue),
	Entry("list of a journey", shares{}, kyc.CanListDocuments),
	Entry("file", files{}, kyc.CanFetchFile),
	Entry("revoke", revokes{}, kyc.CanRevoke),
	Entry("return", returns{}, kyc.CanParseReturn),
	Entry("webhook", webhooks{}, kyc.CanParseWebhook),
	Entry("everything", able{}, kyc.CanCheckAccount, kyc.CanExchange, kyc.CanRefresh, kyc.CanReadUser,
		kyc.CanListCatalogue, kyc.CanListDocuments,
		kyc.CanFetchFile, kyc.CanRevoke, kyc.CanParseReturn, kyc.CanParseWebhook),
)

var _ = It("a provider that can do everything can do all that is listed", func() {
	Expect(kyc.AllCapabilities()).To(Equal(kyc.Capabilities(able{})))
})
