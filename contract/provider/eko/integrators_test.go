package eko_test

import (
	"context"
	"net/url"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract"
)

// integrators pin what only integrators' code says, which differences.yaml has from EK-D30 on.
func integrators() {
	Describe("eko, as integrators have met it,", func() {
		const (
			created  = "eko/createURL/200/success"
			asked    = "eko/getStatus/200/success"
			document = "eko/getDocument/200/success"
			ref      = kyc.Ref("7393672")
		)
		// answered is what the adapter makes of a body that is not documented.
		answered := func(status int, mediaType, body string) kyc.Provider {
			return suite.Adapter(contract.Answering(status, mediaType, []byte(body)))
		}

		It("has no status call, which is no reason to stop asking", Label("EK-D30"), func(ctx SpecContext) {
			for mediaType, body := range map[string]string{"text/html": "<html>404</html>",
				"application/json": `{"message":"No Mapping Rule matched"}`} {
				_, err := answered(404, mediaType, body).Status(ctx, ref)
				Expect(err).To(MatchError(kyc.ErrUnavailable))
				saw, err := kyc.WaitFetch(ctx, answered(404, mediaType, body), ref, kyc.Aadhaar, kyc.Waiting{})
				Expect(err).To(Or(MatchError(kyc.ErrInvalid), MatchError(kyc.ErrUnexpected)),
					"the 404 of the document, which is asked for instead")
				Expect(saw).To(And(HaveField("Status", 1), HaveField("Fetch", 1)))
			}
		})

		It("tells the second id in the return, be it another number", Label("EK-D32", "EK-D33"), func(ctx SpecContext) {
			value, err := suite.Answered(ctx, created, nil)
			Expect(err).NotTo(HaveOccurred())
			started := value.(*kyc.Consent).Ref
			for _, name := range []string{"verification_id", "verificationId"} {
				back, err := answered(204, "", "").(kyc.ReturnParser).ParseReturn(started,
					&url.URL{RawQuery: name + "=3571170546"})
				Expect(err).NotTo(HaveOccurred())
				Expect(back.Ref).To(Equal(started + ".3571170546"))
			}
		})

		It("takes no longer id, and says so by a page", Label("EK-D34", "EK-D44"), func(ctx SpecContext) {
			r := kyc.StartRequest{ID: strings.Repeat("a", 21), Documents: []kyc.Document{kyc.Aadhaar},
				ReturnTo: "https://shop.example/back"}
			_, err := answered(403, "text/html", "<html>403</html>").Start(ctx, r)
			Expect(err).To(And(MatchError(kyc.ErrInvalid), HaveField("Member", "ID")))
			r.ID = r.ID[1:]
			_, err = answered(403, "text/html", "<html>403</html>").Start(ctx, r)
			Expect(err).To(MatchError(kyc.ErrNotAllowed))
		})

		It("tells by empty details that the user has not decided", Label("EK-D35"), func(ctx SpecContext) {
			value, err := suite.Answered(ctx, asked, map[string]string{"/data/user_details": `{}`})
			Expect(err).NotTo(HaveOccurred())
			Expect(value.(*kyc.Consent).State).To(Equal(kyc.Pending))
		})

		It("passes Cashfree's codes on", Label("EK-D36"), func(ctx SpecContext) {
			for code, kind := range map[string]kyc.Err{"session_expired": kyc.ErrExpired,
				"url_expired": kyc.ErrExpired, "validation_pending": kyc.ErrPending,
				"consent_not_granted": kyc.ErrPending} {
				_, err := answered(200, "application/json", `{"response_status_id":1,"code":"`+code+
					`","message":"Digilocker consent session expired"}`).Fetch(ctx, ref, kyc.Aadhaar)
				Expect(err).To(MatchError(kind), code)
			}
		})

		It("has ids that are numbers or texts", Label("EK-D37"), func(ctx SpecContext) {
			for _, ids := range [][2]string{{`7393672`, `3571170546`}, {`"7393672"`, `"3571170546"`},
				{`7393672`, `"3571170546"`}} {
				consent, err := answered(200, "application/json", `{"status":0,"data":{"reference_id":`+ids[0]+
					`,"verification_id":`+ids[1]+`,"url":"https://digilocker.example/a"}}`).
					Start(ctx, kyc.StartRequest{Documents: []kyc.Document{kyc.Aadhaar},
						ReturnTo: "https://shop.example/back"})
				Expect(err).NotTo(HaveOccurred())
				Expect(consent.Ref).To(Equal(kyc.Ref("7393672.3571170546")))
				Expect(consent.Unread).To(BeNil())
			}
		})

		It("refuses wrong credentials by 401 and 403", Label("EK-D40"), func(ctx context.Context) {
			for _, reply := range []struct {
				status          int
				mediaType, body string
			}{{401, "text/html", "<html>"}, {401, "application/json", `{"message":"Unauthorized"}`},
				{403, "application/json", `{}`}, {403, "", ""}} {
				_, err := answered(reply.status, reply.mediaType, reply.body).Status(ctx, ref)
				Expect(err).To(MatchError(kyc.ErrCredentials), "%v", reply)
			}
		})

		It("has its data in a list of one", Label("EK-D41"), func(ctx SpecContext) {
			e := suite.Entry(document)
			list := strings.Replace(string(e.Value), `"data":{`, `"data":[{`, 1)
			record, err := answered(200, "application/json", strings.TrimSuffix(list, "}")+"]}").
				Fetch(ctx, ref, kyc.Aadhaar)
			Expect(err).NotTo(HaveOccurred())
			Expect(record.Person.Name.Reveal()).To(Equal("Vikram Singh"))
		})

		It("refuses a product that is not enabled by nothing, or in words", Label("EK-D44"), func(ctx SpecContext) {
			for _, p := range []kyc.Provider{
				answered(204, "", ""),
				answered(200, "application/json", `{"status":1,"message":"Customer not allowed"}`),
				answered(200, "application/json", `{"status":1,"message":"Agent not allowed"}`),
			} {
				_, err := p.Fetch(ctx, ref, kyc.Aadhaar)
				Expect(err).To(MatchError(kyc.ErrNotAllowed))
			}
		})
	})
}
