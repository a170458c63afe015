package quicko_test

import (
	"encoding/json"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
)

// Published answers.
const (
	verifier  = "ADlMHKsr~L8YIwLoIOGgwwRQoouE-m~Z9yu0KWstrsKrdAtUY2IkmOoDWZNn80_G"
	authorize = "https://digilocker.meripehchaan.gov.in/public/oauth2/1/authorize?response_type=code&" +
		"client_id=IW55C7A3B0&state=e385432b-575c-4b6f-8928-79136dbc0d4f%7Cf1bd0342-cc1d-4051-8301-e8ee17e3a3c3%7C" +
		"https%3A%2F%2Fdeveloper.sandbox.co.in%2F&code_verifier=" + verifier +
		"&code_challenge=pnowXsaM5mBqNR3NfSfsaLBC2JYjoy2eRLOwKNVjFY8&code_challenge_method=S256" +
		"&scope=files.issueddocs&redirect_uri=https%3A%2F%2Fdeveloper.sandbox.co.in%2F&pla=Y&dl_flow=signup" +
		"&plsignup=Y&amr=driving_license%2Baadhaar%2Bpan%2Bemail%2Busername%2Bmobile%2Bother" +
		"&verified_mobile=9000000001&req_doctype=PANCR%2CADHAR%2CDRVLC&consent_valid_till=1752061999"
	created = `{"code":200,"timestamp":1751975600361,` +
		`"data":{"@entity":"in.co.sandbox.kyc.digilocker.session.response",` +
		`"authorization_url":"` + authorize + `","session_id":"f1bd0342-cc1d-4051-8301-e8ee17e3a3c3"},` +
		`"transaction_id":"a11c4e00-fae1-4092-a55f-b4f0be92ffeb"}`
	begun = `{"code":200,"timestamp":1752580258171,"data":{"id":"839fd8a0-d645-42e1-a904-bb43353b0139",` +
		`"created_at":1752579445983,"@entity":"in.co.sandbox.kyc.digilocker.session","status":"created"},` +
		`"transaction_id":"800ff751-2191-4b7d-b20a-8301790a3e19"}`
	succeeded = `{"code":200,"timestamp":1751975475945,"data":{"id":"f1bd0342-cc1d-4051-8301-e8ee17e3a3c3",` +
		`"created_at":1751975341292,"updated_at":1751975465494,"@entity":"in.co.sandbox.kyc.digilocker.session",` +
		`"status":"succeeded","documents_consented":["aadhaar","pan","driving_license"]},` +
		`"transaction_id":"6daaaf0c-21f6-4e32-93b5-19ec4415d7fa"}`
	link = "https://in-co-sandbox-kyc-digilocker-dev.s3.ap-south-1.amazonaws.com/non-persistent/" +
		"e385432b-575c-4b6f-8928-79136dbc0d4f/4b4bf7aa-f4da-47a8-9b32-895edfc03630/" +
		"in.gov.uidai-ADHAR-0123456789abcdef0123456789abcdef.xml?X-Amz-Algorithm=AWS4-HMAC-SHA256" +
		"&X-Amz-Content-Sha256=UNSIGNED-PAYLOAD&X-Amz-Credential=%2F20250708%2Fap-south-1%2Fs3%2Faws4_request" +
		"&X-Amz-Date=20250708T115214Z&X-Amz-Expires=3600" +
		"&X-Amz-Signature=8cc4b0e8eb3794601c7fdb7e85f3a6bb3a8e1842403c8aeae5c05b7af03bdadb" +
		"&X-Amz-SignedHeaders=host&x-amz-checksum-mode=ENABLED&x-id=GetObject"
	metadata = `{"ContentType":"application/xml","issuer_id":"in.gov.uidai",` +
		`"issuer":"Unique Identification Authority of India (UIDAI)","LastModified":"09/05/2025",` +
		`"description":"Aadhaar Card"}`
	document = `{"code":200,"timestamp":1751975529441,"data":{"files":[{"@entity":"org.quicko.drive.file","url":"` +
		link + `","size":16598,"metadata":` + metadata + `}]},"transaction_id":"a4d43b74-0f9c-480c-9300-f011100b674b"}`
	exists = `{"code":200,"timestamp":1751975600361,` +
		`"data":{"@entity":"in.co.sandbox.kyc.digilocker.user.verification.response","user_exists":true},` +
		`"transaction_id":"a11c4e00-fae1-4092-a55f-b4f0be92ffeb"}`
)

