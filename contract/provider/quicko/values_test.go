package quicko_test

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"gopkg.in/yaml.v3"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract"
	"example.com/digilocker/contract/example"
	"example.com/digilocker/gen/quickoapi"
	"example.com/digilocker/specs/document"
)

// links are those about the link of a session and what the user comes back with.
func links() {
	It(
		"links to a consent of one second less than a day, where a comment has an hour",
		Label("SB-D20"),
		func(ctx SpecContext) {
			answer := contract.Into[quickoapi.InitiateSessionAnswer](suite, "quicko/initiateSession/200/200-ok")
			made, err := answer.Timestamp.Int64()
			Expect(err).NotTo(HaveOccurred())
			until, err := strconv.ParseInt(link().Get("consent_valid_till"), 10, 64)
			Expect(err).NotTo(HaveOccurred())
			Expect(until - made/1000).To(Equal(int64(24*60*60 - 1)))
			got, err := suite.Answered(ctx, "quicko/initiateSession/200/200-ok", nil)
			Expect(err).NotTo(HaveOccurred())
			Expect(got.(*kyc.Consent).ExpiresAt.IsZero()).To(BeTrue())
			Expect(got.(*kyc.Consent).ValidUntil.IsZero()).To(BeTrue())
		},
	)

	It(
		"has the verifier of PKCE beside its challenge, so that the link is a secret",
		Label("SB-D21"),
		func(ctx SpecContext) {
			sum := sha256.Sum256([]byte(link().Get("code_verifier")))
			Expect(base64.RawURLEncoding.EncodeToString(sum[:])).To(Equal(link().Get("code_challenge")))
			got, err := suite.Answered(ctx, "quicko/initiateSession/200/200-ok", nil)
			Expect(err).NotTo(HaveOccurred())
			consent := got.(*kyc.Consent)
			Expect(consent.URL.Reveal()).To(ContainSubstring(link().Get("code_verifier")))
			for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
				Expect(fmt.Sprintf(verb, consent)).NotTo(ContainSubstring(link().Get("code_verifier")), verb)
			}
		},
	)

	DescribeTable("brings the user back to the caller itself, with what decides nothing:", Label("SB-D22"),
		func(query string) {
			Expect(link().Get("redirect_uri")).To(Equal(asked("200-ok").RedirectURL))
			Expect(
				link().Get("state"),
			).To(HaveSuffix("|f1bd0342-cc1d-4051-8301-e8ee17e3a3c3|https://developer.sandbox.co.in/"))
			u, err := url.Parse("https://shop.example/back?" + query)
			Expect(err).NotTo(HaveOccurred())
			parser, ok := kyc.As[kyc.ReturnParser](suite.Adapter(contract.Answering(500, "", nil)))
			Expect(ok).To(BeTrue())
			got, err := parser.ParseReturn("f1bd0342-cc1d-4051-8301-e8ee17e3a3c3", u)
			Expect(err).NotTo(HaveOccurred())
			Expect(got.State).To(BeEmpty())
			Expect(got.Ref).To(Equal(kyc.Ref("f1bd0342-cc1d-4051-8301-e8ee17e3a3c3")))
		},
		Entry("a code and a state", "code=a&state=b"),
		Entry("a refusal", "error=access_denied&state=b"),
		Entry("nothing", ""),
	)

	It("has links to documents that nobody could follow, no two alike", Label("SB-D27"), func() {
		at := []string{"content", "application/json", "examples"}
		file := func(of func(...string) *yaml.Node, name string) string {
			n := of(
				append(
					[]string{"paths", sdkPaths + "documents/{doc_type}", "get", "responses", "200"},
					append(at, name)...)...)
			return document.Text(document.At(n, "/value/data/files/0"), "url")
		}
		newer, older := file(oas, "200 - OK"), file(sdkOAS, "200 OK")
		Expect(newer).To(ContainSubstring("X-Amz-Credential=%2F2025"))
		Expect(older).To(ContainSubstring("X-Amz-Credential={{vault:aws-access-key}}%2F2025"))
		Expect(strings.ReplaceAll(older, "{{vault:aws-access-key}}", "")).To(Equal(newer))
		Expect(
			document.JSON(effective("components", "schemas", "File", "properties", "url", "type")),
		).To(MatchJSON(`"string"`))
		Expect(document.Get(effective("components", "schemas", "File", "properties", "url"), "format")).To(BeNil())
	})

	It("says in the link to a document how long that lives, which is an hour", Label("SB-D28"), func(ctx SpecContext) {
		got, err := suite.Answered(ctx, "quicko/getDocument/200/200-ok", nil)
		Expect(err).NotTo(HaveOccurred())
		record := got.(*kyc.Record)
		Expect(record.File.ExpiresAt.Sub(record.GeneratedAt)).To(BeNumerically("~", time.Hour, time.Minute))
		got, err = suite.Answered(
			ctx,
			"quicko/getDocument/200/200-ok",
			map[string]string{"/data/files/0/url": `"https://files.example/a"`},
		)
		Expect(err).NotTo(HaveOccurred())
		Expect(got.(*kyc.Record).File.ExpiresAt.IsZero()).To(BeTrue())
	})
}

