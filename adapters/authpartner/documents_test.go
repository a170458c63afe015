package authpartner_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/authpartner"
	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
)

// item is the PAN of the list with members changed; a nil removes one.
func item(change map[string]any) string { return answer(pan, change) }

func items(all ...string) reply { return reply{200, `{"items":[` + strings.Join(all, ",") + `]}`, nil} }

func packed(text string) string {
	GinkgoHelper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write([]byte(text))
	Expect(err).NotTo(HaveOccurred())
	Expect(w.Close()).To(Succeed())
	return b.String()
}

var _ = Describe("On the wire", func() {
	It("each operation has its method and path, and who asks", Label("DL-D31", "DL-D32", "DL-D33", "DL-D51"),
		func(ctx SpecContext) {
			for i, op := range operations {
				s := serving(well())
				a := s.adapter()
				Expect(op.call(ctx, a, exchanged(ctx, a))).To(Succeed(), op.id)
				r := s.received[len(s.received)-1]
				Expect([]string{r.Method, r.Path, r.Query}).To(Equal([]string{op.method, op.path, ""}), op.id)
				if i < len(ofUser) {
					Expect(r.Header.Values("Authorization")).To(Equal([]string{"Bearer " + access}))
					Expect(r.Body).To(BeEmpty())
				} else {
					Expect(r.Header.Get("Authorization")).To(HavePrefix("Basic "))
				}
				if slices.Contains([]string{"getEAadhaar", "getXML", "getFile"}, op.id) {
					Expect(r.Header.Get("Accept-Encoding")).To(Equal("identity"), op.id) // DL-D35
				}
			}
		})

	It("no redirect is followed", Label("DL-D32"), func(ctx SpecContext) {
		for _, op := range operations {
			s := serving(well())
			a := s.adapter()
			ref := exchanged(ctx, a)
			to := http.Header{"Location": {"/elsewhere"}}
			for path := range s.all {
				s.with(path, reply{http.StatusTemporaryRedirect, refusal("invalid_token"), to})
			}
			Expect(op.call(ctx, a, ref)).To(MatchError(kyc.ErrUnexpected), op.id)
			Expect(s.received).To(HaveLen(2), op.id)
		}
	})

	It("a number in a URI stays one segment of the path", func(ctx SpecContext) {
		const odd = "in.gov.transport-DRVLC-XX/../00?a#b%2e"
		s := serving(well())
		s.with(issuedPath, items(item(map[string]any{"uri": odd, "doctype": "DRVLC"})))
		s.with(xmlPath+odd, vouched(file))
		a := s.adapter()
		Expect(a.Fetch(ctx, exchanged(ctx, a), kyc.DrivingLicence)).NotTo(BeNil())
		Expect(s.received[2].Path).To(Equal(xmlPath + "in.gov.transport-DRVLC-XX%2F..%2F00%3Fa%23b%252e"))
	})
})