// missing says that a successful answer was refused for that member.
func missing(err error, member string) {
	GinkgoHelper()
	Expect(err).To(MatchError(kyc.ErrUnexpected))
	Expect(detail(err).Member).To(Equal(member))
	Expect(detail(err).Status).To(Equal(200))
	suite.Silent(err, seed)
}

var _ = Describe("a created session", func() {
	It("is a journey whose link is a secret, with the PKCE verifier in it", Label("SB-D17", "SB-D20", "SB-D21"),
		func(ctx SpecContext) {
			consent, err := answering(200, created).adapter().Start(ctx, request())
			Expect(err).NotTo(HaveOccurred())
			Expect(consent.Ref).To(Equal(ref))
			Expect(consent.State).To(Equal(kyc.Pending))
			Expect(consent.URL.Reveal()).To(Equal(authorize))
			Expect(consent.ExpiresAt).To(BeZero())
			Expect(consent.Requested).To(Equal([]kyc.Document{kyc.Aadhaar}))
			Expect(consent.Granted).To(BeNil())
			Expect(consent.User).To(BeNil())
			Expect(consent.TraceID).To(Equal("a11c4e00-fae1-4092-a55f-b4f0be92ffeb"))
			Expect(consent.Unread).To(BeNil())
			Expect(consent.Raw.Bytes()).To(MatchJSON(created))
			for _, v := range []any{consent, *consent, consent.URL, consent.Raw} {
				suite.Silent(v, verifier, "ADlMHKsr", "9000000001", "meripehchaan")
			}
		})

	DescribeTable("may have", func(ctx SpecContext, change map[string]any, unread []string) {
		consent, err := answering(200, answer(created, change)).adapter().Start(ctx, request())
		Expect(err).NotTo(HaveOccurred())
		Expect(consent.Ref).NotTo(BeEmpty())
		Expect(consent.Unread).To(Equal(unread))
	},
		Entry("an id that is no UUID", map[string]any{"data.session_id": "f1bd0342"}, nil),
		Entry("an id that is a number", map[string]any{"data.session_id": 12345}, nil),
		Entry("no entity", map[string]any{"data.@entity": nil}, nil),
		Entry("a code that is text", Label("SB-D25"), map[string]any{"code": "200"}, nil),
		Entry("no envelope", map[string]any{"code": nil, "timestamp": nil, "transaction_id": nil}, nil),
		Entry("a trace that is none", map[string]any{"transaction_id": []int{1}}, []string{"transaction_id"}),
	)

	DescribeTable("must have", func(ctx SpecContext, member string, value any) {
		_, err := answering(200, answer(created, map[string]any{"data." + member: value})).adapter().Start(ctx,
			request())
		missing(err, "data."+member)
	},
		Entry("an id", "session_id", nil),
		Entry("an id that is not null", "session_id", null),
		Entry("an id that is not empty", "session_id", ""),
		Entry("an id that can stand in a path", "session_id", "../"+seed),
		Entry("a URL", "authorization_url", nil),
		Entry("a URL that is not null", "authorization_url", null),
		Entry("a URL that is none", "authorization_url", "to follow"),
		Entry("a URL that runs no script", "authorization_url", "javascript:alert(1)"),
		Entry("a URL that is text", "authorization_url", 7),
	)

	DescribeTable("must have data:", func(ctx SpecContext, body string) {
		_, err := answering(200, body).adapter().Start(ctx, request())
		missing(err, "data.session_id")
	},
		Entry("none", `{"code":200}`), Entry("null", `{"code":200,"data":null}`),
		Entry("a text", `{"code":200,"data":"`+seed+`"}`),
	)
})

