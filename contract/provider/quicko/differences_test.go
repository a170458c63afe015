package quicko_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"gopkg.in/yaml.v3"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract"
	"example.com/digilocker/contract/example"
	"example.com/digilocker/gen/quickoapi"
	"example.com/digilocker/specs/document"
)

// The operations of the flows, each with its sister.
var (
	serverPaths = "/kyc/digilocker/sessions/{session_id}/"
	sdkPaths    = "/kyc/digilocker-sdk/sessions/{session_id}/"
	sisters     = []string{"status", "documents/{doc_type}", "user/profile"}
)

// in is what stands in a file of the tree, by path; there must be something.
func in(file string) func(path ...string) *yaml.Node {
	return func(path ...string) *yaml.Node {
		GinkgoHelper()
		root, err := document.Read(file)
		Expect(err).NotTo(HaveOccurred())
		n := document.At(root, document.Pointer("", path...))
		Expect(n).NotTo(BeNil(), "%s has nothing at %q", file, path)
		return n
	}
}

// What Quicko publishes, each publication by itself, and what we make of it.
var (
	published = in("../../../specs/quicko/openapi.yaml")
	oas       = in("../../../specs/quicko/sources/oas.yaml")
	sdkOAS    = in("../../../specs/quicko/sources/sdk-oas.yaml")
	token     = in("../../../specs/quicko/sources/authenticate.yaml")
	postman   = in("../../../specs/quicko/sources/postman.yaml")
	effective = in("../../../gen/quickoapi/openapi.gen.yaml")
)

// answered is the schema of a 200 in that publication.
func answered(of func(...string) *yaml.Node, path, method string) *yaml.Node {
	GinkgoHelper()
	return of("paths", path, method, "responses", "200", "content", "application/json", "schema")
}

// names are the members of an object.
func names(n *yaml.Node) []string {
	var all []string
	for name := range document.Members(n) {
		all = append(all, name)
	}
	return all
}

// concerning are the ids of the examples that a difference is about.
func concerning(difference string) []string {
	var ids []string
	for _, e := range suite.Document.Entries {
		if slices.Contains(e.Differences, difference) {
			ids = append(ids, strings.TrimPrefix(e.ID, "quicko/"))
		}
	}
	return ids
}

// asPublished is what Quicko publishes, with an id for each operation, without which it cannot be read (SB-D1).
func asPublished() *example.Document {
	GinkgoHelper()
	root := published()
	for path, item := range document.Members(document.Get(root, "paths")) {
		for method, op := range document.Members(item) {
			document.Set(
				op,
				"operationId",
				document.String(document.Text(effective("paths", path, method), "operationId")),
			)
		}
	}
	d, err := example.Parse("quicko", document.JSON(root))
	Expect(err).NotTo(HaveOccurred())
	return d
}

// fits says whether the example with that id conforms to a schema as it is published.
func fits(pointer, id string) bool {
	GinkgoHelper()
	return len(asPublished().Conforms(pointer, suite.Example(id))) == 0
}

// schemaAt is the pointer of a 200's schema.
func schemaAt(path, method string) string {
	return document.Pointer("", "paths", path, method, "responses", "200", "content", "application/json", "schema")
}

// link is the one of the example of initiateSession.
func link() url.Values {
	GinkgoHelper()
	answer := contract.Into[quickoapi.InitiateSessionAnswer](suite, "quicko/initiateSession/200/200-ok")
	u, err := url.Parse(answer.Data.AuthorizationURL)
	Expect(err).NotTo(HaveOccurred())
	return u.Query()
}

// asked is a request of initiateSession.
func asked(name string) quickoapi.InitiateSessionRequest {
	GinkgoHelper()
	return contract.Into[quickoapi.InitiateSessionRequest](suite, "quicko/initiateSession/request/"+name)
}

// differences pin those of differences.yaml.
func differences() {
	Describe("quicko", func() {
		documents()
		sessions()
		links()
		accounts()
		values()
	})
}

