package surepass_test

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"gopkg.in/yaml.v3"

	"example.com/digilocker/adapters/kyc"
	adapter "example.com/digilocker/adapters/surepass"
	"example.com/digilocker/contract"
	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/internal/calls"
	"example.com/digilocker/contract/provider/surepass"
	"example.com/digilocker/contract/simulator"
	"example.com/digilocker/gen/surepassapi"
	"example.com/digilocker/specs/document"
)

// Ids of examples.
const (
	sdkFlow   = "surepass/initialize/200/sdk-flow"
	told      = "surepass/initialize/webhook/success"
	completed = "surepass/getStatus/200/completed"
	unknown   = "surepass/getStatus/404/client-not-found"
	two       = "surepass/listDocuments/200/two-documents"
	expired   = "surepass/listDocuments/401/invalid-or-expired-token"
	aadhaar   = "surepass/downloadAadhaar/200/aadhaar"
)

const ref = kyc.Ref("digilocker_cntWpMxWHbcvgghtyvxw")

// request is in order.
var request = kyc.StartRequest{
	ID: "order-42", Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: "https://shop.example/back?attempt=1",
	Flow: kyc.SignUp,
}

// differences pin those of differences.yaml.
func differences() {
	Describe("surepass", func() {
		// stands returns what stands there in a document of this tree; there must be something.
		stands := func(file string) func(path ...string) *yaml.Node {
			return func(path ...string) *yaml.Node {
				GinkgoHelper()
				root, err := document.Read(file)
				Expect(err).NotTo(HaveOccurred())
				n := document.At(root, document.Pointer("", path...))
				Expect(n).NotTo(BeNil(), "%s has nothing at %q", file, path)
				return n
			}
		}
		published := stands("../../../specs/surepass/openapi.yaml")
		effective := stands("../../../gen/surepassapi/openapi.gen.yaml")
		linked := map[string]string{"/data/url": `"https://digilocker.example/login"`}
		const profile = "data.aadhaar_xml_data.profile_image" // of which the sample has the beginning
		option := func(name string) *yaml.Node {
			GinkgoHelper()
			return published("components", "schemas", "InitializeData", "properties", name)
		}
		// answering is the adapter against a server that gives that answer to everything.
		answering := func(status int, mediaType, body string) kyc.Provider {
			GinkgoHelper()
			return suite.Adapter(contract.Answering(status, mediaType, []byte(body)))
		}
		answer := func(id string, changes map[string]string) kyc.Provider {
			GinkgoHelper()
			e := suite.Entry(id)
			return answering(e.Status, e.MediaType(), string(contract.Changed(e.Value, changes)))
		}
		// sent is what Start sends, below data.
		sent := func(ctx context.Context, opts adapter.Options, r kyc.StartRequest) map[string]any {
			GinkgoHelper()
			s := contract.Answering(http.StatusTeapot, "", nil)
			a, err := adapter.New(s.URL, adapter.Credentials{Token: kyc.Hide("token")}, opts)
			Expect(err).NotTo(HaveOccurred())
			_, err = a.Start(ctx, r)
			Expect(err).To(MatchError(kyc.ErrUnexpected))
			var body struct{ Data map[string]any }
			Expect(json.Unmarshal(s.Received[0].Body, &body)).To(Succeed())
			return body.Data
		}
		state := func(ctx context.Context, changes map[string]string) *kyc.Consent {
			GinkgoHelper()
			consent, err := answer(completed, changes).Status(ctx, ref)
			Expect(err).NotTo(HaveOccurred())
			return consent
		}
		// requests are the documented ones of the operation, by name.
		requests := func() map[string]surepassapi.JourneyOptions {
			all := map[string]surepassapi.JourneyOptions{}
			for _, e := range suite.Document.Requests(suite.Operation("initialize")) {
				all[e.Example] = contract.Into[surepassapi.InitializeRequest](suite, e.ID).Data
			}
			return all
		}
		undecided := map[string]string{"/data/completed": "false", "/data/status": `"client_initiated"`}

		It("is called below surepass.app, and anywhere that the caller says", Label("SP-D1"), func() {
			Expect([]string{surepassapi.Sandbox, surepassapi.Production}).
				To(Equal([]string{"https://sandbox.surepass.app", "https://kyc-api.surepass.app"}))
			Expect(suite.Document.Servers()).To(ConsistOf(surepassapi.Sandbox, surepassapi.Production))
			for _, base := range []string{adapter.SandboxIO, adapter.ProductionIO, "https://gateway.example/surepass"} {
				_, err := adapter.New(base, adapter.Credentials{Token: kyc.Hide("token")}, adapter.Options{})
				Expect(err).NotTo(HaveOccurred(), base)
			}
		})

		It("is called at the host of the samples, and not at those of the page's head, unless the caller says so",
			Label("SP-D2"), func(ctx SpecContext) {
				for _, base := range []string{
					adapter.Sandbox, adapter.Production, adapter.SandboxIO, adapter.ProductionIO,
				} {
					var called []string
					a, err := adapter.New(base, adapter.Credentials{Token: kyc.Hide("token")}, adapter.Options{
						HTTPClient: &http.Client{Transport: transport(func(r *http.Request) (*http.Response, error) {
							called = append(called, r.Method+" "+r.URL.String())
							return nil, net.ErrClosed
						})},
					})
					Expect(err).NotTo(HaveOccurred())
					_, err = a.Status(ctx, ref)
					Expect(err).To(MatchError(net.ErrClosed))
					Expect(called).To(Equal([]string{"GET " + base + "/api/v1/digilocker/status/" + string(ref)}))
				}
				Expect(adapter.Production).To(Equal("https://kyc-api.surepass.app"))
				Expect(adapter.ProductionIO).To(Equal("https://kyc-api.surepass.io"))
				Expect(suite.Document.Servers()).NotTo(ContainElement(ContainSubstring("surepass.io")))
			})

		It("is told whether the user is new, which every sample is", Label("SP-D3"), func(ctx SpecContext) {
			Expect(document.JSON(published("components", "schemas", "InitializeData", "required"))).
				To(MatchJSON(`["signup_flow"]`))
			for name, options := range requests() {
				Expect(options.SignupFlow).To(BeTrue(), name)
			}
			for flow, want := range map[kyc.Flow]bool{kyc.SignUp: true, kyc.SignIn: false} {
				r := request
				r.Flow = flow
				Expect(sent(ctx, adapter.Options{}, r)).To(HaveKeyWithValue("signup_flow", want))
			}
			a, err := adapter.New(surepassapi.Sandbox, adapter.Credentials{Token: kyc.Hide("token")}, adapter.Options{})
			Expect(err).NotTo(HaveOccurred())
			r := request
			r.Flow = ""
			_, err = a.Start(ctx, r)
			Expect(err).To(And(MatchError(kyc.ErrInvalid), HaveField("Member", "Flow")), "it was told nothing")
		})

		It("goes without auth_type, which some samples have and others not", Label("SP-D4"), func(ctx SpecContext) {
			with := []string{}
			for name, options := range requests() {
				if options.AuthType != nil {
					Expect(*options.AuthType).To(Equal(surepassapi.AuthTypeApp), name)
					with = append(with, name)
				}
			}
			Expect(with).To(ConsistOf("minimal for an app", "voice assistant in English for an app",
				"voice assistant in Hindi for an app", "mobile"))
			Expect(document.Text(option("auth_type"), "default")).To(Equal("web"))
			Expect(sent(ctx, adapter.Options{}, request)).NotTo(HaveKey("auth_type"))
		})

		It("goes without skip_main_screen, which the samples have", Label("SP-D5"), func(ctx SpecContext) {
			Expect(document.Text(option("skip_main_screen"), "default")).To(Equal("true"))
			for name, options := range requests() {
				if options.SkipMainScreen != nil {
					Expect(*options.SkipMainScreen).To(BeFalse(), name)
				}
			}
			Expect(sent(ctx, adapter.Options{}, request)).NotTo(HaveKey("skip_main_screen"))
		})

		It("says itself how long a link lives, whatever was asked for", Label("SP-D6"), func(ctx SpecContext) {
			for member, want := range map[string]string{"minimum": "5", "maximum": "30", "default": "30"} {
				Expect(document.Text(option("expiry_minutes"), member)).To(Equal(want))
			}
			for _, minutes := range []time.Duration{5, 30} {
				Expect(sent(ctx, adapter.Options{Expiry: minutes * time.Minute}, request)).
					To(HaveKeyWithValue("expiry_minutes", BeNumerically("==", minutes)))
			}
			Expect(sent(ctx, adapter.Options{}, request)).NotTo(HaveKey("expiry_minutes"))
			consent, err := answer(sdkFlow, linked).Start(ctx, request)
			Expect(err).NotTo(HaveOccurred())
			Expect(consent.ExpiresAt).To(BeTemporally("~", time.Now().Add(600*time.Second), time.Minute))
		})

		DescribeTable("says that in any number", Label("SP-D7"), func(ctx SpecContext, number string) {
			Expect(contract.Into[surepassapi.InitializeAnswer](suite, sdkFlow).Data.ExpirySeconds).
				To(Equal(json.Number("600.0")))
			consent, err := answer(sdkFlow, map[string]string{
				"/data/url": `"https://digilocker.example/login"`, "/data/expiry_seconds": number,
			}).Start(ctx, request)
			Expect(err).NotTo(HaveOccurred())
			Expect(consent.ExpiresAt).To(BeTemporally("~", time.Now().Add(600*time.Second), time.Minute))
		},
			Entry("with a point", "600.0"), Entry("without one", "600"), Entry("with an exponent", "6e2"),
		)

		It("starts no journey without a URL, and no sample has one", Label("SP-D8"), func(ctx SpecContext) {
			Expect(contract.Into[surepassapi.InitializeAnswer](suite, sdkFlow).Data.URL).To(BeNil())
			url := effective("components", "schemas", "Initialized", "properties", "url")
			Expect(document.Text(url, "x-source")).To(Equal("3p"))
			_, err := answer(sdkFlow, nil).Start(ctx, request)
			contract.Unexpected(err, "data.url")
		})

		It("is not taken for a reseller that relays it", Label("SP-D9"), func(ctx SpecContext) {
			const relayed = `{"code":"0x0200","message":"Record found successful.","status":"SUCCESS","data":` +
				`{"clientId":"digilocker_LcVknlhLzfOmCelIVuzt","token":"opaque",` +
				`"url":"https://sdk.example/?token=opaque",` +
				`"expirySeconds":600}}`
			_, err := answering(200, "application/json", relayed).Start(ctx, request)
			Expect(err).To(MatchError(kyc.ErrUnexpected))
		})

		DescribeTable("decides by two booleans, and no word", Label("SP-D10"),
			func(ctx SpecContext, word, done, failed string, want kyc.State) {
				got := state(ctx, map[string]string{
					"/data/status": word, "/data/completed": done, "/data/failed": failed, "/data/error_count": "3",
				})
				Expect(got.State).To(Equal(want))
			},
			Entry("completed, and it is", `"completed"`, "true", "false", kyc.Granted),
			Entry("completed, and neither", `"completed"`, "false", "false", kyc.Pending),
			Entry("pending, and completed", `"pending"`, "true", "false", kyc.Granted),
			Entry("pending, and failed", `"pending"`, "false", "true", kyc.Denied),
			Entry("failed, and it is", `"failed"`, "false", "true", kyc.Denied),
			Entry("the webhook's word", `"success"`, "false", "false", kyc.Pending),
			Entry("client_initiated", `"client_initiated"`, "false", "false", kyc.Pending),
			Entry("in_progress, and completed", `"in_progress"`, "true", "false", kyc.Granted),
		)

		It("ends for nobody who refused or never came, until its link has", Label("SP-D11"), func(ctx SpecContext) {
			Expect(state(ctx, undecided).State).To(Equal(kyc.Pending))
			e := suite.Entry(completed)
			later := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", e.MediaType())
				w.Header().Set("Date", time.Now().Add(700*time.Second).UTC().Format(http.TimeFormat))
				_, _ = w.Write(contract.Changed(e.Value, undecided))
			}))
			DeferCleanup(later.Close)
			started, err := answer(sdkFlow, linked).Start(ctx, request)
			Expect(err).NotTo(HaveOccurred())
			a, err := adapter.New(later.URL, adapter.Credentials{Token: kyc.Hide("token")}, adapter.Options{})
			Expect(err).NotTo(HaveOccurred())
			got, err := a.Status(ctx, started.Ref)
			Expect(err).NotTo(HaveOccurred())
			Expect(got.State).To(Equal(kyc.Expired))
		})

		It("can be completed without Aadhaar", Label("SP-D12"), func(ctx SpecContext) {
			got := state(ctx, map[string]string{"/data/aadhaar_linked": "false"})
			Expect(got.State).To(Equal(kyc.Granted))
			Expect(got.EAadhaar).To(HaveValue(BeFalse()))
			r := newRig()
			journey := r.granted(ctx, simulator.WithoutAadhaar)
			_, err := r.adapter.Fetch(ctx, journey, kyc.Aadhaar)
			Expect(err).To(MatchError(kyc.ErrNoDocument))
			_, err = r.adapter.(kyc.FileFetcher).FetchFile(ctx, journey, kyc.FileRequest{Type: "ADHAR"})
			Expect(err).To(MatchError(kyc.ErrNoDocument))
		})

		It("tells by a webhook that nobody signed", Label("SP-D13"), func(ctx SpecContext) {
			Expect(sent(ctx, adapter.Options{}, request)).To(HaveKeyWithValue("state", "order-42"))
			var members map[string]any
			Expect(json.Unmarshal(suite.Example(told), &members)).To(Succeed())
			Expect(members).To(HaveLen(3))
			Expect(members).To(HaveKeyWithValue("status", "success"))
			_, reads := kyc.As[kyc.WebhookParser](answer(completed, nil))
			Expect(reads).To(BeFalse())
			Expect(suite.Provider.Account.SignWebhook).To(BeNil())
		})

		It("tells so once, at the end", Label("SP-D14"), func(ctx SpecContext) {
			r := newRig()
			consent := r.start(ctx)
			_, err := simulator.NewVisitor(simulator.Complete).Deny(ctx, r.start(ctx).URL.Reveal())
			Expect(err).NotTo(HaveOccurred())
			Expect(r.adapter.Status(ctx, consent.Ref)).To(HaveField("State", kyc.Pending))
			Expect(r.hooks()).To(BeEmpty(), "neither a journey's begin nor a refusal is told")
			_, err = simulator.NewVisitor(simulator.Complete).Allow(ctx, consent.URL.Reveal())
			Expect(err).NotTo(HaveOccurred())
			Expect(r.adapter.Status(ctx, consent.Ref)).To(HaveField("State", kyc.Granted))
			_, err = r.adapter.Fetch(ctx, consent.Ref, kyc.Aadhaar)
			Expect(err).NotTo(HaveOccurred())
			Expect(r.hooks()).To(HaveExactElements(MatchJSON(
				`{"client_id":"`+id(consent.Ref)+`","status":"success","type":"digilocker"}`)),
				"no document that is had is told")
		})

		It("is never sent the field of the request that is readonly", Label("SP-D15"), func(ctx SpecContext) {
			Expect(option("allow_selection")).NotTo(BeNil())
			opts := adapter.Options{Expiry: 5 * time.Minute, WebhookURL: "https://shop.example/hook"}
			Expect(sent(ctx, opts, request)).
				To(And(Not(HaveKey("allow_selection")), HaveKey("webhook_url"), HaveKey("aadhaar_xml")))
		})

		It("has a download whose page was not stored", Label("SP-D16"), func() {
			const at = "/api/v1/digilocker/download-document/{client_id}/{file_id}"
			Expect(document.Text(published("paths", at, "get"), "x-source")).To(Equal("P7"))
			Expect(document.Get(published("paths", at, "get", "responses", "200"), "content")).To(BeNil())
			Expect(document.Text(effective("components", "schemas", "DownloadAnswer"), "x-source")).To(Equal("3p"))
			for _, e := range suite.Document.Entries {
				Expect(e.Operation).NotTo(Equal("downloadDocument"), e.ID)
				Expect(e.Source).NotTo(HavePrefix("3p"), e.ID)
			}
		})

		It("has any text for the id of a file, percent-encoded in the path", Label("SP-D17"), func(ctx SpecContext) {
			for _, d := range contract.Into[surepassapi.ListAnswer](suite, two).Data.Documents {
				Expect(d.FileID).To(MatchRegexp(`^digilocker_file_[A-Za-z]{20}$`))
			}
			for id, path := range map[string]string{"aadhaar": "aadhaar", "a/b ?c": "a%2Fb%20%3Fc"} {
				s := newScript(suite.Entry(two), map[string]string{"/data/documents/1/file_id": `"` + id + `"`})
				_, err := s.adapter().FetchFile(ctx, ref, kyc.FileRequest{Type: "ADHAR"})
				Expect(err).NotTo(HaveOccurred())
				Expect(s.paths()).To(HaveLen(2))
				Expect(s.paths()[1]).To(HaveSuffix("/download-document/" + string(ref) + "/" + path))
			}
		})

		It("lists a document once, or once for each of its files", Label("SP-D18"), func(ctx SpecContext) {
			const item = `{"file_id":"FILE","name":"n","doc_type":"PANCR","downloaded":true,"issuer":"i",` +
				`"description":"d"TYPE}`
			list := func(files ...string) string {
				var all []string
				for _, f := range files {
					id, format, _ := strings.Cut(f, " ")
					if format != "" {
						format = `,"file_type":"` + format + `"`
					}
					all = append(all, strings.NewReplacer("FILE", id, "TYPE", format).Replace(item))
				}
				return "[" + strings.Join(all, ",") + "]"
			}
			for files, want := range map[string]string{
				"one": "one", "one pdf,two xml": "two", "one xml,two pdf": "one", "one pdf": "one",
			} {
				documents := list(strings.Split(files, ",")...)
				s := newScript(suite.Entry(two), map[string]string{"/data/documents": documents})
				_, err := s.adapter().FetchFile(ctx, ref, kyc.FileRequest{Type: "PANCR"})
				Expect(err).NotTo(HaveOccurred())
				Expect(s.paths()[1]).To(HaveSuffix("/"+want), files)
			}
			older := strings.NewReplacer("file_id", "digi_file_id", "doc_type", "type").Replace(list("one"))
			s := newScript(suite.Entry(two), map[string]string{"/data/documents": older})
			_, err := s.adapter().FetchFile(ctx, ref, kyc.FileRequest{Type: "PANCR"})
			Expect(err).To(And(MatchError(kyc.ErrUnexpected), HaveField("Member", "data.documents.0.doc_type")))
			Expect(s.paths()).NotTo(ContainElement(ContainSubstring("download")))
		})

		It("is asked for the list before each download", Label("SP-D19"), func(ctx SpecContext) {
			for _, d := range contract.Into[surepassapi.ListAnswer](suite, two).Data.Documents {
				Expect(d.Downloaded).To(BeTrue())
			}
			r := newRig()
			journey := r.granted(ctx, simulator.Complete)
			file := surepass.FileID(id(journey), kyc.PAN)
			got := r.get(ctx, "download-document/"+id(journey)+"/"+file)
			Expect(got.Status).To(Equal(404))
			Expect(got.Body).To(ContainSubstring(`"message":"File ID not found"`))
			Expect(r.get(ctx, "list-documents/"+id(journey)).Body).To(ContainSubstring(file))
			Expect(r.get(ctx, "download-document/"+id(journey)+"/"+file).Status).To(Equal(200))
			s := newScript(suite.Entry(two), nil)
			_, err := s.adapter().FetchFile(ctx, ref, kyc.FileRequest{Type: "PANCR"})
			Expect(err).NotTo(HaveOccurred())
			Expect(s.paths()[0]).To(ContainSubstring("/list-documents/"))
		})

		It("says of an unknown journey what its 404 says, by whatever code", Label("SP-D20"), func(ctx SpecContext) {
			for _, code := range []string{`"client_not_found"`, `"digilocker_client_not_found"`, `"another"`, ""} {
				_, err := answer(unknown, map[string]string{"/message_code": code}).Status(ctx, ref)
				Expect(err).To(MatchError(kyc.ErrNotFound), code)
			}
		})

		It("refuses with data of null, or without", Label("SP-D21"), func(ctx SpecContext) {
			Expect(document.JSON(published("components", "schemas", "Refusal", "required"))).
				To(ContainSubstring(`"data"`))
			Expect(string(suite.Example(expired))).NotTo(ContainSubstring(`"data"`))
			Expect(string(suite.Example(unknown))).To(ContainSubstring(`"data":null`))
			for _, changes := range []map[string]string{nil, {"/data": "null", "/message_code": `"unauthorized"`}} {
				_, err := answer(expired, changes).Status(ctx, ref)
				Expect(err).To(MatchError(kyc.ErrCredentials))
			}
			_, err := answer(unknown, map[string]string{"/data": ""}).Status(ctx, ref)
			Expect(err).To(MatchError(kyc.ErrNotFound))
		})

		It("hands Aadhaar out once, and is not asked again", Label("SP-D22"), func(ctx SpecContext) {
			r := newRig()
			journey := r.granted(ctx, simulator.Complete)
			_, err := r.adapter.Fetch(ctx, journey, kyc.Aadhaar)
			Expect(err).NotTo(HaveOccurred())
			_, err = r.adapter.Fetch(ctx, journey, kyc.Aadhaar)
			Expect(err).To(And(MatchError(kyc.ErrExpired), HaveField("Status", 422),
				HaveField("Code", "already_downloaded"), HaveField("Spent", true)))
			once, ok := kyc.As[kyc.OnceFetcher](r.adapter)
			Expect(ok).To(BeTrue())
			Expect(once.FetchesOnce()).To(ConsistOf(kyc.Aadhaar))
		})

		It("means by 422 what its code says", Label("SP-D23"), func(ctx SpecContext) {
			const body = `{"data":null,"status_code":422,"success":false,"message":"m","message_code":"CODE"}`
			for code, kind := range map[string]kyc.Err{
				"already_downloaded": kyc.ErrExpired, "client_not_found": kyc.ErrNotFound,
				"another": kyc.ErrUnexpected, "invalid_request": kyc.ErrUnexpected, "": kyc.ErrUnexpected,
			} {
				p := answering(422, "application/json", strings.Replace(body, "CODE", code, 1))
				_, starting := p.Start(ctx, request)
				_, asking := p.Status(ctx, ref)
				_, fetching := p.Fetch(ctx, ref, kyc.Aadhaar)
				_, listing := p.(kyc.DocumentLister).ListDocuments(ctx, ref)
				for _, err := range []error{starting, asking, fetching, listing} {
					Expect(kyc.KindOf(err)).To(Equal(kind), code)
					Expect(err).NotTo(MatchError(kyc.ErrInvalid), code)
					Expect(err).To(And(HaveField("Status", 422), HaveField("Code", code)))
				}
			}
		})

		It("has a father's name that is none", Label("SP-D24"), func(ctx SpecContext) {
			data := contract.Into[surepassapi.AadhaarAnswer](suite, aadhaar).Data.Aadhaar
			Expect(data.FatherName).To(Equal(data.CareOf))
			for _, father := range []string{"null", "", `"S/O Another"`} {
				changes := map[string]string{"/data/aadhaar_xml_data/father_name": father}
				record, err := answer(aadhaar, changes).Fetch(ctx, ref, kyc.Aadhaar)
				Expect(err).NotTo(HaveOccurred())
				Expect(record.Person.CareOf.Reveal()).To(Equal("S/O Someone"))
				Expect(record.Unread).To(ConsistOf(profile))
			}
		})

		It("may say more than its samples", Label("SP-D25"), func(ctx SpecContext) {
			record, err := answer(aadhaar, map[string]string{
				"/data/digilocker_metadata/mobile_number": `"1000000001"`, "/data/auid": `"made-up"`,
				"/data/aadhaar_xml_data/uniqueness_id": `"made-up"`,
			}).Fetch(ctx, ref, kyc.Aadhaar)
			Expect(err).NotTo(HaveOccurred())
			Expect(record.Person.Mobile.IsZero()).To(BeTrue())
			Expect(record.Unread).To(ConsistOf(profile))
		})

		It("writes days with the year in front, which the signed XML does not", Label("SP-D26"), func(ctx SpecContext) {
			data := contract.Into[surepassapi.AadhaarAnswer](suite, aadhaar).Data
			for _, day := range []*string{data.Metadata.Birth, data.Aadhaar.Birth} {
				Expect(day).To(HaveValue(MatchRegexp(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)))
			}
			Expect(data.Aadhaar.BirthYear).To(HaveValue(Equal("1990")))
			record, err := answer(aadhaar, nil).Fetch(ctx, ref, kyc.Aadhaar)
			Expect(err).NotTo(HaveOccurred())
			Expect(record.Person.Birth.ISO()).To(Equal("1990-01-01"))
			r := newRig()
			record, err = r.adapter.Fetch(ctx, r.granted(ctx, simulator.Complete), kyc.Aadhaar)
			Expect(err).NotTo(HaveOccurred())
			Expect(record.Person.Birth.ISO()).To(Equal("1990-03-17"))
			Expect(calls.Send(ctx, "GET", record.File.Link.Reveal(), "").Body).To(ContainSubstring(`dob="17-03-1990"`))
		})

		// uncalled are the examples of Verify Account, by name.
		uncalled := func() map[string]example.Entry {
			all := map[string]example.Entry{}
			for _, e := range suite.Document.Uncalled {
				all[e.Example] = e
			}
			return all
		}

		It("asks for an account by a flat body, and opens a journey by one within data", Label("SP-D27"), func() {
			Expect(document.Get(published("components", "schemas", "AccountQuery", "properties"), "data")).To(BeNil())
			Expect(published("components", "schemas", "InitializeRequest", "properties", "data")).NotTo(BeNil())
		})

		It("shows no account that could be asked for", Label("SP-D28"), func() {
			Expect(string(uncalled()["aadhaar number"].Value)).To(MatchJSON(`{"id_number":"6209XXXXXXXX"}`))
			Expect(string(uncalled()["mobile number"].Value)).To(MatchRegexp(`"9X{9}"`))
			Expect(string(uncalled()["account"].Value)).To(ContainSubstring(`"id_number":"XXXXXXXX1234"`))
		})

		It("has two kinds of nothing in an account, and an id that is no UUID", Label("SP-D29"), func() {
			var with, without struct{ Data map[string]any }
			Expect(json.Unmarshal(uncalled()["account"].Value, &with)).To(Succeed())
			Expect(json.Unmarshal(uncalled()["no account"].Value, &without)).To(Succeed())
			Expect(with.Data["mobile_number"]).To(BeNil())
			Expect(without.Data["digilocker_id"]).To(Equal(""))
			Expect(with.Data["digilocker_id"]).NotTo(MatchRegexp(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`))
		})

		It("is never asked for an account, as no page says where", Label("SP-D30"), func() {
			Expect(uncalled()).To(HaveLen(4))
			for name, e := range uncalled() {
				Expect(suite.Document.CheckSchema(e)).To(BeEmpty(), name)
				Expect(e.Nowhere).To(ContainSubstring("SP-D30"), name)
			}
			_, found := suite.Document.Operation("verifyAccount")
			Expect(found).To(BeFalse())
			_, asks := kyc.As[kyc.AccountChecker](answer(completed, nil))
			Expect(asks).To(BeFalse())
		})

		It("is sent no media type of a body that there is not", Label("SP-D31"), func(ctx SpecContext) {
			s := contract.Answering(200, "application/json", suite.Example(completed))
			_, err := suite.Adapter(s).Status(ctx, ref)
			Expect(err).NotTo(HaveOccurred())
			Expect(s.Received[0].Header).NotTo(HaveKey("Content-Type"))
		})

		It("refuses a return to the caller's own machine by a page", Label("SP-D34"), func(ctx SpecContext) {
			for _, host := range []string{"localhost:8080", "127.0.0.1:8080"} {
				r := request
				r.ReturnTo = "https://" + host + "/back"
				_, err := answering(403, "text/html", "<html><h1>403 Forbidden</h1></html>").Start(ctx, r)
				Expect(err).To(And(MatchError(kyc.ErrInvalid), HaveField("Member", "ReturnTo")), host)
			}
			_, err := answering(403, "text/html", "<html><h1>403 Forbidden</h1></html>").Start(ctx, request)
			Expect(err).NotTo(MatchError(kyc.ErrInvalid))
			r := newRig()
			first := r.start(ctx)
			r.fault("same redirect")
			again := r.start(ctx)
			Expect(id(again.Ref)).To(Equal(id(first.Ref)))
			r.sim.Advance(simulator.LinkLife + time.Second)
			_, err = r.adapter.Start(ctx, request)
			Expect(err).To(And(MatchError(kyc.ErrExpired), HaveField("Member", "ReturnTo")), "that one is dead")
			other := request
			other.ReturnTo += "&attempt=2"
			fresh, err := r.adapter.Start(ctx, other)
			Expect(err).NotTo(HaveOccurred())
			Expect(id(fresh.Ref)).NotTo(Equal(id(first.Ref)))
		})

		It("shows nobody who could be real", func() {
			for _, e := range suite.Document.Shown() {
				Expect(string(e.Value)).NotTo(MatchRegexp(`[2-9][0-9]{11}`), e.ID)
			}
		})
	})
}

// transport is a function that sends.
type transport func(*http.Request) (*http.Response, error)

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) { return t(r) }
