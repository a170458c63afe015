package redact_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/providers"
	"example.com/digilocker/contract/recording/redact"
	"example.com/digilocker/specs/document/documenttest"
	"example.com/digilocker/specs/scan"
)

func redactor(o redact.Options) *redact.Redactor {
	GinkgoHelper()
	r, err := redact.New(o)
	Expect(err).NotTo(HaveOccurred())
	return r
}

// answer redacts one answer in JSON on its own.
func answer(body string) string {
	GinkgoHelper()
	return string(redactor(redact.Options{}).AnswerBody(jsonType, []byte(body)))
}

var _ = Describe("a form", func() {
	DescribeTable("is read as one whatever its label says:", func(mediaType string) {
		const body = "mobile_number=9876543210&name=Quill+Marble&client_secret=rosewood"
		Expect(string(redactor(redact.Options{}).RequestBody(mediaType, []byte(body)))).
			To(Equal("mobile_number=1000000000&name=Fakenamea+Person&client_secret=redacted"))
	}, Entry("its own", formType), Entry("JSON", jsonType), Entry("text", "text/plain"), Entry("none", ""))

	It("is none in what has a sign of equality at its end alone, and is looked at as a text then", func() {
		Expect(string(redactor(redact.Options{}).RequestBody("", []byte("9876543210==")))).NotTo(ContainSubstring("9876543210"))
	})
})

var _ = Describe("a published example", func() {
	for _, p := range providers.All {
		It("comes through unchanged, and the scanner finds nothing in it", Label(p.Name), func() {
			d, err := p.Parse()
			Expect(err).NotTo(HaveOccurred())
			values := d.Values()
			Expect(values).NotTo(BeEmpty())
			public, err := redact.Published(values...)
			Expect(err).NotTo(HaveOccurred())
			scanner, err := scan.New(p.Hidden)
			Expect(err).NotTo(HaveOccurred())
			r := redactor(redact.Options{Public: public, Secrets: []string{"a-secret"}, Names: p.Hidden})
			for _, v := range values {
				Expect(string(r.AnswerBody(jsonType, v))).To(Equal(string(v)))
				Expect(string(r.RequestBody(jsonType, v))).To(Equal(string(v)))
				Expect(scanner.Find(v, func(s string) bool { return public[s] })).To(BeEmpty(), "%s", v)
			}
		})
	}

	It("is exempt as a whole alone", func() {
		public, err := redact.Published(json.RawMessage(`{"pan":"ABCPV1234D"}`))
		Expect(err).NotTo(HaveOccurred())
		r := redactor(redact.Options{Public: public})
		Expect(string(r.AnswerBody(jsonType, []byte(`{"pan":"ABCPV1234D","message":"ABCPV1234D is taken"}`)))).
			To(Equal(`{"pan":"ABCPV1234D","message":"XXXXX0001X is taken"}`))
	})

	It("is refused where it is no JSON", func() {
		_, err := redact.Published(json.RawMessage(`{"a":`))
		Expect(err).To(HaveOccurred())
	})
})

