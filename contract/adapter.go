package contract

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/ledger"
)

func (suite *Suite) adapterSpecs() {
	ginkgo.Describe("adapter", func() {
		suite.each(ledger.Adapter, func(ctx ginkgo.SpecContext, d *example.Document, e example.Entry) []example.Fault {
			c, err := suite.cases.Of(e.ID)
			if err != nil {
				return []example.Fault{{Want: "a case", Got: err.Error()}}
			}
			value, err := suite.understood(ctx, e, c)
			if faults := means(c.Means, value, err); len(faults) > 0 {
				return faults
			}
			return says(value, c.Says)
		})
	})
}

// understood is what the adapter makes of a documented answer, webhook or
// redirect.
func (suite *Suite) understood(ctx context.Context, e example.Entry, c example.Case) (any, error) {
	ginkgo.GinkgoHelper()
	with := c.With
	for placeholder := range with {
		if !strings.Contains(placeholders(e), placeholder) {
			ginkgo.Fail(fmt.Sprintf("%s: with: %q does not occur in the example %s: "+
				"a key is a text that stands in it, no pointer", suite.cases.Place(e.ID), placeholder, e.ID))
		}
	}
	switch e.Direction {
	case example.Redirect:
		if suite.exchanges() {
			p, consent := suite.started(ctx)
			return kyc.Complete(ctx, p, consent.Ref, suite.back(e, c, consent))
		}
		var template string
		gomega.Expect(json.Unmarshal(e.Value, &template)).To(gomega.Succeed())
		ref := suite.journey(ctx)
		for placeholder, value := range with {
			template = strings.ReplaceAll(template, placeholder, value)
			if strings.Contains(placeholder, "id") {
				ref = kyc.Ref(value)
			}
		}
		template = suite.returning(template, back)
		u, err := url.Parse(template)
		gomega.Expect(err).NotTo(gomega.HaveOccurred())
		return suite.Adapter(nobody).(kyc.ReturnParser).ParseReturn(ref, u)
	case example.Webhook:
		header := http.Header{}
		if account := suite.Provider.Account; account != nil && account.SignWebhook != nil {
			account.SignWebhook(header, account.Simulated(), e.Value)
		}
		return suite.Adapter(nobody).(kyc.WebhookParser).ParseWebhook(header, e.Value)
	}
	body := string(e.Value)
	for placeholder, value := range with {
		body = strings.ReplaceAll(body, placeholder, value)
	}
	return suite.call(ctx, e, suite.Adapter(suite.answering(e, []byte(body))))
}

// placeholders is the text of an example in which the keys of "with" stand.
func placeholders(e example.Entry) string {
	var template string
	if e.Direction == example.Redirect && json.Unmarshal(e.Value, &template) == nil {
		return template
	}
	return string(e.Value)
}

// returning is the template of a redirect to that address.
func (suite *Suite) returning(template, address string) string {
	for _, placeholder := range suite.Provider.Journey.Placeholders {
		template = strings.ReplaceAll(template, placeholder, address)
	}
	return template
}

// kinds are kyc's errors in the words of the cases.
var kinds = map[string]kyc.Err{
	"pending": kyc.ErrPending, "denied": kyc.ErrDenied, "expired": kyc.ErrExpired, "no document": kyc.ErrNoDocument,
	"mismatch": kyc.ErrMismatch, "not found": kyc.ErrNotFound, "duplicate": kyc.ErrDuplicate, "invalid": kyc.ErrInvalid,
	"credentials": kyc.ErrCredentials, "not allowed": kyc.ErrNotAllowed, "balance": kyc.ErrBalance,
	"rate limited": kyc.ErrRateLimited, "unavailable": kyc.ErrUnavailable, "unexpected": kyc.ErrUnexpected,
}

// means compares what came of a call with what its case says it means.
func means(want string, value any, err error) []example.Fault {
	if kind, isError := strings.CutPrefix(want, "error "); isError {
		if !errors.Is(err, kinds[kind]) {
			return []example.Fault{{Want: want, Got: got(value, err)}}
		}
		return nil
	}
	if err != nil || got(value, nil) != want {
		return []example.Fault{{Want: want, Got: got(value, err)}}
	}
	return nil
}

// got is what came of a call, in the words of the cases.
func got(value any, err error) string {
	if err != nil {
		return "error: " + err.Error()
	}
	switch v := value.(type) {
	case *kyc.Consent:
		return "consent " + string(v.State)
	case *kyc.Record:
		return "record"
	case *kyc.Account:
		return "account " + string(v.State)
	case []kyc.CatalogueEntry:
		return "catalogue"
	case []kyc.ListedDocument:
		return "documents"
	case *kyc.File:
		return "file"
	case kyc.Return:
		return strings.TrimSpace("return " + string(v.State))
	case *kyc.Event:
		return "event " + string(v.Consent.State)
	case nil:
		return "nothing"
	default:
		return fmt.Sprintf("%T", v)
	}
}

