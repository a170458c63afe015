package authpartner_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	adapter "example.com/digilocker/adapters/authpartner"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract"
	"example.com/digilocker/gen/authpartnerapi"
)

// item is one of the issued list, a PAN card but for the changes.
func item(changes map[string]string) string {
	GinkgoHelper()
	one := map[string]json.RawMessage{
		"name": []byte(`"PAN Verification Record"`), "type": []byte(`"file"`), "size": []byte(`""`),
		"date": []byte(`"07-09-2024"`), "parent": []byte(`""`),
		"mime": []byte(`["application/xml","application/pdf"]`),
		"uri":  []byte(`"in.gov.pan-PANCR-AAAPA0000A"`), "doctype": []byte(`"PANCR"`),
		"description": []byte(`"PAN card"`), "issuerid": []byte(`"in.gov.pan"`),
		"issuer": []byte(`"Income Tax Department"`),
	}
	for name, value := range changes {
		one[name] = []byte(value)
	}
	text, err := json.Marshal(one)
	Expect(err).NotTo(HaveOccurred())
	return string(text)
}

// listing is a desk whose issued list has these items, and a journey there that was exchanged.
func listing(ctx SpecContext, opts adapter.Options, items ...string) (*desk, *adapter.Adapter, kyc.Ref) {
	GinkgoHelper()
	d := newDesk()
	d.answers(issuedPath, 200, `{"items":[`+strings.Join(items, ",")+`]}`)
	a := d.at(opts)
	return d, a, granted(ctx, a).Ref
}