var _ = Describe("a status", func() {
	ask := func(ctx SpecContext, published string, change map[string]any) (*kyc.Consent, error) {
		GinkgoHelper()
		return answering(200, answer(published, change)).adapter().Status(ctx, ref)
	}

	DescribeTable("means", Label("SB-D13", "SB-D14"), func(ctx SpecContext, word string, want kyc.State) {
		consent, err := ask(ctx, begun, map[string]any{"data.status": word})
		Expect(err).NotTo(HaveOccurred())
		Expect(consent.Ref).To(Equal(ref))
		Expect(consent.State).To(Equal(want))
		Expect(consent.Granted).To(BeNil())
		Expect(consent.URL.IsZero()).To(BeTrue())
	},
		Entry("pending: just created", "created", kyc.Pending),
		Entry("pending: initialized", "initialized", kyc.Pending),
		Entry("pending: authorized, and no document shared yet", "authorized", kyc.Pending),
		Entry("granted", "succeeded", kyc.Granted),
		Entry("expired", "expired", kyc.Expired),
		Entry("denied, as nothing else is known of it", "failed", kyc.Denied),
		Entry("granted, in other letters", "SUCCEEDED", kyc.Granted),
		Entry("itself: a word that nobody documented", "half done", kyc.State("half done")),
	)

	It("tells what the user shares", Label("SB-D12"), func(ctx SpecContext) {
		consent, err := ask(ctx, succeeded, nil)
		Expect(err).NotTo(HaveOccurred())
		Expect(consent.State).To(Equal(kyc.Granted))
		Expect(consent.Granted).To(Equal([]kyc.Document{kyc.Aadhaar, kyc.PAN, kyc.DrivingLicence}))
		Expect(consent.User).To(BeNil())
		Expect(consent.TraceID).To(Equal("6daaaf0c-21f6-4e32-93b5-19ec4415d7fa"))
		Expect(consent.Raw.Bytes()).To(MatchJSON(succeeded))
		Expect(consent.Unread).To(BeNil())
	})

	DescribeTable("tells of what is shared", Label("SB-D12"), func(ctx SpecContext, list any, want []kyc.Document,
		unread []string) {
		consent, err := ask(ctx, succeeded, map[string]any{"data.documents_consented": list})
		Expect(err).NotTo(HaveOccurred())
		Expect(consent.Granted).To(Equal(want))
		Expect(consent.Unread).To(Equal(unread))
	},
		Entry("nothing, where it says nothing", nil, nil, nil),
		Entry("nothing, by a null", null, nil, nil),
		Entry("that it is nothing", []string{}, []kyc.Document{}, nil),
		Entry("a word in other letters", []string{"Aadhaar", "PAN"}, []kyc.Document{kyc.Aadhaar, kyc.PAN}, nil),
		Entry("a word that nobody documented",
			[]string{"pan", "library_card"}, []kyc.Document{kyc.PAN, "library_card"}, nil),
		Entry("one that is no list", "pan", []kyc.Document{kyc.PAN}, nil),
		Entry("what can be read, and that not all can", []any{"pan", map[string]any{"a": 1}}, []kyc.Document{kyc.PAN},
			[]string{"data.documents_consented.1"}),
	)

	It("tells nothing of what is shared before the user has decided", func(ctx SpecContext) {
		consent, err := ask(ctx, succeeded, map[string]any{"data.status": "authorized"})
		Expect(err).NotTo(HaveOccurred())
		Expect(consent.Granted).To(BeNil())
	})

	DescribeTable("must be there:", func(ctx SpecContext, value any) {
		_, err := ask(ctx, succeeded, map[string]any{"data.status": value})
		missing(err, "data.status")
	},
		Entry("a missing one", nil), Entry("a null", null), Entry("an empty one", ""), Entry("a number", 1),
	)
})