// call makes a call of an adapter.
type call func(ctx context.Context, p kyc.Provider, ref kyc.Ref, e example.Entry) (any, error)

// back is the redirect URL of every journey here.
const back = "https://shop.example/back"

// methodOf is the method of the adapter that reads the example; "" if none does.
func (suite *Suite) methodOf(e example.Entry) kyc.Method {
	a := suite.Provider.Adapter
	if c, err := suite.cases.Of(e.ID); err == nil && c.By != "" && kyc.Method(c.By) == a.Also[e.Operation] {
		return a.Also[e.Operation]
	}
	return a.Calls[e.Operation]
}

// caller is how the adapter is asked by the method; nil if nobody knows.
func (suite *Suite) caller(method kyc.Method) call {
	switch method {
	case kyc.MethodStart:
		return func(ctx context.Context, p kyc.Provider, _ kyc.Ref, _ example.Entry) (any, error) {
			return p.Start(ctx, kyc.StartRequest{ID: "order-42", Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: back})
		}
	case kyc.MethodStatus:
		return func(ctx context.Context, p kyc.Provider, ref kyc.Ref, _ example.Entry) (any, error) {
			return p.Status(ctx, ref)
		}
	case kyc.MethodFetch:
		return func(ctx context.Context, p kyc.Provider, ref kyc.Ref, e example.Entry) (any, error) {
			return p.Fetch(ctx, ref, suite.asked(e))
		}
	case kyc.MethodExchange:
		return func(ctx context.Context, p kyc.Provider, _ kyc.Ref, _ example.Entry) (any, error) {
			consent, err := p.Start(ctx, suite.subject().Request)
			if err != nil {
				return nil, err
			}
			return p.(kyc.Exchanger).Exchange(ctx, consent.Ref, suite.consented(consent))
		}
	case kyc.MethodRefresh:
		return func(ctx context.Context, p kyc.Provider, ref kyc.Ref, _ example.Entry) (any, error) {
			return p.(kyc.Refresher).Refresh(ctx, ref)
		}
	case kyc.MethodReadUser:
		return func(ctx context.Context, p kyc.Provider, ref kyc.Ref, _ example.Entry) (any, error) {
			return p.(kyc.UserReader).ReadUser(ctx, ref)
		}
	case kyc.MethodCheckAccount:
		return func(ctx context.Context, p kyc.Provider, _ kyc.Ref, _ example.Entry) (any, error) {
			return p.(kyc.AccountChecker).CheckAccount(ctx, kyc.AccountQuery{ID: "order-43", Mobile: kyc.Hide("9999999999")})
		}
	case kyc.MethodListCatalogue:
		return func(ctx context.Context, p kyc.Provider, _ kyc.Ref, _ example.Entry) (any, error) {
			return p.(kyc.CatalogueLister).ListCatalogue(ctx)
		}
	case kyc.MethodListDocuments:
		return func(ctx context.Context, p kyc.Provider, ref kyc.Ref, _ example.Entry) (any, error) {
			return p.(kyc.DocumentLister).ListDocuments(ctx, ref)
		}
	case kyc.MethodFetchFile:
		file := kyc.FileRequest{Type: "PDF", IssuerID: "000000", Format: "pdf"}
		if files := suite.Provider.Adapter.Files; len(files) > 0 {
			file = files[0]
		}
		return func(ctx context.Context, p kyc.Provider, ref kyc.Ref, _ example.Entry) (any, error) {
			return p.(kyc.FileFetcher).FetchFile(ctx, ref, file)
		}
	case kyc.MethodRevoke:
		return func(ctx context.Context, p kyc.Provider, ref kyc.Ref, _ example.Entry) (any, error) {
			return nil, p.(kyc.Revoker).Revoke(ctx, ref)
		}
	}
	return nil
}

// asked is the document that the request of e names, or for which its operation is called; Aadhaar if it is neither.
func (suite *Suite) asked(e example.Entry) kyc.Document {
	if doc := suite.Provider.Adapter.Asks[e.Operation]; doc != "" {
		return doc
	}
	for _, doc := range []kyc.Document{kyc.PAN, kyc.DrivingLicence} {
		short, _, _ := strings.Cut(string(doc), "_")
		if slices.ContainsFunc(slices.Collect(maps.Values(e.Parameters)), func(v string) bool {
			return strings.HasPrefix(strings.ToLower(v), short)
		}) {
			return doc
		}
	}
	return kyc.Aadhaar
}
