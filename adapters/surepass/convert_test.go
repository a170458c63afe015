package surepass_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/surepass"
)

// Published answers; the first with the link that the sample of the SDK flow lacks (SP-D8), and links that can be
// followed in place of the words that stand for them.
const (
	created = `{"data":{"client_id":"digilocker_cntWpMxWHbcvgghtyvxw",` +
		`"token":"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...","expiry_seconds":600.0,` +
		`"url":"https://digilocker-sdk.example/?token=opaque"},"status_code":200,"message_code":"success",` +
		`"message":"Success","success":true}`
	done = `{"data":{"error_description":null,"status":"completed","completed":true,"failed":false,` +
		`"aadhaar_linked":true},"status_code":200,"success":true,"message":"Success","message_code":"success"}`
	listed = `{"data":{"documents":[{"file_id":"digilocker_file_PjorZrpBQQSSbquyTPav",` +
		`"name":"PAN Verification Record","doc_type":"PANCR","downloaded":true,"issuer":"Income Tax Department",` +
		`"description":"PAN Verification Record"},{"file_id":"digilocker_file_gjMycCOuvUTyifttXXDk",` +
		`"name":"Aadhaar Card","doc_type":"ADHAR","downloaded":true,` +
		`"issuer":"Unique Identification Authority of India (UIDAI)","description":"Aadhaar Card"}]},` +
		`"status_code":200,"success":true,"message":"Success","message_code":"success"}`
	aadhaar = `{"data":{"client_id":"digilocker_CLIENT_ID","digilocker_metadata":{"name":"John Doe","gender":"M",` +
		`"dob":"1990-01-01"},"aadhaar_xml_data":{"full_name":"John Doe","care_of":"S/O Someone","dob":"1990-01-01",` +
		`"yob":"1990","zip":"123456","profile_image":"/9j/4AAQSk...","gender":"M","masked_aadhaar":"XXXXXXXX1234",` +
		`"full_address":"123 Main St, City, State, Country","father_name":"S/O Someone",` +
		`"address":{"country":"India","dist":"Some District","state":"Some State","po":"Some PO",` +
		`"house":"123 Main St","loc":"Some Locality","vtc":"Some VTC","subdist":"Some Subdist","street":"Main St",` +
		`"landmark":"Near Landmark"}},` +
		`"xml_url":"https://aadhaar-kyc-docs.s3.amazonaws.com/.../ADHAR_XXXXXXXXXXXX.xml?..."},"status_code":200,` +
		`"success":true,"message":"Success","message_code":"success"}`
)

// States that no page shows whole: nobody has decided, the flow has failed, and no Aadhaar is linked.
const (
	open = `{"data":{"error_description":null,"status":"client_initiated","completed":false,"failed":false,` +
		`"aadhaar_linked":false},"status_code":200,"success":true,"message":"Success","message_code":"success"}`
	broken = `{"data":{"error_description":"` + seed + ` refused","status":"failed","completed":false,` +
		`"failed":true,"aadhaar_linked":false},"status_code":200,"success":true,"message":"Success",` +
		`"message_code":"success"}`
	unlinked = `{"data":{"error_description":null,"status":"completed","completed":true,"failed":false,` +
		`"aadhaar_linked":false},"status_code":200,"success":true,"message":"Success","message_code":"success"}`
)

// link is one of S3's, as integrators have seen them.
const link = "https://files.example/a.pdf?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20260115T115500Z" +
	"&X-Amz-Expires=600&X-Amz-Signature=00"

// lateLink is one that ends in the year 10000.
const lateLink = "https://files.example/a?X-Amz-Date=99991231T235959Z&X-Amz-Expires=600"

// linkEnds is when link does.
var linkEnds = time.Date(2026, 1, 15, 12, 5, 0, 0, time.UTC)

// download is what integrators have seen of an answer that no page shows.
const download = `{"data":{"download_url":"` + link + `","mime_type":"application/xml"},"status_code":200,` +
	`"success":true,"message":"Success","message_code":"success"}`

// missing says that a successful answer was refused for that member.
func missing(err error, member string) {
	GinkgoHelper()
	Expect(err).To(MatchError(kyc.ErrUnexpected))
	Expect(detail(err).Member).To(Equal(member))
	Expect(detail(err).Status).To(Equal(http.StatusOK))
}

