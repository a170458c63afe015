package eko_test

import (
	"encoding/json"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
)

// The two forms of a document (EK-D22), as published.
const (
	nested = `{"status":0,"response_status_id":0,"message":"Documents retrieved successfully","response_type_id":1388,"data":{"verification_status":"SUCCESS","documents":[{"document_type":"AADHAAR","name":"Vikram Singh","dob":"12-11-1987","gender":"M","masked_aadhaar":"XXXX-XXXX-2345","photo":"/9j/4AAQSkZJRgABAQ...","issue_date":"01-01-2020","address":{"house":"15B","street":"Nehru Street","village_or_city":"Chennai","district":"Chennai","state":"Tamil Nadu","pincode":"600001"}}]}}`
	flat   = `{"status":0,"response_status_id":0,"response_type_id":1630,"message":"DigiLocker Document Retrieved","data":{"care_of":"John Doe's Father","dob":"1990-05-15","gender":"Male","name":"John Doe","photo_link":"https://link_to_photo.com","split_address":{"country":"India","dist":"Delhi","house":"123","landmark":"Near Central Park","pincode":"110001","po":"New Delhi","state":"Delhi","street":"MG Road","subdist":"Central","vtc":"Delhi"},"uid":"123456789012","reference_id":123456}}`
)

// with is a published answer with that member of its data, or of its first
// document, set to a JSON value.
func with(answer, member, value string) string {
	GinkgoHelper()
	var a map[string]any
	Expect(json.Unmarshal([]byte(answer), &a)).To(Succeed())
	place := a["data"].(map[string]any)
	if documents, ok := place["documents"].([]any); ok && member != "verification_status" && member != "documents" {
		place = documents[0].(map[string]any)
	}
	place[member] = json.RawMessage(value)
	text, err := json.Marshal(a)
	Expect(err).NotTo(HaveOccurred())
	return string(text)
}