// accounts are those about numbers, credentials and refusals.
func accounts() {
	It("asks with either number, which the number of members says as well as the choice that is published", func() {
		const entity = `"@entity":"in.co.sandbox.kyc.digilocker.user.verification.request"`
		const aadhaar, mobile = `"aadhaar_number":"123456789012"`, `"mobile":"9000000001"`
		published := asPublished()
		theirs := document.Pointer("", "paths", "/kyc/digilocker/user/verify", "post", "requestBody", "content",
			"application/json", "schema")
		for body, fit := range map[string]bool{
			`{}`: false, `{` + entity + `}`: false, `{` + aadhaar + `,` + mobile + `}`: false,
			`{` + entity + `,` + aadhaar + `}`: true, `{` + entity + `,` + mobile + `}`: true,
			`{` + entity + `,` + aadhaar + `,` + mobile + `}`: true,
		} {
			Expect(len(published.Conforms(theirs, []byte(body))) == 0).To(Equal(fit), body)
			ours := suite.Document.Conforms("/components/schemas/VerifyUserAccountRequest", []byte(body))
			Expect(len(ours) == 0).To(Equal(fit), body)
		}
	})

	It("asks with 13 digits, which its pattern does not allow", Label("SB-D5"), func(ctx SpecContext) {
		const id = "quicko/verifyUserAccount/request/user-exists-validated-with-aadhaar-number"
		got := contract.Into[quickoapi.VerifyUserAccountRequest](suite, id)
		theirs := document.Text(
			oas("paths", "/kyc/digilocker/user/verify", "post", "requestBody", "content", "application/json", "schema",
				"properties", "aadhaar_number"),
			"pattern",
		)
		Expect(regexp.MustCompile(theirs).MatchString(*got.AadhaarNumber)).To(BeFalse())
		Expect(*got.AadhaarNumber).To(MatchRegexp(`^\d{13}$`))
		s := contract.Answering(
			200,
			"application/json",
			suite.Example("quicko/verifyUserAccount/200/user-exists-validated-with-aadhaar-number"),
		)
		c, err := quickoapi.NewClientWithResponses(s.URL)
		Expect(err).NotTo(HaveOccurred())
		_, err = c.VerifyUserAccountWithResponse(ctx, nil, got)
		Expect(err).NotTo(HaveOccurred())
		Expect(s.Received[0].Body).To(MatchJSON(suite.Example(id)))
		checker, ok := kyc.As[kyc.AccountChecker](suite.Adapter(s))
		Expect(ok).To(BeTrue())
		_, err = checker.CheckAccount(ctx, kyc.AccountQuery{Aadhaar: kyc.Hide(*got.AadhaarNumber)})
		Expect(err).To(MatchError(kyc.ErrInvalid))
		Expect(s.Received).To(HaveLen(1))
	})

	It("takes mobile numbers by two patterns, and as text", Label("SB-D6"), func() {
		for schema, member := range map[string]string{
			"VerifyUserAccountRequest": "mobile", "SessionOptions": "verified_mobile",
		} {
			n := effective("components", "schemas", schema, "properties", member)
			Expect(document.Text(n, "type")).To(Equal("string"), schema)
			pattern := regexp.MustCompile(document.Text(n, "pattern"))
			Expect(pattern.MatchString("9000000001")).To(BeTrue(), schema)
			Expect(pattern.MatchString("1000000001")).To(Equal(member == "mobile"), schema)
			Expect(pattern.MatchString("900000000")).To(BeFalse(), schema)
		}
	})

	DescribeTable(
		"refuses credentials, and more, with",
		Label("SB-D32"),
		func(ctx SpecContext, status int, want kyc.Err) {
			body := contract.Changed(suite.Example("quicko/createSession/400/400-invalid-request-body"),
				map[string]string{"/code": strconv.Itoa(status), "/message": `"no"`})
			_, err := suite.Adapter(contract.Answering(status, "application/json", body)).
				Status(ctx, "839fd8a0-d645-42e1-a904-bb43353b0139")
			Expect(err).To(MatchError(want))
		},
		Entry("401, of a key or a secret", 401, kyc.ErrCredentials),
		Entry("403, of which nothing says what it is about", 403, kyc.ErrNotAllowed),
	)
}

