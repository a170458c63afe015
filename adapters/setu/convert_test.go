package setu_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/setu"
	"example.com/digilocker/adapters/wire"
)

// Published answers, with links in place of the words that stand for them.
const (
	created   = `{"id":"ea31e1e6-96eb-4e56-a355-7bc51de94d24","status":"unauthenticated","url":"https://digilocker.example/login","validUpto":"2021-10-05T19:06:28+05:30"}`
	status    = `{"id":"477dc21a-fa28-4c7f-9291-f35d63d5bda7","status":"authenticated","url":"https://digilocker.example/login","validUpto":"2021-10-06T08:43:18+05:30","digilockerUserDetails":{"digilockerId":"DL-8de97146-e7f0-5b80-a3b2-0f01nd6c14ad","email":"abc@gmail.com","phoneNumber":"1234567899"},"traceId":"1-65f9b08c-0f4644093941c9dd0f9fd5cc"}`
	aadhaar   = `{"aadhaar":{"address":{"careOf":"S/O John Doe","country":"India","district":"district","house":"house address","landmark":"","locality":"locality","pin":"123456","postOffice":"","state":"state","street":"","subDistrict":"","vtc":"vtc"},"dateOfBirth":"01-01-1990","email":"","gender":"M","generatedAt":"2021-10-26T17:17:36.342+05:30","maskedNumber":"xxxx-xxxx-1234","name":"Jack Doe","phone":"","photo":"","verified":{"email":false,"phone":false,"signature":true},"xml":{"fileUrl":"https://s3linkgoeshere.com","shareCode":"","validUntil":"2021-10-09T06:04:16+05:30"}},"id":"391a45be-d08d-4dd0-b8a8-06e53392d435","status":"complete"}`
	file      = `{"fileUrl":"https://dg-prod.s3.amazonaws.com/f7d7c996-a36d-4442-b1","validUpto":"2025-04-30T13:21:16+05:30"}`
	catalogue = `{"documents":[{"availableFormats":["pdf"],"description":"Pension Certificate","docType":"PECER","orgId":"002317","orgName":"Accountants General, Tripura","parameters":[{"description":"Account No./PPO No.","name":"AC_NO"}]},{"availableFormats":["pdf"],"description":"Provident Fund Member Passbook","docType":"PRFND","orgId":"002317","orgName":"Accountants General, Tripura","parameters":[{"description":"Account No./PPO No.","name":"AC_NO"},{"description":"Name of the member","name":"MemberName"}]}]}`
)

// india is the offset of Setu's time stamps.
var india = time.FixedZone("", 5*3600+30*60)

// missing says that a successful answer was refused for that member.
func missing(err error, member string) {
	GinkgoHelper()
	Expect(err).To(MatchError(kyc.ErrUnexpected))
	Expect(detail(err).Member).To(Equal(member))
	Expect(detail(err).Status).To(Equal(http.StatusOK))
}