var _ = Describe("A file", func() {
	fetch := func(ctx SpecContext, answer reply, change ...func(*authpartner.Options)) (*kyc.Record, error) {
		GinkgoHelper()
		s := serving(well()).with(aadhaarPath, answer)
		a := s.adapter(change...)
		return a.Fetch(ctx, exchanged(ctx, a), kyc.Aadhaar)
	}

	It("is in the record, which nobody has opened", func(ctx SpecContext) {
		record, err := fetch(ctx, vouched(file))
		Expect(err).NotTo(HaveOccurred())
		Expect(record.Document).To(Equal(kyc.Aadhaar))
		Expect(record.Unopened).To(BeTrue())
		Expect(record.File.Link.IsZero()).To(BeTrue())
		Expect(string(record.File.Content.Bytes())).To(Equal(file))
		Expect(string(record.Raw.Bytes())).To(Equal(file))
		Expect(record.File.Format).To(Equal("xml"))
		Expect(record.File.Raw.IsZero()).To(BeTrue())
		suite.Silent(record, secrets...)
	})

	DescribeTable("is taken", Label("DL-D34", "DL-D35"), func(ctx SpecContext, answer reply) {
		record, err := fetch(ctx, answer)
		Expect(err).NotTo(HaveOccurred())
		Expect(string(record.File.Content.Bytes())).To(Equal(file))
	},
		Entry("without a sum, unless that is required", reply{200, file, nil}),
		Entry("with a sum with blanks around", reply{200, file, http.Header{"Hmac": {" " + sum(file) + " "}}}),
		Entry("that says that it is not packed",
			reply{200, file, http.Header{"Hmac": {sum(file)}, "Content-Encoding": {"identity"}}}),
		Entry("packed, with a sum over what was sent",
			reply{200, packed(file), http.Header{"Hmac": {sum(packed(file))}, "Content-Encoding": {"gzip"}}}),
		Entry("packed, with a sum over what it was",
			reply{200, packed(file), http.Header{"Hmac": {sum(file)}, "Content-Encoding": {"gzip"}}}),
		Entry("packed, without a sum", reply{200, packed(file), http.Header{"Content-Encoding": {"gzip"}}}),
	)

	DescribeTable("is refused as unverified", Label("DL-D34", "DL-D35"),
		func(ctx SpecContext, answer reply, require bool) {
			record, err := fetch(ctx, answer, func(o *authpartner.Options) { o.RequireHMAC = require })
			Expect(record).To(BeNil())
			Expect(err).To(MatchError(kyc.ErrUnverified))
			Expect(detail(err).Member).To(Equal("hmac"))
			Expect(detail(err).Op).To(Equal("getEAadhaar"))
			Expect(string(detail(err).Raw())).To(Equal(answer.body))
			suite.Silent(err, secrets...)
		},
		Entry("with the sum of another", reply{200, file, http.Header{"Hmac": {sum("other")}}}, false),
		Entry("with a byte more than its sum is of", reply{200, file + "\n", http.Header{"Hmac": {sum(file)}}}, false),
		Entry("with half a sum", reply{200, file, http.Header{"Hmac": {sum(file)[:20]}}}, false),
		Entry("with an empty sum", reply{200, file, http.Header{"Hmac": {""}}}, false),
		Entry("with a sum that is no base64", reply{200, file, http.Header{"Hmac": {"%"}}}, false),
		Entry("with two sums", reply{200, file, http.Header{"Hmac": {sum(file), sum(file)}}}, false),
		Entry("without a sum, where one is required", reply{200, file, nil}, true),
		Entry("with the sum of another, that is a refusal",
			reply{200, refusal("aadhaar_not_linked"), http.Header{"Hmac": {sum("other")}}}, false),
		Entry("without a sum, where one is required, that is a refusal",
			reply{200, refusal("invalid_token"), nil}, true),
		Entry("with the sum of another, that only says that it is packed",
			reply{200, file, http.Header{"Hmac": {sum("other")}, "Content-Encoding": {"gzip"}}}, false),
		Entry("with the sum of another, packed in a way that nobody asked for",
			reply{200, file, http.Header{"Hmac": {sum("other")}, "Content-Encoding": {"br"}}}, false),
		Entry("packed, with the sum of another",
			reply{200, packed(file), http.Header{"Hmac": {sum("other")}, "Content-Encoding": {"gzip"}}}, false),
	)

	It("with a sum is taken where one is required", func(ctx SpecContext) {
		Expect(fetch(ctx, vouched(file), func(o *authpartner.Options) { o.RequireHMAC = true })).NotTo(BeNil())
	})

	DescribeTable("is unexpected", func(ctx SpecContext, answer reply) {
		_, err := fetch(ctx, answer)
		Expect(err).To(MatchError(kyc.ErrUnexpected))
		Expect(detail(err).Status).To(Equal(answer.status))
		suite.Silent(err, secrets...)
	},
		Entry("that is a page", vouched("<html>"+seed)),
		Entry("that is a page of another kind", vouched("<!DOCTYPE html><html>"+seed)),
		Entry("that is a PDF in place of XML", vouched("%PDF-1.7")),
		Entry("that is empty", vouched("")),
		Entry("that is JSON", vouched(`{"a":"`+seed+`"}`)),
		Entry("that is a refusal all the same", reply{200, refusal("aadhaar_not_linked"), nil}),
		Entry("that is a refusal with its sum", vouched(refusal("aadhaar_not_linked"))),
		Entry("that only says that it is packed, with its sum",
			reply{200, file, http.Header{"Hmac": {sum(file)}, "Content-Encoding": {"gzip"}}}),
		Entry("that is nothing", reply{204, "", nil}),
		Entry("that is half of one", reply{206, file, nil}),
		Entry("packed in a way that nobody asked for", reply{200, file, http.Header{"Content-Encoding": {"br"}}}),
		Entry("that only says that it is packed", reply{200, file, http.Header{"Content-Encoding": {"gzip"}}}),
		Entry("that is packed and endless",
			reply{200, packed("<a/>" + strings.Repeat(" ", 11<<20)), http.Header{"Content-Encoding": {"gzip"}}}),
	)
})