var _ = Describe("a replacement", func() {
	DescribeTable("keeps the form",
		func(in, out string) { Expect(answer(in)).To(Equal(out)) },
		Entry("of an Aadhaar number", `{"aadhaar_number":"234567890124"}`, `{"aadhaar_number":"100000000015"}`),
		Entry("of a spaced one", `{"m":"2345 6789 0124"}`, `{"m":"1000 0000 0015"}`),
		Entry("of a mask", `{"uid":"XXXX-XXXX-7777","masked_aadhaar":"xxxxxxxx8888"}`, `{"uid":"XXXX-XXXX-0001","masked_aadhaar":"xxxxxxxx0003"}`),
		Entry("of a PAN", `{"pan":"QWEPR5678T"}`, `{"pan":"XXXXX0001X"}`),
		Entry("of a licence number", `{"dl_number":"KA-01 20191234567"}`, `{"dl_number":"XX-00 00000000001"}`),
		Entry("of a mobile number", `{"mobile":"+91 98765-43219"}`, `{"mobile":"+91 10000-00001"}`),
		Entry("of a mobile number that is a number", `{"mobile_number":9876543219}`, `{"mobile_number":1000000001}`),
		Entry("of a mobile number in three groups", `{"message":"987-654-3210 is in use, and 987 654 3211"}`, `{"message":"100-000-0001 is in use, and 100 000 0003"}`),
		Entry("of a mobile number in brackets", `{"message":"call +91 (98765) 43210 or 9876 543 211"}`, `{"message":"call +91 (10000) 00001 or 1000 000 003"}`),
		Entry("of a mobile number of six and four",
			`{"m":"987654 3210","n":"call +91-987-6543210"}`, `{"m":"100000 0001","n":"call +91-100-0000001"}`),
		Entry("of a mobile number in pairs, or one by one",
			`{"m":"98 76 54 32 10","n":"9 8 7 6 5 4 3 2 1 1."}`, `{"m":"10 00 00 00 01","n":"1 0 0 0 0 0 0 0 0 3."}`),
		Entry("of a mobile number in brackets of its own",
			`{"m":"they (987654 3210) and (+91) 98765 43211 (+919876543212)"}`,
			`{"m":"they (100000 0001) and (+91) 10000 00003 (+911000000005)"}`),
		Entry("of a mobile number between slashes",
			`{"m":"98765/43210 or 987/654/3211"}`, `{"m":"10000/00001 or 100/000/0003"}`),
		Entry("of a mobile number with other blanks and dashes",
			"{\"m\":\"98765\u00a043210, 98765\u201343211, +91\u202f987\u2011654\u20113212, 98765\u200b43213\"}",
			"{\"m\":\"10000\u00a000001, 10000\u201300003, +91\u202f100\u2011000\u20110005, 10000\u200b00007\"}"),
		Entry("of a mobile number with a blank of ISO-8859-1", "call 98765\xa043210", "call 10000\xa000001"),
		Entry("of a mobile number behind other digits",
			`{"m":"attempt 7 9876543210, 65 98765 43211, 12 987654 3212"}`,
			`{"m":"attempt 7 1000000001, 65 10000 00003, 12 100000 0005"}`),
		Entry("of an Aadhaar number in other groups",
			"{\"m\":\"234567 890124, 23 45 67 89 01 24, 2345/6789/0124, 2345\u00a06789\u20130124\"}",
			"{\"m\":\"100000 000015, 10 00 00 00 00 15, 1000/0000/0015, 1000\u00a00000\u20130015\"}"),
		Entry("of what a label beside it names", `{"field":"full_name","value":"Asha Rao"}`, `{"field":"full_name","value":"Fakenameb Person"}`),
		Entry("of what a label behind it names", `{"errors":[{"rejected_value":9876543210,"param":"mobile"}]}`, `{"errors":[{"rejected_value":1000000001,"param":"mobile"}]}`),
		Entry("of what a label names beside a value of another name",
			`{"key":"name","val":"Quill Marble"}`, `{"key":"name","val":"Fakenameb Person"}`),
		Entry("of what a label of two words names",
			`{"label":"Full Name","value":"Quill Marble"}`, `{"label":"Full Name","value":"Fakenameb Person"}`),
		Entry("of a value in another object than its label, which stays",
			`{"key":"full_name","of":{"value":"Quill Marble"}}`, `{"key":"full_name","of":{"value":"Quill Marble"}}`),
		Entry("of what an id names",
			`{"id":"full_name","answer":"Quill Marble"}`, `{"id":"full_name","answer":"Fakenameb Person"}`),
		Entry("of what an attribute names, several times",
			`{"attribute":"full_name","values":["Quill Marble","QUILL MARBLE"]}`,
			`{"attribute":"full_name","values":["Fakenameb Person","FAKENAMEB PERSON"]}`),
		Entry("of what a name names, which stays",
			`{"name":"mobile","content":"9876543210"}`, `{"name":"mobile","content":"1000000001"}`),
		Entry("of what is labelled by two",
			`{"id":"a-1","fieldName":"dob","type":{"a":1},"FieldValue":"17-03-1990"}`,
			`{"id":"a-1","fieldName":"dob","type":{"a":1},"FieldValue":"02-01-1900"}`),
		Entry("of a person beside a value that is not hers",
			`{"name":"Quill Marble","value":"7"}`, `{"name":"Fakenameb Person","value":"7"}`),
		Entry("of a person whose name is a word for a member",
			`{"name":"Pin","dob":"17-03-1990"}`, `{"name":"Fakenameb","dob":"02-01-1900"}`),
		Entry("of a value among invalid parameters", `{"invalid_params":{"mobile":"98765 4321","pan":"QWEPR5678T","name":"Asha Rao","dob":"17-03-1990"}}`,
			`{"invalid_params":{"mobile":"00000 0001","pan":"XXXXX0001X","name":"Fakenameb Person","dob":"02-01-1900"}}`),
		Entry("of what is wrong with invalid parameters", `{"invalid_params":{"mobile":"Must have 10 digits","name":"Name too long","pan":"Required"}}`,
			`{"invalid_params":{"mobile":"Must have 10 digits","name":"Name too long","pan":"Required"}}`),
		Entry("of an e-mail address", `{"email":"a.b@c.test"}`, `{"email":"personb@example.invalid"}`),
		Entry("of names", `{"name":"JOHN Q roe","careOf":"S/O: Max Roe"}`, `{"name":"FAKENAMEB Person person","careOf":"S/O: Fakenamed Person"}`),
		Entry("of a name in Devanagari", `{"name":"मोहन लाल"}`, `{"name":"नकलीनामख व्यक्ति"}`),
		Entry("of addresses, and their emptiness", `{"house":"15","street":"","landmark":" ","line1":"B-12, MAIN Road 560001"}`,
			`{"house":"Fakeplaceb","street":"","landmark":" ","line1":"Fakeplaced-00, PLACE Place 000000"}`),
		Entry("of a PIN code", `{"pincode":"560001","pin":560002}`, `{"pincode":"100001","pin":100003}`),
		Entry("of dates of birth", `{"dob":"17-03-1990","a":{"dob":"1991-04-18"},"year_of_birth":1990,"yob":"1991"}`,
			`{"dob":"02-01-1900","a":{"dob":"1900-01-04"},"year_of_birth":1904,"yob":"1902"}`),
		Entry("of a photo", `{"photo":"/9j/4AAQSkZJRgABAgAAAQABAAD/2wBD"}`, `{"photo":"/9j/cmVkYWN0ZWQgMDAwMDAx"}`),
		Entry("of a JWT", `{"a":"eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl"}`, `{"a":"eyJhbGciOiJub25lIn0.e30.cmVkYWN0ZWQgMDAwMDAx"}`),
		Entry("of links", `{"url":"https://h.example/dgl/h7562ci7us0","fileUrl":"https://u:p@s3.example/b/9f8e7d6c5b4a.pdf?X-Amz-Signature=0a1b&id=7#t0k3n5678"}`,
			`{"url":"https://h.example/dgl/redacted000001","fileUrl":"https://redacted@s3.example/b/redacted000003.pdf?X-Amz-Signature=redacted000005&id=7#redacted000007"}`),
		Entry("of a DigiLocker id", `{"digilockerId":"DL-8de97146-e7f0-5b80-a3b2-0f01ad6c14ad"}`, `{"digilockerId":"DL-00000000-0000-0000-0000-000000000001"}`),
		Entry("of a document's number", `{"parameters":[{"name":"AC_NO","value":"98432234-234"}]}`, `{"parameters":[{"name":"AC_NO","value":"00000000-001"}]}`),
		Entry("of what is not of the kind expected", `{"pan":"12345","dob":"31-02-1990","pin":12,"otp":4711}`, `{"pan":"00001","dob":"00-00-0003","pin":1000000005,"otp":1000000007}`),
	)

	It("keeps the type and the order, and all that is not redacted byte for byte", func() {
		in := "{ \"z\": null,\t\"name\": \"\", \"b\": true,\r\n \"n\": 1e3, \"u\": \"\\u0041\\/\", \"verified\": {\"phone\": false}, \"verification_id\": \"9876543210\"," +
			"\"reference_id\": 9876543210, \"traceId\": \"1-65f9b08c-0f4644093941c9dd0f9fd5cc\", \"id\": \"477dc21a-fa28-4c7f-9291-935631635637\", \"pan\": [] }\n"
		Expect(answer(in)).To(Equal(in))
		Expect(answer("\ufeff" + in)).To(Equal("\ufeff" + in))
	})

	DescribeTable("has no reason in",
		func(text string) {
			body := string(object(map[string]string{"m": text}))
			Expect(answer(body)).To(Equal(body))
			Expect(scan.Find([]byte(body), nil)).To(BeEmpty())
		},
		Entry("dates and times",
			"2026-01-03 16:12:03, 2026-11-21 1012, 21-11-2026 10.12, 07/11/2026 10.30, 7-1-2026 10.30, 20260121 1014"),
		Entry("a time with a fraction and a zone", "2026-01-03T16:12:03.987654-0800"),
		Entry("addresses of machines and versions", "98.76.154.132, 9.87.65.43210, 98.7654.3210"),
		Entry("amounts and other decimal numbers", "98765432.10, 9876543.210, 9,876,543,210, 98765 (43210 are left)"),
		Entry("a row of small numbers", "98 76 54 32 10 95 and 7 8 9 9 8 7 6 5 4 3 2"),
		Entry("traces and ids",
			"Root=1-67891233-abcdef012345678912345678, 9876-a543210, 98765f-43210-0f3a 20210419145604802"),
		Entry("a number of another form", "12345 67890, 9876 5432 1098 7655, 98765 4321"),
	)

	DescribeTable("is of no name", func(body string) {
		Expect(answer(body)).To(Equal(body))
		Expect(scan.Find([]byte(body), nil)).To(BeEmpty())
	},
		Entry("of a document",
			`[{"name":"PAN Verification Record"},{"name":"Driving Licence"},{"name":"aadhaarCard"},{"name":"ADHAR"}]`),
		Entry("of a file that has that of a document", `{"name":"aadhaar_front.pdf","size":7}`),
		Entry("of an issuer", `{"name":"Income Tax Department"}`),
		Entry("below an issuer or a type, in whatever words",
			`{"issuer":{"id":"in.quill","name":"Quill Marble Board"},"documentTypes":[{"name":"Quill"},{"name":"Marble"}]}`),
	)

	It("is that of a person beside a document's, or in a file's name, of which the ending stays", func() {
		in := `{"documents":[{"name":"Marble Card","holder":{"name":"Quill Marble"}}],` +
			`"file":{"name":"quill_marble-PAN.pdf"},"name":"Tax"}`
		out := answer(in)
		Expect(out).To(Equal(`{"documents":[{"name":"Fakenameb Person","holder":{"name":"Fakenamed Person"}}],` +
			`"file":{"name":"fakenamef_person-PERSON.pdf"},"name":"Fakenameh"}`))
		Expect(scan.Find([]byte(in), nil)).To(ConsistOf(scan.Finding{Line: 1, Kind: "name"}))
		Expect(scan.Find([]byte(out), nil)).To(BeEmpty())
		Expect(answer(out)).To(Equal(out))
	})

	It("is equal for equal values in any spelling, and different for different ones", func() {
		r := redactor(redact.Options{})
		first := string(r.RequestBody(jsonType, []byte(`{"name":"Max Roe","pan":"QWEPR5678T","mobile":"9876543219","dob":"17-03-1990"}`)))
		Expect(first).To(Equal(`{"name":"Fakenamea Person","pan":"XXXXX0000X","mobile":"1000000000","dob":"01-01-1900"}`))
		Expect(string(r.AnswerBody(jsonType, []byte(`{"name":"MAX ROE","b":{"name":"Moritz Roe"},"pan":"qwepr5678t","mobile":"+919876543219","phone":"9876543218","dob":"1990-03-17"}`)))).
			To(Equal(`{"name":"FAKENAMEA PERSON","b":{"name":"Fakenameb Person"},"pan":"XXXXX0000X","mobile":"+911000000000","phone":"1000000001","dob":"1900-01-01"}`))
	})

	It("is the same for a replay, which sees the requests alone and sends on what it was told", func() {
		second := func(mobile string) []byte { return []byte(`{"mobile":"` + mobile + `","pan":"ASDPF1234G"}`) }
		recorded := redactor(redact.Options{})
		recorded.RequestBody(jsonType, []byte(`{"pan":"QWEPR5678T"}`))
		told := recorded.AnswerBody(jsonType, []byte(`{"mobile":"9876543219","pan":"ZXCPV1234B"}`))
		var a struct{ Mobile string }
		Expect(json.Unmarshal(told, &a)).To(Succeed())
		want := recorded.RequestBody(jsonType, second("9876543219"))

		replayed := redactor(redact.Options{})
		replayed.RequestBody(jsonType, []byte(`{"pan":"QWEPR5678T"}`))
		Expect(replayed.RequestBody(jsonType, second(a.Mobile))).To(Equal(want))
	})

	It("is not replaced", func() {
		for _, s := range seeds() {
			before := planted(redactor(redact.Options{Secrets: []string{"spare-key"}}), s)
			for place, out := range before {
				if place == "header" {
					continue
				}
				again := redactor(redact.Options{})
				switch {
				case place == "url":
					u, err := url.Parse(out)
					Expect(err).NotTo(HaveOccurred())
					Expect(again.URL(u).String()).To(Equal(out))
				case place == "form":
					Expect(string(again.RequestBody(formType, []byte(out)))).To(Equal(out))
				case s.kind != "masked-aadhaar": // whose ordinal is that of its recording, not of one body
					Expect(string(again.AnswerBody("", []byte(out)))).To(Equal(out), "%s in %s", s.kind, place)
				}
			}
		}
		masked := answer(`{"a":{"uid":"XXXX-XXXX-7777"},"uid":"xxxxxxxx8888"}`)
		Expect(answer(masked)).To(Equal(masked))
	})

	It("takes the place of a secret in any encoding, and in an id", func() {
		r := redactor(redact.Options{Secrets: []string{"s3cr?t>>"}})
		Expect(string(r.AnswerBody(jsonType, []byte(`{"m":"s3cr%3Ft%3E%3E czNjcj90Pj4= xs3cr?t>>","id":"a-s3cr?t>>"}`)))).
			To(Equal(`{"m":"redacted redacted xredacted","id":"a-redacted"}`))
	})

	It("takes the place of a value that a message quotes", func() {
		r := redactor(redact.Options{})
		r.Header(http.Header{"X-Client-Id": {"some-client-name"}})
		Expect(string(r.AnswerBody(jsonType, []byte(`{"message":"Max Roe (some-client-name) is not Maxi Roe","name":"Max Roe"}`)))).
			To(Equal(`{"message":"Fakenameb Person (redacted) is not Maxi Roe","name":"Fakenameb Person"}`))
	})
})