var _ = Describe("a created request", func() {
	It("is a journey, be it 200 or 201", Label("SE-D1"), func(ctx SpecContext) {
		for _, code := range []int{200, 201} {
			consent, err := answering(code, created).adapter().Start(ctx, request())
			Expect(err).NotTo(HaveOccurred())
			Expect(consent.Ref).To(Equal(ref))
			Expect(consent.State).To(Equal(kyc.Pending))
			Expect(consent.URL.Reveal()).To(Equal("https://digilocker.example/login"))
			Expect(consent.ExpiresAt).To(BeTemporally("==", time.Date(2021, 10, 5, 19, 6, 28, 0, india)))
			Expect(consent.Granted).To(BeNil())
			Expect(consent.User).To(BeNil())
			Expect(consent.Raw.Bytes()).To(MatchJSON(created))
			suite.Silent(consent, "digilocker.example")
		}
	})

	DescribeTable("may have", func(ctx SpecContext, change map[string]any, check func(*kyc.Consent)) {
		consent, err := answering(200, answer(created, change)).adapter().Start(ctx, request())
		Expect(err).NotTo(HaveOccurred())
		check(consent)
	},
		Entry("a time in RFC 1123", Label("SE-D8"), map[string]any{"validUpto": "Wed, 23 Jun 2021 19:33:55 GMT"}, func(c *kyc.Consent) {
			Expect(c.ExpiresAt).To(BeTemporally("==", time.Date(2021, 6, 23, 19, 33, 55, 0, time.UTC)))
		}),
		Entry("a time that nobody can read", map[string]any{"validUpto": "soon"}, func(c *kyc.Consent) { Expect(c.ExpiresAt).To(BeZero()) }),
		Entry("an empty time", Label("SE-D26"), map[string]any{"validUpto": ""}, func(c *kyc.Consent) { Expect(c.ExpiresAt).To(BeZero()) }),
		Entry("a null for a time", map[string]any{"validUpto": null}, func(c *kyc.Consent) { Expect(c.ExpiresAt).To(BeZero()) }),
		Entry("no status", map[string]any{"status": nil}, func(c *kyc.Consent) { Expect(c.State).To(Equal(kyc.Pending)) }),
		Entry("a null for a status", map[string]any{"status": null}, func(c *kyc.Consent) { Expect(c.State).To(Equal(kyc.Pending)) }),
		Entry("another product's status", Label("SE-D7"), map[string]any{"status": "incomplete"}, func(c *kyc.Consent) { Expect(c.State).To(Equal(kyc.State("incomplete"))) }),
		Entry("a time with a blank for the T, which says no zone", map[string]any{"validUpto": "2026-03-01 10:00:00"}, func(c *kyc.Consent) {
			Expect(c.ExpiresAt).To(BeTemporally("==", time.Date(2026, 3, 1, 10, 0, 0, 0, india)))
			Expect(c.Unread).To(Equal([]string{"validUpto"}))
		}),
		Entry("a time that nobody can read, which is told", map[string]any{"validUpto": "soon"}, func(c *kyc.Consent) { Expect(c.Unread).To(Equal([]string{"validUpto"})) }),
		Entry("a time that is a number", map[string]any{"validUpto": 20260301}, func(c *kyc.Consent) { Expect(c.Unread).To(Equal([]string{"validUpto"})) }),
		Entry("an id that is a number", map[string]any{"id": 12345}, func(c *kyc.Consent) {
			Expect(c.Ref).To(Equal(kyc.Ref("12345")))
			Expect(c.Unread).To(BeNil())
		}),
		Entry("an id that is no UUID", map[string]any{"id": "ea31e1e6"}, func(c *kyc.Consent) { Expect(c.Ref).To(Equal(kyc.Ref("ea31e1e6"))) }),
		Entry("an id of 64 characters", map[string]any{"id": strings.Repeat("a", 64)}, func(c *kyc.Consent) { Expect(c.Ref).To(HaveLen(64)) }),
	)

	DescribeTable("must have", func(ctx SpecContext, member string, value any) {
		_, err := answering(200, answer(created, map[string]any{member: value})).adapter().Start(ctx, request())
		missing(err, member)
		suite.Silent(err, seed)
	},
		Entry("an id", "id", nil),
		Entry("an id that is not null", "id", null),
		Entry("an id that is not empty", "id", ""),
		Entry("an id that can stand in a path", "id", "../"+seed),
		Entry("an id that is text or a number", "id", []int{12345}),
		Entry("a URL", "url", nil),
		Entry("a URL that is not null", "url", null),
		Entry("a URL that is not empty", "url", ""),
		Entry("a URL that is not blank", "url", " "),
		Entry("a URL that is none, as in the samples", Label("SE-D30"), "url", "User login url"),
		Entry("a URL that is not undefined", "url", "undefined"),
		Entry("a URL that runs no script", "url", "javascript:alert(1)"),
		Entry("a URL with its scheme", "url", "//digilocker.example/login"),
		Entry("a URL that is text", "url", 7),
	)
})