var _ = Describe("Status reads", func() {
	status := func(ctx SpecContext, body string) *kyc.Consent {
		GinkgoHelper()
		consent, err := answering(200, body).adapter().Status(ctx, ref)
		Expect(err).NotTo(HaveOccurred())
		return consent
	}
	user := func(member, value string) string {
		return `{"status":0,"data":{"user_details":{"` + member + `":` + value + `}}}`
	}

	DescribeTable("a state from the user's details:", Label("EK-D15"), func(ctx SpecContext, details string, want kyc.State) {
		consent := status(ctx, `{"status":0,"response_status_id":-1,"message":"`+seed+`","data":{`+details+`}}`)
		Expect(consent.State).To(Equal(want))
		Expect(consent.User != nil).To(Equal(want == kyc.Granted))
	},
		Entry("none", ``, kyc.Pending),
		Entry("null", `"user_details":null`, kyc.Pending),
		Entry("empty", `"user_details":{}`, kyc.Pending),
		Entry("nulls", `"user_details":{"name":null,"dob":null,"gender":null,"mobile":null,"eaadhaar":null}`, kyc.Pending),
		Entry("blanks", `"user_details":{"name":"","dob":" ","gender":"","mobile":"","eaadhaar":""}`, kyc.Pending),
		Entry("of the account, not of the user", `"user_details":{"eaadhaar":"Y"}`, kyc.Pending),
		Entry("a name", `"user_details":{"name":"Rahul Sharma"}`, kyc.Granted),
		Entry("a number alone", `"user_details":{"mobile":"98XXXXXXXX"}`, kyc.Granted),
	)

	DescribeTable("a consent that is not given yet from", func(ctx SpecContext, body string) {
		consent := status(ctx, body)
		Expect(consent.State).To(Equal(kyc.Pending))
		Expect(consent.Ref).To(Equal(ref))
		Expect(consent.Granted).To(BeNil())
		Expect(consent.Raw.Bytes()).To(MatchJSON(body))
	},
		Entry("the message", Label("EK-D17"), `{"status":1,"response_status_id":-1,"message":"Verification pending. User has not completed DigiLocker consent.","data":{}}`),
		Entry("the code", `{"status":1,"response_status_id":327,"message":"","data":{}}`),
		Entry("a refusal whose data is a list", `{"status":1,"response_status_id":327,"data":[]}`),
		Entry("a success before which nobody was asked", `{"status":0,"data":{"document_requested":["AADHAAR"],"document_consent":[]}}`),
	)

	DescribeTable("a success whatever its finer code:", Label("EK-D12"), func(ctx SpecContext, codes string) {
		Expect(status(ctx, `{`+codes+`,"data":{"user_details":{"name":"Rahul Sharma"}}}`).State).To(Equal(kyc.Granted))
	},
		Entry("none", `"status":0`),
		Entry("-1", `"status":0,"response_status_id":-1`),
		Entry("463", `"status":0,"response_status_id":463`),
		Entry("null", `"status":0,"response_status_id":null`),
		Entry("with status as text", `"status":"0"`),
		Entry("with status as 0.0", `"status":0.0`),
	)

	DescribeTable("what the user shares from", Label("EK-D8"), func(ctx SpecContext, consent string, want []kyc.Document) {
		body := `{"status":0,"data":{"user_details":{"name":"Rahul Sharma"},"document_requested":["AADHAAR"],"document_consent":` + consent + `}}`
		Expect(status(ctx, body).Granted).To(Equal(want))
	},
		Entry("an object with a Y", `[{"document_type":"AADHAAR","consent":"Y"}]`, []kyc.Document{kyc.Aadhaar}),
		Entry("an object with a y", `[{"document_type":"AADHAAR","consent":"y"}]`, []kyc.Document{kyc.Aadhaar}),
		Entry("an object with an N", `[{"document_type":"AADHAAR","consent":"N"}]`, []kyc.Document{}),
		Entry("an object with a word nobody documented", `[{"document_type":"AADHAAR","consent":"perhaps"}]`, nil),
		Entry("an object with another word for yes", `[{"document_type":"Aadhaar","consent":"Yes"}]`, []kyc.Document{kyc.Aadhaar}),
		Entry("an object without an answer", `[{"document_type":"AADHAAR","consent":null}]`, nil),
		Entry("an object with a document nobody documented", `[{"document_type":"PAN","consent":"Y"}]`, []kyc.Document{"PAN"}),
		Entry("an object without a document", `[{"consent":"Y"}]`, nil),
		Entry("a Y for each document", `["Y"]`, []kyc.Document{kyc.Aadhaar}),
		Entry("an N for each document", `["N"]`, []kyc.Document{}),
		Entry("more Y than documents", `["Y","Y"]`, nil),
		Entry("a name", `["AADHAAR"]`, []kyc.Document{kyc.Aadhaar}),
		Entry("names, one that nobody documented", `["AADHAAR","PAN"]`, []kyc.Document{kyc.Aadhaar, "PAN"}),
		Entry("an empty list", `[]`, []kyc.Document{}),
		Entry("an empty text", `[""]`, nil),
		Entry("a null", `null`, nil),
		Entry("a list with a null", `[null]`, nil),
		Entry("a number", `7`, nil),
		Entry("a list with a number", `[7]`, nil),
		Entry("a text", `"Y"`, nil),
		Entry("an object of another kind in place of a list", `{"AADHAAR":"Y"}`, nil),
		Entry("an object in place of a list", `{"document_type":"AADHAAR","consent":"Y"}`, []kyc.Document{kyc.Aadhaar}),
	)

	It("no document from a Y for nobody knows which", Label("EK-D8"), func(ctx SpecContext) {
		consent := status(ctx, `{"status":0,"data":{"user_details":{"name":"Rahul Sharma"},"document_consent":["Y"]}}`)
		Expect(consent.Granted).To(BeNil())
		Expect(consent.Requested).To(BeNil())
	})

	It("the documents asked for, and keeps one that nobody documented", func(ctx SpecContext) {
		Expect(status(ctx, `{"status":0,"data":{"document_requested":["AADHAAR","PAN"]}}`).Requested).To(Equal([]kyc.Document{kyc.Aadhaar, "PAN"}))
	})

	DescribeTable("whether there is an e-Aadhaar from", Label("EK-D21"), func(ctx SpecContext, word string, want any) {
		got := status(ctx, user("eaadhaar", word)).EAadhaar
		if want == nil {
			Expect(got).To(BeNil())
		} else {
			Expect(got).To(HaveValue(Equal(want)))
		}
	},
		Entry("Y", `"Y"`, true),
		Entry("Available", `"Available"`, true),
		Entry("N", `"N"`, false),
		Entry("a word that nobody documented", `"perhaps"`, nil),
		Entry("an empty text", `""`, nil),
		Entry("null", `null`, nil),
	)

	DescribeTable("the user's day of birth from", Label("EK-D21"), func(ctx SpecContext, dob, want string) {
		Expect(status(ctx, user("dob", dob)).User.Birth.ISO()).To(Equal(want))
	},
		Entry("the newer form", `"15-08-1990"`, "1990-08-15"),
		Entry("the older form", `"1990-05-15"`, "1990-05-15"),
		Entry("a form that nobody documented", `"the ides of March"`, ""),
	)

	It("the user, and shows nothing of them", func(ctx SpecContext) {
		consent := status(ctx, `{"status":0,"data":{"user_details":{"name":"Rahul Sharma","dob":"15-08-1990","gender":"Male","mobile":"98XXXXXXXX"}}}`)
		Expect(consent.User.Name.Reveal()).To(Equal("Rahul Sharma"))
		Expect(consent.User.Gender.Code()).To(Equal(kyc.Male))
		Expect(consent.User.Mobile.Reveal()).To(Equal("98XXXXXXXX"))
		suite.Silent(consent, "Rahul", "15-08", "98XX")
		suite.Silent(*consent, "Rahul", "15-08", "98XX")
	})
})