var _ = Describe("XML", func() {
	It("is redacted in attributes and texts, and stays otherwise as it is", func() {
		in := `<?xml version="1.0" encoding="UTF-8"?><Certificate name="PAN Verification Record" type="PANCR" number="QWEPR5678T"><IssuedBy><Organization name="Income Tax Department"/></IssuedBy>` +
			`<IssuedTo><Person uid="" name='MAX &amp; ROE' dob="01-02-1990"><Address line1="1 Main" state="Somewhere" country="IN"/><Photo format="">/9j/4AAQSkZJRgABAQAAAQABAAD/2wBD</Photo></Person></IssuedTo>` +
			`<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignatureMethod Algorithm="http://www.w3.org/2000/09/xmldsig#rsa-sha1"/><DigestValue>q83v&#13;</DigestValue><ds:SignatureValue>AbC=</ds:SignatureValue></Signature></Certificate>`
		out := strings.NewReplacer("QWEPR5678T", "XXXXX0001X", "MAX &amp; ROE", "FAKENAMEB &amp; PERSON", "01-02-1990", "02-01-1900", "1 Main", "0 Fakeplaceb", "Somewhere", "Fakeplaced",
			"/9j/4AAQSkZJRgABAQAAAQABAAD/2wBD", "/9j/cmVkYWN0ZWQgMDAwMDAx", "q83v&#13;", "redacted&#xD;", "AbC=", "redacted").Replace(in)
		Expect(answer(in)).To(Equal(out))
	})
})