var _ = Describe("a status", func() {
	ask := func(ctx SpecContext, change map[string]any) (*kyc.Consent, error) {
		GinkgoHelper()
		return answering(200, answer(status, change)).adapter().Status(ctx, ref)
	}

	DescribeTable("means", Label("SE-D7"), func(ctx SpecContext, word string, want kyc.State, open bool) {
		consent, err := ask(ctx, map[string]any{"status": word})
		Expect(err).NotTo(HaveOccurred())
		Expect(consent.State).To(Equal(want))
		Expect(consent.URL.IsZero()).To(Equal(!open))
	},
		Entry("pending", "unauthenticated", kyc.Pending, true),
		Entry("granted", "authenticated", kyc.Granted, false),
		Entry("revoked", "revoked", kyc.Revoked, false),
		Entry("itself: another product's", "incomplete", kyc.State("incomplete"), true),
		Entry("itself: a word that nobody documented", "half done", kyc.State("half done"), true),
		Entry("granted, in other letters", "AUTHENTICATED", kyc.Granted, false),
	)

	It("tells the user, but not what is shared", Label("SE-D12", "SE-D15"), func(ctx SpecContext) {
		consent, err := ask(ctx, nil)
		Expect(err).NotTo(HaveOccurred())
		Expect(consent.Ref).To(Equal(ref))
		Expect(consent.ExpiresAt).To(BeTemporally("==", time.Date(2021, 10, 6, 8, 43, 18, 0, india)))
		Expect(consent.User.DigiLockerID.Reveal()).To(Equal("DL-8de97146-e7f0-5b80-a3b2-0f01nd6c14ad"))
		Expect(consent.User.Email.Reveal()).To(Equal("abc@gmail.com"))
		Expect(consent.User.Mobile.Reveal()).To(Equal("1234567899"))
		Expect(consent.TraceID).To(Equal("1-65f9b08c-0f4644093941c9dd0f9fd5cc"))
		Expect(consent.Granted).To(BeNil())
		Expect(consent.Raw.Bytes()).To(MatchJSON(status))
		suite.Silent(consent, "8de97146", "abc@gmail", "1234567899")
	})

	DescribeTable("knows no user from", Label("SE-D11", "SE-D26"), func(ctx SpecContext, details any) {
		consent, err := ask(ctx, map[string]any{"digilockerUserDetails": details, "traceId": nil})
		Expect(err).NotTo(HaveOccurred())
		Expect(consent.User).To(BeNil())
		Expect(consent.TraceID).To(BeEmpty())
	},
		Entry("no details", nil),
		Entry("a null", null),
		Entry("an empty object", map[string]any{}),
		Entry("empty members", map[string]any{"digilockerId": "", "email": "", "phoneNumber": ""}),
		Entry("null members", map[string]any{"digilockerId": nil, "email": nil, "phoneNumber": nil}),
		Entry("members that nobody documented", map[string]any{"name": seed}),
	)

	DescribeTable("must be there:", func(ctx SpecContext, value any) {
		_, err := ask(ctx, map[string]any{"status": value})
		missing(err, "status")
	},
		Entry("a missing one", nil),
		Entry("a null", null),
		Entry("an empty one", ""),
		Entry("a number", 1),
	)

	It("keeps the rest where a member cannot be read, and tells which", func(ctx SpecContext) {
		consent, err := ask(ctx, map[string]any{"url": "undefined", "status": "unauthenticated", "digilockerUserDetails": map[string]any{"phoneNumber": 1234567899, "email": []int{1}}})
		Expect(err).NotTo(HaveOccurred())
		Expect(consent.State).To(Equal(kyc.Pending))
		Expect(consent.User.Mobile.Reveal()).To(Equal("1234567899"))
		Expect(consent.User.Email.IsZero()).To(BeTrue())
		Expect(consent.Unread).To(Equal([]string{"digilockerUserDetails.email", "url"}))
		suite.Silent(consent, "1234567899")
	})
})

