package authpartner_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/internal/calls"
	"example.com/digilocker/contract/provider/authpartner"
	"example.com/digilocker/contract/simulator"
)

// listed are the items of a list.
func listed(got calls.Answer) []map[string]any {
	GinkgoHelper()
	var said struct {
		Items []map[string]any `json:"items"`
	}
	Expect(json.Unmarshal([]byte(got.Body), &said)).To(Succeed(), got.Body)
	return said.Items
}

var _ = Describe("DigiLocker's files", func() {
	It("are listed as far as the user shared them", func(ctx SpecContext) {
		r := newRig(simulator.Options{})
		token := r.granted(ctx, simulator.Complete, []kyc.Document{kyc.PAN, kyc.Aadhaar}).Member("access_token")
		all := listed(r.get(ctx, "/2/files/issued", token))
		Expect(all).To(HaveLen(2))
		Expect(all[0]).To(And(HaveKeyWithValue("doctype", "ADHAR"), HaveKeyWithValue("mime", "application/xml")))
		Expect(
			all[1],
		).To(
			And(HaveKeyWithValue("uri", "in.gov.pan-PANCR-AAAPA0001A"), HaveKeyWithValue("issuerid", "in.gov.pan"),
				HaveKeyWithValue("date", " 2015-05-12T15:50:38Z"), HaveKeyWithValue("mime", HaveLen(2))),
		)
		Expect(
			r.get(
				ctx,
				"/2/files/issued",
				r.granted(ctx, simulator.Complete, []kyc.Document{}).Member("access_token"),
			).Body,
		).
			To(
				Equal(`{"items":[]}`),
			)
	})

	It("are those of the sample for the published person, and what the person shared", func(ctx SpecContext) {
		r := newRig(simulator.Options{})
		some := r.granted(ctx, simulator.Published, []kyc.Document{kyc.PAN}).Member("access_token")
		Expect(listed(r.get(ctx, "/2/files/issued", some))).To(HaveLen(3))
		token := r.granted(ctx, simulator.Published, nil).Member("access_token")
		whole := r.get(ctx, "/2/files/issued", token)
		Expect(whole.Body).To(ContainSubstring(`"uri":" in.gov.delhi-INCER-98765432"`))
		Expect(listed(whole)).To(HaveLen(2))
		none := r.granted(ctx, simulator.Published, []kyc.Document{}).Member("access_token")
		Expect(r.get(ctx, "/2/files/issued", none).Body).To(Equal(whole.Body))
		xml := r.get(ctx, "/1/xml/in.gov.delhi-INCER-98765432", token)
		Expect(xml.Status).To(Equal(http.StatusOK), xml.Body)
		Expect(xml.Body).To(And(ContainSubstring(`type="INCER"`), ContainSubstring("<SignatureValue>")))
		refused(r.get(ctx, "/1/xml/in.gov.cbse-HSCER-201412345678", token), http.StatusNotFound, "invalid_uri")
		Expect(r.get(ctx, "/1/file/in.gov.cbse-HSCER-201412345678", token).Body).To(HavePrefix("%PDF-"))
	})

	It("are handed out with a sum that the client's secret is the key of", Label("DL-D34"), func(ctx SpecContext) {
		r := newRig(simulator.Options{})
		token := r.granted(ctx, simulator.Complete, nil).Member("access_token")
		for path, of := range map[string]string{
			"/3/xml/eaadhaar": "<KycRes ", "/1/xml/in.gov.pan-PANCR-AAAPA0001A": "PAN Verification Record",
			"/1/xml/in.gov.transport-DRVLC-XX0019900000001":  "Driving License",
			"/1/file/in.gov.transport-DRVLC-XX0019900000001": "%PDF-",
		} {
			got := r.get(ctx, path, token)
			Expect(got.Status).To(Equal(http.StatusOK), got.Body)
			Expect(got.Body).To(ContainSubstring(of))
			Expect(got.Header.Get("hmac")).To(And(HaveLen(44), Equal(sumOf(got.Body))))
			Expect(got.Header.Get("Content-Length")).To(Equal(strconv.Itoa(len(got.Body))))
			Expect(got.Header.Get("Content-Type")).To(HavePrefix("application/"))
		}
	})

	It("are told apart from those that are not shared, and those that are not there", func(ctx SpecContext) {
		r := newRig(simulator.Options{})
		token := r.granted(ctx, simulator.Complete, []kyc.Document{kyc.PAN}).Member("access_token")
		for _, path := range []string{"/1/file/", "/1/xml/"} {
			refused(
				r.get(ctx, path+"in.gov.transport-DRVLC-XX0019900000001", token),
				http.StatusForbidden,
				"insufficient_scope",
			)
			refused(r.get(ctx, path+"in.gov.pan-PANCR-AAAPA0002A", token), http.StatusNotFound, "invalid_uri")
			refused(r.get(ctx, path+"%20", token), http.StatusBadRequest, "uri_missing")
		}
		refused(r.get(ctx, "/3/xml/eaadhaar", token), http.StatusForbidden, "insufficient_scope")
		aadhaar := r.granted(ctx, simulator.Complete, nil).Member("access_token")
		uri := authpartner.URIOf(simulator.Complete, "ADHAR")
		refused(r.get(ctx, "/1/file/"+uri, aadhaar), http.StatusNotFound, "invalid_uri")
		refused(r.get(ctx, "/1/xml/"+uri, aadhaar), http.StatusNotFound, "invalid_uri")
		unlinked := r.granted(ctx, simulator.WithoutAadhaar, nil).Member("access_token")
		refused(r.get(ctx, "/3/xml/eaadhaar", unlinked), http.StatusNotFound, "aadhaar_not_linked")
		refused(r.get(ctx, "/1/apaar", unlinked), http.StatusNotFound, "apaar_not_linked")
	})

	It("lead to a student's record", func(ctx SpecContext) {
		r := newRig(simulator.Options{})
		got := r.get(ctx, "/1/apaar", r.granted(ctx, simulator.Complete, nil).Member("access_token"))
		Expect(got.Member("apaar_id")).To(MatchRegexp("^[0-9]{12}$"))
	})

	const jpeg = "\xff\xd8\xff\xe0 a picture"

	DescribeTable(
		"are uploaded with what is documented:",
		func(ctx SpecContext, want, body string, change ...string) {
			r := newRig(simulator.Options{})
			header := map[string]string{
				"Content-Type": "image/jpeg", "path": "/My Documents/me.jpg", "hmac": sumOf(body),
				"Authorization": "Bearer " + r.granted(ctx, simulator.Complete, nil).Member("access_token"),
			}
			for i := 0; i < len(change); i += 2 {
				header[change[i]] = change[i+1]
			}
			var all []string
			for name, value := range header {
				if value != "" {
					all = append(all, name, value)
				}
			}
			got := calls.Send(ctx, "POST", r.base+"/public/oauth2/1/file/upload", body, all...)
			if want != "" {
				status := http.StatusBadRequest
				if want == "invalid_token" {
					status = http.StatusUnauthorized
				}
				refused(got, status, want)
				return
			}
			Expect(got.Status).To(Equal(http.StatusOK), got.Body)
			Expect(got.Member("path")).To(Equal(header["path"]))
			Expect(got.Member("size")).To(Equal(strconv.Itoa(len(body))))
			token := strings.TrimPrefix(header["Authorization"], "Bearer ")
			uploaded := listed(r.get(ctx, "/1/files/5678", token))
			Expect(uploaded).To(HaveLen(1))
			Expect(uploaded[0]).To(And(HaveKeyWithValue("name", "me.jpg"), HaveKeyWithValue("type", "file")))
			uri := uploaded[0]["uri"].(string)
			file := r.get(ctx, "/1/file/"+uri, token)
			Expect(file.Status).To(Equal(http.StatusOK))
			Expect(file.Body == body).To(BeTrue(), "the bytes as they were")
			Expect(file.Header.Get("Content-Type")).To(Equal("image/jpeg"))
			Expect(file.Header.Get("hmac")).To(Equal(sumOf(body)))
			refused(r.get(ctx, "/1/xml/"+uri, token), http.StatusNotFound, "invalid_uri")
			other := r.granted(ctx, simulator.Complete, nil).Member("access_token")
			refused(r.get(ctx, "/1/file/"+uri, other), http.StatusNotFound, "invalid_uri")
		},
		Entry("a picture", "", jpeg),
		Entry("as large as it may be", "", jpeg+strings.Repeat(" ", authpartner.UploadLimit-len(jpeg))),
		Entry("larger", "invalid_filesize", jpeg+strings.Repeat(" ", authpartner.UploadLimit)),
		Entry("without a token", "invalid_token", jpeg, "Authorization", ""),
		Entry("without a type", "contenttype_missing", jpeg, "Content-Type", ""),
		Entry("without a path", "path_missing", jpeg, "path", ""),
		Entry("without a sum", "hmac_missing", jpeg, "hmac", ""),
		Entry("with another sum", "hmac_mismatch", jpeg, "hmac", sumOf("other")),
		Entry("without a name", "filename_missing", jpeg, "path", "/My Documents/"),
		Entry("with a name of other characters", "invalid_filename", jpeg, "path", "/a*b.jpg"),
		Entry("of another type", "invalid_filetype", jpeg, "Content-Type", "text/html"),
		Entry("of no bytes", "file_data_missing", ""),
		Entry("of a type that the bytes are not", "mimetype_mismatch", jpeg, "Content-Type", "application/pdf"),
		Entry("into a folder that is not there", "invalid_path", jpeg, "path", "/nowhere/me.jpg"),
	)

	// put uploads a picture of that size, and is its URI.
	put := func(ctx context.Context, r *rig, token, name string, size int) string {
		GinkgoHelper()
		body := jpeg + strings.Repeat(" ", size-len(jpeg))
		got := calls.Send(ctx, "POST", r.base+"/public/oauth2/1/file/upload", body, "Content-Type", "image/jpeg",
			"path", "/My Documents/"+name, "hmac", sumOf(body), "Authorization", "Bearer "+token)
		Expect(got.Status).To(Equal(http.StatusOK), got.Body)
		all := listed(r.get(ctx, "/1/files/5678", token))
		return all[len(all)-1]["uri"].(string)
	}

	It("are kept, of what is uploaded, up to ten megabytes", func(ctx SpecContext) {
		r := newRig(simulator.Options{})
		token := r.granted(ctx, simulator.Complete, nil).Member("access_token")
		first := put(ctx, r, token, "one.jpg", authpartner.UploadLimit/2)
		second := put(ctx, r, token, "two.jpg", authpartner.UploadLimit/2)
		Expect(r.get(ctx, "/1/file/"+first, token).Status).To(Equal(http.StatusOK))
		third := put(ctx, r, token, "three.jpg", 100)
		refused(r.get(ctx, "/1/file/"+first, token), http.StatusNotFound, "invalid_uri")
		for _, uri := range []string{second, third} {
			Expect(r.get(ctx, "/1/file/"+uri, token).Status).To(Equal(http.StatusOK))
		}
		Expect(listed(r.get(ctx, "/1/files/5678", token))).To(HaveLen(2))
	})

	It("are handed out as they are listed, what the published person uploaded too", func(ctx SpecContext) {
		r := newRig(simulator.Options{})
		token := r.granted(ctx, simulator.Published, nil).Member("access_token")
		uri := ""
		for _, one := range listed(r.get(ctx, "/1/files", token)) {
			if one["type"] == "file" {
				uri = one["uri"].(string)
			}
		}
		file := r.get(ctx, "/1/file/"+uri, token)
		Expect(file.Status).To(Equal(http.StatusOK), file.Body)
		Expect(file.Body).To(HavePrefix("%PDF-"))
		Expect(file.Header.Get("hmac")).To(Equal(sumOf(file.Body)))
		alone := r.granted(ctx, simulator.Published, nil, "scope", "files.issueddocs").Member("access_token")
		refused(r.get(ctx, "/1/file/"+uri, alone), http.StatusForbidden, "insufficient_scope")
		both := r.granted(ctx, simulator.Published, nil, "scope", "files.uploadeddocs").Member("access_token")
		Expect(r.get(ctx, "/1/file/"+uri, both).Body).To(Equal(file.Body))
		other := r.granted(ctx, simulator.Complete, nil).Member("access_token")
		refused(r.get(ctx, "/1/file/"+uri, other), http.StatusNotFound, "invalid_uri")
	})

	It("are in two folders", func(ctx SpecContext) {
		r := newRig(simulator.Options{})
		token := r.granted(ctx, simulator.Published, nil).Member("access_token")
		root := r.get(ctx, "/1/files", token)
		Expect(root.Member("directory")).To(Equal("/"))
		Expect(listed(root)).To(HaveLen(2))
		Expect(r.get(ctx, "/1/files/1234", token).Body).To(Equal(root.Body))
		Expect(r.get(ctx, "/1/files/5678", token).Member("directory")).To(Equal("/My Documents"))
		refused(r.get(ctx, "/1/files/9", token), http.StatusNotFound, "invalid_id")
		other := r.granted(ctx, simulator.Complete, nil).Member("access_token")
		Expect(listed(r.get(ctx, "/1/files", other))).To(HaveLen(1))
	})

	// pull pulls with a form.
	pull := func(ctx context.Context, r *rig, token string, changes ...string) calls.Answer {
		GinkgoHelper()
		form := url.Values{
			"orgid": {"000018"}, "doctype": {"HSCER"}, "consent": {"Y"}, "year": {"2002"}, "rollno": {"C525690"},
		}
		for i := 0; i < len(changes); i += 2 {
			form.Set(changes[i], changes[i+1])
		}
		return r.post(ctx, "/public/oauth2/1/pull/pulldocument", form, "Authorization", "Bearer "+token)
	}

	It("are pulled from their issuers", Label("DL-D43"), func(ctx SpecContext) {
		r := newRig(simulator.Options{})
		token := r.granted(ctx, simulator.Complete, nil).Member("access_token")
		before := listed(r.get(ctx, "/2/files/issued", token))
		got := pull(ctx, r, token)
		Expect(got.Status).To(Equal(http.StatusOK), got.Body)
		Expect(got.Member("uri")).To(Equal("in.gov.cbse-HSCER-201412345678"))
		Expect(listed(r.get(ctx, "/2/files/issued", token))).To(HaveLen(len(before) + 1))
		Expect(r.get(ctx, "/1/file/"+got.Member("uri"), token).Body).To(HavePrefix("%PDF-"))
		refused(pull(ctx, r, token), http.StatusBadRequest, "uri_exists")
		refused(pull(ctx, r, token, "doctype", "PANCR"), http.StatusBadRequest, "uri_exists")
		Expect(pull(ctx, r, token, "doctype", "INCER").Member("uri")).To(Equal("in.gov.delhi-INCER-98765432"))
		token = r.granted(ctx, simulator.Published, nil).Member("access_token")
		Expect(pull(ctx, r, token).Status).To(Equal(http.StatusOK))
		refused(pull(ctx, r, token), http.StatusBadRequest, "uri_exists")
		Expect(listed(r.get(ctx, "/2/files/issued", token))).To(HaveLen(2))
	})

	It("are pulled as far as they are there", func(ctx SpecContext) {
		r := newRig(simulator.Options{})
		token := r.granted(ctx, simulator.Complete, []kyc.Document{kyc.Aadhaar}, "req_doctype", "ADHAR,PANCR,HSCER").
			Member("access_token")
		refused(pull(ctx, r, token, "orgid", "9"), http.StatusBadRequest, "invalid_orgid")
		refused(pull(ctx, r, token, "doctype", "XXXXX"), http.StatusBadRequest, "invalid_doctype")
		refused(pull(ctx, r, token, "rollno", "other"), http.StatusNotFound, "record_not_found")
		refused(pull(ctx, r, token, "consent", "N"), http.StatusForbidden, "insufficient_scope")
		refused(pull(ctx, r, token, "doctype", "INCER"), http.StatusForbidden, "insufficient_scope")
		refused(pull(ctx, r, token, "doctype", "PANCR"), http.StatusForbidden, "insufficient_scope")
		refused(pull(ctx, r, "none"), http.StatusUnauthorized, "invalid_token")
		refused(pull(ctx, r, r.granted(ctx, simulator.LicenceOnly, nil).Member("access_token")),
			http.StatusBadRequest, "aadhaar_not_linked")
	})

	It("are pulled later where somebody has to look", func(ctx SpecContext) {
		r := newRig(simulator.Options{})
		token := r.granted(ctx, simulator.Slow, nil).Member("access_token")
		before := listed(r.get(ctx, "/2/files/issued", token))
		for range 2 {
			refused(pull(ctx, r, token), http.StatusBadRequest, "pull_response_pending")
		}
		Expect(listed(r.get(ctx, "/2/files/issued", token))).To(HaveLen(len(before)))
		r.sim.Advance(simulator.Validation)
		Expect(listed(r.get(ctx, "/2/files/issued", token))).To(HaveLen(len(before) + 1))
		refused(pull(ctx, r, token), http.StatusBadRequest, "uri_exists")
	})
})
