package contract_test

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

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/examples"
	"example.com/digilocker/contract/ledger"
)

var _ = Describe("adapter", func() {
	each(ledger.Adapter, func(ctx SpecContext, d *examples.Document, e examples.Entry) []examples.Fault {
		c, err := books[d.Provider].Of(e.ID)
		if err != nil {
			return []examples.Fault{{Want: "a case", Got: err.Error()}}
		}
		value, err := understood(ctx, d, e, c.With)
		if faults := means(c.Means, value, err); len(faults) > 0 {
			return faults
		}
		return says(value, c.Says)
	})

	for _, d := range docs {
		It("has no case of "+d.Provider+" without an example", Label(d.Provider), func() {
			var ids []string
			for _, e := range d.Entries {
				ids = append(ids, e.ID)
			}
			Expect(books[d.Provider].Orphans(ids)).To(BeEmpty())
		})
	}
})

// understood is what the adapter makes of a documented answer, webhook or
// redirect.
func understood(ctx context.Context, d *examples.Document, e examples.Entry, with map[string]string) (any, error) {
	GinkgoHelper()
	h := harnesses[d.Provider]
	switch e.Direction {
	case examples.Redirect:
		var template string
		Expect(json.Unmarshal(e.Value, &template)).To(Succeed())
		ref := journey(ctx, d.Provider)
		for placeholder, value := range with {
			template = strings.ReplaceAll(template, placeholder, value)
			if strings.Contains(placeholder, "id") {
				ref = kyc.Ref(value)
			}
		}
		for _, own := range []string{"<redirectUrl>", "<redirect_url>"} {
			template = strings.ReplaceAll(template, own, back)
		}
		u, err := url.Parse(template)
		Expect(err).NotTo(HaveOccurred())
		return adapterOf(d.Provider, nobody).(kyc.ReturnParser).ParseReturn(ref, u)
	case examples.Webhook:
		header := http.Header{}
		h.sign(header, e.Value)
		return adapterOf(d.Provider, nobody).(kyc.WebhookParser).ParseWebhook(header, e.Value)
	}
	ref := journey(ctx, d.Provider)
	s := answering(d.StatusOf(e), e.MediaType(), e.Value)
	return h.calls[e.Operation](ctx, adapterOf(d.Provider, s), ref, e)
}

// kinds are kyc's errors in the words of the cases.
var kinds = map[string]kyc.Err{
	"pending": kyc.ErrPending, "denied": kyc.ErrDenied, "expired": kyc.ErrExpired, "no document": kyc.ErrNoDocument,
	"mismatch": kyc.ErrMismatch, "not found": kyc.ErrNotFound, "duplicate": kyc.ErrDuplicate, "invalid": kyc.ErrInvalid,
	"credentials": kyc.ErrCredentials, "not allowed": kyc.ErrNotAllowed, "balance": kyc.ErrBalance,
	"rate limited": kyc.ErrRateLimited, "unavailable": kyc.ErrUnavailable, "unexpected": kyc.ErrUnexpected,
}

// means compares what came of a call with what its case says it means.
func means(want string, value any, err error) []examples.Fault {
	if kind, isError := strings.CutPrefix(want, "error "); isError {
		if !errors.Is(err, kinds[kind]) {
			return []examples.Fault{{Want: want, Got: got(value, err)}}
		}
		return nil
	}
	if err != nil || got(value, nil) != want {
		return []examples.Fault{{Want: want, Got: got(value, err)}}
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

// A call is how an operation is reached through the interface.
type call func(ctx context.Context, p kyc.Provider, ref kyc.Ref, e examples.Entry) (any, error)

// back is the redirect URL of every journey here.
const back = "https://shop.example/back"

var (
	toStart call = func(ctx context.Context, p kyc.Provider, _ kyc.Ref, _ examples.Entry) (any, error) {
		return p.Start(ctx, kyc.StartRequest{ID: "order-42", Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: back})
	}
	toStatus call = func(ctx context.Context, p kyc.Provider, ref kyc.Ref, _ examples.Entry) (any, error) {
		return p.Status(ctx, ref)
	}
	toFetch call = func(ctx context.Context, p kyc.Provider, ref kyc.Ref, e examples.Entry) (any, error) {
		return p.Fetch(ctx, ref, asked(e))
	}
	toCheckAccount call = func(ctx context.Context, p kyc.Provider, _ kyc.Ref, _ examples.Entry) (any, error) {
		return p.(kyc.AccountChecker).CheckAccount(ctx, kyc.AccountQuery{ID: "order-43", Mobile: kyc.Hide("9999999999")})
	}
	toListCatalogue call = func(ctx context.Context, p kyc.Provider, _ kyc.Ref, _ examples.Entry) (any, error) {
		return p.(kyc.CatalogueLister).ListCatalogue(ctx)
	}
	toFetchFile call = func(ctx context.Context, p kyc.Provider, ref kyc.Ref, _ examples.Entry) (any, error) {
		return p.(kyc.FileFetcher).FetchFile(ctx, ref, kyc.FileRequest{Type: "PRFND", IssuerID: "002317", Format: "pdf"})
	}
	toRevoke call = func(ctx context.Context, p kyc.Provider, ref kyc.Ref, _ examples.Entry) (any, error) {
		return nil, p.(kyc.Revoker).Revoke(ctx, ref)
	}
)

// asked is the document that the request of e names; Aadhaar if it names none.
func asked(e examples.Entry) kyc.Document {
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