var _ = Describe("an Aadhaar", func() {
	fetch := func(ctx SpecContext, change map[string]any) (*kyc.Record, error) {
		GinkgoHelper()
		return answering(200, answer(aadhaar, change)).adapter().Fetch(ctx, ref, kyc.Aadhaar)
	}

	It("is a record", func(ctx SpecContext) {
		photo := "/9j/4AAQSkZJRgABAQAAAQABAAD/2Q=="
		record, err := fetch(ctx, map[string]any{
			"aadhaar.photo": photo, "aadhaar.email": "jack@example.invalid", "aadhaar.phone": "phone-0000",
			"aadhaar.address.street": "street", "aadhaar.address.landmark": "landmark", "aadhaar.address.postOffice": "post office",
			"aadhaar.address.subDistrict": "sub-district", "aadhaar.xml.shareCode": "1234",
		})
		Expect(err).NotTo(HaveOccurred())
		Expect(record.Document).To(Equal(kyc.Aadhaar))
		Expect(record.Number.Reveal()).To(Equal("XXXXXXXX1234")) // SE-D27
		Expect(record.Number.Exposed()).To(BeFalse())
		Expect(record.GeneratedAt).To(BeTemporally("==", time.Date(2021, 10, 26, 17, 17, 36, 342e6, india)))
		Expect(record.Verified).To(HaveValue(Equal(kyc.Verified{Signature: true})))
		Expect(record.Licence).To(BeNil())

		p := record.Person
		Expect(p.Name.Reveal()).To(Equal("Jack Doe"))
		Expect(p.Birth.ISO()).To(Equal("1990-01-01"))
		Expect(p.Gender.Code()).To(Equal(kyc.Male))
		Expect(p.CareOf.Reveal()).To(Equal("S/O John Doe"))
		Expect(p.Photo.Type()).To(Equal("image/jpeg"))
		Expect(p.Email.Reveal()).To(Equal("jack@example.invalid"))
		Expect(p.Mobile.Reveal()).To(Equal("phone-0000"))
		Expect(p.Address.OneLine().Reveal()).To(Equal("house address, street, landmark, locality, vtc, post office, sub-district, district, state, 123456, India"))

		Expect(record.File.Link.Reveal()).To(Equal("https://s3linkgoeshere.com"))
		Expect(record.File.ExpiresAt).To(BeTemporally("==", time.Date(2021, 10, 9, 6, 4, 16, 0, india)))
		Expect(record.File.Format).To(Equal("xml"))
		Expect(record.File.ShareCode.Reveal()).To(Equal("1234"))
		Expect(record.Raw.Bytes()).To(ContainSubstring(photo))
		suite.Silent(record, "Jack", "01-01-1990", "1990-01-01", "XXXX", "jack@", "phone-", photo, "house address", "s3link")
		suite.Silent(*record, "Jack", "XXXX", "jack@", "phone-", photo, "house address", "s3link")
	})

	It("has each part of an address in its own place", func(ctx SpecContext) {
		change := map[string]any{}
		parts := []string{"careOf", "country", "district", "house", "landmark", "locality", "pin", "postOffice", "state", "street", "subDistrict", "vtc"}
		for _, part := range parts {
			change["aadhaar.address."+part] = part
		}
		record, err := fetch(ctx, change)
		Expect(err).NotTo(HaveOccurred())
		p, a := record.Person, record.Person.Address
		for i, got := range []kyc.Private{
			p.CareOf, a.Country, a.District, a.House, a.Landmark, a.Locality, a.PIN, a.PostOffice, a.State, a.Street, a.SubDistrict, a.City,
		} {
			Expect(got.Reveal()).To(Equal(parts[i]))
		}
	})

	DescribeTable("may have", func(ctx SpecContext, change map[string]any, check func(*kyc.Record)) {
		record, err := fetch(ctx, change)
		Expect(err).NotTo(HaveOccurred())
		check(record)
	},
		Entry("empty texts for what is not known", Label("SE-D26"), map[string]any{
			"aadhaar.dateOfBirth": "", "aadhaar.gender": "", "aadhaar.maskedNumber": "", "aadhaar.generatedAt": "",
		}, func(r *kyc.Record) {
			Expect(r.Person.Birth.IsZero()).To(BeTrue())
			Expect(r.Person.Gender.IsZero()).To(BeTrue())
			Expect(r.Person.Photo.IsZero()).To(BeTrue())
			Expect(r.Person.Email.IsZero()).To(BeTrue())
			Expect(r.Person.Mobile.IsZero()).To(BeTrue())
			Expect(r.Person.Address.Landmark.IsZero()).To(BeTrue())
			Expect(r.Number.IsZero()).To(BeTrue())
			Expect(r.GeneratedAt).To(BeZero())
			Expect(r.File.ShareCode.IsZero()).To(BeTrue())
		}),
		Entry("nulls", map[string]any{
			"aadhaar.dateOfBirth": null, "aadhaar.gender": null, "aadhaar.maskedNumber": null, "aadhaar.generatedAt": null,
			"aadhaar.photo": null, "aadhaar.address": null, "aadhaar.verified": null, "aadhaar.xml": null, "id": null, "status": null,
		}, func(r *kyc.Record) {
			Expect(r.Person.Name.Reveal()).To(Equal("Jack Doe"))
			Expect(r.Person.Address.IsZero()).To(BeTrue())
			Expect(r.Verified).To(BeNil())
			Expect(r.File).To(BeNil())
		}),
		Entry("a time in bare digits", Label("SE-D10"), map[string]any{"aadhaar.generatedAt": "20210419145604802"}, func(r *kyc.Record) { Expect(r.GeneratedAt).To(BeZero()) }),
		Entry("a link's time in RFC 1123", Label("SE-D8"), map[string]any{"aadhaar.xml.validUntil": "Wed, 23 Jun 2021 19:33:55 GMT"}, func(r *kyc.Record) {
			Expect(r.File.ExpiresAt).To(BeTemporally("==", time.Date(2021, 6, 23, 19, 33, 55, 0, time.UTC)))
		}),
		Entry("a link's time that nobody can read", map[string]any{"aadhaar.xml.validUntil": "tomorrow"}, func(r *kyc.Record) { Expect(r.File.ExpiresAt).To(BeZero()) }),
		Entry("no link", map[string]any{"aadhaar.xml.fileUrl": ""}, func(r *kyc.Record) { Expect(r.File).To(BeNil()) }),
		Entry("words for a link", map[string]any{"aadhaar.xml.fileUrl": "s3_url of the file"}, func(r *kyc.Record) { Expect(r.File).To(BeNil()) }),
		Entry("a gender that nobody documented", map[string]any{"aadhaar.gender": "X"}, func(r *kyc.Record) {
			Expect(r.Person.Gender.Code()).To(BeEmpty())
			Expect(r.Person.Gender.Raw()).To(Equal("X"))
		}),
		Entry("a birth that is no day", map[string]any{"aadhaar.dateOfBirth": "31-02-1990"}, func(r *kyc.Record) {
			Expect(r.Person.Birth.Precision()).To(Equal(kyc.NoDate))
			Expect(r.Person.Birth.Raw()).To(Equal("31-02-1990"))
		}),
		Entry("a number with more than its last digits", map[string]any{"aadhaar.maskedNumber": "000000001234"}, func(r *kyc.Record) {
			Expect(r.Number.Reveal()).To(Equal("XXXXXXXX1234"))
			Expect(r.Number.Exposed()).To(BeTrue())
		}),
		Entry("another status", Label("SE-D7"), map[string]any{"status": "incomplete"}, func(r *kyc.Record) { Expect(r.Person.Name.IsZero()).To(BeFalse()) }),
		Entry("hashes for addresses", map[string]any{"aadhaar.email": "550fa5fd91eee3f29f6361a8c89aa9713d4d38811d1a5"}, func(r *kyc.Record) {
			Expect(r.Person.Email.Reveal()).To(HavePrefix("550fa5fd"))
		}),
	)

	DescribeTable("was checked by Setu", func(ctx SpecContext, verified any, want *kyc.Verified) {
		record, err := fetch(ctx, map[string]any{"aadhaar.verified": verified})
		Expect(err).NotTo(HaveOccurred())
		Expect(record.Verified).To(Equal(want))
	},
		Entry("in all three", map[string]any{"email": true, "phone": true, "signature": true}, &kyc.Verified{Email: true, Mobile: true, Signature: true}),
		Entry("by e-mail", map[string]any{"email": true, "phone": false, "signature": false}, &kyc.Verified{Email: true}),
		Entry("by phone", map[string]any{"email": false, "phone": true, "signature": false}, &kyc.Verified{Mobile: true}),
		Entry("in nothing, as it says", map[string]any{"email": false, "phone": false, "signature": false}, &kyc.Verified{}),
		Entry("in nothing, as it says of one", map[string]any{"signature": false}, &kyc.Verified{}),
		Entry("in what it does not say: no member", nil, nil),
		Entry("in what it does not say: a null", null, nil),
		Entry("in what it does not say: an empty object", map[string]any{}, nil),
		Entry("in what it does not say: nulls", map[string]any{"email": nil, "phone": nil, "signature": nil}, nil),
	)

	DescribeTable("keeps the rest where a member cannot be read, and tells which:", func(ctx SpecContext, member string, value any, check func(*kyc.Record), lost ...string) {
		r, err := fetch(ctx, map[string]any{member: value})
		Expect(err).NotTo(HaveOccurred())
		Expect(r.Person.Name.Reveal()).To(Equal("Jack Doe"))
		Expect(r.Person.Birth.ISO()).To(Equal("1990-01-01"))
		Expect(r.Number.Reveal()).To(Equal("XXXXXXXX1234"))
		Expect(r.Unread).To(HaveExactElements(lost))
		check(r)
	},
		Entry("a PIN that is a number", "aadhaar.address.pin", 110001, func(r *kyc.Record) { Expect(r.Person.Address.PIN.Reveal()).To(Equal("110001")) }),
		Entry("an address that is a list", "aadhaar.address", []int{}, func(r *kyc.Record) { Expect(r.Person.Address.IsZero()).To(BeTrue()) }, "aadhaar.address"),
		Entry("an address that is a text", "aadhaar.address", "", func(r *kyc.Record) { Expect(r.Person.Address.IsZero()).To(BeTrue()) }, "aadhaar.address"),
		Entry("a truth value that is a text, which vouches for nothing", "aadhaar.verified.signature", "true", func(r *kyc.Record) {
			Expect(*r.Verified).To(Equal(kyc.Verified{}))
		}, "aadhaar.verified.signature"),
		Entry("a photo in a data URL", "aadhaar.photo", "data:image/jpeg;base64,/9j/4AAQSkZJRg==", func(r *kyc.Record) { Expect(r.Person.Photo.Type()).To(Equal("image/jpeg")) }),
		Entry("a link that is none", "aadhaar.xml.fileUrl", "undefined", func(r *kyc.Record) { Expect(r.File).To(BeNil()) }, "aadhaar.xml.fileUrl"),
		Entry("an end of the link with a blank", "aadhaar.xml.validUntil", "2026-03-01 10:00:00", func(r *kyc.Record) {
			Expect(r.File.ExpiresAt).To(BeTemporally("==", time.Date(2026, 3, 1, 10, 0, 0, 0, india)))
		}, "aadhaar.xml.validUntil"),
		Entry("a time in bare digits", Label("SE-D10"), "aadhaar.generatedAt", "20210419145604802", func(r *kyc.Record) { Expect(r.GeneratedAt).To(BeZero()) }, "aadhaar.generatedAt"),
	)

	It("tells what alone is odd", func(ctx SpecContext) {
		r, err := fetch(ctx, map[string]any{"aadhaar.maskedNumber": "none", "aadhaar.dateOfBirth": "31-02-1990",
			"aadhaar.photo": "no photo"})
		Expect(err).NotTo(HaveOccurred())
		Expect(r.Person.Name.IsZero()).To(BeFalse())
		Expect(r.Unread).To(ContainElements("aadhaar.dateOfBirth", "aadhaar.maskedNumber", "aadhaar.photo"))
	})

	DescribeTable("whose name is no UTF-8", func(ctx SpecContext, label string, want string) {
		body := strings.Replace(aadhaar, "Jack Doe", "Ren\xe9 Doe", 1)
		s := &server{&suite.Server{Server: httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", label)
			_, _ = io.WriteString(w, body)
		}))}}
		DeferCleanup(s.Close)
		r, err := s.adapter().Fetch(ctx, ref, kyc.Aadhaar)
		if want == "" {
			missing(err, "aadhaar.name")
			Expect(string(detail(err).Raw())).To(Equal(body))
			return
		}
		Expect(err).NotTo(HaveOccurred())
		Expect(r.Person.Name.Reveal()).To(Equal(want))
		Expect(*r.Verified).To(Equal(kyc.Verified{Signature: true}))
	},
		Entry("is read by the charset that is stated", "application/json; charset=ISO-8859-1", "René Doe"),
		Entry("is refused without one", "application/json", ""),
		Entry("is refused with another", "application/json; charset=utf-8", ""),
	)

	DescribeTable("must have", func(ctx SpecContext, member string, change map[string]any) {
		_, err := fetch(ctx, change)
		missing(err, member)
		suite.Silent(err, "Jack")
	},
		Entry("data", "aadhaar", map[string]any{"aadhaar": nil}),
		Entry("data that is not null", "aadhaar", map[string]any{"aadhaar": null}),
		Entry("data that is not empty", "aadhaar", map[string]any{"aadhaar": map[string]any{}}),
		Entry("a name", "aadhaar.name", map[string]any{"aadhaar.name": nil}),
		Entry("a name that is not null", "aadhaar.name", map[string]any{"aadhaar.name": null}),
		Entry("a name that is not empty", "aadhaar.name", map[string]any{"aadhaar.name": ""}),
		Entry("a name that is text", "aadhaar.name", map[string]any{"aadhaar.name": 7}),
		Entry("data at its own place", "aadhaar", map[string]any{"aadhaar": map[string]any{"aadhaar": map[string]any{"name": "Jack Doe"}}}),
	)
})