var _ = Describe("Fetch reads", func() {
	fetch := func(ctx SpecContext, body string) *kyc.Record {
		GinkgoHelper()
		record, err := answering(200, body).adapter().Fetch(ctx, ref, kyc.Aadhaar)
		Expect(err).NotTo(HaveOccurred())
		Expect(record.Document).To(Equal(kyc.Aadhaar))
		return record
	}

	It("a nested document", Label("EK-D22"), func(ctx SpecContext) {
		r := fetch(ctx, nested)
		Expect(r.Person.Name.Reveal()).To(Equal("Vikram Singh"))
		Expect(r.Person.Birth.ISO()).To(Equal("1987-11-12"))
		Expect(r.Person.Gender.Code()).To(Equal(kyc.Male))
		Expect(r.Number.Reveal()).To(Equal("XXXXXXXX2345"))
		Expect(r.Number.Exposed()).To(BeFalse())
		Expect(r.IssuedOn.ISO()).To(Equal("2020-01-01"))
		Expect(r.Person.Photo.Type()).To(Equal("image/jpeg"))
		a := r.Person.Address
		Expect([]string{a.House.Reveal(), a.Street.Reveal(), a.City.Reveal(), a.District.Reveal(), a.State.Reveal(), a.PIN.Reveal()}).
			To(Equal([]string{"15B", "Nehru Street", "Chennai", "Chennai", "Tamil Nadu", "600001"}))
		Expect(r.Raw.Bytes()).To(MatchJSON(nested))
		suite.Silent(r, "Vikram", "Nehru", "XXXX", "12-11")
	})

	It("a flat document", Label("EK-D4", "EK-D22"), func(ctx SpecContext) {
		r := fetch(ctx, flat)
		Expect(r.Person.Name.Reveal()).To(Equal("John Doe"))
		Expect(r.Person.CareOf.Reveal()).To(Equal("John Doe's Father"))
		Expect(r.Person.Birth.ISO()).To(Equal("1990-05-15"))
		Expect(r.Person.Gender.Code()).To(Equal(kyc.Male))
		Expect(r.Person.Photo.Link()).To(Equal("https://link_to_photo.com"))
		Expect(r.IssuedOn.IsZero()).To(BeTrue())
		a := r.Person.Address
		Expect([]string{a.House.Reveal(), a.Street.Reveal(), a.Landmark.Reveal(), a.City.Reveal(), a.PostOffice.Reveal(),
			a.SubDistrict.Reveal(), a.District.Reveal(), a.State.Reveal(), a.PIN.Reveal(), a.Country.Reveal()}).
			To(Equal([]string{"123", "MG Road", "Near Central Park", "Delhi", "New Delhi", "Central", "Delhi", "Delhi", "110001", "India"}))
		suite.Silent(r, "John", "MG Road", "123456789", "1990-05")
	})

	DescribeTable("no more of an Aadhaar number than its last digits:", func(ctx SpecContext, number, want string, exposed bool) {
		for _, body := range []string{with(nested, "masked_aadhaar", number), with(flat, "uid", number)} {
			r := fetch(ctx, body)
			Expect(r.Number.Reveal()).To(Equal(want))
			Expect(r.Number.Exposed()).To(Equal(exposed))
		}
	},
		Entry("masked with hyphens", `"XXXX-XXXX-2345"`, "XXXXXXXX2345", false),
		Entry("masked without", `"xxxxxxxx2345"`, "XXXXXXXX2345", false),
		Entry("not masked", `"123456789012"`, "XXXXXXXX9012", true),
		Entry("masked whole", `"XXXXXXXXXXXX"`, "", false),
		Entry("empty", `""`, "", false),
		Entry("null", `null`, "", false),
	)

	DescribeTable("a document without", func(ctx SpecContext, form, member, value string) {
		Expect(fetch(ctx, with(form, member, value)).Person.Name.IsZero()).To(BeFalse())
	},
		Entry("an address: nested", nested, "address", `null`),
		Entry("an address: flat", flat, "split_address", `null`),
		Entry("a part of it", nested, "address", `{"house":null,"street":""}`),
		Entry("a day of birth that can be read", nested, "dob", `"31-02-1990"`),
		Entry("a day of birth", flat, "dob", `null`),
		Entry("a day of issue", nested, "issue_date", `""`),
		Entry("a gender of those documented", nested, "gender", `"X"`),
		Entry("a gender", flat, "gender", `null`),
		Entry("a photo: nested", nested, "photo", `null`),
		Entry("a photo: flat", flat, "photo_link", `""`),
		Entry("its kind", nested, "document_type", `null`),
		Entry("a verification status", nested, "verification_status", `null`),
		Entry("a verification status of those documented", nested, "verification_status", `"DONE"`),
		Entry("its reference_id", flat, "reference_id", `null`),
	)

	It("the Aadhaar among several documents", func(ctx SpecContext) {
		r := fetch(ctx, with(nested, "documents", `[{"document_type":"PAN","name":"Someone Else"},{"document_type":"AADHAAR","name":"Vikram Singh"}]`))
		Expect(r.Person.Name.Reveal()).To(Equal("Vikram Singh"))
	})

	It("a flat document beside an empty list", func(ctx SpecContext) {
		Expect(fetch(ctx, with(flat, "documents", `[]`)).Person.Name.Reveal()).To(Equal("John Doe"))
	})

	DescribeTable("no document from", func(ctx SpecContext, kind kyc.Err, member, data string) {
		_, err := answering(200, `{"status":0,"data":`+data+`}`).adapter().Fetch(ctx, ref, kyc.Aadhaar)
		Expect(err).To(MatchError(kind))
		Expect(detail(err).Member).To(Equal(member))
		suite.Silent(err, seed, "123456789012")
	},
		Entry("a status that says pending", Label("EK-D15"), kyc.ErrPending, "", `{"verification_status":"PENDING","documents":[]}`),
		Entry("a status that says so in small letters", Label("EK-D15"), kyc.ErrPending, "",
			`{"verification_status":"pending"}`),
		Entry("one that says so in a list", Label("EK-D41"), kyc.ErrPending, "",
			`[{"verification_status":["PENDING"]}]`),
		Entry("a word for the end of the journey", Label("EK-D42"), kyc.ErrExpired, "",
			`{"verification_status":"Expired"}`),
		Entry("a word for a refusal", Label("EK-D42"), kyc.ErrDenied, "", `{"verification_status":"CONSENT_DENIED"}`),
		Entry("another word for it", Label("EK-D42"), kyc.ErrDenied, "", `{"verification_status":"CANCELLED"}`),
		Entry("a word of nobody knows whom", Label("EK-D42"), kyc.ErrUnexpected, "",
			`{"verification_status":"REJECTED"}`),
		Entry("a status that nobody documented", kyc.ErrUnexpected, "",
			`{"verification_status":"HALF_DONE","care_of":"`+seed+`"}`),
		Entry("nothing", kyc.ErrUnexpected, "data.documents", `{}`),
		Entry("an empty list of documents", kyc.ErrUnexpected, "data.documents", `{"verification_status":"SUCCESS","documents":[]}`),
		Entry("a null in place of it", kyc.ErrUnexpected, "data.documents", `{"verification_status":"SUCCESS","documents":null}`),
		Entry("another document", kyc.ErrUnexpected, "data.documents", `{"documents":[{"document_type":"PAN","name":"`+seed+`"}]}`),
		Entry("a nested one without a name", kyc.ErrUnexpected, "data.documents.name", `{"documents":[{"document_type":"AADHAAR"}]}`),
		Entry("a flat one with an empty name", kyc.ErrUnexpected, "data.documents", `{"name":"","uid":"123456789012"}`),
		Entry("data that is null", kyc.ErrUnexpected, "data", `null`),
		Entry("data that is a list of two", kyc.ErrUnexpected, "data", `[{"name":"`+seed+`"},{"name":"`+seed+`"}]`),
		Entry("data that is an empty list", kyc.ErrUnexpected, "data", `[]`),
		Entry("a name that is an object", kyc.ErrUnexpected, "data.documents", `{"name":{"first":"`+seed+`"}}`),
	)

	It("a document from a list of one", Label("EK-D41"), func(ctx SpecContext) {
		for _, answer := range []string{flat, nested} {
			list := strings.Replace(strings.TrimSuffix(answer, "}"), `"data":`, `"data":[`, 1) + "]}"
			r, usual := fetch(ctx, list), fetch(ctx, answer)
			Expect(r.Person).To(Equal(usual.Person))
			Expect(r.Number).To(Equal(usual.Number))
			Expect(r.Unread).To(Equal(usual.Unread))
		}
	})

	It("what stands beside the envelope", Label("EK-D41"), func(ctx SpecContext) {
		var whole map[string]json.RawMessage
		for answer, lost := range map[string][]string{flat: nil, nested: {"documents.0.photo"}} {
			Expect(json.Unmarshal([]byte(answer), &whole)).To(Succeed())
			beside := strings.TrimSuffix(string(whole["data"]), "}") + `,"status":0,"response_type_id":1630}`
			r := fetch(ctx, beside)
			Expect(r.Person).To(Equal(fetch(ctx, answer).Person))
			Expect(r.Unread).To(Equal(lost))
		}
		a := answering(200,
			`{"status":0,"reference_id":7483920,"verification_id":"v1","url":"https://digilocker.example/a"}`).adapter()
		consent, err := a.Start(ctx, request())
		Expect(err).NotTo(HaveOccurred())
		Expect(consent.Ref).To(Equal(kyc.Ref("7483920.v1")))
		a = answering(200,
			`{"status":0,"user_details":{"name":"Quill Marble","dob":"soon"},"document_consent":7}`).adapter()
		consent, err = a.Status(ctx, ref)
		Expect(err).NotTo(HaveOccurred())
		Expect(consent.State).To(Equal(kyc.Granted))
		Expect(consent.Unread).To(Equal([]string{"document_consent", "user_details.dob"}))
		_, err = answering(200, `{"status":0,"name":"Quill Marble","reference_id":1}`).adapter().Fetch(ctx,
			"7483920.v1", kyc.Aadhaar)
		Expect(detail(err).Member).To(Equal("reference_id"))
	})

	It("a document that is no list, and words in other letters", func(ctx SpecContext) {
		r := fetch(ctx, `{"status":0,"data":{"verification_status":"success",`+
			`"documents":{"document_type":"aadhaar","name":"Quill Marble","dob":"soon"}}}`)
		Expect(r.Person.Name.Reveal()).To(Equal("Quill Marble"))
		Expect(r.Unread).To(Equal([]string{"data.documents.0.dob"}))
		_, err := answering(200, `{"status":0,"data":{"verification_status":"success"}}`).adapter().Fetch(ctx, ref,
			kyc.Aadhaar)
		Expect(detail(err).Member).To(Equal("data.documents"))
	})

	It("the place of a document in a list where another cannot be read", func(ctx SpecContext) {
		r := fetch(ctx, `{"status":0,"data":{"documents":[7,{"name":"Quill Marble","dob":"soon"}]}}`)
		Expect(r.Unread).To(Equal([]string{"data.documents.0", "data.documents.1.dob"}))
	})

	DescribeTable("the rest where a member cannot be read, and tells which", func(ctx SpecContext, answer, name string, pin string, lost ...string) {
		r := fetch(ctx, answer)
		Expect(r.Person.Name.Reveal()).To(Equal(name))
		Expect(r.Person.Address.PIN.Reveal()).To(Equal(pin))
		Expect(r.Unread).To(HaveExactElements(lost))
		suite.Silent(r, "Vikram", "John Doe")
	},
		Entry("a PIN that is a number", strings.Replace(flat, `"110001"`, `110001`, 1), "John Doe", "110001"),
		Entry("an address that is a list", with(flat, "split_address", `[]`), "John Doe", "", "data.split_address"),
		Entry("an address that is a text", with(flat, "split_address", `""`), "John Doe", "", "data.split_address"),
		Entry("a district that is an object", strings.Replace(flat, `"dist":"Delhi"`, `"dist":{}`, 1), "John Doe", "110001", "data.split_address.dist"),
		// The sample cuts the photo off.
		Entry("a nested address that is a list", with(nested, "address", `[]`), "Vikram Singh", "",
			"data.documents.0.address", "data.documents.0.photo"),
		Entry("a number that is a word", with(flat, "uid", `"none"`), "John Doe", "110001", "data.uid"),
		Entry("a date of birth that is none", with(flat, "dob", `"31-02-1990"`), "John Doe", "110001", "data.dob"),
		Entry("a photo that is none", with(flat, "photo_link", `"no photo"`), "John Doe", "110001", "data.photo_link"),
		Entry("nested ones", strings.NewReplacer("XXXX-XXXX-2345", "none", "12-11-1987", "1987-13-13", "01-01-2020",
			"today").Replace(nested), "Vikram Singh", "600001",
			"data.documents.0.dob", "data.documents.0.issue_date", "data.documents.0.masked_aadhaar",
			"data.documents.0.photo"),
		Entry("a number in another spelling of its member", with(flat, "UID", `"XXXX-XXXX-0000"`), "John Doe",
			"110001", "data.UID"),
		Entry("a number that is a number", with(flat, "uid", `560000122345`), "John Doe", "110001"),
	)

	It("a photo in a data URL", func(ctx SpecContext) {
		r := fetch(ctx, with(flat, "photo_link", `"data:image/jpeg;base64,/9j/4AAQSkZJRgABAQ=="`))
		Expect(r.Person.Photo.Type()).To(Equal("image/jpeg"))
		Expect(r.Person.Photo.Bytes()).NotTo(BeEmpty())
	})

	It("keeps a status that nobody documented as the code", func(ctx SpecContext) {
		_, err := answering(200, `{"status":0,"data":{"verification_status":"HALF_DONE"}}`).adapter().Fetch(ctx, ref,
			kyc.Aadhaar)
		Expect(detail(err).Code).To(Equal("HALF_DONE"))
		Expect(detail(err).CodeKnown).To(BeFalse())
	})

	It("no document of a journey whose id cannot be read", func(ctx SpecContext) {
		for _, id := range []string{`"ref-999"`, `{"id":999}`, `"0999"`} {
			body := `{"status":0,"data":{"name":"Invented Person","uid":"xxxxxxxx1234","reference_id":` + id + `}}`
			_, err := answering(200, body).adapter().Fetch(ctx, "123.v", kyc.Aadhaar)
			Expect(err).To(MatchError(kyc.ErrUnexpected), id)
			Expect(detail(err).Member).To(Equal("data.reference_id"))
		}
	})

	It("a document whose kind is spelt otherwise", func(ctx SpecContext) {
		for _, kind := range []string{"Aadhaar", ""} {
			record, err := answering(200, `{"status":0,"data":{"documents":[{"document_type":"`+kind+`","name":"Invented Person"}]}}`).adapter().Fetch(ctx, ref, kyc.Aadhaar)
			Expect(err).NotTo(HaveOccurred())
			Expect(record.Person.Name.Reveal()).To(Equal("Invented Person"))
		}
	})

	DescribeTable("a document only of the journey that both ids name:", func(ctx SpecContext, ref kyc.Ref, own bool) {
		record, err := answering(200, flat).adapter().Fetch(ctx, ref, kyc.Aadhaar)
		if own {
			Expect(err).NotTo(HaveOccurred())
			Expect(record).NotTo(BeNil())
		} else {
			Expect(err).To(MatchError(kyc.ErrUnexpected))
			Expect(detail(err).Member).To(Equal("data.reference_id"))
		}
	},
		Entry("the same", kyc.Ref("123456.vrf_digilocker_abc123"), true),
		Entry("another, as verification_id was another's", wholeRef, false),
		Entry("unknown, as verification_id was not sent", ref, true),
	)
})

var _ = It("a URL of no journey is never handed out", func(ctx SpecContext) {
	for _, odd := range []string{"javascript:alert(1)", "<consent url>"} {
		body := `{"status":0,"data":{"reference_id":7483920,"url":"` + odd + `"}}`
		_, err := answering(200, body).adapter().Start(ctx, request())
		Expect(err).To(MatchError(kyc.ErrUnexpected))
		Expect(detail(err).Member).To(Equal("data.url"))
	}
})