// reading are the differences of what is read once a code was exchanged.
func reading() {
	DescribeTable("takes an internal error for what it is, with either status", Label("DL-D18"),
		func(ctx SpecContext, status int) {
			d := newDesk()
			a := d.at(adapter.Options{})
			ref := granted(ctx, a).Ref
			for path, ask := range map[string]func() error{
				userPath:     func() error { _, err := a.ReadUser(ctx, ref); return err },
				issuedPath:   func() error { _, err := a.ListDocuments(ctx, ref); return err },
				eAadhaarPath: func() error { _, err := a.Fetch(ctx, ref, kyc.Aadhaar); return err },
			} {
				d.answers(path, status, refusal("unexpected_error"))
				Expect(ask()).To(And(MatchError(kyc.ErrUnavailable), HaveField("Status", status)), path)
			}
			for _, op := range []string{
				"getUser", "listRootFiles", "listFiles", "listIssued", "getFile", "getXML", "getEAadhaar",
				"uploadFile",
			} {
				Expect(suite.Operation(op).Statuses()).To(ContainElements("500", "530"), op)
			}
		}, Entry("of P12 and two samples of P23", 500), Entry("of P23's tables", 530))

	DescribeTable("takes an issuer's trouble for that of one document", Label("DL-D19"),
		func(ctx SpecContext, status int, code string) {
			d, a, ref := listing(ctx, adapter.Options{}, item(nil))
			d.answers(xmlPath, status, refusal(code))
			_, err := a.Fetch(ctx, ref, kyc.PAN)
			Expect(err).To(And(MatchError(kyc.ErrUnavailable), HaveField("Code", code), HaveField("CodeKnown", true)))
			_, err = a.Fetch(ctx, ref, kyc.Aadhaar)
			Expect(err).NotTo(HaveOccurred())
		},
		Entry("that does not answer", 500, "repository_service_unresponsive"),
		Entry("that is set up wrongly", 500, "repository_service_configerror"),
		Entry("that is not published", 503, "repository_service_unpublished"),
		Entry("that is not active", 503, "repository_service_inactive"))

	It("expects no word on a URI of the e-Aadhaar, which has none", Label("DL-D20"), func(ctx SpecContext) {
		Expect(suite.Operation("getEAadhaar").Parameters).To(BeEmpty())
		d := newDesk()
		a := d.at(adapter.Options{})
		ref := granted(ctx, a).Ref
		d.example(eAadhaarPath, noURI, nil)
		_, err := a.Fetch(ctx, ref, kyc.Aadhaar)
		Expect(err).To(And(MatchError(kyc.ErrUnexpected), HaveField("Code", "uri_missing")))
	})

	It("reads an error without the blanks around it", Label("DL-D21"), func(ctx SpecContext) {
		blank := 0
		for _, e := range suite.Document.Entries {
			var r authpartnerapi.Refusal
			if json.Unmarshal(e.Value, &r) == nil && r.Code != strings.TrimSpace(r.Code) {
				blank++
			}
		}
		Expect(blank).To(Equal(3))
		d := newDesk()
		a := d.at(adapter.Options{})
		ref := granted(ctx, a).Ref
		d.example(issuedPath, noIssuer, nil)
		_, err := a.ListDocuments(ctx, ref)
		Expect(err).To(And(MatchError(kyc.ErrUnavailable), HaveField("Code", "partner_service_unresponsive"),
			HaveField("CodeKnown", true)))
	})

	It("reads the user by P23's names", Label("DL-D23", "DL-D51"), func(ctx SpecContext) {
		Expect(propertiesOf("User")).To(And(ContainElements("digilockerid", "eaadhaar", "dob"),
			Not(ContainElements("digilocker_id", "eaadhar"))))
		Expect(contract.Into[authpartnerapi.User](suite, user).ReferenceKey).To(HaveLen(64))
		d := newDesk()
		a := d.at(adapter.Options{})
		consent, err := a.ReadUser(ctx, granted(ctx, a).Ref)
		Expect(err).NotTo(HaveOccurred())
		Expect(consent.User.DigiLockerID.Reveal()).To(Equal("123e4567-e89b-12d3-a456-426655440000"))
		Expect(*consent.EAadhaar).To(BeTrue())
		Expect(d.last(userPath).path).To(Equal("/public/oauth2/1/user"))
		for _, op := range suite.Document.Operations {
			Expect(op.Path).NotTo(ContainSubstring("userinfo"))
		}
	})

	It("reads a birthday in the form of its place", Label("DL-D26"), func(ctx SpecContext) {
		a := newDesk().at(adapter.Options{})
		Expect(contract.Into[authpartnerapi.User](suite, user).Birth).To(Equal("31121970"))
		consent, err := a.ReadUser(ctx, granted(ctx, a).Ref)
		Expect(err).NotTo(HaveOccurred())
		Expect(consent.User.Birth.ISO()).To(Equal("1970-12-31"))
		Expect(claims()).To(HaveKeyWithValue("birthdate", "01/01/1990"))
		Expect(claims()["masked_aadhaar"]).To(HaveLen(11))
	})

	DescribeTable("reads the media types of a document", Label("DL-D27", "DL-D30"),
		func(ctx SpecContext, written string, want ...string) {
			_, a, ref := listing(ctx, adapter.Options{}, item(map[string]string{"mime": written}))
			all, err := a.ListDocuments(ctx, ref)
			Expect(err).NotTo(HaveOccurred())
			Expect(all).To(HaveExactElements(HaveField("Formats", ConsistOf(want))))
		},
		Entry("of the first sample", `"application/pdf"`, "pdf"),
		Entry("in the case of the prose", `"application/PDF"`, "pdf"),
		Entry("that were seen", `["application/pdf","application/xml"]`, "pdf", "xml"),
		Entry("in objects", `[{"application/pdf":""},{"application/xml":""}]`, "pdf", "xml"))

	It("has a list of media types that is no JSON", Label("DL-D27"), func() {
		text := printed(strings.TrimSuffix(issued, "-mended"))
		Expect(json.Valid([]byte(text))).To(BeFalse())
		mended := strings.Replace(text, `[{"application/pdf"},{"application/xml"}]`,
			`["application/pdf","application/xml"]`, 1)
		Expect(mended).To(MatchJSON(suite.Example(issued)))
	})

	It("takes the newest document, by dates of either form", Label("DL-D28"), func(ctx SpecContext) {
		d, a, ref := listing(ctx, adapter.Options{},
			item(map[string]string{"date": `" 2024-01-31T15:50:38Z"`, "uri": `"in.gov.pan-PANCR-AAAPA0001A"`}),
			item(map[string]string{"date": `"07-09-2024"`, "uri": `"in.gov.pan-PANCR-AAAPA0002A"`}),
			item(map[string]string{"date": `" 2024-08-31T15:50:38Z"`, "uri": `"in.gov.pan-PANCR-AAAPA0003A"`}))
		_, err := a.Fetch(ctx, ref, kyc.PAN)
		Expect(err).NotTo(HaveOccurred())
		Expect(d.last(xmlPath).path).To(Equal(xmlPath + "in.gov.pan-PANCR-AAAPA0002A"))
	})

	It("asks by a URI without the blank before it", Label("DL-D29"), func(ctx SpecContext) {
		d := newDesk()
		a := d.at(adapter.Options{})
		ref := granted(ctx, a).Ref
		const uri = "in.gov.delhi-INCER-98765432"
		Expect(contract.Into[authpartnerapi.IssuedDocuments](suite, issued).Items[1].URI).To(Equal(" " + uri))
		all, err := a.ListDocuments(ctx, ref)
		Expect(err).NotTo(HaveOccurred())
		Expect(all[1].ID.Reveal()).To(Equal(uri))
		_, err = a.FetchFile(ctx, ref, kyc.FileRequest{Type: "INCER"})
		Expect(err).NotTo(HaveOccurred())
		Expect(d.last(xmlPath).path).To(Equal(xmlPath + uri))
	})

	It("lists by version 2, in which nothing is wrapped", Label("DL-D31"), func(ctx SpecContext) {
		_, a, ref := listing(ctx, adapter.Options{}, item(nil))
		all, err := a.ListDocuments(ctx, ref)
		Expect(err).NotTo(HaveOccurred())
		Expect(all).To(HaveLen(1))
		Expect(propertiesOf("IssuedDocuments")).To(ConsistOf("items"))
		Expect(propertiesOf("IssuedDocument")).NotTo(ContainElement("resource"))
		for _, op := range suite.Document.Operations {
			Expect(op.Path).NotTo(Equal("/public/oauth2/1/files/issued"))
		}
	})

	It("sends a URI as one segment of the path", Label("DL-D32"), func(ctx SpecContext) {
		const uri = "in.gov.pan-PANCR-AB/12-3?x"
		d, a, ref := listing(ctx, adapter.Options{}, item(map[string]string{"uri": `"` + uri + `"`}))
		_, err := a.Fetch(ctx, ref, kyc.PAN)
		Expect(err).NotTo(HaveOccurred())
		Expect(d.last(xmlPath).path).To(Equal(xmlPath + url.PathEscape(uri)))
		Expect(suite.Operation("listRootFiles").Path).To(Equal("/public/oauth2/1/files"))
	})

	It("reads the e-Aadhaar of version 3", Label("DL-D33"), func(ctx SpecContext) {
		d := newDesk()
		a := d.at(adapter.Options{})
		record, err := a.Fetch(ctx, granted(ctx, a).Ref, kyc.Aadhaar)
		Expect(err).NotTo(HaveOccurred())
		Expect(string(record.File.Content.Bytes())).To(Equal(signed))
		Expect(d.last(eAadhaarPath).path).To(Equal(eAadhaarPath))
	})

	It("checks a file by an HMAC in base64, and by no other digest", Label("DL-D34"), func(ctx SpecContext) {
		plain := sha256.Sum256([]byte(secret + signed))
		d := newDesk()
		a := d.at(adapter.Options{})
		ref := granted(ctx, a).Ref
		for given, right := range map[string]bool{
			sum([]byte(signed)): true, sum([]byte("another file")): false, hex.EncodeToString(plain[:]): false,
		} {
			d.answers(eAadhaarPath, 200, signed, "Content-Type", "application/xml", "hmac", given)
			_, err := a.Fetch(ctx, ref, kyc.Aadhaar)
			if right {
				Expect(err).NotTo(HaveOccurred())
			} else {
				Expect(err).To(And(MatchError(kyc.ErrUnverified), HaveField("Member", "hmac")), given)
			}
		}
		for _, query := range []string{"IssuersQuery", "DoctypesQuery", "AccountQuery", "StatisticsQuery"} {
			name := effective("components", "schemas", query, "properties", "hmac", "x-go-name")
			Expect(name.Value).To(Equal("Digest"), query)
		}
	})

	It("asks for a file as it is, and without hmac believes it unless the caller does not", Label("DL-D35"),
		func(ctx SpecContext) {
			for required, want := range map[bool]error{false: nil, true: kyc.ErrUnverified} {
				d := newDesk()
				a := d.at(adapter.Options{RequireHMAC: required})
				ref := granted(ctx, a).Ref
				d.answers(eAadhaarPath, 200, signed, "Content-Type", "application/xml")
				_, err := a.Fetch(ctx, ref, kyc.Aadhaar)
				if want == nil {
					Expect(err).NotTo(HaveOccurred())
				} else {
					Expect(err).To(MatchError(want))
				}
				Expect(d.last(eAadhaarPath).header.Get("Accept-Encoding")).To(Equal("identity"))
			}
		})

	DescribeTable("goes by the error, whatever its words", Label("DL-D40", "DL-D44"),
		func(ctx SpecContext, words string) {
			d := newDesk()
			a := d.at(adapter.Options{})
			ref := granted(ctx, a).Ref
			d.answers(issuedPath, 403, `{"error":"insufficient_scope","error_description":"`+words+`"}`)
			_, err := a.ListDocuments(ctx, ref)
			Expect(err).To(And(MatchError(kyc.ErrDenied), HaveField("Code", "insufficient_scope")))
			Expect(suite.Operation("listIssued").Statuses()).To(ContainElement("403"))
		},
		Entry("of pushURI", "The request requires higher privileges"),
		Entry("of all others", "The request requires higher privileges than provided by the access token"))

	DescribeTable("goes by the error, whatever its status", Label("DL-D43"), func(ctx SpecContext, status int) {
		d := newDesk()
		a := d.at(adapter.Options{})
		ref := granted(ctx, a).Ref
		d.answers(eAadhaarPath, status, refusal("aadhaar_not_linked"))
		_, err := a.Fetch(ctx, ref, kyc.Aadhaar)
		Expect(err).To(MatchError(kyc.ErrNoDocument))
		Expect(suite.Operation("pullDocument").Statuses()).To(ContainElements("400", "404", "500"))
	}, Entry("of a pull", 400), Entry("of the e-Aadhaar", 404))

	It("reads an answer whatever charset its media type has", Label("DL-D47"), func(ctx SpecContext) {
		const withCharset = "application/json;charset=UTF-8"
		d := newDesk()
		a := d.at(adapter.Options{})
		ref := granted(ctx, a).Ref
		d.answers(userPath, 200, string(suite.Example(user)), "Content-Type", withCharset)
		_, err := a.ReadUser(ctx, ref)
		Expect(err).NotTo(HaveOccurred())
		const refused = "authpartner/getUser/500/unexpected-error"
		d.answers(userPath, 500, string(suite.Example(refused)), "Content-Type", withCharset)
		_, err = a.ReadUser(ctx, ref)
		Expect(err).To(And(MatchError(kyc.ErrUnavailable), HaveField("Code", "unexpected_error")))
	})
}