var _ = Describe("what is sent", func() {
	It("says of its URL the path and the query, and no machine", func() {
		u, err := url.Parse("https://user:pass@host.example:8443/api/digilocker/477dc21a-fa28-4c7f-9291-f35d63d5bda7/9876543219?verification_id=order1234567&token=abc&redirect=https%3A%2F%2Fshop.example%2Fback#f")
		Expect(err).NotTo(HaveOccurred())
		Expect(redactor(redact.Options{}).URL(u).String()).
			To(Equal("/api/digilocker/477dc21a-fa28-4c7f-9291-f35d63d5bda7/1000000000?verification_id=order1234567&token=redacted&redirect=https%3A%2F%2Fshop.example%2Fback"))
	})

	DescribeTable("keeps how credentials are sent:", func(value, want string) {
		h := http.Header{"Authorization": {value}}
		Expect(redactor(redact.Options{}).Header(h)).To(Equal(http.Header{"Authorization": {want}}))
		Expect(redactor(redact.Options{}).Header(http.Header{"Authorization": {want}})).
			To(Equal(http.Header{"Authorization": {want}}), "twice")
		r := redactor(redact.Options{})
		r.Header(h)
		Expect(string(r.AnswerBody(jsonType, []byte(`{"text":"no `+value+`"}`)))).NotTo(ContainSubstring("abcdefgh"))
	},
		Entry("behind Bearer", "Bearer abcdefgh", "Bearer redacted"),
		Entry("behind it in other letters", "bearer abcdefgh", "bearer redacted"),
		Entry("behind Basic", "Basic abcdefgh", "Basic redacted"),
		Entry("bare", "abcdefgh", "redacted"),
		Entry("behind what may be a secret itself", "abcdefgh ijklmnop", "redacted"),
		Entry("behind two", "BearerBearer abcdefgh", "redacted"),
	)

	It("keeps the headers that matter, and that credentials were there", func() {
		Expect(redactor(redact.Options{}).Header(http.Header{
			"Content-Type": {"application/json"}, "X-Client-Secret": {"s"}, "Secret-Key": {"k"}, "X-Webhook-Signature": {"x"}, "X-Client-Id": {""},
			"Retry-After": {"3"}, "X-Ratelimit-Limit": {"100"}, "Location": {"https://h.example/dgl/h7562ci7us0"}, "Server": {"nginx"}, "Set-Cookie": {"a=b"}, "User-Agent": {"me"},
		})).To(Equal(http.Header{
			"Content-Type": {"application/json"}, "X-Client-Secret": {"redacted"}, "Secret-Key": {"redacted"}, "X-Webhook-Signature": {"redacted"}, "X-Client-Id": {""},
			"Retry-After": {"3"}, "X-Ratelimit-Limit": {"100"}, "Location": {"https://h.example/dgl/redacted000000"},
		}))
	})
})