var _ = Describe("a file", func() {
	fetch := func(ctx SpecContext, change map[string]any) (*kyc.File, error) {
		GinkgoHelper()
		return answering(200, answer(file, change)).adapter().FetchFile(ctx, ref, fileRequest())
	}

	It("is a link with an end", Label("SE-D24"), func(ctx SpecContext) {
		f, err := fetch(ctx, nil)
		Expect(err).NotTo(HaveOccurred())
		Expect(f.Link.Reveal()).To(Equal("https://dg-prod.s3.amazonaws.com/f7d7c996-a36d-4442-b1"))
		Expect(f.ExpiresAt).To(BeTemporally("==", time.Date(2025, 4, 30, 13, 21, 16, 0, india)))
		Expect(f.Format).To(Equal("pdf"))
		Expect(f.ShareCode.IsZero()).To(BeTrue())
		Expect(f.Raw.Bytes()).To(MatchJSON(file))
		suite.Silent(f, "amazonaws")
	})

	DescribeTable("may have", func(ctx SpecContext, change map[string]any, check func(*kyc.File)) {
		f, err := fetch(ctx, change)
		Expect(err).NotTo(HaveOccurred())
		check(f)
	},
		Entry("the sample's words for a link", map[string]any{"fileUrl": "s3_url of the file to be downloaded"}, func(f *kyc.File) {
			Expect(f.Link.IsZero()).To(BeTrue())
			Expect(f.Unread).To(Equal([]string{"fileUrl"}))
		}),
		Entry("a time with a blank", map[string]any{"validUpto": "2026-03-01 10:00:00Z"}, func(f *kyc.File) {
			Expect(f.ExpiresAt).To(BeTemporally("==", time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)))
			Expect(f.Unread).To(BeNil())
		}),
		Entry("no time", map[string]any{"validUpto": nil}, func(f *kyc.File) { Expect(f.ExpiresAt).To(BeZero()) }),
		Entry("a null for a time", map[string]any{"validUpto": null}, func(f *kyc.File) { Expect(f.ExpiresAt).To(BeZero()) }),
	)

	DescribeTable("must have", func(ctx SpecContext, value any) {
		_, err := fetch(ctx, map[string]any{"fileUrl": value})
		missing(err, "fileUrl")
	},
		Entry("a link", nil),
		Entry("a link that is not null", null),
		Entry("a link that is not empty", ""),
		Entry("a link that is text", 1),
	)
})