var _ = Describe("a document", func() {
	fetch := func(ctx SpecContext, change map[string]any) (*kyc.Record, error) {
		GinkgoHelper()
		return answering(200, answer(document, change)).adapter().Fetch(ctx, ref, kyc.Aadhaar)
	}

	It("is a file that nobody has opened", Label("SB-D28", "SB-D34"), func(ctx SpecContext) {
		record, err := fetch(ctx, nil)
		Expect(err).NotTo(HaveOccurred())
		Expect(record.Document).To(Equal(kyc.Aadhaar))
		Expect(record.Unopened).To(BeTrue())
		Expect(record.Signed).To(BeNil())
		Expect(record.Person.IsZero()).To(BeTrue())
		Expect(record.Number.IsZero()).To(BeTrue())
		Expect(record.File.Link.Reveal()).To(Equal(link))
		Expect(record.File.Format).To(Equal("xml"))
		Expect(record.File.ExpiresAt).To(BeTemporally("==", time.Date(2025, 7, 8, 12, 52, 14, 0, time.UTC)))
		Expect(record.GeneratedAt).To(BeTemporally("==", time.UnixMilli(1751975529441)))
		Expect(record.Raw.Bytes()).To(MatchJSON(document))
		Expect(record.Unread).To(BeNil())
		suite.Silent(record, "amazonaws", "0123456789abcdef", "8cc4b0e8")
		suite.Silent(*record, "amazonaws", "0123456789abcdef", "8cc4b0e8")
	})

	DescribeTable("has the format", Label("SB-D34"), func(ctx SpecContext, kind any, want string, unread []string) {
		record, err := fetch(ctx, map[string]any{"data.files.0.metadata.ContentType": kind})
		Expect(err).NotTo(HaveOccurred())
		Expect(record.File.Format).To(Equal(want))
		Expect(record.Unread).To(Equal(unread))
		suite.Silent(record, seed)
	},
		Entry("XML", "application/xml", "xml", nil),
		Entry("XML by its other name, with a charset", "text/xml; charset=utf-8", "xml", nil),
		Entry("XML in capitals", "Application/XML", "xml", nil),
		Entry("PDF", "application/pdf", "pdf", nil),
		Entry("JPEG", "image/jpeg", "jpeg", nil),
		Entry("none that anybody documented", "application/"+seed, "", []string{"data.files.0.metadata.ContentType"}),
		Entry("none", nil, "", []string{"data.files.0.metadata.ContentType"}),
		Entry("none, by a number", 7, "", []string{"data.files.0.metadata.ContentType"}),
	)

	DescribeTable("has a link that ends", Label("SB-D27", "SB-D28"), func(ctx SpecContext, change func(string) string,
		want time.Time) {
		record, err := fetch(ctx, map[string]any{"data.files.0.url": change(link)})
		Expect(err).NotTo(HaveOccurred())
		Expect(record.File.Link.Reveal()).To(Equal(change(link)))
		Expect(record.File.ExpiresAt.Equal(want)).To(BeTrue(), "%v", record.File.ExpiresAt)
		Expect(record.Unread).To(BeNil())
	},
		Entry("within minutes", instead("Expires=3600", "Expires=300"), time.Date(2025, 7, 8, 11, 57, 14, 0, time.UTC)),
		Entry("after a week, which is the longest", instead("Expires=3600", "Expires=604800"),
			time.Date(2025, 7, 15, 11, 52, 14, 0, time.UTC)),
		Entry("some time: longer than AWS signs", instead("Expires=3600", "Expires=604801"), time.Time{}),
		Entry("some time: at once", instead("Expires=3600", "Expires=0"), time.Time{}),
		Entry("some time: before it began", instead("Expires=3600", "Expires=-3600"), time.Time{}),
		Entry("some time: in no number", instead("Expires=3600", "Expires=soon"), time.Time{}),
		Entry("some time: nothing is said", instead("X-Amz-Expires=3600", "a=b"), time.Time{}),
		Entry("some time: no date", instead("X-Amz-Date=20250708T115214Z", "a=b"), time.Time{}),
		Entry("some time: a date in another form", instead("20250708T115214Z", "2025-07-08"), time.Time{}),
		Entry("some time: made on another day than the answer", instead("20250708T115214Z", "20250710T115214Z"),
			time.Time{}),
		Entry("some time: made long before the answer", instead("20250708T115214Z", "20200708T115214Z"), time.Time{}),
		Entry("some time: a server of another kind", func(string) string { return "https://files.example/a.xml" },
			time.Time{}),
		Entry("then, although its credential is a placeholder with braces",
			instead("%2F20250708%2Fap", "{{vault:aws-access-key}}%2F20250708%2Fap"),
			time.Date(2025, 7, 8, 12, 52, 14, 0, time.UTC)),
		Entry("then, although a part of its query cannot be read", func(l string) string { return l + "&b=%zz&c=d;e" },
			time.Date(2025, 7, 8, 12, 52, 14, 0, time.UTC)),
	)

	DescribeTable("has the time of the answer, if it says one:", Label("SB-D25"), func(ctx SpecContext, value any,
		want time.Time, expires bool) {
		record, err := fetch(ctx, map[string]any{"timestamp": value})
		Expect(err).NotTo(HaveOccurred())
		Expect(record.GeneratedAt.Equal(want)).To(BeTrue(), "%v", record.GeneratedAt)
		Expect(record.File.ExpiresAt.IsZero()).To(Equal(!expires))
	},
		Entry("text", "1751975529441", time.UnixMilli(1751975529441), true),
		Entry("an exponent", 1751975529000.0, time.UnixMilli(1751975529000), true),
		Entry("none", nil, time.Time{}, true),
		Entry("zero", 0, time.Time{}, true),
		Entry("what is no number", "now", time.Time{}, true),
		Entry("seconds, which are no time near the link's", 1751975529, time.UnixMilli(1751975529), false),
	)

	DescribeTable("has no time that no JSON can hold:", func(ctx SpecContext, value, link string, unread []string) {
		record, err := fetch(ctx, map[string]any{"timestamp": json.RawMessage(value), "data.files.0.url": link})
		Expect(err).NotTo(HaveOccurred())
		Expect(record.GeneratedAt).To(BeZero())
		Expect(record.File.ExpiresAt).To(BeZero())
		Expect(record.Unread).To(Equal(unread))
		Expect(json.Marshal(record)).NotTo(BeEmpty())
	},
		Entry("of the answer", "9223372036854775807", "https://files.example/a", []string{"timestamp"}),
		Entry("of the answer, a millisecond after the last that it can", "253402300800000", "https://files.example/a",
			[]string{"timestamp"}),
		Entry("of the answer, of more digits than anybody counts by", "9223372036854775808",
			"https://files.example/a", []string{"timestamp"}),
		Entry("of the answer, before 1970", "-1", "https://files.example/a", []string{"timestamp"}),
		Entry("of the link's end", "null", "https://files.example/a?X-Amz-Date=99991231T235959Z&X-Amz-Expires=1", nil),
		Entry("of the link's end, where the year is none", "null",
			"https://files.example/a?X-Amz-Date=00001231T235958Z&X-Amz-Expires=1", nil),
	)

	It("has the last time that JSON can hold", func(ctx SpecContext) {
		record, err := fetch(ctx, map[string]any{"timestamp": json.RawMessage("253402300799999"),
			"data.files.0.url": "https://files.example/a?X-Amz-Date=99991231T235958Z&X-Amz-Expires=1"})
		Expect(err).NotTo(HaveOccurred())
		Expect(record.GeneratedAt).To(BeTemporally("==", time.UnixMilli(253402300799999)))
		Expect(record.File.ExpiresAt).To(BeTemporally("==", time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)))
		Expect(record.Unread).To(BeNil())
		Expect(json.Marshal(record)).NotTo(BeEmpty())
	})

	DescribeTable("of several files is the XML, else the first:", func(ctx SpecContext, kinds []string, want int) {
		var files []string
		for i, kind := range kinds {
			url := "https://files.example/" + string(rune('0'+i))
			files = append(files, `{"url":"`+url+`","metadata":{"ContentType":"`+kind+`"}}`)
		}
		s := answering(200, `{"code":200,"data":{"files":[`+strings.Join(files, ",")+`]}}`)
		record, err := s.adapter().Fetch(ctx, ref, kyc.PAN)
		Expect(err).NotTo(HaveOccurred())
		Expect(record.File.Link.Reveal()).To(HaveSuffix("/" + string(rune('0'+want))))
	},
		Entry("XML behind PDF", []string{"application/pdf", "application/xml"}, 1),
		Entry("two XML", []string{"application/xml", "text/xml"}, 0),
		Entry("no XML", []string{"application/pdf", "image/jpeg"}, 0),
	)

	DescribeTable("whose link cannot be followed is passed over for one whose can:", func(ctx SpecContext,
		files string, want, format string, unread []string) {
		record, err := answering(200, `{"code":200,"data":{"files":[`+files+`]}}`).adapter().Fetch(ctx, ref, kyc.PAN)
		Expect(err).NotTo(HaveOccurred())
		Expect(record.File.Link.Reveal()).To(Equal(want))
		Expect(record.File.Format).To(Equal(format))
		Expect(record.Unread).To(Equal(unread))
		suite.Silent(record, seed)
	},
		Entry("XML beside XML", file("ftp://files.example/"+seed, "application/xml")+`,`+
			file("https://files.example/b", "application/xml"), "https://files.example/b", "xml",
			[]string{"data.files.0.url"}),
		Entry("XML beside PDF", file("https://files.example/a", "application/pdf")+`,`+
			file("javascript:"+seed, "application/xml"), "https://files.example/a", "pdf",
			[]string{"data.files.1.url"}),
		Entry("PDF beside XML", file(seed, "application/pdf")+`,`+file("https://files.example/b", "text/xml"),
			"https://files.example/b", "xml", []string{"data.files.0.url"}),
		Entry("behind one that cannot be read", `"`+seed+`",`+file("", "application/xml")+`,`+
			file("https://files.example/c", "odd"), "https://files.example/c", "",
			[]string{"data.files.0", "data.files.1.url", "data.files.2.metadata.ContentType"}),
		Entry("one without a link", `{"metadata":{"ContentType":"text/xml"}},`+
			file("https://files.example/b", "application/pdf"), "https://files.example/b", "pdf",
			[]string{"data.files.0.url"}),
	)

	It("whose link cannot be followed is no record where no other's can: the XML is missing, else the first", func(
		ctx SpecContext) {
		for member, files := range map[string]string{
			"data.files.1.url": file(seed, "application/pdf") + `,` + file("s3://"+seed, "application/xml"),
			"data.files.0.url": file(seed, "application/pdf") + `,` + file("s3://"+seed, "image/jpeg"),
		} {
			_, err := answering(200, `{"code":200,"data":{"files":[`+files+`]}}`).adapter().Fetch(ctx, ref, kyc.PAN)
			missing(err, member)
		}
	})

	It("that cannot be read is passed over for one that can", func(ctx SpecContext) {
		s := answering(200,
			`{"code":200,"data":{"files":["`+seed+`",{"url":"https://files.example/a",`+
				`"metadata":{"ContentType":"odd"}}]}}`)
		record, err := s.adapter().Fetch(ctx, ref, kyc.PAN)
		Expect(err).NotTo(HaveOccurred())
		Expect(record.Unread).To(Equal([]string{"data.files.0", "data.files.1.metadata.ContentType"}))
	})

	DescribeTable("must have", func(ctx SpecContext, change map[string]any, member string) {
		_, err := fetch(ctx, change)
		missing(err, member)
	},
		Entry("files", map[string]any{"data.files": nil}, "data.files"),
		Entry("files that are not null", map[string]any{"data.files": null}, "data.files"),
		Entry("a file", map[string]any{"data.files": []int{}}, "data.files"),
		Entry("a file that is one", map[string]any{"data.files": []string{seed}}, "data.files"),
		Entry("a link", map[string]any{"data.files.0.url": nil}, "data.files.0.url"),
		Entry("a link that is one", map[string]any{"data.files.0.url": seed}, "data.files.0.url"),
		Entry("a link by http or https", map[string]any{"data.files.0.url": "s3://bucket/" + seed}, "data.files.0.url"),
		Entry("data", map[string]any{"data": nil}, "data.files"),
	)
})