var _ = Describe("what only one provider calls so", func() {
	names := map[string][]string{
		"credential": {"X-Acme-Key", "acme_key"}, "mobile": {"caller_no", "X-Acme-Caller"}, "name": {"holder", "card/title"}, "": {"phone", "X-Acme-Version"},
	}
	answer := func(o redact.Options, body string) string {
		return string(redactor(o).AnswerBody(jsonType, []byte(body)))
	}
	in := `{"acmeKey":"abcdefgh","caller-no":"0123456789","holder":"Max Roe","card":{"title":"Max Roe"},"list":{"title":"A list"},"phone":"0123456789"}`

	It("falls under the rule that the options say", func() {
		Expect(answer(redact.Options{Names: names}, in)).To(Equal(
			`{"acmeKey":"redacted","caller-no":"1000000001","holder":"Fakenameb Person","card":{"title":"Fakenameb Person"},"list":{"title":"A list"},"phone":"0123456789"}`))
		Expect(answer(redact.Options{}, in)).To(Equal(strings.Replace(in, `"phone":"0123456789"`, `"phone":"1000000001"`, 1)))
	})

	It("is known in headers and parameters too, where it would be left out, or stay", func() {
		h := http.Header{"X-Acme-Key": {"abcdefgh"}, "X-Acme-Caller": {"0123456789"}, "X-Acme-Version": {"2"}, "X-Other": {"a"}}
		u, err := url.Parse("/a?caller_no=0123456789&b=1")
		Expect(err).NotTo(HaveOccurred())
		r := redactor(redact.Options{Names: names})
		Expect(r.URL(u).String()).To(Equal("/a?caller_no=1000000000&b=1"))
		Expect(r.Header(h)).To(Equal(http.Header{"X-Acme-Key": {"redacted"}, "X-Acme-Caller": {"1000000000"}, "X-Acme-Version": {"2"}}))
		Expect(redactor(redact.Options{}).URL(u).String()).To(Equal("/a?caller_no=0123456789&b=1"))
		Expect(redactor(redact.Options{}).Header(h)).To(BeEmpty())
	})

	It("is an error where there is no such rule", func() {
		_, err := redact.New(redact.Options{Names: map[string][]string{"names": {"a"}}})
		Expect(err).To(MatchError(ContainSubstring(`"names"`)))
	})
})