var _ = Describe("a journey that was started", func() {
	start := func(ctx SpecContext, body string) (*kyc.Consent, error) {
		s := each(answers{"initialize": {200, body}})
		s.at = ends.Add(-10 * time.Minute)
		return calling(s.URL).Start(ctx, request())
	}

	It("has a link, and its end by Surepass's clock in its Ref", Label("SP-D6"), func(ctx SpecContext) {
		consent, err := start(ctx, created)
		Expect(err).NotTo(HaveOccurred())
		Expect(consent.Ref).To(Equal(ref))
		Expect(consent.State).To(Equal(kyc.Pending))
		Expect(consent.URL.Reveal()).To(Equal("https://digilocker-sdk.example/?token=opaque"))
		Expect(consent.ExpiresAt).To(BeTemporally("==", ends))
		Expect(consent.Requested).To(BeNil())
		Expect(consent.Granted).To(BeNil())
		Expect(consent.Unread).To(BeNil())
		Expect(consent.Raw.Bytes()).To(MatchJSON(created))
		suite.Silent(consent, "opaque", "eyJ")
	})

	DescribeTable("lives", Label("SP-D7"),
		func(ctx SpecContext, said any, lives time.Duration, known bool, unread []string) {
			consent, err := start(ctx, answer(created, map[string]any{"data.expiry_seconds": said}))
			Expect(err).NotTo(HaveOccurred())
			Expect(consent.Unread).To(Equal(unread))
			if !known {
				Expect(consent.ExpiresAt).To(BeZero())
				Expect(consent.Ref).To(Equal(kyc.Ref(id)))
				return
			}
			Expect(consent.ExpiresAt).To(BeTemporally("==", ends.Add(lives-10*time.Minute)))
		},
		Entry("600 seconds", json.Number("600"), 10*time.Minute, true, nil),
		Entry("with an exponent", json.Number("6e2"), 10*time.Minute, true, nil),
		Entry("a second that is not whole", json.Number("600.75"), 10*time.Minute, true, nil),
		Entry("as a text", "1800", 30*time.Minute, true, nil),
		Entry("nobody knows how long: absent", nil, time.Duration(0), false, nil),
		Entry("nobody knows how long: null", null, time.Duration(0), false, nil),
		Entry("nobody knows how long: a word", "soon", time.Duration(0), false, []string{"data.expiry_seconds"}),
		Entry("nobody knows how long: over a year", json.Number("1e9"), time.Duration(0), false,
			[]string{"data.expiry_seconds"}),
		Entry("nobody knows how long: beyond any number", json.Number("1e400"), time.Duration(0), false,
			[]string{"data.expiry_seconds"}),
	)

	DescribeTable("has an end by this machine's clock where the answer's is", func(ctx SpecContext, date time.Time) {
		s := each(answers{"initialize": {200, created}, "status": {200, open}})
		s.at = date
		before := time.Now()
		consent, err := calling(s.URL).Start(ctx, request())
		Expect(err).NotTo(HaveOccurred())
		Expect(consent.ExpiresAt).To(BeTemporally(">=", before.Add(10*time.Minute).Truncate(time.Second)))
		Expect(consent.ExpiresAt).To(BeTemporally("<=", time.Now().Add(10*time.Minute)))
		Expect(calling(s.URL).Status(ctx, kyc.Ref(fmt.Sprintf("%s.%d", id, before.Add(time.Hour).Unix())))).
			To(HaveField("State", kyc.Pending))
		Expect(calling(s.URL).Status(ctx, kyc.Ref(fmt.Sprintf("%s.%d", id, before.Add(-time.Hour).Unix())))).
			To(HaveField("State", kyc.Expired))
	},
		Entry("of a machine without one", time.Unix(0, 0).UTC()),
		Entry("in another century", time.Date(2199, 1, 15, 12, 0, 0, 0, time.UTC)),
		Entry("two days late", ends.Add(-48*time.Hour)),
		Entry("two days early", ends.Add(48*time.Hour)),
	)

	DescribeTable("is dead, and asks for another ReturnTo, if its link has", Label("SP-D34"),
		func(ctx SpecContext, said any) {
			body := answer(created, map[string]any{"data.expiry_seconds": said})
			consent, err := start(ctx, body)
			Expect(consent).To(BeNil())
			Expect(err).To(MatchError(kyc.ErrExpired))
			Expect(detail(err)).To(And(HaveField("Op", "initialize"), HaveField("Status", 200),
				HaveField("Member", "ReturnTo"), HaveField("Want", "another than that of an earlier journey")))
			Expect(detail(err).Raw()).To(MatchJSON(body))
			suite.Silent(err, "opaque", "eyJ")
		},
		Entry("no second", json.Number("0")),
		Entry("none, as Surepass writes numbers", json.Number("0.0")),
		Entry("less than none", json.Number("-1")),
		Entry("less than any number", json.Number("-1e400")),
		Entry("none, as a text", "0"),
	)

	DescribeTable("is none without", func(ctx SpecContext, change map[string]any, member string) {
		_, err := start(ctx, answer(created, change))
		missing(err, member)
		suite.Silent(err, seed)
	},
		Entry("a link, as in Surepass's own samples", Label("SP-D8"), map[string]any{"data.url": nil}, "data.url"),
		Entry("a link that is none", map[string]any{"data.url": "<" + seed + ">"}, "data.url"),
		Entry("a link that is a script", map[string]any{"data.url": "javascript:" + seed}, "data.url"),
		Entry("an id", map[string]any{"data.client_id": nil}, "data.client_id"),
		Entry("an id that can stand in a path", map[string]any{"data.client_id": "../" + seed}, "data.client_id"),
		Entry("an id that a Ref can hold", map[string]any{"data.client_id": "a.1"}, "data.client_id"),
		Entry("data", map[string]any{"data": null}, "data.client_id"),
	)

	It("is none in the envelope of a reseller", Label("SP-D9"), func(ctx SpecContext) {
		_, err := start(ctx, `{"code":"0x0200","message":"Record found successful.","status":"SUCCESS",`+
			`"data":{"clientId":"digilocker_LcVknlhLzfOmCelIVuzt","token":"t",`+
			`"url":"https://digilocker-sdk.example/","expirySeconds":600}}`)
		missing(err, "data.client_id")
	})
})