// documents are those about the document as a whole.
func documents() {
	It("uses three operation ids for two operations each, which have one of their own here", Label("SB-D1"), func() {
		theirs, ours := map[string]int{}, map[string]int{}
		for path, item := range document.Members(oas("paths")) {
			for method, op := range document.Members(item) {
				theirs[document.Text(op, "operationId")]++
				ours[document.Text(effective("paths", path, method), "operationId")]++
			}
		}
		Expect(theirs).To(Equal(map[string]int{
			"createSession": 1, "initiateSession": 1, "verifyUserAccount": 1,
			"getSessionStatus": 2, "getDocument": 2, "getUserProfile": 2,
		}))
		Expect(ours).To(And(HaveLen(9), HaveEach(1)))
		_, err := example.Read("../../../specs/quicko/openapi.yaml")
		Expect(err).To(MatchError(ContainSubstring("have the same operationId")))
	})

	It(
		"has refusals in the older document of the SDK flow alone, which both flows have here",
		Label("SB-D9", "SB-D11"),
		func() {
			refusals := func(of func(...string) *yaml.Node, path string) []string {
				return slices.DeleteFunc(
					names(of("paths", path, "get", "responses")),
					func(status string) bool { return status < "400" },
				)
			}
			const documents = "documents/{doc_type}"
			for _, sister := range sisters {
				Expect(refusals(oas, serverPaths+sister)).To(BeEmpty(), sister)
				Expect(
					refusals(effective, serverPaths+sister),
				).To(ConsistOf(refusals(effective, sdkPaths+sister)), sister)
			}
			Expect(refusals(oas, sdkPaths+documents)).To(Equal([]string{"400", "521", "523"}))
			Expect(refusals(sdkOAS, sdkPaths+documents)).To(Equal([]string{"400", "521", "523"}))
			for _, status := range []string{"521", "523"} {
				media := []string{
					"paths",
					sdkPaths + documents,
					"get",
					"responses",
					status,
					"content",
					"application/json",
				}
				Expect(names(oas(media...))).To(Equal([]string{"schema"}), status)
				Expect(names(sdkOAS(media...))).To(ContainElement("examples"), status)
				Expect(document.JSON(effective(append(media, "examples")...))).NotTo(BeEmpty(), status)
			}
		},
	)

	DescribeTable(
		"was saved at other paths than are documented:",
		Label("SB-D23"),
		func(ctx SpecContext, id, path string) {
			s := contract.Answering(204, "", nil)
			op := suite.Operation(id)
			_, err := suite.Client(s).Call(ctx, op, op.Samples(nil), nil)
			Expect(err).NotTo(HaveOccurred())
			Expect(s.Received[0].URL.Path).To(MatchRegexp("^" + contract.BasePath + path + "$"))
			for known := range document.Members(published("paths")) {
				Expect(known).NotTo(Or(ContainSubstring("/sdk/"), ContainSubstring("/document/")))
			}
		},
		Entry("the status", "getSDKSessionStatus", "/kyc/digilocker-sdk/sessions/[^/]+/status"),
		Entry("the document", "getSDKDocument", "/kyc/digilocker-sdk/sessions/[^/]+/documents/aadhaar"),
	)

	It("knows nothing of the older API that a schema of the collection is left of", Label("SB-D24"), func() {
		body := postman("paths", "/kyc/digilocker/sessions/init", "post", "requestBody")
		for name := range document.Members(document.At(body, "/content/application~1json/examples")) {
			asked := asked(strings.ReplaceAll(name, " ", "-"))
			Expect(asked.Entity).To(Equal(quickoapi.InitiateSessionRequestEntityValue))
			Expect(asked.DocTypes).NotTo(BeEmpty())
		}
		Expect(suite.Document.Conforms(
			"/components/schemas/InitiateSessionRequest",
			[]byte(
				`{"@entity":"in.co.sandbox.kyc.digilocker.authorization.request","scopes":["in.gov.uidai-ADHAR"]}`,
			),
		)).
			NotTo(BeEmpty())
		Expect(string(document.JSON(effective("components", "schemas")))).NotTo(ContainSubstring("scopes"))
	})

	It(
		"has code and timestamp as numbers in older documents, and as integers in each example",
		Label("SB-D25"),
		func() {
			for _, name := range []string{"code", "timestamp"} {
				Expect(
					document.JSON(document.At(answered(oas, sdkPaths+"status", "get"), "/properties/"+name+"/type")),
				).To(MatchJSON(`"integer"`))
				Expect(
					document.JSON(document.At(answered(sdkOAS, sdkPaths+"status", "get"), "/properties/"+name+"/type")),
				).To(MatchJSON(`"number"`))
				Expect(
					document.JSON(document.At(answered(token, "/authenticate", "post"), "/properties/"+name+"/type")),
				).To(MatchJSON(`"number"`))
				Expect(
					document.JSON(effective("components", "schemas", "AuthenticateAnswer", "properties", name, "type")),
				).To(MatchJSON(`"integer"`))
			}
			answers := 0
			for _, e := range suite.Document.Entries {
				if e.Direction != example.Response {
					continue
				}
				answers++
				var whole struct{ Code, Timestamp json.Number }
				Expect(json.Unmarshal(e.Value, &whole)).To(Succeed(), e.ID)
				Expect(whole.Code.String()).To(Equal(strconv.Itoa(e.Status)), e.ID)
				Expect(whole.Timestamp.String()).To(MatchRegexp(`^1[67]\d{11}$`), e.ID)
			}
			Expect(answers).To(Equal(21))
		},
	)

	It("may be told a version of the API, of which the documents have two", Label("SB-D26"), func(ctx SpecContext) {
		versions := map[string]string{}
		for _, op := range suite.Document.Operations {
			for _, p := range op.Parameters {
				if p.Name == "x-api-version" {
					Expect(p.Required).To(BeFalse(), op.ID)
					versions[op.ID] = strings.Trim(string(p.Sample), `"`)
				}
			}
		}
		Expect(versions).To(HaveLen(10))
		Expect(versions["authenticate"]).To(Equal("1.0"))
		delete(versions, "authenticate")
		Expect(versions).To(HaveEach("1.0.0"))
		for _, item := range document.Members(sdkOAS("paths")) {
			Expect(string(document.JSON(item))).NotTo(ContainSubstring("x-api-version"))
		}
		s := contract.Answering(200, "application/json", suite.Example("quicko/getSessionStatus/200/succeeded"))
		_, err := suite.Adapter(s).Status(ctx, "f1bd0342-cc1d-4051-8301-e8ee17e3a3c3")
		Expect(err).NotTo(HaveOccurred())
		Expect(s.Received[0].Header.Values("x-api-version")).To(Equal([]string{"1.0.0"}), "the newest document's")
	})

	It("lists the sandbox first or production, so that no address is a default", Label("SB-D29"), func() {
		first := func(of func(...string) *yaml.Node) string { return document.Text(of("servers", "0"), "url") }
		Expect(first(oas)).To(Equal(quickoapi.Sandbox))
		Expect(first(token)).To(Equal(quickoapi.Sandbox))
		Expect(first(sdkOAS)).To(Equal(quickoapi.Production))
		_, err := suite.Provider.Adapter.New("", suite.Provider.Account.Simulated(), nil)
		Expect(err).To(MatchError(kyc.ErrInvalid))
	})

	It("has its hosts below sandbox.co.in, whatever the quickstart's page says", Label("SB-D30"), func() {
		for _, address := range []string{quickoapi.Sandbox, quickoapi.Production} {
			u, err := url.Parse(address)
			Expect(err).NotTo(HaveOccurred())
			Expect(u.Host).To(MatchRegexp(`^(test-)?api\.sandbox\.co\.in$`))
		}
		Expect(string(document.JSON(effective()))).NotTo(ContainSubstring("sandbox.code.in"))
	})

	It("declares no security, and gets the bare token in Authorization", Label("SB-D31"), func(ctx SpecContext) {
		Expect(document.JSON(oas("security"))).To(MatchJSON(`[]`))
		Expect(
			document.JSON(sdkOAS("paths", "/kyc/digilocker-sdk/sessions/create", "post", "security")),
		).To(MatchJSON(`[{}]`))
		s := contract.Answering(
			200,
			"application/json",
			suite.Example("quicko/getSessionStatus/200/200-session-created"),
		)
		_, err := suite.Adapter(s).Status(ctx, "839fd8a0-d645-42e1-a904-bb43353b0139")
		Expect(err).NotTo(HaveOccurred())
		Expect(
			s.Received[0].Header.Get("Authorization"),
		).To(Equal(suite.Provider.Account.Simulated()["QUICKO_ACCESS_TOKEN"]))
	})

	It("marks no body of initiateSession as required, as it does of the others", Label("SB-D33"), func() {
		for path, required := range map[string]bool{
			"/kyc/digilocker/sessions/init": false, "/kyc/digilocker/user/verify": true,
			"/kyc/digilocker-sdk/sessions/create": true,
		} {
			Expect(
				document.Text(oas("paths", path, "post", "requestBody"), "required") == "true",
			).To(Equal(required), path)
			Expect(document.Text(effective("paths", path, "post", "requestBody"), "required")).To(Equal("true"), path)
		}
	})

	It("publishes no event of DigiLocker, so that the adapter reads none", Label("SB-D43"), func() {
		Expect(document.JSON(effective("paths"))).NotTo(ContainSubstring("callbacks"))
		for _, e := range suite.Document.Entries {
			Expect(e.Direction).NotTo(Equal(example.Webhook), e.ID)
		}
		Expect(suite.Provider.Adapter.Can).NotTo(ContainElement(kyc.CanParseWebhook))
	})
}

