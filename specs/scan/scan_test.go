package scan_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/specs/scan"
)

var _ = Describe("the scanner", func() {
	DescribeTable("finds", func(text string, kinds ...string) {
		var found []string
		for _, f := range scan.Find([]byte(text), nil) {
			found = append(found, f.Kind)
		}
		Expect(found).To(Equal(kinds))
	},
		Entry("an Aadhaar number", "a 2345-6789-0124 b", "aadhaar"),
		Entry("one that is escaped", `{"a":"\u0032345\u00206789 0124"}`, "aadhaar"),
		Entry("a mask", `uid="xxxxxxxx5647"`, "masked-aadhaar"),
		Entry("a PAN", "(ASDPF1234G)", "pan"),
		Entry("a licence number", "KA/01/2019/1234567", "licence"),
		Entry("a mobile number", `{"reference":98765 43219}`, "mobile"),
		Entry("a mobile number in three groups", `{"message":"987-654-3210 is in use"}`, "mobile"),
		Entry("a mobile number in three groups with blanks", `{"message":"987 654 3210"}`, "mobile"),
		Entry("a mobile number in brackets", `{"message":"call +91 (98765) 43210"}`, "mobile"),
		Entry("a mobile number of four, three and three", `"9876 543 210"`, "mobile"),
		Entry("a mobile number of six and four", "987654 3210", "mobile"),
		Entry("a mobile number in pairs", "98 76 54 32 10", "mobile"),
		Entry("a mobile number digit by digit", `"9 8 7 6 5 4 3 2 1 0"`, "mobile"),
		Entry("a mobile number of three and seven", "+91-987-6543210", "mobile"),
		Entry("a mobile number in brackets of its own", "they (987654 3210)", "mobile"),
		Entry("a mobile number behind brackets", "(+91) 98765 43210", "mobile"),
		Entry("a mobile number between slashes", "98765/43210", "mobile"),
		Entry("a mobile number with a blank that does not break", "98765\u00a043210", "mobile"),
		Entry("a mobile number with such a blank, escaped", `"98765\u00a043210"`, "mobile"),
		Entry("a mobile number with such a blank in HTML", `98765&nbsp;43210`, "mobile"),
		Entry("a mobile number with such a blank by its number", `98765&#160;43210`, "mobile"),
		Entry("a mobile number with an en dash", "98765\u201343210", "mobile"),
		Entry("a mobile number with a dash of Windows-1252, as a fixture has it", `"call 98765\x9643210"`, "mobile"),
		Entry("a mobile number between marks that nobody sees", "\u202a+91 98765\u200b43210\u202c", "mobile"),
		Entry("a mobile number behind other digits", "attempt 7 9876543210", "mobile"),
		Entry("a mobile number that checks as an Aadhaar number would", "+91 98765 43218", "mobile"),
		Entry("an Aadhaar number of six and six", "234567 890124", "aadhaar"),
		Entry("an Aadhaar number in pairs", "23 45 67 89 01 24", "aadhaar"),
		Entry("an Aadhaar number with other blanks and dashes", "2345\u00a06789\u20130124", "aadhaar"),
		Entry("an Aadhaar number between slashes", "2345/6789/0124", "aadhaar"),
		Entry("most of a mobile number, by its name", `{"invalid_params":{"mobile":"98765 4321"}}`, "mobile"),
		Entry("a name beside its label", `{"field":"full_name","value":"Asha Rao"}`, "name"),
		Entry("a name before its label", `{"rejected_value": "Asha Rao", "code": 7, "field": "full_name"}`, "name"),
		Entry("a mobile number beside its label", `[{"key":"mobile","value":9876543219}]`, "mobile"),
		Entry("a name under val", `{"key":"name","val":"Quill Marble"}`, "name"),
		Entry("a name that an id names", `{"id":"full_name","answer":"Quill Marble"}`, "name"),
		Entry("a name that a label of two words names", `{"label":"Full Name","value":"Quill Marble"}`, "name"),
		Entry("a name in a list", "{\"attribute\": \"full_name\", \"values\": [\n\"Quill Marble\"\n]}", "name"),
		Entry("a mobile number that a name names, which is none of a person",
			`{"name":"mobile","content":"9876543210"}`, "mobile"),
		Entry("a date of birth behind another label and an object",
			`{"id":"a-1","fieldName":"dob","type":{"a":1},"FieldValue":"17-03-1990"}`, "birth"),
		Entry("a date of birth before an object and its label",
			`{"FieldValue":"17-03-1990","type":{"a":1},"name":"dob"}`, "birth"),
		Entry("a name beside a value that is not hers", `{"name":"Quill Marble","value":"7"}`, "name"),
		Entry("a name that is a word for a member", `{"name":"Pin","x":"1"}`, "name"),
		Entry("a name beside its label in text", `{"inner":"{\"key\":\"name\",\"val\":\"Quill Marble\"}"}`, "name"),
		Entry("an escaped e-mail address", "to=a%40b.test", "email"),
		Entry("a name", `{"care_of": "S/O Max Roe"}`, "name"),
		Entry("a name in an element", `<FullName>Max Roe</FullName>`, "name"),
		Entry("an address", `<Poa house="1 Main"/>`, "address"),
		Entry("a PIN code", `{"pincode": 560001}`, "pin"),
		Entry("a date of birth", `dob=17-03-1990&a=1`, "birth"),
		Entry("a photo", `{"photo":"\/9j\/4AAQSkZJRgABAgAAAQABAAD\/2wBD"}`, "file"),
		Entry("a JWT", "Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl", "jwt"),
		Entry("a signature", "ko537zv0DdSOiJYexe7PS+n0bW148h1eQTZD4Sh+Q30=", "signature"),
		Entry("a private key", "-----BEGIN RSA PRIVATE KEY-----", "signature"),
		Entry("a credential in a header", "      X-Client-Secret: hunter2hunter", "credential"),
		Entry("a credential behind its scheme", "      Authorization: Bearer hunter2hunter", "credential"),
		Entry("the key of an API in a header", "      X-Api-Key: hunter2hunter", "credential"),
		Entry("a secret in a link", "https://h.example/a?X-Amz-Signature=00ff", "link"),
		Entry("a token in a path", "https://h.example/dgl/h7562ci7us0", "link"),
		Entry("a DigiLocker id", `"digilocker_id":"8aa626bf-34aa-5ffc-a123-f69207e129a7"`, "digilocker-id"),
	)

	DescribeTable("passes over", func(text string) { Expect(scan.Find([]byte(text), nil)).To(BeEmpty()) },
		Entry("twelve digits that do not check", "234567890125"),
		Entry("an Aadhaar number that begins with 1", "100000000015"),
		Entry("a mobile number that begins with 1", "+911000000001"),
		Entry("a mobile number in three groups that begins with 1",
			`{"mobile":"100-000-0001","phone":"+91 (10000) 00001"}`),
		Entry("a value of nobody beside its label", `{"field":"full_name","value":"Fakenamea Person"} `+
			`{"field":"mobile","value":"00000 0001"} {"field":"docType","value":"Asha Rao"}`),
		Entry("a value in another object than its label",
			`{"key":"full_name","of":{"value":"Quill Marble"},"b":[{"val":"Quill"}]} {"val":"Quill"}`),
		Entry("a licence of no state", "XX-01 20191234567"),
		Entry("a PAN of no kind of holder", "XXXXX0001X"),
		Entry("what is redacted behind its scheme", "Authorization: Bearer redacted"),
		Entry("ids", `{"reference_id": 9876543219, "verification_id": "ASDPF1234G", "requestId":"9876543219", `+
			`"id": "477dc21a-fa28-4c7f-9291-935631635637"}`),
		Entry("times and trace ids",
			`"2021-10-26T17:17:36.342+05:30" "1-65f9b08c-0f4644093941c9dd0f9fd5cc" "20210419145604802"`),
		Entry("names of parameters and documents",
			`{"parameters": [{"name": "MemberName"}]} <Certificate name="PAN Verification Record"/>`),
		Entry("a long path",
			"https://www.example/docs/secure-id/get-started/Integration/ip-whitelisting-verification/of/Version/2"),
		Entry("null, emptiness, yes or no and a refusal",
			`{"name": null, "signature": true, "dob": "", "invalid_params": {"name": "Name too long"}}`),
	)

	It("says in which line, once for each kind, and never what", func() {
		text := "first\nPAN ASDPF1234G or ASDPF1234H\n\n{\"message\": \"\\n9876543219\", \"name\":\n\"Max Roe\"}"
		Expect(scan.Find([]byte(text), nil)).
			To(Equal([]scan.Finding{{Line: 2, Kind: "pan"}, {Line: 4, Kind: "mobile"}, {Line: 5, Kind: "name"}}))
	})

	It("leaves what is published", func() {
		public := map[string]bool{"ASDPF1234G": true, "B-12 MAIN ROAD, call 9876543219": true}
		text := `{"pan":"ASDPF1234G","note":"B-12 MAIN ROAD, call 9876543219","text":"x 9876543219"}`
		Expect(scan.Find([]byte(text), func(s string) bool { return public[s] })).
			To(Equal([]scan.Finding{{Line: 1, Kind: "mobile"}}))
	})

	It("finds what only one provider calls so, in any spelling", func() {
		s, err := scan.New(map[string][]string{"credential": {"X-Acme-Key", "acmeSecret"}, "name": {"holder_of_card"},
			"aadhaar": {"acme_no"}, "number": {"folio"}, "": {"phone_of_acme"}})
		Expect(err).NotTo(HaveOccurred())
		text := []byte("X-Acme-Key: abcdefgh\n\"acmesecret\": \"abcdefgh\"\nholderOfCard=Max%20Roe\n" +
			"\"acme_no\": \"1\", \"folio\": \"12\"\n")
		Expect(s.Find(text, nil)).To(Equal([]scan.Finding{{Line: 1, Kind: "credential"},
			{Line: 2, Kind: "credential"}, {Line: 3, Kind: "name"}}))
		Expect(scan.Find(text, nil)).To(BeEmpty())
	})

	It("finds nothing in what one provider calls so of nobody, but what has a form", func() {
		s, err := scan.New(map[string][]string{"": {"name", "post_office"}})
		Expect(err).NotTo(HaveOccurred())
		text := []byte(`{"name": "Quill Marble", "postOffice": "Marble", "surname": "Marble"}` + "\n" + `{"name": "98765 43210"}`)
		Expect(s.Find(text, nil)).To(Equal([]scan.Finding{{Line: 1, Kind: "name"}, {Line: 2, Kind: "mobile"}}))
		Expect(s.Find([]byte(`{"name": "Quill Marble", "postOffice": "Marble"}`), nil)).To(BeEmpty())
	})

	It("finds a mobile number that is an id by name, where one provider calls it so", func() {
		s, err := scan.New(map[string][]string{"mobile": {"caller_id"}})
		Expect(err).NotTo(HaveOccurred())
		text := []byte(`{"caller_id": "9876543219"}`)
		Expect(s.Find(text, nil)).To(Equal([]scan.Finding{{Line: 1, Kind: "mobile"}}))
		Expect(s.Find([]byte(`{"caller_id": "1000000001"}`), nil)).To(BeEmpty())
		Expect(scan.Find(text, nil)).To(BeEmpty())
	})

	DescribeTable("knows no", func(names map[string][]string) {
		_, err := scan.New(names)
		Expect(err).To(HaveOccurred())
	},
		Entry("kind that there is not", map[string][]string{"names": {"a"}}),
		Entry("label that is none", map[string][]string{"name": {"a("}}),
	)
})