var _ = Describe("Status reads", func() {
	status := func(ctx SpecContext, ref kyc.Ref, body string, at time.Time) (*kyc.Consent, error) {
		s := each(answers{"status": {200, body}})
		s.at = at
		consent, err := calling(s.URL).Status(ctx, ref)
		if err == nil {
			Expect(consent.Ref).To(Equal(ref))
			Expect(consent.URL.IsZero()).To(BeTrue())
			Expect(consent.Granted).To(BeNil())
			Expect(consent.Raw.Bytes()).To(MatchJSON(body))
			suite.Silent(consent, seed)
		}
		return consent, err
	}

	DescribeTable("a state from the two booleans, whatever the word:", Label("SP-D10"),
		func(ctx SpecContext, completed, failed bool, want kyc.State) {
			words := []any{"completed", "pending", "failed", "client_initiated", "in_progress", seed, "", null, nil}
			for _, word := range words {
				consent, err := status(ctx, ref, answer(done, map[string]any{
					"data.status": word, "data.completed": completed, "data.failed": failed,
				}), ends)
				Expect(err).NotTo(HaveOccurred())
				Expect(consent.State).To(Equal(want), "%v", word)
			}
		},
		Entry("completed", true, false, kyc.Granted),
		Entry("failed", false, true, kyc.Denied),
		Entry("neither", false, false, kyc.Pending),
	)

	DescribeTable("neither, which is pending until the link has ended:", Label("SP-D11"),
		func(ctx SpecContext, ref kyc.Ref, at time.Time, want kyc.State, until time.Time) {
			consent, err := status(ctx, ref, open, at)
			Expect(err).NotTo(HaveOccurred())
			Expect(consent.State).To(Equal(want))
			Expect(consent.ExpiresAt).To(BeTemporally("==", until))
			Expect(consent.EAadhaar).To(BeNil(), "nobody is known yet")
		},
		Entry("a minute before", ref, ends.Add(-time.Minute), kyc.Pending, ends),
		Entry("in its last second", ref, ends, kyc.Pending, ends),
		Entry("a second after", ref, ends.Add(time.Second), kyc.Expired, time.Time{}),
		Entry("of a bare client_id, never", kyc.Ref(id), ends.Add(time.Hour), kyc.Pending, time.Time{}),
	)

	It("who was late and finished all the same", Label("SP-D11"), func(ctx SpecContext) {
		consent, err := status(ctx, ref, done, ends.Add(time.Hour))
		Expect(err).NotTo(HaveOccurred())
		Expect(consent.State).To(Equal(kyc.Granted))
		consent, err = status(ctx, ref, broken, ends.Add(time.Hour))
		Expect(err).NotTo(HaveOccurred())
		Expect(consent.State).To(Equal(kyc.Denied))
	})

	DescribeTable("whether an Aadhaar is linked:", Label("SP-D12"),
		func(ctx SpecContext, said any, want *bool, unread []string) {
			consent, err := status(ctx, ref, answer(done, map[string]any{"data.aadhaar_linked": said}), ends)
			Expect(err).NotTo(HaveOccurred())
			Expect(consent.EAadhaar).To(Equal(want))
			Expect(consent.Unread).To(Equal(unread))
		},
		Entry("yes", true, pointer(true), nil),
		Entry("no", false, pointer(false), nil),
		Entry("not said", nil, nil, nil),
		Entry("null", null, nil, nil),
		Entry("a word", "yes", nil, []string{"data.aadhaar_linked"}),
	)

	DescribeTable("nothing without", func(ctx SpecContext, change map[string]any, member string) {
		_, err := status(ctx, ref, answer(done, change), ends)
		missing(err, member)
	},
		Entry("completed", map[string]any{"data.completed": nil}, "data.completed"),
		Entry("a completed that is no truth value", map[string]any{"data.completed": "true"}, "data.completed"),
		Entry("failed", map[string]any{"data.failed": nil}, "data.failed"),
		Entry("a failed that is null", map[string]any{"data.failed": null}, "data.failed"),
		Entry("one outcome: it has both", map[string]any{"data.failed": true}, "data.failed"),
		Entry("data", map[string]any{"data": null}, "data.completed"),
		Entry("data that is an object", map[string]any{"data": seed}, "data.completed"),
	)

	It("the same in other letters, and where the data is in a list", func(ctx SpecContext) {
		for _, body := range []string{
			`{"data":{"Completed":true,"FAILED":false,"aadhaar_linked":true},"success":true}`,
			`{"data":[{"completed":true,"failed":false,"aadhaar_linked":true}],"success":true}`,
		} {
			consent, err := status(ctx, ref, body, ends)
			Expect(err).NotTo(HaveOccurred())
			Expect(consent.State).To(Equal(kyc.Granted))
			Expect(consent.EAadhaar).To(Equal(pointer(true)))
		}
	})
})