var _ = Describe("A document of the list", func() {
	fetch := func(ctx SpecContext, list reply, doc kyc.Document) (*kyc.Record, *server, error) {
		GinkgoHelper()
		s := serving(well()).with(issuedPath, list)
		for _, id := range []string{"older", "newer"} {
			s.with(xmlPath+"in.gov.pan-PANCR-"+id, vouched("<"+id+"/>"))
			s.with(filePath+"in.gov.pan-PANCR-"+id, vouched("%PDF-"+id))
		}
		a := s.adapter()
		record, err := a.Fetch(ctx, exchanged(ctx, a), doc)
		return record, s, err
	}
	one := func(id, date string, mime any) string {
		text, err := json.Marshal(mime)
		Expect(err).NotTo(HaveOccurred())
		return item(map[string]any{"uri": "in.gov.pan-PANCR-" + id, "date": date, "mime": json.RawMessage(text)})
	}

	DescribeTable("is the newest of its type", Label("DL-D28", "DL-D29"), func(ctx SpecContext, first, second string) {
		for _, list := range []reply{
			items(one("older", first, "application/xml"), one("newer", second, "application/xml")),
			items(one("newer", second, "application/xml"), one("older", first, "application/xml")),
		} {
			record, _, err := fetch(ctx, list, kyc.PAN)
			Expect(err).NotTo(HaveOccurred())
			Expect(string(record.File.Content.Bytes())).To(Equal("<newer/>"))
		}
	},
		Entry("by days", "07-09-2024", "06-10-2024"),
		Entry("by times, with the blank that they are printed with", " 2015-05-12T15:50:38Z", " 2015-05-12T15:50:39Z"),
		Entry("by a day and a time", " 2015-05-12T15:50:38Z", "13-05-2015"),
		Entry("where the other has no date", "", "13-05-1990"),
		Entry("where the other's is none", "soon", "13-05-1990"),
	)

	It("is the first of two of a day", func(ctx SpecContext) {
		record, _, err := fetch(ctx, items(one("newer", "07-09-2024", "application/xml"),
			one("older", "07-09-2024", "application/xml")), kyc.PAN)
		Expect(err).NotTo(HaveOccurred())
		Expect(string(record.File.Content.Bytes())).To(Equal("<newer/>"))
	})

	DescribeTable("is had as XML, and else as a file", Label("DL-D27", "DL-D30"),
		func(ctx SpecContext, mime any, format string, formats ...string) {
			list := items(one("newer", "07-09-2024", mime))
			record, s, err := fetch(ctx, list, kyc.PAN)
			Expect(err).NotTo(HaveOccurred())
			Expect(record.Unopened).To(BeTrue())
			Expect(record.File.Format).To(Equal(format))
			a := s.adapter()
			listed, err := a.ListDocuments(ctx, exchanged(ctx, a))
			Expect(err).NotTo(HaveOccurred())
			Expect(listed).To(HaveLen(1))
			Expect(append([]string{}, listed[0].Formats...)).To(Equal(append([]string{}, formats...)))
			Expect(listed[0].Document).To(Equal(kyc.PAN))
			Expect(listed[0].Type).To(Equal("PANCR"))
			suite.Silent(listed, "newer")
		},
		Entry("of a text", "application/xml", "xml", "xml"),
		Entry("of a text in other letters", "application/PDF", "pdf", "pdf"),
		Entry("of two in a text", "application/pdf, application/xml", "xml", "pdf", "xml"),
		Entry("of a list", []any{"application/json", "application/xml", "text/plain"}, "xml", "json", "xml", "plain"),
		Entry("of a list without it", []any{"application/pdf"}, "pdf", "pdf"),
		Entry("of a list of objects by their names",
			[]any{map[string]any{"application/pdf": ""}, map[string]any{"application/xml": nil}}, "xml", "pdf", "xml"),
		Entry("of a list of objects by their values",
			[]any{map[string]any{"type": "application/pdf"}}, "pdf", "pdf"),
		Entry("of a list of empty objects, which says nothing", []any{map[string]any{}}, "xml"),
		Entry("of nothing", nil, "xml"),
	)

	It("whose media types are in no known shape says so", func(ctx SpecContext) {
		s := serving(well()).with(issuedPath, items(one("newer", "", map[string]any{"a": 1}), pan,
			item(map[string]any{"mime": 5, "description": []any{}})))
		a := s.adapter()
		listed, err := a.ListDocuments(ctx, exchanged(ctx, a))
		Expect(err).NotTo(HaveOccurred())
		Expect(listed[0].Unread).To(Equal([]string{"mime"}))
		Expect(listed[1].Unread).To(BeNil())
		Expect(listed[2].Unread).To(Equal([]string{"description", "mime"}), "in order")
		Expect(listed[1].ID.Reveal()).To(Equal("in.gov.pan-PANCR-"+number), "without the blank (DL-D29)")
		suite.Silent(listed, secrets...)
	})

	It("needs no text in UTF-8 but the URIs and the types", func(ctx SpecContext) {
		garbled := func(member string) string {
			return strings.Replace(item(map[string]any{member: "Zzyzx"}), "Zzyzx", "\xe9", 1)
		}
		for _, member := range []string{
			"name", "description", "issuer", "issuerid", "date", "mime", "size", "type", "parent",
		} {
			list := items(garbled(member), one("newer", "07-09-2024", "application/xml"))
			record, s, err := fetch(ctx, list, kyc.PAN)
			Expect(err).NotTo(HaveOccurred(), member)
			Expect(string(record.File.Content.Bytes())).To(Equal("<newer/>"))
			a := s.adapter()
			listed, err := a.ListDocuments(ctx, exchanged(ctx, a))
			Expect(err).NotTo(HaveOccurred())
			Expect(listed[0].Unread).To(Equal([]string{member}))
			Expect(listed[1].Unread).To(BeNil())
		}
		for _, member := range []string{"uri", "doctype"} {
			_, _, err := fetch(ctx, items(pan, garbled(member)), kyc.PAN)
			Expect(err).To(MatchError(kyc.ErrUnexpected))
			Expect(detail(err).Member).To(Equal("items.1." + member))
		}
		record, _, err := fetch(ctx, items(one("newer", "07-09-2024", nil), garbled("foo")), kyc.PAN)
		Expect(err).NotTo(HaveOccurred())
		Expect(string(record.File.Content.Bytes())).To(Equal("<newer/>"))
	})

	It("is known by its URI where its type is missing", func(ctx SpecContext) {
		nameless := item(map[string]any{"doctype": nil, "uri": "in.gov.pan-PANCR-newer"})
		record, _, err := fetch(ctx, items(nameless), kyc.PAN)
		Expect(err).NotTo(HaveOccurred())
		Expect(string(record.File.Content.Bytes())).To(Equal("<newer/>"))
	})

	It("with a URI that is none is unexpected", func(ctx SpecContext) {
		for _, uri := range []string{"..", "", "PANCR", "in.gov.pan-PANCR-", "../x-PANCR-1", "a-PANCR-a b"} {
			_, s, err := fetch(ctx, items(item(map[string]any{"uri": uri})), kyc.PAN)
			Expect(err).To(MatchError(kyc.ErrUnexpected), uri)
			Expect(detail(err).Member).To(Equal("items.0.uri"))
			Expect(s.received).To(HaveLen(2))
		}
	})

	It("whose type is not that of its URI is unexpected, and another is taken", func(ctx SpecContext) {
		odd := item(map[string]any{"uri": "in.gov.transport-DRVLC-older", "date": "07-09-2099"})
		_, s, err := fetch(ctx, items(odd), kyc.PAN)
		Expect(err).To(MatchError(kyc.ErrUnexpected))
		Expect(detail(err).Member).To(Equal("items.0.uri"))
		Expect(s.received).To(HaveLen(2))
		a := s.adapter()
		_, err = a.FetchFile(ctx, exchanged(ctx, a), kyc.FileRequest{Type: "PANCR"})
		Expect(err).To(MatchError(kyc.ErrUnexpected))
		_, _, err = fetch(ctx, items(odd), kyc.DrivingLicence)
		Expect(err).To(MatchError(kyc.ErrUnexpected), "by its URI it is one")
		Expect(detail(err).Member).To(Equal("items.0.doctype"))
		record, _, err := fetch(ctx, items(odd, one("newer", "07-09-2024", "application/xml")), kyc.PAN)
		Expect(err).NotTo(HaveOccurred())
		Expect(string(record.File.Content.Bytes())).To(Equal("<newer/>"))
		inOtherLetters := item(map[string]any{"uri": "in.gov.pan-pancr-newer"})
		_, s, err = fetch(ctx, items(inOtherLetters), kyc.PAN)
		Expect(err).To(MatchError(kyc.ErrUnavailable), "it has no answer, but was asked for")
		Expect(s.received).To(HaveLen(3))
	})

	DescribeTable("is not refused for good where the list cannot be read:",
		func(ctx SpecContext, member string, all ...string) {
			for _, format := range []string{"", "pdf"} {
				_, s, err := fetch(ctx, items(all...), kyc.PAN)
				Expect(err).To(MatchError(kyc.ErrUnexpected))
				Expect(detail(err).Member).To(Equal(member))
				a := s.adapter()
				_, err = a.FetchFile(ctx, exchanged(ctx, a), kyc.FileRequest{Type: "PANCR", Format: format})
				Expect(err).To(MatchError(kyc.ErrUnexpected))
				suite.Silent(err, secrets...)
			}
		},
		Entry("of texts", "items.0", `"in.gov.pan-PANCR-`+number+`"`),
		Entry("of lists", "items.1", item(map[string]any{"uri": "a-HSCER-1", "doctype": "HSCER"}), `["a","b"]`),
		Entry("with nothing in it", "items.0", `null`),
		Entry("with an empty document", "items.0", `{}`),
		Entry("with one that has neither URI nor type", "items.0", `{"uri":{},"doctype":[],"name":"PAN"}`),
		Entry("with one that says neither", "items.0", `{"name":"PAN","mime":"application/xml"}`),
		Entry("with one whose type is another word", "items.0.doctype",
			item(map[string]any{"uri": "in.gov.pan-PANCR-older", "doctype": "PAN"})),
	)

	It("is taken whatever else the list has", func(ctx SpecContext) {
		record, _, err := fetch(ctx, items(`null`, `7`, `{}`, one("newer", "07-09-2024", "application/xml")), kyc.PAN)
		Expect(err).NotTo(HaveOccurred())
		Expect(string(record.File.Content.Bytes())).To(Equal("<newer/>"))
	})

	It("that says nothing is not listed", func(ctx SpecContext) {
		s := serving(well()).with(issuedPath, items(`null`, pan, `{}`, `{"name":{}}`, `{"name":"PAN"}`))
		a := s.adapter()
		listed, err := a.ListDocuments(ctx, exchanged(ctx, a))
		Expect(err).NotTo(HaveOccurred())
		Expect(listed).To(HaveLen(3))
		Expect(listed[0].Type).To(Equal("PANCR"))
		Expect(listed[1].Unread).To(Equal([]string{"name"}))
		Expect(listed[2].Name).To(Equal("PAN"))
	})

	It("is none of an empty list where nothing of the list can be read", func(ctx SpecContext) {
		for _, entry := range []string{"null", "7", "{}"} {
			s := serving(well()).with(issuedPath, items(entry))
			a := s.adapter()
			_, err := a.ListDocuments(ctx, exchanged(ctx, a))
			Expect(err).To(MatchError(kyc.ErrUnexpected), entry)
			Expect(detail(err).Member).To(Equal("items.0"))
		}
	})

	It("is one of ten thousand at most", func(ctx SpecContext) {
		for _, entry := range []string{"{}", "1", "null", pan} {
			_, s, err := fetch(ctx, items(strings.Repeat(entry+",", 10_000)+entry), kyc.PAN)
			Expect(err).To(MatchError(kyc.ErrUnexpected), entry)
			Expect(detail(err).Member).To(Equal("items"))
			Expect(s.received).To(HaveLen(2))
		}
	})

	It("is not looked for once the call has ended", func(ctx SpecContext) {
		for left := range 3 {
			Expect(authpartner.ListedUntil(3, left)).To(MatchError(context.Canceled), "after %d looks", left)
		}
		Expect(authpartner.ListedUntil(3, 3)).To(Succeed())
	})

	It("is read in time that is in step with the list", func(ctx SpecContext) {
		for _, n := range []int{1, 100, 1000} {
			Expect(authpartner.UnreadAsked(n)).To(Equal(1), "%d times would be in step with its square", n)
		}
		types := make([]string, 5000)
		for i := range types {
			types[i] = fmt.Sprintf("a/%d", i)
		}
		s := serving(well()).with(issuedPath, items(one("newer", "", types)))
		a := s.adapter()
		listed, err := a.ListDocuments(ctx, exchanged(ctx, a))
		Expect(err).NotTo(HaveOccurred())
		Expect(listed[0].Formats).To(Equal([]string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12",
			"13", "14", "15", "16", "17", "18", "19", "20", "21", "22", "23", "24", "25", "26", "27", "28", "29", "30",
			"31"}), "each is compared with these alone")
		Expect(listed[0].Unread).To(Equal([]string{"mime"}))
	})

	DescribeTable("that is not there", func(ctx SpecContext, list reply, doc kyc.Document, want kyc.Err) {
		_, _, err := fetch(ctx, list, doc)
		Expect(err).To(MatchError(want))
		Expect(detail(err).Op).To(Equal("listIssued"))
		suite.Silent(err, secrets...)
	},
		Entry("is none that the user has, who named it", items(pan), kyc.DrivingLicence, kyc.ErrNoDocument),
		Entry("is none, in a list of nothing", reply{200, `{"items":[]}`, nil}, kyc.PAN, kyc.ErrNoDocument),
		Entry("is unexpected where there is no list", reply{200, `{}`, nil}, kyc.PAN, kyc.ErrUnexpected),
	)

	It("and is not named by the scope was not shared", func(ctx SpecContext) {
		for _, scope := range []any{nil, "files.issueddocs", "partners.PANCR"} {
			s := serving(well())
			s.with(tokenPath, reply{200, answer(token, map[string]any{"scope": scope}), nil})
			a := s.adapter()
			_, err := a.Fetch(ctx, exchanged(ctx, a), kyc.DrivingLicence)
			Expect(err).To(MatchError(kyc.ErrDenied))
		}
	})

	DescribeTable("is had in the format that is asked for, or not at all", Label("DL-D27"),
		func(ctx SpecContext, mediaType, format, content, got string) {
			s := serving(well()).with(issuedPath, items(one("newer", "", mediaType)))
			s.with(filePath+"in.gov.pan-PANCR-newer", vouched(content))
			a := s.adapter()
			file, err := a.FetchFile(ctx, exchanged(ctx, a), kyc.FileRequest{Type: "PANCR", Format: format})
			if got == "" {
				Expect(err).To(MatchError(kyc.ErrUnexpected))
				return
			}
			Expect(err).NotTo(HaveOccurred())
			Expect(file.Format).To(Equal(got))
		},
		Entry("a JPEG by its name", "image/jpg", "jpeg", "\xff\xd8\xff", "jpeg"),
		Entry("a JPEG by its other name", "image/jpeg", "JPG", "\xff\xd8\xff", "jpeg"),
		Entry("a JPEG by the name that is listed", "image/jpg", "jpg", "\xff\xd8\xff", "jpeg"),
		Entry("a PDF", "application/pdf", "pdf", "%PDF-", "pdf"),
		Entry("any", "application/pdf", "", "\x89PNG", "png"),
		Entry("XML for a PDF", "application/pdf", "pdf", "<a/>", ""),
		Entry("a PDF for a JPEG", "image/jpg", "jpeg", "%PDF-", ""),
		Entry("XML for a text", "text/plain", "plain", "<a/>", ""),
	)

	It("of another type is fetched as a file alone", func(ctx SpecContext) {
		s := serving(well())
		s.with(issuedPath, items(item(map[string]any{"uri": "in.gov.cbse-HSCER-20", "doctype": "HSCER"})))
		s.with(xmlPath+"in.gov.cbse-HSCER-20", vouched(file))
		s.with(filePath+"in.gov.cbse-HSCER-20", vouched("\x89PNG"))
		a := s.adapter()
		ref := exchanged(ctx, a)
		got, err := a.FetchFile(ctx, ref, kyc.FileRequest{Type: "HSCER"})
		Expect(err).NotTo(HaveOccurred())
		Expect(string(got.Content.Bytes())).To(Equal(file))
		Expect(string(got.Raw.Bytes())).To(Equal(file))
		_, err = a.FetchFile(ctx, ref, kyc.FileRequest{Type: "HSCER", Format: "PDF"})
		Expect(err).To(MatchError(kyc.ErrUnexpected), "the content counts")
		suite.Silent(err, secrets...)
		_, err = a.FetchFile(ctx, ref, kyc.FileRequest{Type: "HSCER", Format: "jpeg"})
		Expect(err).To(MatchError(kyc.ErrNoDocument))
		_, err = a.Fetch(ctx, ref, "HSCER")
		Expect(kyc.Unsupported(err)).To(BeTrue())
		suite.Silent(got, secrets...)
	})

	It("that is Aadhaar is the e-Aadhaar, unless another format is asked for", func(ctx SpecContext) {
		s := serving(well())
		s.with(issuedPath, items(item(map[string]any{"uri": "in.gov.uidai-ADHAR-0", "doctype": "ADHAR"})))
		s.with(filePath+"in.gov.uidai-ADHAR-0", vouched("%PDF-"))
		a := s.adapter()
		ref := exchanged(ctx, a)
		Expect(a.FetchFile(ctx, ref, kyc.FileRequest{Type: "ADHAR"})).NotTo(BeNil())
		Expect(s.received).To(HaveLen(2))
		got, err := a.FetchFile(ctx, ref, kyc.FileRequest{Type: "ADHAR", Format: "pdf"})
		Expect(err).NotTo(HaveOccurred())
		Expect(got.Format).To(Equal("pdf"))
	})

	DescribeTable("is asked for before any call by", func(ctx SpecContext, field string, r kyc.FileRequest) {
		s := serving(well())
		a := s.adapter()
		_, err := a.FetchFile(ctx, exchanged(ctx, a), r)
		Expect(err).To(MatchError(kyc.ErrInvalid))
		Expect(detail(err).Member).To(Equal(field))
		Expect(s.received).To(HaveLen(1))
		suite.Silent(err, seed)
	},
		Entry("a type", "Type", kyc.FileRequest{Format: "pdf"}),
		Entry("no issuer", "IssuerID", kyc.FileRequest{Type: "PANCR", IssuerID: seed}),
		Entry("no parameters", "Parameters",
			kyc.FileRequest{Type: "PANCR", Parameters: map[string]kyc.Private{"a": kyc.Hide(seed)}}),
	)
})