var _ = Describe("a rule", func() {
	It("has an id and says what it does", func() {
		ids := map[string]bool{}
		for _, r := range redact.Rules() {
			Expect(r.ID).To(MatchRegexp(`^[a-z-]+$`))
			Expect(r.About).NotTo(BeEmpty())
			ids[r.ID] = true
		}
		Expect(ids).To(HaveLen(17))
	})

	It("is not applied where it is off", func() {
		r := redactor(redact.Options{Off: []string{"pan", "name"}})
		Expect(string(r.AnswerBody(jsonType, []byte(`{"name":"Max Roe","pan":"QWEPR5678T","m":"QWEPR5678T 9876543219"}`)))).
			To(Equal(`{"name":"Max Roe","pan":"QWEPR5678T","m":"QWEPR5678T 1000000001"}`))
	})

	It("that does not exist is an error", func() {
		_, err := redact.New(redact.Options{Off: []string{"pans"}})
		Expect(err).To(MatchError(ContainSubstring(`"pans"`)))
	})
})

// large is an answer in which nothing is to be redacted.
func large(n int) string {
	const one = `,{"description":"Pension Certificate of the year","orgName":"Somewhere","parameters":[{"name":"AC_NO","description":"Account"}]}`
	return "[0" + strings.Repeat(one, n) + "]"
}

