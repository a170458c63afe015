package surepass_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/surepass"
)

var _ = Describe("New", func() {
	refuses := func(name string, creds surepass.Credentials, opts surepass.Options) {
		GinkgoHelper()
		_, err := surepass.New(surepass.Sandbox, creds, opts)
		Expect(err).To(MatchError(kyc.ErrInvalid))
		Expect(detail(err).Member).To(Equal(name))
		Expect(detail(err).Want).NotTo(BeEmpty())
		suite.Silent(err, token, seed)
	}

	DescribeTable("names the token that", func(value string) {
		refuses("Token", surepass.Credentials{Token: kyc.Hide(value)}, surepass.Options{})
	},
		Entry("is missing", ""),
		Entry("has a line break", token+"\n"),
		Entry("has a blank, as behind Bearer", "Bearer "+token),
		Entry("has a letter beyond ASCII", "é"),
	)

	DescribeTable("names the option that it refuses:", func(name string, opts surepass.Options) {
		refuses(name, credentials(), opts)
	},
		Entry("a flow of another provider", "Flow", surepass.Options{Flow: seed}),
		Entry("less than five minutes", "Expiry", surepass.Options{Expiry: 4 * time.Minute}),
		Entry("more than thirty minutes", "Expiry", surepass.Options{Expiry: 31 * time.Minute}),
		Entry("minutes that are not whole", "Expiry", surepass.Options{Expiry: 5*time.Minute + time.Second}),
		Entry("a time that is past", "Expiry", surepass.Options{Expiry: -10 * time.Minute}),
		Entry("a webhook over http", "WebhookURL", surepass.Options{WebhookURL: "http://" + seed + ".example/hook"}),
		Entry("a webhook without a host", "WebhookURL", surepass.Options{WebhookURL: "https:///hook"}),
		Entry("a webhook that is no URL", "WebhookURL", surepass.Options{WebhookURL: "https://" + seed + "%zz"}),
		Entry("a webhook that is no absolute URL", "WebhookURL", surepass.Options{WebhookURL: "/hook"}),
	)

	It("names the base URL that it refuses", func() {
		_, err := surepass.New("https://someone:"+seed+"@surepass.example", credentials(), surepass.Options{})
		Expect(err).To(MatchError(kyc.ErrInvalid))
		Expect(detail(err).Member).To(Equal("baseURL"))
	})

	DescribeTable("takes", Label("SP-D1", "SP-D2"), func(base, host string) {
		Expect(base).To(Equal("https://" + host))
		Expect(surepass.New(base, credentials(), surepass.Options{})).NotTo(BeNil())
	},
		Entry("the sandbox", surepass.Sandbox, "sandbox.surepass.app"),
		Entry("production", surepass.Production, "kyc-api.surepass.app"),
		Entry("the sandbox of the other pages", surepass.SandboxIO, "sandbox.surepass.io"),
		Entry("production of the other pages", surepass.ProductionIO, "kyc-api.surepass.io"),
	)
})

