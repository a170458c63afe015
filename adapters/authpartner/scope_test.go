package authpartner_test

import (
	"context"
	"net/url"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/authpartner"
	"example.com/digilocker/adapters/kyc"
)

// asked is the Ref of a journey with tokens that asked for those documents.
func asked(ctx context.Context, a *authpartner.Adapter, docs ...kyc.Document) kyc.Ref {
	GinkgoHelper()
	r := request()
	r.Documents = docs
	consent, err := a.Start(ctx, r)
	Expect(err).NotTo(HaveOccurred())
	u, err := url.Parse(consent.URL.Reveal())
	Expect(err).NotTo(HaveOccurred())
	said, err := a.Exchange(ctx, consent.Ref, returning("code", code, "state", u.Query().Get("state")))
	Expect(err).NotTo(HaveOccurred())
	Expect(said.Granted).To(Equal(said.Consent.Granted))
	return said.Ref
}

var _ = Describe("A scope", Label("DL-D24"), func() {
	granting := func(scope, eAadhaar any) *server {
		s := serving(well())
		return s.with(tokenPath, reply{200, answer(token, map[string]any{"scope": scope, "eaadhaar": eAadhaar}), nil})
	}

	DescribeTable("is read", func(ctx SpecContext, scope any, want []kyc.Document) {
		a := granting(scope, "Y").adapter()
		consent, err := a.Status(ctx, asked(ctx, a, kyc.PAN, kyc.DrivingLicence, "INCER"))
		Expect(err).NotTo(HaveOccurred())
		Expect(consent.Granted).To(Equal(want))
	},
		Entry("that is not there", nil, nil),
		Entry("that is empty", "", nil),
		Entry("that names no document", "files.issueddocs Userdetails openid", nil),
		Entry("that names some documents and has the list, in which there may be others",
			"files.issueddocs partners.PANCR", nil),
		Entry("by one form", "file.partners/PANCR", []kyc.Document{kyc.PAN}),
		Entry("by the other", "partners.DRVLC partners.PANCR", []kyc.Document{kyc.DrivingLicence, kyc.PAN}),
		Entry("by a document", "issued/in.gov.transport-DRVLC-DL-0000", []kyc.Document{kyc.DrivingLicence}),
		Entry("in other letters", "ISSUED/IN.GOV.UIDAI-adhar-00", []kyc.Document{kyc.Aadhaar}),
		Entry("twice", "partners.PANCR file.partners/PANCR", []kyc.Document{kyc.PAN}),
		Entry("of a type of DigiLocker's that was asked for", "partners.INCER", []kyc.Document{"INCER"}),
		Entry("of a document of such a type", "issued/in.gov.delhi-incer-00 partners.INCER", []kyc.Document{"INCER"}),
		Entry("of other documents alone", "partners.HSCER", []kyc.Document{}),
		Entry("with a URI that is none", "issued/PANCR", nil),
		Entry("with a word that names nothing", "issued/junk", nil),
		Entry("with a type that is none", "partners.", nil),
		Entry("that names a document beside a word that may name another", "partners.PANCR issued/junk", nil),
	)

	DescribeTable("does not say whether the user shares Aadhaar, for which nobody published a word,",
		func(ctx SpecContext, eAadhaar any, scope string, want []kyc.Document) {
			s := granting(scope, eAadhaar)
			a := s.adapter()
			ref := asked(ctx, a, kyc.Aadhaar, kyc.PAN)
			Expect(a.Status(ctx, ref)).To(HaveField("Granted", want))
			waited, err := kyc.WaitFetch(ctx, a, ref, kyc.Aadhaar, kyc.Waiting{Budget: kyc.Budget{Calls: 3}})
			if eAadhaar == "N" {
				Expect(err).To(MatchError(kyc.ErrNoDocument))
				return
			}
			Expect(err).NotTo(HaveOccurred())
			Expect(waited.Record.Document).To(Equal(kyc.Aadhaar))
		},
		Entry("unless it has one", "Y", "partners.PANCR partners.ADHAR", []kyc.Document{kyc.PAN, kyc.Aadhaar}),
		Entry("where the account has one", "Y", "issued/in.gov.pan-PANCR-"+number, nil),
		Entry("where nothing is said of the account", nil, "issued/in.gov.pan-PANCR-"+number, nil),
		Entry("but the account, if that has none", "N", "issued/in.gov.pan-PANCR-"+number, []kyc.Document{kyc.PAN}),
	)

	It("tells a document that the user lacks from one that was not shared", func(ctx SpecContext) {
		s := granting("file.partners/HSCER", "N").with(issuedPath, items())
		a := s.adapter()
		ref := asked(ctx, a, kyc.PAN, "HSCER", "INCER")
		Expect(a.Status(ctx, ref)).To(HaveField("Granted", []kyc.Document{"HSCER"}))
		for _, code := range []string{"HSCER", "hscer"} {
			_, err := a.FetchFile(ctx, ref, kyc.FileRequest{Type: code})
			Expect(err).To(MatchError(kyc.ErrNoDocument), "as the user consented to it by name")
		}
		for _, code := range []string{"INCER", "PANCR"} {
			_, err := a.FetchFile(ctx, ref, kyc.FileRequest{Type: code})
			Expect(err).To(MatchError(kyc.ErrDenied), code)
		}
		before := len(s.received)
		_, err := kyc.WaitFetch(ctx, a, ref, kyc.PAN, kyc.Waiting{})
		Expect(err).To(MatchError(kyc.ErrDenied))
		Expect(s.received).To(HaveLen(before), "as the scope says so")
	})
})