var _ = Describe("the catalogue", func() {
	list := func(ctx SpecContext, body string) ([]kyc.CatalogueEntry, error) {
		GinkgoHelper()
		return answering(200, body).adapter().ListCatalogue(ctx)
	}

	It("has all that Setu says of a document", Label("SE-D21"), func(ctx SpecContext) {
		entries, err := list(ctx, catalogue)
		Expect(err).NotTo(HaveOccurred())
		Expect(entries).To(Equal([]kyc.CatalogueEntry{
			{Type: "PECER", IssuerID: "002317", Issuer: "Accountants General, Tripura", Description: "Pension Certificate", Formats: []string{"pdf"},
				Parameters: []kyc.CatalogueParameter{{Name: "AC_NO", Description: "Account No./PPO No."}}},
			{Type: "PRFND", IssuerID: "002317", Issuer: "Accountants General, Tripura", Description: "Provident Fund Member Passbook", Formats: []string{"pdf"},
				Parameters: []kyc.CatalogueParameter{{Name: "AC_NO", Description: "Account No./PPO No."}, {Name: "MemberName", Description: "Name of the member"}}},
		}))
	})

	It("may be empty", func(ctx SpecContext) {
		entries, err := list(ctx, `{"documents":[]}`)
		Expect(err).NotTo(HaveOccurred())
		Expect(entries).NotTo(BeNil())
		Expect(entries).To(BeEmpty())
	})

	It("may have nulls within", func(ctx SpecContext) {
		entries, err := list(ctx, `{"documents":[{"docType":"PECER","availableFormats":null,"parameters":null,"orgName":null}]}`)
		Expect(err).NotTo(HaveOccurred())
		Expect(entries).To(Equal([]kyc.CatalogueEntry{{Type: "PECER"}}))
	})

	DescribeTable("must have documents, and not", func(ctx SpecContext, body string) {
		_, err := list(ctx, body)
		missing(err, "documents")
	},
		Entry("nothing", `{}`),
		Entry("a null", `{"documents":null}`),
		Entry("an object", `{"documents":{}}`),
	)

	It("tells of each entry what could not be read of it, however many there are", func(ctx SpecContext) {
		const n = 100_000
		entries, err := list(ctx, `{"documents":[7`+strings.Repeat(`,{"docType":"PECER","orgName":[]}`, n)+`]}`)
		Expect(err).NotTo(HaveOccurred())
		Expect(entries).To(HaveLen(n))
		Expect(entries[0].Unread).To(Equal([]string{"orgName"}))
		Expect(entries[n-1].Unread).To(Equal([]string{"orgName"}))
	}, SpecTimeout(4*time.Minute))

	It("may be one entry that is no list", func(ctx SpecContext) {
		entries, err := list(ctx, `{"documents":{"docType":"PECER","orgName":[]}}`)
		Expect(err).NotTo(HaveOccurred())
		Expect(entries).To(Equal([]kyc.CatalogueEntry{{Type: "PECER", Unread: []string{"orgName"}}}))
	})

	It("is not made once the call has ended", func(ctx SpecContext) {
		over, cancel := context.WithCancel(ctx)
		a, err := setu.New("https://provider.example", credentials(),
			setu.Options{HTTPClient: &http.Client{Transport: ending{cancel}}})
		Expect(err).NotTo(HaveOccurred())
		_, err = a.ListCatalogue(over)
		Expect(err).To(BeIdenticalTo(context.Canceled))
	})

	It("may be larger than other answers", func(ctx SpecContext) {
		entry := `{"docType":"PECER","description":"` + strings.Repeat("a", 1<<20) + `"}`
		entries, err := list(ctx, fmt.Sprintf(`{"documents":[%s]}`, strings.Join([]string{entry, entry, entry, entry, entry, entry, entry, entry, entry, entry, entry, entry}, ",")))
		Expect(err).NotTo(HaveOccurred())
		Expect(entries).To(HaveLen(12))
	})

	It("may be longer than other lists", func(ctx SpecContext) {
		entries, err := list(ctx, `{"documents":[{}`+strings.Repeat(",{}", wire.DefaultElements)+`]}`)
		Expect(err).NotTo(HaveOccurred())
		Expect(entries).To(HaveLen(wire.DefaultElements + 1))
	})
})