var _ = Describe("before any call", func() {
	var s *server
	BeforeEach(func() { s = answering(http.StatusTeapot, `{}`) })
	AfterEach(func() { Expect(s.Received).To(BeEmpty()) })

	DescribeTable("Start refuses", func(ctx SpecContext, kind error, member string, spoil func(*kyc.StartRequest)) {
		r := request()
		spoil(&r)
		a := s.adapter()
		_, err := a.Start(ctx, r)
		Expect(err).To(MatchError(kind))
		Expect(a.CheckStart(r)).To(MatchError(err.Error()))
		if member != "" {
			Expect(detail(err).Member).To(Equal(member))
		}
		suite.Silent(err, seed)
	},
		Entry("no flow, for which Surepass has no default", Label("SP-D3"), kyc.ErrInvalid, "Flow",
			func(r *kyc.StartRequest) { r.Flow = "" }),
		Entry("an id of 101 characters", kyc.ErrInvalid, "ID",
			func(r *kyc.StartRequest) { r.ID = strings.Repeat("é", 101) }),
		Entry("an id that is no text", kyc.ErrInvalid, "ID", func(r *kyc.StartRequest) { r.ID = seed + "\xff" }),
		Entry("a redirect without a host", kyc.ErrInvalid, "ReturnTo",
			func(r *kyc.StartRequest) { r.ReturnTo = "https://" }),
		Entry("a document by Surepass's own code", errors.ErrUnsupported, "",
			func(r *kyc.StartRequest) { r.Documents = []kyc.Document{"ADHAR"} }),
	)

	It("Fetch refuses a document of another kind", func(ctx SpecContext) {
		_, err := s.adapter().Fetch(ctx, ref, "PANCR")
		Expect(err).To(MatchError(errors.ErrUnsupported))
	})

	DescribeTable("FetchFile refuses", func(ctx SpecContext, field string, spoil func(*kyc.FileRequest)) {
		r := fileRequest()
		spoil(&r)
		_, err := s.adapter().FetchFile(ctx, ref, r)
		Expect(err).To(MatchError(kyc.ErrInvalid))
		Expect(detail(err).Member).To(Equal(field))
		suite.Silent(err, seed)
	},
		Entry("no type", "Type", func(r *kyc.FileRequest) { r.Type = "" }),
		Entry("an issuer, of which there is no catalogue", "IssuerID", func(r *kyc.FileRequest) { r.IssuerID = seed }),
		Entry("parameters, of which there is no catalogue", "Parameters", func(r *kyc.FileRequest) {
			r.Parameters = map[string]kyc.Private{"MemberName": kyc.Hide(seed)}
		}),
	)

	DescribeTable("a Ref is refused", func(ctx SpecContext, ref kyc.Ref) {
		for _, call := range []func(*surepass.Adapter) error{
			func(a *surepass.Adapter) error { _, err := a.Status(ctx, ref); return err },
			func(a *surepass.Adapter) error { _, err := a.Fetch(ctx, ref, kyc.Aadhaar); return err },
			func(a *surepass.Adapter) error { _, err := a.Fetch(ctx, ref, kyc.PAN); return err },
			func(a *surepass.Adapter) error { _, err := a.ListDocuments(ctx, ref); return err },
			func(a *surepass.Adapter) error { _, err := a.FetchFile(ctx, ref, fileRequest()); return err },
		} {
			err := call(s.adapter())
			Expect(err).To(MatchError(kyc.ErrInvalid))
			Expect(detail(err).Member).To(Equal("Ref"))
		}
		Expect(s.adapter().SameJourney(ref, ref)).To(BeFalse())
	},
		Entry("without an id", kyc.Ref(".1768478400")), Entry("with an empty end", kyc.Ref(id+".")),
		Entry("with two ends", kyc.Ref(id+".1.2")), Entry("with an end before 1970", kyc.Ref(id+".-1")),
		Entry("with an end that is no number", kyc.Ref(id+".soon")), Entry("with zero for an end", kyc.Ref(id+".0")),
		Entry("with an end that nobody lives to see", kyc.Ref(id+".999999999999")),
		Entry("that is too long", kyc.Ref(strings.Repeat("a", 65))), Entry("that is another path", kyc.Ref("..")),
	)
})

var _ = It("two Refs are of one journey if their ids are", func() {
	a := offline()
	Expect(a.SameJourney(ref, id)).To(BeTrue(), "as a webhook has it")
	Expect(a.SameJourney(id+".1", ref)).To(BeTrue())
	Expect(a.SameJourney(ref, id+"x")).To(BeFalse())
	Expect(a.SameJourney(ref, "")).To(BeFalse())
})

