package authpartner_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"net/url"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/internal/calls"
	"example.com/digilocker/contract/provider/authpartner"
	"example.com/digilocker/contract/simulator"
)

var _ = Describe("DigiLocker's variants", func() {
	// varied reads with a preference.
	varied := func(ctx context.Context, r *rig, path, token, name string) calls.Answer {
		GinkgoHelper()
		got := r.get(ctx, path, token, "Prefer", "variant="+name, "Accept-Encoding", "identity")
		Expect(got.Header.Get("Preference-Applied")).To(ContainSubstring(name))
		return got
	}
	const pan = "/1/xml/in.gov.pan-PANCR-AAAPA0001A"

	It(
		"have a file's sum missing, wrong, and over or under a compressed body",
		Label("DL-D35"),
		func(ctx SpecContext) {
			r := newRig(simulator.Options{})
			token := r.granted(ctx, simulator.Complete, nil).Member("access_token")
			for _, path := range []string{pan, "/3/xml/eaadhaar", "/1/file/in.gov.pan-PANCR-AAAPA0001A"} {
				Expect(varied(ctx, r, path, token, "hmac-missing").Header).NotTo(HaveKey("Hmac"))
				got := varied(ctx, r, path, token, "hmac-wrong")
				Expect(got.Header.Get("hmac")).To(And(HaveLen(44), Not(Equal(sumOf(got.Body)))))
				for name, over := range map[string]bool{"hmac-over-gzip": true, "hmac-under-gzip": false} {
					got := varied(ctx, r, path, token, name)
					Expect(got.Header.Get("Content-Encoding")).To(Equal("gzip"))
					reader, err := gzip.NewReader(bytes.NewReader([]byte(got.Body)))
					Expect(err).NotTo(HaveOccurred())
					plain, err := io.ReadAll(reader)
					Expect(err).NotTo(HaveOccurred())
					Expect(got.Header.Get("hmac") == sumOf(got.Body)).To(Equal(over))
					Expect(got.Header.Get("hmac") == sumOf(string(plain))).To(Equal(!over))
				}
			}
			got := varied(ctx, r, pan, token, "another-file")
			Expect(got.Header.Get("hmac")).To(Equal(sumOf(got.Body)))
		},
	)

	DescribeTable("refuse as the tables do:", func(ctx SpecContext, path, name string, status int, code string) {
		r := newRig(simulator.Options{})
		token := r.granted(ctx, simulator.Complete, nil).Member("access_token")
		refused(varied(ctx, r, path, token, name), status, code)
		Expect(r.get(ctx, path, "none", "Prefer", "variant="+name).Status).To(Equal(http.StatusUnauthorized))
	},
		Entry("user", "/1/user", "unexpected-error", 530, "unexpected_error"),
		Entry("root", "/1/files", "unexpected-error", 530, "unexpected_error"),
		Entry("folder", "/1/files/1234", "error-of-the-older-line", 500, "unexpected_error"),
		Entry("list", "/2/files/issued", "partner-service-unresponsive-530", 530, "partner_service_unresponsive"),
		Entry("charset", "/1/user", "error-with-a-charset", 530, "unexpected_error"),
		Entry("Aadhaar unlinked", "/3/xml/eaadhaar", "aadhaar-not-linked", 404, "aadhaar_not_linked"),
		Entry("Aadhaar unavailable", "/3/xml/eaadhaar", "aadhaar-not-available", 404, "aadhaar_not_available"),
		Entry("APAAR unavailable", "/1/apaar", "apaar-not-available", 404, "apaar_not_available"),
		Entry("server", "/3/xml/eaadhaar", "server-error", 530, "internal_server_error"),
		Entry("unresponsive", pan, "repository-unresponsive", 500, "repository_service_unresponsive"),
		Entry("unpublished", pan, "repository-unpublished", 503, "repository_service_unpublished"),
		Entry("inactive", pan, "repository-inactive", 503, "repository_service_inactive"),
		Entry("configuration", "/3/xml/eaadhaar", "repository-not-configured", 500, "repository_service_configerror"),
		Entry("answer", pan, "repository-answers-wrongly", 530, "repository_service_resperror"),
		Entry("answer, older", pan, "repository-answers-wrongly-500", 500, "repository_service_resperror"),
		Entry("exception", pan, "repository-fails", 530, "repository_service_exception"),
		Entry("exception, older", "/3/xml/eaadhaar", "repository-fails-500", 500, "repository_service_exception"),
	)

	It("fail for one document of several", func(ctx SpecContext) {
		r := newRig(simulator.Options{})
		token := r.granted(ctx, simulator.Complete, nil).Member("access_token")
		Expect(r.sim.AddFault(simulator.Fault{Kind: "repository fails", Operation: "getXML", Count: 1})).To(Succeed())
		refused(r.get(ctx, pan, token), 530, "repository_service_exception")
		Expect(r.get(ctx, "/1/xml/in.gov.transport-DRVLC-XX0019900000001", token).Status).To(Equal(http.StatusOK))
	})

	DescribeTable("list a document otherwise:", func(ctx SpecContext, name, member string, want any) {
		r := newRig(simulator.Options{})
		token := r.granted(ctx, simulator.Complete, []kyc.Document{kyc.PAN}).Member("access_token")
		all := listed(varied(ctx, r, "/2/files/issued", token, name))
		Expect(all).To(HaveLen(1))
		Expect(all[0]).To(HaveKeyWithValue(member, want))
	},
		Entry("as PDF", "PDF-alone", "mime", "application/pdf"),
		Entry("with objects", Label("DL-D27"), "mime-as-objects", "mime",
			[]any{map[string]any{"application/pdf": ""}, map[string]any{"application/xml": ""}}),
		Entry("with empty objects", "mime-as-empty-objects", "mime", []any{map[string]any{}}),
		Entry("with three", "mime-of-three", "mime", []any{"application/json", "application/xml", "application/pdf"}),
		Entry("with days", Label("DL-D28"), "date-by-days", "date", "07-09-2024"),
		Entry("with a blank", Label("DL-D29"), "blank-before-the-URI", "uri", " in.gov.pan-PANCR-AAAPA0001A"),
	)

	It("have no XML of what is listed as PDF", func(ctx SpecContext) {
		r := newRig(simulator.Options{})
		token := r.granted(ctx, simulator.Complete, nil).Member("access_token")
		refused(varied(ctx, r, pan, token, "PDF-alone"), http.StatusNotFound, "invalid_uri")
	})

	DescribeTable(
		"write a token otherwise:",
		func(ctx SpecContext, name string, matches ...string) {
			r := newRig(simulator.Options{})
			for _, path := range []string{first, second} {
				if path == second && (name == "no-refresh-token" || name == "members-of-P24") {
					continue
				}
				form := url.Values{
					"grant_type": {"authorization_code"}, "redirect_uri": {shop}, "code_verifier": {verifier},
					"code": {r.consent(ctx, simulator.Complete, []kyc.Document{kyc.PAN}, "purpose", "kyc")},
				}
				got := r.post(ctx, path, form, "Authorization", client, "Prefer", "variant="+name)
				Expect(got.Status).To(Equal(http.StatusOK), got.Body)
				for _, match := range matches {
					Expect(got.Body).To(MatchRegexp(match))
				}
				Expect(r.get(ctx, "/1/user", got.Member("access_token")).Status).To(Equal(http.StatusOK))
			}
		},
		Entry("narrowed", Label("DL-D15"), "narrowed-scope", `"scope":"[^/]*userdetails"`),
		Entry("by types", Label("DL-D24"), "scope-by-types", `userdetails partners\.PANCR"`),
		Entry("by partners", Label("DL-D24"), "scope-by-partners", `userdetails file\.partners/PANCR"`),
		Entry("with a text", Label("DL-D12"), "consent-end-as-text", `"consent_valid_till":"[0-9]+"`),
		Entry("without an end", "no-consent-end", `^[^~]*$`),
		Entry(
			"without a refresh token",
			Label("DL-D50"),
			"no-refresh-token",
			`^{"access_token":"[^"]*","expires_in":3600`,
		),
		Entry("with more", "members-of-P24", `"mobile":"1000000001"`, `"purpose":"kyc"`),
	)

	It("leave out what they say", func(ctx SpecContext) {
		r := newRig(simulator.Options{})
		for name, member := range map[string]string{
			"no-consent-end": "consent_valid_till", "no-refresh-token": "refresh_token",
		} {
			form := url.Values{
				"grant_type": {"authorization_code"}, "redirect_uri": {shop}, "code_verifier": {verifier},
				"code": {r.consent(ctx, simulator.Complete, nil)},
			}
			Expect(r.post(ctx, first, form, "Authorization", client, "Prefer", "variant="+name).Body).
				NotTo(ContainSubstring(`"` + member + `"`))
		}
	})

	It(
		"refuse an exchange with no code, and a client with 401, of which the code stays good",
		Label("DL-D17"),
		func(ctx SpecContext) {
			r := newRig(simulator.Options{})
			code := r.consent(ctx, simulator.Complete, nil)
			form := url.Values{
				"grant_type": {
					"authorization_code",
				}, "redirect_uri": {shop}, "code_verifier": {"wrong"}, "code": {code},
			}
			got := r.post(ctx, first, form, "Authorization", client, "Prefer", "variant=bare-refusal")
			Expect(got.Status).To(Equal(http.StatusBadRequest))
			Expect(got.Body).To(BeEmpty())
			form.Set("code_verifier", verifier)
			got = r.post(ctx, first, form, "Authorization", client, "Prefer", "variant=unauthorized-exchange")
			refused(got, http.StatusUnauthorized, "invalid_client")
			got = r.post(ctx, first, form, "Authorization", client, "Prefer", "variant=token-error")
			refused(got, http.StatusInternalServerError, "unexpected_error")
			Expect(r.exchange(ctx, first, code).Status).To(Equal(http.StatusOK))
		},
	)

	It("read more of the user, as P24 does", func(ctx SpecContext) {
		r := newRig(simulator.Options{})
		token := r.granted(ctx, simulator.Complete, nil).Member("access_token")
		got := varied(ctx, r, "/1/user", token, "members-of-P24")
		Expect(got.Member("mobile")).To(Equal("1000000001"))
		Expect(got.Member("picture")).NotTo(BeEmpty())
	})

	DescribeTable(
		"answer otherwise without a user:",
		func(ctx SpecContext, name, variant, match string) {
			r := newRig(simulator.Options{})
			Expect(r.sim.AddFault(simulator.Fault{Kind: variant})).To(Succeed())
			Expect(metas()[name].ask(ctx, r, 0).Body).To(MatchRegexp(match))
		},
		Entry("registered", Label("DL-D37"), "verify", "registered as boolean", `"registered":true`),
		Entry("parameters", Label("DL-D38"), "parameters", "list of parameters", `^\[\{"label"`),
		Entry("categories", Label("DL-D42"), "issuers", "categories", `"categories":"Education`),
		Entry("requestors", Label("DL-D41"), "statistics", "statistics of the prose", `"requestors":"45"`),
		Entry(
			"registations",
			Label("DL-D41"),
			"statistics",
			"statistics of the prose",
			`"monthwise_registations":\[`,
		),
		Entry(
			"privileges",
			Label("DL-D40"),
			"pushuri",
			"insufficient scope",
			`"The request requires higher privileges"`,
		),
		Entry("errors", "pushuri", "push error", `"unexpected_error"`),
		Entry("errors of a sample", "issuers", "internal error", `"unexpected_error"`),
	)

	It("refuse a pull as its table does", func(ctx SpecContext) {
		r := newRig(simulator.Options{})
		token := r.granted(ctx, simulator.Complete, nil).Member("access_token")
		for kind, want := range map[string]int{
			"issuer not configured": 500, "aadhaar not linked": 400, "internal error": 500,
		} {
			Expect(r.sim.AddFault(simulator.Fault{Kind: kind, Count: 1})).To(Succeed())
			got := r.post(ctx, "/public/oauth2/1/pull/pulldocument", url.Values{}, "Authorization", "Bearer "+token)
			Expect(got.Status).To(Equal(want), kind)
		}
	})

	It("say a URI is missing where there is none, as a sample does", Label("DL-D20"), func(ctx SpecContext) {
		r := newRig(simulator.Options{})
		token := r.granted(ctx, simulator.Complete, nil).Member("access_token")
		Expect(r.sim.AddFault(simulator.Fault{Kind: "uri missing", Operation: "getEAadhaar"})).To(Succeed())
		refused(r.get(ctx, "/3/xml/eaadhaar", token), http.StatusBadRequest, "uri_missing")
	})

	It("each concern an operation, and say where they come from", func() {
		Expect(authpartner.Behaviour.Variants).NotTo(BeEmpty())
		for name, v := range authpartner.Behaviour.Variants {
			Expect(v.Says).NotTo(BeEmpty(), name)
			Expect(v.Answers).NotTo(BeEmpty(), name)
		}
	})
})