// TestLargeBody redacts one.
func TestLargeBody(t *testing.T) {
	body := large(documenttest.Work(t))
	r, err := redact.New(redact.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if string(r.AnswerBody(jsonType, []byte(body))) != body {
		t.Fatal("it was changed")
	}
}

var _ = Describe("a large body", func() {
	It("is not copied again and again", func() {
		growth := documenttest.Growth(100, func(n int) float64 {
			body := large(n)
			return documenttest.Allocated(func() { Expect(answer(body)).To(Equal(body)) })
		})
		Expect(growth).To(BeNumerically("<", 1.5))
	})

	It("takes no work that grows with its square", func() {
		steps := documenttest.Steps(GinkgoTB(), "TestLargeBody", "example.com/digilocker/contract/recording/redact", "regexp", "encoding/json")
		Expect(documenttest.Growth(100, steps)).To(BeNumerically("<", 1.5))
	})
})

// FuzzBody wants no panic, and JSON of what was JSON.
func FuzzBody(f *testing.F) {
	for _, s := range []string{
		`{"name":"Max Roe","dob":1990,"a":[{"pan":-1.5e9}]}`, `{"pin":0,"house":00}`, `<a name="b"><Pht>x</Pht>`, `a=1&mobile=%zz&=&token`, "\ufeff{}", `"\ud800 9876543219"`,
		`{"uid":"xxxx xxxx 1","mobile":"123","aadhaar":"½","name":"-","email":"x","co":"S/O"}`, "https://?#", "eyJ.eyJ.eyJ", `[[[]],{}]`, `{"parameters":{"value":12345}}`, "<![CDATA[", "<!--",
	} {
		f.Add("application/json", s)
		f.Add(formType, s)
	}
	f.Fuzz(func(t *testing.T, mediaType, body string) {
		r, err := redact.New(redact.Options{})
		if err != nil {
			t.Fatal(err)
		}
		out := r.AnswerBody(mediaType, []byte(body))
		if json.Valid([]byte(body)) && !json.Valid(out) {
			t.Errorf("%q became %q, which is no JSON", body, out)
		}
		if again := r.RequestBody(mediaType, []byte(body)); len(body) > 0 && len(again) == 0 {
			t.Errorf("%q became nothing", body)
		}
		scan.Find([]byte(body), nil)
	})
}