// file is one of a document's.
func file(link, kind string) string {
	return `{"url":"` + link + `","metadata":{"ContentType":"` + kind + `"}}`
}

// instead puts one text in the place of another.
func instead(old, other string) func(string) string {
	return func(s string) string { return strings.Replace(s, old, other, 1) }
}

var _ = Describe("an account", func() {
	check := func(ctx SpecContext, change map[string]any) (*kyc.Account, error) {
		GinkgoHelper()
		return answering(200, answer(exists, change)).adapter().CheckAccount(ctx, kyc.AccountQuery{ID: "check-42",
			Mobile: kyc.Hide("9000000001")})
	}

	DescribeTable("is there or not:", func(ctx SpecContext, value any, want kyc.AccountState) {
		account, err := check(ctx, map[string]any{"data.user_exists": value})
		Expect(err).NotTo(HaveOccurred())
		Expect(account.State).To(Equal(want))
		Expect(account.ID).To(Equal("check-42"))
		Expect(account.Reference).To(Equal("a11c4e00-fae1-4092-a55f-b4f0be92ffeb"))
		Expect(account.DigiLockerID.IsZero()).To(BeTrue())
		Expect(account.Unread).To(BeNil())
		Expect(account.Raw.Bytes()).NotTo(BeEmpty())
	},
		Entry("true", true, kyc.AccountExists), Entry("false", false, kyc.AccountNotFound),
	)

	DescribeTable("is not taken for missing where nobody says so:", func(ctx SpecContext, value any) {
		_, err := check(ctx, map[string]any{"data.user_exists": value})
		missing(err, "data.user_exists")
	},
		Entry("nothing", nil), Entry("null", null), Entry("a text", "false"), Entry("a number", 0),
	)

	It("is read by a name in other letters", func(ctx SpecContext) {
		body := strings.Replace(exists, `"user_exists":true`, `"User_Exists":false`, 1)
		account, err := answering(200, body).adapter().CheckAccount(ctx,
			kyc.AccountQuery{Mobile: kyc.Hide("9000000001")})
		Expect(err).NotTo(HaveOccurred())
		Expect(account.State).To(Equal(kyc.AccountNotFound))
	})
})