var _ = Describe("on the wire", func() {
	It("each operation has its method and path, and the token", func(ctx SpecContext) {
		for _, op := range operations {
			s := answering(http.StatusTeapot, `{}`)
			Expect(op.call(ctx, s.adapter())).To(MatchError(kyc.ErrUnexpected), op.id)
			r := s.One()
			Expect([]string{r.Method, r.Path, r.Query}).To(Equal([]string{op.method, op.path, ""}), op.id)
			Expect(r.Header.Values("Authorization")).To(Equal([]string{"Bearer " + token}))
			if op.method == "GET" {
				Expect(r.Body).To(BeEmpty(), op.id)
			}
		}
	})

	DescribeTable("Start sends", func(ctx SpecContext, change func(*kyc.StartRequest, *surepass.Options), body string) {
		r, s := request(), answering(200, created)
		a := s.adapter(func(o *surepass.Options) { change(&r, o) })
		_, err := a.Start(ctx, r)
		Expect(err).NotTo(HaveOccurred())
		Expect(s.One().Body).To(MatchJSON(fmt.Sprintf(`{"data":{"redirect_url":%q,%s}}`, back, body)))
	},
		Entry("the id as state", Label("SP-D13"), func(*kyc.StartRequest, *surepass.Options) {},
			`"signup_flow":true,"state":"order-42","aadhaar_xml":true`),
		Entry("an id of a hundred characters",
			func(r *kyc.StartRequest, _ *surepass.Options) { r.ID = strings.Repeat("é", 100) },
			`"signup_flow":true,"state":"`+strings.Repeat("é", 100)+`","aadhaar_xml":true`),
		Entry("no state without an id", func(r *kyc.StartRequest, _ *surepass.Options) { r.ID = "" },
			`"signup_flow":true,"aadhaar_xml":true`),
		Entry("a user who signs in", Label("SP-D3"),
			func(r *kyc.StartRequest, _ *surepass.Options) { r.Flow = kyc.SignIn },
			`"signup_flow":false,"state":"order-42","aadhaar_xml":true`),
		Entry("the flow of the options", Label("SP-D3"),
			func(r *kyc.StartRequest, o *surepass.Options) { r.Flow, o.Flow = "", kyc.SignUp },
			`"signup_flow":true,"state":"order-42","aadhaar_xml":true`),
		Entry("its own flow before that of the options", Label("SP-D3"),
			func(r *kyc.StartRequest, o *surepass.Options) { r.Flow, o.Flow = kyc.SignIn, kyc.SignUp },
			`"signup_flow":false,"state":"order-42","aadhaar_xml":true`),
		Entry("no XML of an Aadhaar that is not asked for", func(r *kyc.StartRequest, _ *surepass.Options) {
			r.Documents = []kyc.Document{kyc.PAN, kyc.DrivingLicence}
		},
			`"signup_flow":true,"state":"order-42"`),
		Entry("the shortest life", Label("SP-D6"),
			func(_ *kyc.StartRequest, o *surepass.Options) { o.Expiry = 5 * time.Minute },
			`"signup_flow":true,"state":"order-42","aadhaar_xml":true,"expiry_minutes":5`),
		Entry("the longest life", Label("SP-D6"),
			func(_ *kyc.StartRequest, o *surepass.Options) { o.Expiry = 30 * time.Minute },
			`"signup_flow":true,"state":"order-42","aadhaar_xml":true,"expiry_minutes":30`),
		Entry("where the webhook goes",
			func(_ *kyc.StartRequest, o *surepass.Options) { o.WebhookURL = "https://shop.example/hook?a=b" },
			`"signup_flow":true,"state":"order-42","aadhaar_xml":true,"webhook_url":"https://shop.example/hook?a=b"`),
	)

	It("never asks what is not to be sent", Label("SP-D4", "SP-D5", "SP-D15"), func(ctx SpecContext) {
		s := answering(200, created)
		_, err := s.adapter().Start(ctx, request())
		Expect(err).NotTo(HaveOccurred())
		for _, member := range []string{"auth_type", "skip_main_screen", "allow_selection", "local_frontend_url"} {
			Expect(s.One().Body).NotTo(ContainSubstring(member))
		}
	})

	It("asks about the journey, whatever end its Ref has", func(ctx SpecContext) {
		for _, ref := range []kyc.Ref{id, id + ".1", ref} {
			s := answering(200, done)
			_, err := s.adapter().Status(ctx, ref)
			Expect(err).NotTo(HaveOccurred())
			Expect(s.One().Path).To(Equal(api + "status/" + id))
		}
	})
})