func pointer[T any](v T) *T { return &v }

var _ = Describe("an Aadhaar", func() {
	fetch := func(ctx SpecContext, body string) (*kyc.Record, error) {
		return answering(200, body).adapter().Fetch(ctx, ref, kyc.Aadhaar)
	}

	It("is read as published", func(ctx SpecContext) {
		record, err := fetch(ctx, aadhaar)
		Expect(err).NotTo(HaveOccurred())
		Expect(record.Document).To(Equal(kyc.Aadhaar))
		p := record.Person
		Expect([]string{
			p.Name.Reveal(), p.Birth.ISO(), string(p.Gender.Code()), p.CareOf.Reveal(), record.Number.Reveal(),
		}).To(Equal([]string{"John Doe", "1990-01-01", "M", "S/O Someone", "XXXXXXXX1234"}))
		a := p.Address
		Expect([]string{
			a.House.Reveal(), a.Street.Reveal(), a.Landmark.Reveal(), a.Locality.Reveal(), a.City.Reveal(),
			a.PostOffice.Reveal(),
			a.SubDistrict.Reveal(), a.District.Reveal(), a.State.Reveal(), a.PIN.Reveal(), a.Country.Reveal(),
			a.Line.Reveal(),
		}).To(Equal([]string{
			"123 Main St", "Main St", "Near Landmark", "Some Locality", "Some VTC", "Some PO",
			"Some Subdist", "Some District", "Some State", "123456", "India", "123 Main St, City, State, Country",
		}))
		Expect(p.Mobile.IsZero()).To(BeTrue())
		Expect(record.Unopened).To(BeFalse())
		Expect(record.File).To(And(HaveField("Format", "xml"), HaveField("ExpiresAt", BeZero())))
		Expect(record.File.Link.Reveal()).
			To(Equal("https://aadhaar-kyc-docs.s3.amazonaws.com/.../ADHAR_XXXXXXXXXXXX.xml?..."))
		Expect(record.Unread).To(Equal([]string{"data.aadhaar_xml_data.profile_image"}), "the sample's is no picture")
		Expect(record.Raw.Bytes()).To(MatchJSON(aadhaar))
		suite.Silent(record, "John", "Main St", "amazonaws")
	})

	const in = "data.aadhaar_xml_data."
	DescribeTable("may have", func(ctx SpecContext, change map[string]any, check func(*kyc.Record)) {
		record, err := fetch(ctx, answer(aadhaar, change))
		Expect(err).NotTo(HaveOccurred())
		check(record)
	},
		Entry("a link that says when it ends", map[string]any{"data.xml_url": link},
			func(r *kyc.Record) { Expect(r.File.ExpiresAt).To(BeTemporally("==", linkEnds)) }),
		Entry("a link that ends when no JSON can say", map[string]any{"data.xml_url": lateLink}, func(r *kyc.Record) {
			Expect(r.File.Link.Reveal()).To(Equal(lateLink))
			Expect(r.File.ExpiresAt).To(BeZero())
			Expect(r.Unread).To(ContainElement("data.xml_url"))
			_, err := json.Marshal(r)
			Expect(err).NotTo(HaveOccurred())
		}),
		Entry("no link", map[string]any{"data.xml_url": nil}, func(r *kyc.Record) { Expect(r.File).To(BeNil()) }),
		Entry("a link that is none", map[string]any{"data.xml_url": seed}, func(r *kyc.Record) {
			Expect(r.File).To(BeNil())
			Expect(r.Unread).To(ContainElement("data.xml_url"))
		}),
		Entry("the year of birth alone", Label("SP-D26"), map[string]any{in + "dob": null},
			func(r *kyc.Record) { Expect(r.Person.Birth.Raw()).To(Equal("1990")) }),
		Entry("an empty date of birth", map[string]any{in + "dob": ""},
			func(r *kyc.Record) { Expect(r.Person.Birth.Precision()).To(Equal(kyc.YearOnly)) }),
		Entry("a year of birth that is a number", Label("SP-D26"), map[string]any{in + "dob": nil, in + "yob": 1990},
			func(r *kyc.Record) { Expect(r.Person.Birth.Raw()).To(Equal("1990")) }),
		Entry("a date as in the signed file", Label("SP-D26"), map[string]any{in + "dob": "21-02-1990"},
			func(r *kyc.Record) { Expect(r.Person.Birth.ISO()).To(Equal("1990-02-21")) }),
		Entry("a null for the father's name, which is none", Label("SP-D24"), map[string]any{in + "father_name": null},
			func(r *kyc.Record) { Expect(r.Person.CareOf.Reveal()).To(Equal("S/O Someone")) }),
		Entry("no care-of but a father's name, which is none", Label("SP-D24"), map[string]any{in + "care_of": null},
			func(r *kyc.Record) { Expect(r.Person.CareOf.IsZero()).To(BeTrue()) }),
		Entry("members that only integrators have seen", Label("SP-D25"), map[string]any{
			"data.auid": seed, in + "uniqueness_id": seed, "data.digilocker_metadata.mobile_number": seed,
		}, func(r *kyc.Record) {
			Expect(r.Person.Mobile.IsZero()).To(BeTrue())
			Expect(r.Unread).To(HaveLen(1))
		}),
		Entry("no address", map[string]any{in + "address": null, in + "full_address": nil, in + "zip": nil},
			func(r *kyc.Record) { Expect(r.Person.Address.IsZero()).To(BeTrue()) }),
		Entry("an address that is no object", map[string]any{in + "address": seed},
			func(r *kyc.Record) { Expect(r.Unread).To(ContainElement(in + "address")) }),
		Entry("a number that nobody can read", map[string]any{in + "masked_aadhaar": "hidden"}, func(r *kyc.Record) {
			Expect(r.Number.IsZero()).To(BeTrue())
			Expect(r.Unread).To(ContainElement(in + "masked_aadhaar"))
		}),
		Entry("no success", map[string]any{"success": nil},
			func(r *kyc.Record) { Expect(r.Person.IsZero()).To(BeFalse()) }),
		Entry("no metadata", map[string]any{"data.digilocker_metadata": null},
			func(r *kyc.Record) { Expect(r.Person.Name.Reveal()).To(Equal("John Doe")) }),
	)

	DescribeTable("is nobody's without", func(ctx SpecContext, change map[string]any) {
		_, err := fetch(ctx, answer(aadhaar, change))
		missing(err, in+"full_name")
		Expect(detail(err).Spent).To(BeTrue(), "it was answered")
		Expect(detail(err).Raw()).NotTo(BeEmpty())
		suite.Silent(err, "John")
	},
		Entry("a name", map[string]any{in + "full_name": nil}),
		Entry("a name that is more than blanks", map[string]any{in + "full_name": " "}),
		Entry("what the XML says", map[string]any{"data.aadhaar_xml_data": null}),
		Entry("data", map[string]any{"data": null}),
	)
})