// sessions are those about how a session is started and what is said of it.
func sessions() {
	It("demands of the SDK flow's status what its examples do not have", Label("SB-D2"), func() {
		ids := concerning("SB-D2")
		Expect(ids).To(HaveLen(3))
		pointer := schemaAt(sdkPaths+"status", "get")
		for _, id := range ids {
			Expect(fits(pointer, "quicko/"+id)).To(BeFalse(), id)
			answer := contract.Into[quickoapi.SessionStatusAnswer](suite, "quicko/"+id)
			Expect(answer.Data.Entity).To(Equal("in.co.sandbox.kyc.digilocker.sdk.session"))
			demanded := contract.Changed(
				suite.Example("quicko/"+id),
				map[string]string{"/data/@entity": `"in.co.sandbox.kyc.digilocker.session"`},
			)
			Expect(asPublished().Conforms(pointer, demanded)).To(BeEmpty(), id)
		}
	})

	It("refuses without a cause what its schema allows", Label("SB-D7"), func(ctx SpecContext) {
		schema := document.Pointer(
			"",
			"paths",
			"/kyc/digilocker-sdk/sessions/create",
			"post",
			"requestBody",
			"content",
			"application/json",
			"schema",
		)
		refused := contract.Into[quickoapi.CreateSessionRequest](
			suite,
			"quicko/createSession/request/400-invalid-request-body",
		)
		taken := contract.Into[quickoapi.CreateSessionRequest](suite, "quicko/createSession/request/200-ok")
		Expect(fits(schema, "quicko/createSession/request/400-invalid-request-body")).To(BeTrue())
		Expect(refused.DocTypes).To(HaveLen(len(taken.DocTypes) + 1))
		refused.DocTypes = taken.DocTypes
		Expect(refused).To(Equal(taken))
		s := contract.Answering(
			400,
			"application/json",
			suite.Example("quicko/createSession/400/400-invalid-request-body"),
		)
		c, err := quickoapi.NewClientWithResponses(s.URL)
		Expect(err).NotTo(HaveOccurred())
		got, err := c.CreateSessionWithResponse(ctx, nil, taken)
		Expect(err).NotTo(HaveOccurred())
		Expect(got.JSON400.Message).To(Equal("Invalid request body"))
	})

	It("spelt the flow otherwise in the older document", Label("SB-D8"), func() {
		flow := []string{
			"paths",
			"/kyc/digilocker-sdk/sessions/create",
			"post",
			"requestBody",
			"content",
			"application/json",
			"schema",
			"properties",
			"flow",
			"enum",
		}
		Expect(document.JSON(oas(flow...))).To(MatchJSON(`["signin","signup"]`))
		Expect(document.JSON(sdkOAS(flow...))).To(MatchJSON(`["sign_in","sign_up"]`))
		older := contract.Into[quickoapi.CreateSessionRequest](suite, "quicko/createSession/request/create-session")
		Expect(older.Flow).To(Equal(quickoapi.SDKFlowOlderSignIn))
		for word, known := range map[quickoapi.Flow]bool{"signin": true, "signup": true, "sign_in": false} {
			Expect(word.Valid()).To(Equal(known), string(word))
		}
	})

	It("has one payload for a status and a document of no session", Label("SB-D10"), func() {
		status, paper := suite.Entry(
			"quicko/getSDKSessionStatus/521/521-data-not-found",
		), suite.Entry(
			"quicko/getSDKDocument/521/521-data-not-found",
		)
		Expect(status.Value).To(MatchJSON(paper.Value))
		Expect([]string{status.Source, paper.Source}).To(HaveEach(HavePrefix("SDK OAS")))
	})

	It("tells in the server flow what the schema of that does not have", Label("SB-D12"), func(ctx SpecContext) {
		data := document.At(answered(oas, serverPaths+"status", "get"), "/properties/data/properties")
		Expect(names(data)).To(ConsistOf("id", "created_at", "@entity", "status"))
		Expect(document.JSON(document.Get(data, "status"))).To(MatchJSON(`{"type":"string"}`))
		got, err := suite.Answered(ctx, "quicko/getSessionStatus/200/succeeded", nil)
		Expect(err).NotTo(HaveOccurred())
		Expect(got.(*kyc.Consent).Granted).To(Equal([]kyc.Document{kyc.Aadhaar, kyc.PAN, kyc.DrivingLicence}))
		got, err = suite.Answered(
			ctx,
			"quicko/getSessionStatus/200/succeeded",
			map[string]string{"/data/documents_consented": ""},
		)
		Expect(err).NotTo(HaveOccurred())
		Expect(got.(*kyc.Consent).State).To(Equal(kyc.Granted))
		Expect(got.(*kyc.Consent).Granted).To(BeNil())
	})

	DescribeTable(
		"has a state that means",
		func(ctx SpecContext, word string, want kyc.State) {
			got, err := suite.Answered(
				ctx,
				"quicko/getSessionStatus/200/succeeded",
				map[string]string{"/data/status": fmt.Sprintf("%q", word)},
			)
			Expect(err).NotTo(HaveOccurred())
			Expect(got.(*kyc.Consent).State).To(Equal(want))
			Expect(quickoapi.SessionState(word).Valid()).To(Equal(word != "half done"))
		},
		Entry("pending, as created does", Label("SB-D13"), "created", kyc.Pending),
		Entry(
			"pending, as initialized does, which the SDK flow's schema has",
			Label("SB-D13"),
			"initialized",
			kyc.Pending,
		),
		Entry(
			"pending, as authorized does, which the SDK flow's schema has",
			Label("SB-D13"),
			"authorized",
			kyc.Pending,
		),
		Entry("granted, as succeeded alone does", Label("SB-D13"), "succeeded", kyc.Granted),
		Entry("expired, as expired does", Label("SB-D13"), "expired", kyc.Expired),
		Entry("denied, as failed does for want of another word", Label("SB-D14"), "failed", kyc.Denied),
		Entry("what it says, where nobody documented it", Label("SB-D13"), "half done", kyc.State("half done")),
	)

	DescribeTable(
		"says by a status of an outage what is about a session",
		Label("SB-D15"),
		func(ctx SpecContext, id string, want kyc.Err) {
			e := suite.Entry(id)
			Expect(e.Status).To(BeNumerically(">", 500))
			_, err := suite.Answered(ctx, id, nil)
			Expect(err).To(MatchError(want))
			Expect(err).NotTo(MatchError(kyc.ErrUnavailable))
		},
		Entry("521, of a status", "quicko/getSDKSessionStatus/521/521-data-not-found", kyc.ErrNotFound),
		Entry("521, of a document", "quicko/getSDKDocument/521/521-data-not-found", kyc.ErrNotFound),
		Entry("523", "quicko/getSDKDocument/523/523-invalid-session-lifecycle", kyc.ErrPending),
	)

	DescribeTable(
		"says with 400 and by the message alone that",
		Label("SB-D16"),
		func(ctx SpecContext, message string, want kyc.Err) {
			_, err := suite.Answered(ctx, "quicko/getSDKDocument/400/400-consent-not-provided",
				map[string]string{"/message": fmt.Sprintf("%q", message)})
			Expect(err).To(MatchError(want))
		},
		Entry("a PAN card is not shared", "Consent for pan not provided", kyc.ErrDenied),
		Entry("a licence is not shared", "Consent for driving_license not provided", kyc.ErrDenied),
		Entry("a request is broken", "Invalid request body", kyc.ErrInvalid),
	)

	It("has a request and an answer of initiateSession that are no pair", Label("SB-D17"), func() {
		asked, saved, got := asked("200-ok"), asked("saved-request"), link()
		Expect(string(asked.Flow)).To(Equal("signin"))
		Expect(got.Get("dl_flow")).To(Equal("signup"))
		Expect(asked.DocTypes).To(HaveLen(1))
		Expect(saved.DocTypes).To(HaveLen(3))
		Expect(got.Get("req_doctype")).To(Equal("PANCR,ADHAR,DRVLC"))
		Expect(*asked.Options.VerifiedMobile).NotTo(Equal(got.Get("verified_mobile")))
		Expect(saved.Options).To(BeNil())
		for _, name := range []string{"pla", "plsignup", "amr", "verified_mobile"} {
			Expect(got).To(HaveKey(name))
		}
	})

	It("asks in one flow for what is the other's, and sends of them none", Label("SB-D18"), func(ctx SpecContext) {
		for _, name := range []string{"200-ok", "request-template"} {
			options := asked(name).Options
			Expect(asked(name).Flow).To(Equal(quickoapi.FlowSignIn))
			Expect(*options.Usernameless).To(BeTrue())
			Expect(*options.VerifiedMobile).NotTo(BeEmpty())
			Expect(*options.VerificationMethod).NotTo(BeEmpty())
		}
		Expect(link()).To(And(HaveKeyWithValue("pla", []string{"Y"}), HaveKeyWithValue("plsignup", []string{"Y"})))
		s := contract.Answering(200, "application/json", suite.Example("quicko/initiateSession/200/200-ok"))
		_, err := suite.Adapter(s).
			Start(ctx, kyc.StartRequest{Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: "https://shop.example/back"})
		Expect(err).NotTo(HaveOccurred())
		Expect(string(s.Received[0].Body)).NotTo(ContainSubstring("options"))
	})

	It("has an end of the consent with 13 digits, which lies in the past", Label("SB-D19"), func() {
		end := *asked("request-template").ConsentExpiry
		Expect(end.String()).To(HaveLen(13))
		ms, err := end.Int64()
		Expect(err).NotTo(HaveOccurred())
		Expect(time.UnixMilli(ms)).To(BeTemporally("<", time.Date(2025, 7, 9, 0, 0, 0, 0, time.UTC)))
	})
}