// ending gives the catalogue, and ends the call once that was read.
type ending struct{ end func() }

func (e ending) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: e, ContentLength: -1}, nil
}

func (e ending) Read(p []byte) (int, error) { return copy(p, catalogue), io.EOF }

func (e ending) Close() error {
	e.end()
	return nil
}

var _ = Describe("a revocation", func() {
	It("is done when Setu says so", Label("SE-D22"), func(ctx SpecContext) {
		s := answering(200, `{"success":true}`)
		Expect(s.adapter().Revoke(ctx, ref)).To(Succeed())
		Expect(s.One().Method).To(Equal(http.MethodGet))
	})

	DescribeTable("is not done by", func(ctx SpecContext, body string) {
		missing(answering(200, body).adapter().Revoke(ctx, ref), "success")
	},
		Entry("a no", `{"success":false}`),
		Entry("a null", `{"success":null}`),
		Entry("nothing", `{}`),
		Entry("a word", `{"success":"true"}`),
	)
})

var _ = It("changes answers as it is told", func() {
	var got map[string]any
	Expect(json.Unmarshal([]byte(answer(`{"a":{"b":{"c":1,"d":2}},"e":3}`, map[string]any{"a.b.c": null, "a.b.d": nil, "e": "f"})), &got)).To(Succeed())
	Expect(got).To(Equal(map[string]any{"a": map[string]any{"b": map[string]any{"c": nil}}, "e": "f"}))
})