var _ = Describe("a list", func() {
	It("is read as published", func(ctx SpecContext) {
		got, err := answering(200, listed).adapter().ListDocuments(ctx, ref)
		Expect(err).NotTo(HaveOccurred())
		Expect(got).To(Equal([]kyc.ListedDocument{
			{
				Document: kyc.PAN, Type: "PANCR", Name: "PAN Verification Record", Issuer: "Income Tax Department",
				Description: "PAN Verification Record", ID: got[0].ID,
			},
			{
				Document: kyc.Aadhaar, Type: "ADHAR", Name: "Aadhaar Card",
				Issuer: "Unique Identification Authority of India (UIDAI)", Description: "Aadhaar Card", ID: got[1].ID,
			},
		}))
		Expect(got[0].ID.Reveal()).To(Equal("digilocker_file_PjorZrpBQQSSbquyTPav"))
		suite.Silent(got, "PjorZrpBQQSSbquyTPav")
	})

	It("may have a document once for each file, and others", Label("SP-D18"), func(ctx SpecContext) {
		got, err := answering(200, `{"data":{"documents":[{"file_id":"pan","doc_type":"pancr","file_type":"PDF"},
			{"file_id":"digilocker_file_a","doc_type":"PANCR","file_type":"xml"},
			{"file_id":7,"doc_type":"RVCER","name":["a","b"]},
			"nothing",{"doc_type":"DRVLC","issuer":{"a":1}}]}}`).adapter().ListDocuments(ctx, ref)
		Expect(err).NotTo(HaveOccurred())
		Expect(got).To(HaveLen(4))
		Expect(got[0]).To(And(HaveField("Document", kyc.PAN), HaveField("Formats", []string{"pdf"})))
		Expect(got[1]).To(And(HaveField("Document", kyc.PAN), HaveField("Formats", []string{"xml"})))
		Expect(got[2]).To(And(HaveField("Document", kyc.Document("")), HaveField("Type", "RVCER"),
			HaveField("Unread", []string{"name"})))
		Expect(got[2].ID.Reveal()).To(Equal("7"))
		Expect(got[3]).To(And(HaveField("Document", kyc.DrivingLicence), HaveField("Unread", []string{"issuer"})))
	})

	It("is read in time that is in step with its length", func() {
		for _, n := range []int{1, 100, 1000} {
			Expect(surepass.UnreadAsked(n)).To(Equal(1), "%d times would be in step with its square", n)
		}
	})

	DescribeTable("is none without", func(ctx SpecContext, change map[string]any) {
		_, err := answering(200, answer(listed, change)).adapter().ListDocuments(ctx, ref)
		missing(err, "data.documents")
	},
		Entry("documents", map[string]any{"data.documents": nil}),
		Entry("documents that are not null", map[string]any{"data.documents": null}),
		Entry("data", map[string]any{"data": null}),
	)

	DescribeTable("of nothing is", func(ctx SpecContext, status string, kind kyc.Err) {
		none := answer(listed, map[string]any{"data.documents": []any{}})
		s := each(answers{"list-documents": {200, none}, "status": {200, status}})
		got, err := calling(s.URL).ListDocuments(ctx, ref)
		Expect(s.asked).To(Equal([]string{"list-documents", "status"}))
		if kind == "" {
			Expect(err).NotTo(HaveOccurred())
			Expect(got).To(And(BeEmpty(), Not(BeNil())))
			return
		}
		Expect(err).To(MatchError(kind))
		suite.Silent(err, seed)
	},
		Entry("what a user shares who is done", done, kyc.Err("")),
		Entry("no answer before", open, kyc.ErrPending),
		Entry("a refusal of one who failed", broken, kyc.ErrDenied),
		Entry("unknown where nobody tells the state", `{}`, kyc.ErrUnexpected),
	)
})