// values are those about how something is written.
func values() {
	It("writes a date of birth as a number that is no midnight, or with slashes", Label("SB-D3"), func() {
		for _, sister := range []string{serverPaths, sdkPaths} {
			Expect(
				document.JSON(
					document.At(
						answered(oas, sister+"user/profile", "get"),
						"/properties/data/properties/date_of_birth/type",
					),
				),
			).
				To(MatchJSON(`"integer"`))
		}
		server := contract.Into[quickoapi.UserProfileAnswer](
			suite,
			"quicko/getUserProfile/200/example",
		).Data.DateOfBirth
		sdk := contract.Into[quickoapi.UserProfileAnswer](suite, "quicko/getSDKUserProfile/200/200-ok").Data.DateOfBirth
		Expect(string(sdk)).To(Equal(`"18/08/2003"`))
		ms, err := strconv.ParseInt(string(server), 10, 64)
		Expect(err).NotTo(HaveOccurred())
		born := time.UnixMilli(ms).UTC()
		Expect(born).To(Equal(time.Date(2003, 12, 11, 12, 16, 40, 0, time.UTC)))
		Expect(fits(schemaAt(sdkPaths+"user/profile", "get"), "quicko/getSDKUserProfile/200/200-ok")).To(BeFalse())
	})

	It("requires an e-mail address that one profile lacks and one has empty", Label("SB-D4"), func() {
		server := contract.Into[quickoapi.UserProfileAnswer](suite, "quicko/getUserProfile/200/example").Data
		sdk := contract.Into[quickoapi.UserProfileAnswer](suite, "quicko/getSDKUserProfile/200/200-ok").Data
		Expect(server.Email).To(BeNil())
		Expect(sdk.Email).To(HaveValue(BeEmpty()))
		Expect(
			string(document.JSON(answered(oas, serverPaths+"user/profile", "get"))),
		).To(ContainSubstring(`"mobile","email"]`))
		Expect(fits(schemaAt(serverPaths+"user/profile", "get"), "quicko/getUserProfile/200/example")).To(BeFalse())
	})

	It("names three documents, and shows XML of each", Label("SB-D34"), func() {
		Expect(
			document.JSON(effective("components", "schemas", "DocumentType", "enum")),
		).To(MatchJSON(`["aadhaar","pan","driving_license"]`))
		ids := concerning("SB-D34")
		Expect(ids).To(ConsistOf("getDocument/200/200-ok", "getSDKDocument/200/200-ok"))
		for _, id := range ids {
			files := contract.Into[quickoapi.DocumentAnswer](suite, "quicko/"+id).Data.Files
			Expect(files).To(HaveLen(1))
			Expect(files[0].Metadata.ContentType).To(Equal("application/xml"))
		}
		Expect(suite.Provider.Adapter.Documents).To(HaveLen(3))
	})

	It("writes dates and genders of its own in profiles, day first", Label("SB-D39"), func() {
		file := contract.Into[quickoapi.DocumentAnswer](suite, "quicko/getDocument/200/200-ok").Data.Files[0]
		_, err := time.Parse("02/01/2006", file.Metadata.LastModified)
		Expect(err).NotTo(HaveOccurred())
		for _, id := range []string{"getUserProfile/200/example", "getSDKUserProfile/200/200-ok"} {
			Expect(contract.Into[quickoapi.UserProfileAnswer](suite, "quicko/"+id).Data.Gender).To(Equal("male"), id)
		}
		_, err = time.Parse("01/02/2006", "18/08/2003")
		Expect(err).To(HaveOccurred(), "the one date that tells the order")
	})

	It(
		"has the user's id for the session's in one example, and a session of its own in each other",
		Label("SB-D40"),
		func() {
			sessions := map[string]bool{}
			for _, op := range suite.Document.Operations {
				for _, p := range op.Parameters {
					if p.Name == "session_id" {
						sessions[strings.Trim(string(p.Sample), `"`)] = true
					}
				}
			}
			user := contract.Into[quickoapi.UserProfileAnswer](suite, "quicko/getUserProfile/200/example").Data.ID
			Expect(slices.Sorted(maps.Keys(sessions))).To(And(ContainElement(user), HaveLen(4)))
			started := contract.Into[quickoapi.InitiateSessionAnswer](
				suite,
				"quicko/initiateSession/200/200-ok",
			).Data.SessionID
			Expect(sessions).NotTo(HaveKey(started))
		},
	)

	It("answers two operations with one timestamp and one transaction_id", Label("SB-D41"), func() {
		started := contract.Into[quickoapi.InitiateSessionAnswer](suite, "quicko/initiateSession/200/200-ok")
		for _, e := range suite.Document.Entries {
			if e.Operation == "verifyUserAccount" && e.Direction == example.Response {
				account := contract.Into[quickoapi.VerifyUserAccountAnswer](suite, e.ID)
				Expect(account.TransactionID).To(Equal(started.TransactionID), e.ID)
				Expect(account.Timestamp).To(Equal(started.Timestamp), e.ID)
			}
		}
	})

	It("names the members of one object in two styles", Label("SB-D42"), func() {
		Expect(names(effective("components", "schemas", "FileMetadata", "properties"))).
			To(ConsistOf("ContentType", "LastModified", "issuer_id", "issuer", "description"))
		file := contract.Into[quickoapi.DocumentAnswer](suite, "quicko/getDocument/200/200-ok").Data.Files[0]
		Expect(
			[]string{
				file.Metadata.ContentType,
				file.Metadata.LastModified,
				file.Metadata.IssuerID,
				file.Metadata.Issuer,
				file.Metadata.Description,
			},
		).
			NotTo(ContainElement(""))
	})
}