var _ = Describe("ReadUser", Label("DL-D23", "DL-D26"), func() {
	read := func(ctx SpecContext, body string) (*kyc.Consent, error) {
		a := serving(well()).with(userPath, reply{200, body, nil}).adapter()
		return a.ReadUser(ctx, exchanged(ctx, a))
	}

	It("says what the account says", func(ctx SpecContext) {
		consent, err := read(ctx, answer(user, map[string]any{
			"mobile": "9000000001", "email": "zzyzx@example.invalid", "picture": "/9j/4AAQSkZJRg==",
		}))
		Expect(err).NotTo(HaveOccurred())
		Expect(consent.State).To(Equal(kyc.Granted))
		Expect(consent.User.Name.Reveal()).To(Equal(seed + " Person"))
		Expect(consent.User.Birth.ISO()).To(Equal("1970-12-31"))
		Expect(consent.User.Gender.Code()).To(Equal(kyc.Female))
		Expect(consent.User.Mobile.Reveal()).To(Equal("9000000001"))
		Expect(consent.User.Email.Reveal()).To(Equal("zzyzx@example.invalid"))
		Expect(consent.User.Photo.Type()).To(Equal("image/jpeg"))
		Expect(*consent.EAadhaar).To(BeFalse())
		Expect(consent.TraceID).To(HavePrefix("2a33349e"))
		suite.Silent(consent, append(secrets, "9000000001")...)
	})

	It("says what it could not read", func(ctx SpecContext) {
		consent, err := read(ctx, answer(user, map[string]any{"dob": "32131970", "picture": seed, "gender": nil}))
		Expect(err).NotTo(HaveOccurred())
		Expect(consent.Unread).To(Equal([]string{"dob", "picture"}))
	})

	It("has each documented text in UTF-8", func(ctx SpecContext) {
		for _, member := range []string{"name", "dob", "gender", "mobile", "email", "picture"} {
			_, err := read(ctx, strings.Replace(answer(user, map[string]any{member: "Zzyzzx"}), "Zzyzzx", "\xe9", 1))
			Expect(err).To(MatchError(kyc.ErrUnexpected))
			Expect(detail(err).Member).To(Equal(member))
		}
		_, err := read(ctx, strings.Replace(answer(user, map[string]any{"other": "Zzyzzx"}), "Zzyzzx", "\xe9", 1))
		Expect(err).NotTo(HaveOccurred())
	})

	It("is unexpected without anybody", func(ctx SpecContext) {
		_, err := read(ctx, `{"eaadhaar":"Y"}`)
		Expect(err).To(MatchError(kyc.ErrUnexpected))
		Expect(detail(err).Member).To(Equal("name"))
	})
})