var _ = Describe("a file", func() {
	DescribeTable("is chosen by type and format:", Label("SP-D18"),
		func(ctx SpecContext, documents, format, want string) {
			s := answering(200, `{"data":{"documents":`+documents+`,"download_url":"`+link+`"}}`)
			_, err := s.adapter().FetchFile(ctx, ref, kyc.FileRequest{Type: "PANCR", Format: format})
			Expect(err).NotTo(HaveOccurred())
			Expect(s.Received).To(HaveLen(2))
			Expect(s.Received[0].Path).To(Equal(api + "list-documents/" + id))
			Expect(s.Received[1].Path).To(Equal(api + "download-document/" + id + "/" + want))
		},
		Entry("the XML first",
			`[{"file_id":"a","doc_type":"PANCR","file_type":"pdf"},{"file_id":"b","doc_type":"PANCR"},`+
				`{"file_id":"c","doc_type":"PANCR","file_type":"xml"}]`,
			"", "c"),
		Entry("then what does not say",
			`[{"file_id":"a","doc_type":"PANCR","file_type":"pdf"},{"file_id":"b","doc_type":"PANCR"}]`, "", "b"),
		Entry("then another",
			`[{"file_id":"a","doc_type":"PANCR","file_type":"pdf"},{"file_id":"b","doc_type":"ADHAR",`+
				`"file_type":"xml"}]`,
			"", "a"),
		Entry("the PDF if it is asked for",
			`[{"file_id":"a","doc_type":"PANCR","file_type":"xml"},{"file_id":"b","doc_type":"pancr",`+
				`"file_type":"PDF"}]`,
			"pdf", "b"),
		Entry("the first of two",
			`[{"file_id":"a","doc_type":"PANCR","file_type":"xml"},{"file_id":"b","doc_type":"PANCR",`+
				`"file_type":"xml"}]`,
			"xml", "a"),
		Entry("the XML, by its media type",
			`[{"file_id":"a","doc_type":"PANCR","file_type":"application/pdf"},{"file_id":"b","doc_type":"PANCR",`+
				`"file_type":"application/xml"}]`,
			"", "b"),
		Entry("the PDF that is asked for, by its media type",
			`[{"file_id":"a","doc_type":"PANCR","file_type":"text/xml"},{"file_id":"b","doc_type":"PANCR",`+
				`"file_type":"Application/PDF"}]`,
			"pdf", "b"),
		Entry("never one without an id",
			`[{"doc_type":"PANCR","file_type":"xml"},{"file_id":"b","doc_type":"PANCR","file_type":"pdf"}]`, "", "b"),
		Entry("never one whose id is another path",
			`[{"file_id":"..","doc_type":"PANCR","file_type":"xml"},{"file_id":".","doc_type":"PANCR",`+
				`"file_type":"xml"},{"file_id":"b","doc_type":"PANCR"}]`,
			"", "b"),
		Entry("by an id of any text", Label("SP-D17"), `[{"file_id":"a/../b?c#d%2F é","doc_type":"PANCR"}]`, "",
			"a%2F..%2Fb%3Fc%23d%252F%20%C3%A9"),
		Entry("by a literal id", Label("SP-D17"), `[{"file_id":"pan","doc_type":"PANCR","file_type":"pdf"}]`, "",
			"pan"),
	)

	It("of a document that is listed in other formats alone is none", func(ctx SpecContext) {
		s := each(answers{"list-documents": {200, `{"data":{"documents":[{"file_id":"a","doc_type":"PANCR",` +
			`"file_type":"pdf"}]}}`}})
		_, err := calling(s.URL).FetchFile(ctx, ref, kyc.FileRequest{Type: "PANCR", Format: "xml"})
		Expect(err).To(MatchError(kyc.ErrNoDocument))
		Expect(s.asked).To(Equal([]string{"list-documents"}), "who is listed is shared")
	})

	DescribeTable("of a document whose id names no file is an answer that nobody can use:",
		func(ctx SpecContext, documents, format, member string) {
			s := each(answers{"list-documents": {200, `{"data":{"documents":` + documents + `}}`}})
			_, err := calling(s.URL).FetchFile(ctx, ref, kyc.FileRequest{Type: "PANCR", Format: format})
			missing(err, member)
			Expect(s.asked).To(Equal([]string{"list-documents"}))
		},
		Entry("a dot", `[{"file_id":".","doc_type":"PANCR"}]`, "", "data.documents.0.file_id"),
		Entry("two dots, behind what cannot be read", `["`+seed+`",{"file_id":"..","doc_type":"PANCR"}]`, "",
			"data.documents.1.file_id"),
		Entry("a blank", `[{"file_id":"a","doc_type":"ADHAR"},{"file_id":" ","doc_type":"PANCR"}]`, "",
			"data.documents.1.file_id"),
		Entry("none", `[{"doc_type":"PANCR"}]`, "", "data.documents.0.file_id"),
		Entry("none in the format that is asked for",
			`[{"file_id":"a","doc_type":"PANCR","file_type":"pdf"},{"doc_type":"PANCR","file_type":"xml"}]`, "xml",
			"data.documents.1.file_id"),
	)

	// Whoever was listed a moment ago has a journey.
	DescribeTable("that Surepass does not find, is no journey that is not there", Label("SP-D19"),
		func(ctx SpecContext, body string, kind kyc.Err) {
			s := each(answers{"list-documents": {200, listed}, "download-document": {404, body}})
			for _, fetch := range []func(*surepass.Adapter) error{
				func(a *surepass.Adapter) error { _, err := a.Fetch(ctx, ref, kyc.PAN); return err },
				func(a *surepass.Adapter) error { _, err := a.FetchFile(ctx, ref, fileRequest()); return err },
			} {
				err := fetch(calling(s.URL))
				Expect(err).To(MatchError(kind))
				Expect(detail(err)).To(And(HaveField("Op", "downloadDocument"), HaveField("Status", 404)))
			}
		},
		Entry("without a code, as it was seen", `{"data":null,"status_code":404,"success":false,`+
			`"message":"File ID not found"}`, kyc.ErrUnexpected),
		Entry("with another code", refusal(404, "file_not_found"), kyc.ErrUnexpected),
		Entry("with data of another type", `{"data":"`+seed+`","status_code":404,"success":false}`, kyc.ErrUnexpected),
		Entry("but for the code of that", refusal(404, "client_not_found"), kyc.ErrNotFound),
	)

	DescribeTable("has a link", func(ctx SpecContext, data, format string, until time.Time, unread []string) {
		s := each(answers{"list-documents": {200, listed}, "download-document": {200, `{"data":` + data + `}`}})
		file, err := calling(s.URL).FetchFile(ctx, ref, fileRequest())
		Expect(err).NotTo(HaveOccurred())
		Expect(file.Link.Reveal()).To(HavePrefix("https://files.example/a"))
		Expect(file.Format).To(Equal(format))
		Expect(file.ExpiresAt).To(BeTemporally("==", until))
		Expect(file.Unread).To(Equal(unread))
		Expect(file.Raw.Bytes()).To(MatchJSON(`{"data":` + data + `}`))
		suite.Silent(file, "files.example")
	},
		Entry("that says when it ends", `{"download_url":"`+link+`","mime_type":"application/pdf"}`, "pdf",
			linkEnds, nil),
		Entry("to XML", `{"download_url":"`+link+`","mime_type":"text/xml; charset=utf-8"}`, "xml",
			linkEnds, nil),
		Entry("to who knows what", `{"download_url":"`+link+`","mime_type":"application/octet-stream"}`, "",
			linkEnds, nil),
		Entry("of another form", `{"download_url":"https://files.example/a"}`, "", time.Time{}, nil),
		Entry("that does not say since when", `{"download_url":"https://files.example/a?X-Amz-Expires=600"}`, "",
			time.Time{}, nil),
		Entry("that does not say for how long",
			`{"download_url":"https://files.example/a?X-Amz-Date=20260115T115500Z&X-Amz-Expires=-1"}`, "", time.Time{},
			nil),
		Entry("that ends when no JSON can say", `{"download_url":"`+lateLink+`"}`, "", time.Time{},
			[]string{"data.download_url"}),
		Entry("with a media type that is none", `{"download_url":"https://files.example/a","mime_type":{"a":1}}`, "",
			time.Time{}, []string{"data.mime_type"}),
	)

	DescribeTable("is none", func(ctx SpecContext, data string) {
		s := each(answers{"list-documents": {200, listed}, "download-document": {200, `{"data":` + data + `}`}})
		_, err := calling(s.URL).Fetch(ctx, ref, kyc.PAN)
		missing(err, "data.download_url")
		Expect(detail(err).Op).To(Equal("downloadDocument"))
		Expect(detail(err).Spent).To(BeFalse(), "it can be asked for again")
	},
		Entry("without a link", `{}`), Entry("with a link that is none", `{"download_url":"`+seed+`"}`),
		Entry("without data", `null`),
	)

	It("is the first, where two documents are of one type", func(ctx SpecContext) {
		s := each(answers{"list-documents": {200, `{"data":{"documents":[` +
			`{"file_id":"a","doc_type":"DRVLC"},{"file_id":"b","doc_type":"DRVLC"}]}}`},
			"download-document": {200, download}})
		Expect(calling(s.URL).Fetch(ctx, ref, kyc.DrivingLicence)).NotTo(BeNil())
		Expect(s.files).To(Equal([]string{"a"}))
		Expect(calling(s.URL).ListDocuments(ctx, ref)).To(HaveLen(2))
	})

	DescribeTable("in a format that was not asked for is none:", Label("SP-D18"),
		func(ctx SpecContext, listed, said, asked string) {
			s := each(answers{
				"list-documents":    {200, `{"data":{"documents":[{"file_id":"a","doc_type":"PANCR"` + listed + `}]}}`},
				"download-document": {200, answer(download, map[string]any{"data.mime_type": said})},
			})
			_, err := calling(s.URL).FetchFile(ctx, ref, kyc.FileRequest{Type: "PANCR", Format: asked})
			missing(err, "data.mime_type")
			Expect(detail(err).Op).To(Equal("downloadDocument"))
			Expect(detail(err).Raw()).NotTo(BeEmpty())
		},
		Entry("a PDF that was listed as XML", `,"file_type":"xml"`, "application/pdf", "xml"),
		Entry("XML that was listed as a PDF", `,"file_type":"pdf"`, "text/xml; charset=utf-8", "PDF"),
		Entry("a PDF that was listed as nothing", ``, "application/pdf", "xml"),
		Entry("XML for what Surepass was not seen to have", `,"file_type":"jpg"`, "application/xml", "jpg"),
	)

	DescribeTable("is taken for the format that was asked for:", Label("SP-D18"),
		func(ctx SpecContext, listed string, said any, asked, format string) {
			s := each(answers{
				"list-documents":    {200, `{"data":{"documents":[{"file_id":"a","doc_type":"PANCR"` + listed + `}]}}`},
				"download-document": {200, answer(download, map[string]any{"data.mime_type": said})},
			})
			file, err := calling(s.URL).FetchFile(ctx, ref, kyc.FileRequest{Type: "PANCR", Format: asked})
			Expect(err).NotTo(HaveOccurred())
			Expect(file.Format).To(Equal(format))
		},
		Entry("as it says so", `,"file_type":"pdf"`, "Application/PDF", "PDF", "pdf"),
		Entry("as the list alone says so", `,"file_type":"xml"`, nil, "xml", "xml"),
		Entry("as the answer alone says so", ``, "application/xml", "xml", "xml"),
		Entry("as nobody says what it is", ``, "application/octet-stream", "xml", ""),
		Entry("whatever it is, as none was asked for", `,"file_type":"xml"`, "application/pdf", "", "pdf"),
	)

	It("is an unopened record of the document that was asked for", func(ctx SpecContext) {
		s := each(answers{"list-documents": {200, listed}, "download-document": {200, download}})
		record, err := calling(s.URL).Fetch(ctx, ref, kyc.PAN)
		Expect(err).NotTo(HaveOccurred())
		Expect(record).To(And(HaveField("Document", kyc.PAN), HaveField("Unopened", true),
			HaveField("Signed", BeNil())))
		Expect(record.Person.IsZero()).To(BeTrue())
		Expect(record.Number.IsZero()).To(BeTrue())
		Expect(record.File.Link.Reveal()).To(Equal(link))
		Expect(record.File.Format).To(Equal("xml"))
		Expect(record.Raw.Bytes()).To(MatchJSON(download))
		Expect(record.File.Raw.Bytes()).To(BeNil())
		suite.Silent(record, "files.example")
	})

	DescribeTable("that is not listed is", Label("SP-D19"), func(ctx SpecContext, status string, kind kyc.Err) {
		s := each(answers{"list-documents": {200, listed}, "status": {200, status}})
		for _, fetch := range []func(*surepass.Adapter) error{
			func(a *surepass.Adapter) error { _, err := a.Fetch(ctx, ref, kyc.DrivingLicence); return err },
			func(a *surepass.Adapter) error {
				_, err := a.FetchFile(ctx, ref, kyc.FileRequest{Type: "DRVLC"})
				return err
			},
		} {
			s.asked = nil
			err := fetch(calling(s.URL))
			Expect(err).To(MatchError(kind))
			Expect(s.asked).To(Equal([]string{"list-documents", "status"}))
			suite.Silent(err, seed)
		}
	},
		Entry("not shared, once the user is done", done, kyc.ErrDenied),
		Entry("not ready, before", open, kyc.ErrPending),
		Entry("denied, where the flow failed", broken, kyc.ErrDenied),
		Entry("unknown where nobody tells the state", `{}`, kyc.ErrUnexpected),
	)

	It("that is not listed has expired with its journey", func(ctx SpecContext) {
		s := each(answers{"list-documents": {200, listed}, "status": {200, open}})
		s.at = ends.Add(time.Hour)
		_, err := calling(s.URL).Fetch(ctx, ref, kyc.DrivingLicence)
		Expect(err).To(MatchError(kyc.ErrExpired))
	})
})
