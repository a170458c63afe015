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
		Entry("most of a mobile number, by its name", `{"invalid_params":{"mobile":"98765 4321"}}`, "mobile"),
		Entry("a name beside its label", `{"field":"full_name","value":"Asha Rao"}`, "name"),
		Entry("a name before its label", `{"rejected_value": "Asha Rao", "code": 7, "field": "full_name"}`, "name"),
		Entry("a mobile number beside its label", `[{"key":"mobile","value":9876543219}]`, "mobile"),
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
		Entry("a licence of no state", "XX-01 20191234567"),
		Entry("a PAN of no kind of holder", "XXXXX0001X"),
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
